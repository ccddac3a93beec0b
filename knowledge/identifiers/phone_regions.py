"""Where a number without a country code may be from, by the words of its text and by what countries have assigned."""

import re
from collections.abc import Mapping

from phonenumbers import PhoneNumber

from knowledge.identifiers.context_words import countries
from knowledge.identifiers.phone_numbers import NumberKind, as_written_at_home, is_assigned, is_valid, kind_of, parse
from knowledge.text.languages import guess

_REGIONS = "CN US IN ID VN TH BR RU DE FR ES GB JP KR SG HK TW MY PH AE SA EG"
REGIONS = tuple(_REGIONS.split())
"""Where a national number may be from if the person's country is not known."""
_SPOKEN_IN: Mapping[str, tuple[str, ...]] = {
    "zh": ("CN",),
    "zh-Hant": ("TW", "HK"),
    "es": ("ES", "MX", "AR", "CO", "CL", "PE"),
    "pt": ("BR", "PT"),
    "fr": ("FR", "BE", "CH", "CA"),
    "de": ("DE", "AT", "CH"),
    "ru": ("RU", "UA", "BY"),
    "hi": ("IN",),
    "id": ("ID",),
    "vi": ("VN",),
    "th": ("TH",),
    "ar": ("AE", "SA", "EG", "JO", "MA"),
    "ja": ("JP",),
    "ko": ("KR",),
}
"""English tells nothing: it is written to and from everywhere."""
_TELLING = 2_000
"""Characters from whose words the country of a text is told."""
_LONG_ENOUGH = 8
"""Fewer digits in one run, like a short code for texts, are no country's where the words do not tell one."""
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")


class Regions:
    """The countries that the national numbers of one text may be from."""

    def __init__(self, text: str) -> None:
        """Take the text in lower case."""
        self._text = text[:_TELLING]
        self._told: tuple[str, ...] | None = None
        self._read: dict[str, dict[str, PhoneNumber]] = {}

    def told(self) -> tuple[str, ...]:
        """Return the countries that the text names, else those where its language is spoken; none if neither tells."""
        if self._told is None:
            named = {country for _, country in countries().meanings(self._text)}
            self._told = tuple(sorted(named)) or _SPOKEN_IN.get(guess(self._text) or "", ())
        return self._told

    def assigned(self, digits: str) -> Mapping[str, PhoneNumber]:
        """Return what digits are in each country that has given out their range."""
        if digits not in self._read:
            regions = dict.fromkeys((*REGIONS, *self.told()))
            self._read[digits] = {
                region: number
                for region in regions
                if is_assigned(digits, region) and (number := parse(digits, region))
            }
        return self._read[digits]

    def number(self, digits: str, written: str) -> PhoneNumber | None:
        """Return the number of the one likely country, or the one written with the country's own grouping.

        What is a mobile number here and a service's number there, such as 1800 209 1234, is neither unless the words
        of the text say where.
        """
        assigned = self.assigned(digits)
        if not assigned:
            abroad = parse("+" + digits, None) if len(digits) >= 10 and digits[0] != "0" else None
            return abroad if abroad and is_valid(abroad) else None
        told = {region: number for region, number in assigned.items() if region in self.told()}
        if not told and len(digits) < _LONG_ENOUGH and len(groups(written)) == 1:
            return None
        served = any(kind_of(number) == "service" for number in assigned.values())
        if "CN" in assigned and is_chinese_mobile(digits, written) and (not served or "CN" in told):
            return assigned["CN"]
        if served and self.told() and not told:
            return None
        likelier: NumberKind | None = "mobile" if not served else "service" if told else None
        return _one(told or assigned, digits, written, likelier)


def _one(
    numbers: Mapping[str, PhoneNumber], digits: str, written: str, likelier: NumberKind | None
) -> PhoneNumber | None:
    alike = [region for region in numbers if groups(as_written_at_home(digits, region)) == groups(written)]
    regions = alike or list(numbers)
    likely = [region for region in regions if kind_of(numbers[region]) == likelier]
    regions = likely if len(regions) > 1 and likely else regions
    return numbers[regions[0]] if len(regions) == 1 else None


def is_chinese_mobile(digits: str, written: str) -> bool:
    """Say whether digits have the shape of a mobile number of China, which no other country's numbers have."""
    return _CHINESE_MOBILE.fullmatch(digits) is not None and len(groups(written)) in (1, 3)


def groups(written: str) -> list[str]:
    """Return the runs of digits in a written number."""
    return re.findall(r"\d+", written)
