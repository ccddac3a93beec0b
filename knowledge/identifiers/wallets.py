"""Where money is sent: wallet addresses, IBANs and card numbers whose check digits are right."""

import hashlib
import re
from collections.abc import Iterator

from Crypto.Hash import keccak
from stdnum import iban, luhn
from stdnum.exceptions import ValidationError

from knowledge.identifiers.undisguised import Sighting

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_CONSTANTS = {0: 1}
_BECH32M = 0x2BC830A3
_EDGE = r"(?<![A-Za-z0-9])"
_WALLET = re.compile(
    _EDGE + r"(?:(?P<bech32>bc1[a-z0-9]{11,87}|BC1[A-Z0-9]{11,87})|(?P<ether>0x[0-9a-fA-F]{40})"
    r"|(?P<tron>T[1-9A-HJ-NP-Za-km-z]{33})|(?P<bitcoin>[13][1-9A-HJ-NP-Za-km-z]{25,34}))(?![A-Za-z0-9])"
)
_IBAN = re.compile(_EDGE + r"[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,32}+")
_CARD = re.compile(r"(?<![A-Za-z0-9])(?<!\d[-.])\d(?:[ -]?\d){12,}+(?![A-Za-z0-9])")
_ISSUERS = re.compile(
    r"4\d{12}(?:\d{3}|\d{6})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|220[0-4]\d{12}"
)
_TRON_PREFIX = 0x41


def wallets(text: str) -> Iterator[Sighting]:
    """Find Bitcoin, Ethereum and TRON addresses; one with a wrong check sum is none."""
    for match in _WALLET.finditer(text):
        if _CHECKS[str(match.lastgroup)](match[0]):
            yield Sighting("wallet", match[0], *match.span())


def ibans(text: str) -> Iterator[Sighting]:
    """Find IBANs, in groups or not; the value is without blanks, the country that of its first letters."""
    for match in _IBAN.finditer(text):
        written = _whole_groups(match[0], text[match.end() : match.end() + 1])
        while written:
            number = re.sub("[ -]", "", written).upper()
            if _is_iban(number):
                end = match.start() + len(written)
                yield Sighting("iban", number, match.start(), end, country=number[:2])
                break
            written = _whole_groups(written, written[-1])  # a word that follows looks like one more group


def cards(text: str) -> Iterator[Sighting]:
    """Find payment card numbers; only the last four digits are kept."""
    for match in _CARD.finditer(text):
        written = match[0]
        while len(written) > 12:
            digits = re.sub(r"\D", "", written)
            if _ISSUERS.fullmatch(digits) and luhn.is_valid(digits):
                yield Sighting("card", "…" + digits[-4:], match.start(), match.start() + len(written))
                break
            written = _whole_groups(written[:40], written[-1])


def _whole_groups(written: str, following: str) -> str:
    """Return groups of letters and digits without the last one, if it goes on."""
    if not (following.isascii() and following.isalnum()):
        return written
    return written[: max(written.rfind(" "), written.rfind("-"), 0)]


def _is_iban(number: str) -> bool:
    try:
        iban.validate(number, check_country=False)
    except ValidationError:
        return False
    return True


def _is_bitcoin(address: str) -> bool:
    payload = _base58check(address)
    return payload is not None and len(payload) == 21 and payload[0] in (0x00, 0x05)


def _is_tron(address: str) -> bool:
    payload = _base58check(address)
    return payload is not None and len(payload) == 21 and payload[0] == _TRON_PREFIX


def _base58check(address: str) -> bytes | None:
    number = 0
    for char in address:
        number = number * 58 + _BASE58.index(char)
    zeros = len(address) - len(address.lstrip("1"))
    raw = b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, check = raw[:-4], raw[-4:]
    return payload if hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4] == check else None


def _is_bech32(address: str) -> bool:
    """Check a segwit address: bech32 for version 0 (BIP 173), bech32m for taproot and later ones (BIP 350)."""
    data = [_BECH32.find(char) for char in address.lower()[3:]]
    if min(data) < 0 or data[0] > 16:
        return False
    expected = _BECH32_CONSTANTS.get(data[0], _BECH32M)
    program, spare = divmod((len(data) - 7) * 5, 8)
    fits = program in (20, 32) if data[0] == 0 else 2 <= program <= 40
    return fits and spare < 5 and _polymod([3, 3, 0, 2, 3, *data]) == expected  # 3 3 0 2 3: "bc" expanded


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check


def _is_ether(address: str) -> bool:
    """Check the capitals of EIP-55 where there are both capitals and small letters."""
    digits = address[2:]
    if digits in (digits.lower(), digits.upper()):
        return True
    capitals = keccak.new(digest_bits=256, data=digits.lower().encode("ascii")).hexdigest()
    return all(
        char.isdigit() or char.isupper() == (nibble >= "8") for char, nibble in zip(digits, capitals, strict=False)
    )


_CHECKS = {"bech32": _is_bech32, "ether": _is_ether, "tron": _is_tron, "bitcoin": _is_bitcoin}
