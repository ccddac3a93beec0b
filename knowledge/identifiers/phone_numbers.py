"""What a phone number says of itself: its country, its kind, and whether it can exist at all."""

from typing import Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

NumberKind = Literal["mobile", "premium", "service", "other"]
"""``service``: toll-free, of shared cost, or one number for a whole country; never a person's."""
_SATELLITE = {870, 881, 882, 883}
"""Country codes of satellite and other networks that belong to no country."""
_KINDS: dict[int, NumberKind] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.TOLL_FREE: "service",
    PhoneNumberType.SHARED_COST: "service",
    PhoneNumberType.UAN: "service",
}


def parse(digits: str, region: str | None) -> PhoneNumber | None:
    """Read digits, with a leading plus or as dialled in a region (two letters); None where they cannot be a number."""
    try:
        return phonenumbers.parse(digits, None if digits.startswith("+") else region)
    except NumberParseException:
        return None


def is_assigned(digits: str, region: str) -> bool:
    """Say whether digits dialled in a region are in a range that it has given out."""
    number = parse(digits, region)
    return number is not None and phonenumbers.is_valid_number_for_region(number, region)


def is_valid(number: PhoneNumber) -> bool:
    """Say whether a number is in a range that its country has given out."""
    return phonenumbers.is_valid_number(number)


def has_right_length(number: PhoneNumber) -> bool:
    """Say whether a number has as many digits as numbers of its country have."""
    return phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def is_satellite(number: PhoneNumber) -> bool:
    """Say whether a number is of a satellite or another network without a country."""
    return number.country_code in _SATELLITE


def kind_of(number: PhoneNumber) -> NumberKind:
    """Return what sort of number it certainly is; North American ones do not tell mobile from fixed."""
    return _KINDS.get(phonenumbers.number_type(number), "other")


def country_of(number: PhoneNumber, dialled_in: str | None = None) -> str | None:
    """Return the two letters of a number's country, the main one of its country code where its range is not known.

    Where countries share a code, a number of none of them alone, such as 1-800-…, is of the one it is dialled in.
    """
    shared = dialled_in and number.country_code == phonenumbers.country_code_for_region(dialled_in)
    if shared and (kind_of(number) == "service" or not is_valid(number)):
        return dialled_in
    region = phonenumbers.region_code_for_number(number)
    main = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return region or (main if main.isalpha() and main != "ZZ" else None)


def e164(number: PhoneNumber) -> str:
    """Write a number as plus, country code and digits."""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def as_written_at_home(digits: str, region: str) -> str:
    """Write digits with the grouping that is usual in a region."""
    number = parse(digits, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL) if number else ""


def spaced(value: str) -> str:
    """Return a number in E.164 as it is printed abroad, with blanks; any other as it is."""
    number = parse(value, None) if value.startswith("+") else None
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else value
