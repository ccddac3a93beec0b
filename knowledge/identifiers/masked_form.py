"""Identifiers as they are told apart, and as they may be shown to moderators and written to disk: never the whole."""

import re

from knowledge.identifiers.finding import find
from knowledge.identifiers.links import host_of, is_ip
from knowledge.identifiers.lookalike_hosts import registrable
from knowledge.identifiers.phone_numbers import parse

HIDDEN = "•••"
_LONGEST = 120
_SHOWN_OF_LABEL = 4
_NUMBER = re.compile(r"(?!\d{4}-\d\d-\d\d(?!\d))(?<!\d)\d(?:[ .()-]{0,2}\d){4,}")
"""Five or more digits, whatever stands between them, other than a date."""
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{0,9}://)?([^/?#\\]*)(.*)", re.DOTALL)
_SITE = re.compile(r"(?:[a-z0-9+.-]+://)?(?:[^/?#\\]*@)?(?:www\.)?([^/?#\\]*)([^#]*)", re.IGNORECASE | re.DOTALL)


def comparable(kind: str, value: str) -> tuple[str, str]:
    """Return kind and value, given as in identifiers.py, such that two ways to write one thing are the same.

    A link loses its scheme, ``www.``, what stands before an ``@``, its fragment and a slash at its end; its query
    stays, since it can be all that tells two pages of a site apart. An account on WhatsApp is its phone.
    """
    if kind == "link" and (match := _SITE.match(value)):
        return kind, match[1].lower() + match[2].rstrip("/")
    if kind == "handle" and value.startswith("whatsapp:+"):
        return "phone", value.removeprefix("whatsapp:")
    insensitive = kind == "email" or (kind == "wallet" and value.lower().startswith(("0x", "bc1")))
    return kind, value.lower() if insensitive else value


def mask(kind: str, value: str) -> str:
    """Return the masked form, at most 120 characters, of an identifier's value as in identifiers.py.

    A phone is shown as ``+65 9••• ••67``, a link as ``https://payp•••.com/•••``, an e-mail address as ``m•••@domain``,
    a handle as ``telegram:te•••rt``, a wallet and an IBAN with their first and last four characters. Of what is short
    less is shown, or nothing.
    """
    masks = {"phone": _phone, "link": _link, "email": _email, "handle": _handle}
    masked = "".join(char if char.isprintable() else "?" for char in masks.get(kind, _account)(value))
    return masked if len(masked) <= _LONGEST else masked[: _LONGEST - len(HIDDEN)] + HIDDEN


def mask_identifiers(text: str) -> str:
    """Return a text with its identifiers masked, and other numbers of five or more digits hidden, dates excepted."""
    parts, at = [], 0
    for one in find(text):
        parts += [_NUMBER.sub(HIDDEN, text[at : one.start]), mask(one.kind, one.value)]
        at = one.end
    return "".join([*parts, _NUMBER.sub(HIDDEN, text[at:])])


def _phone(value: str) -> str:
    number = parse(value, None) if value.startswith("+") else None
    code = f"+{number.country_code}" if number else ""
    digits = re.sub(r"\D", "", value.removeprefix(code))
    if len(digits) < 7:
        shown = digits[:1] + "•" * (len(digits) - 1) if len(digits) > 3 else HIDDEN
    else:
        shown = f"{digits[0]}{'•' * (len(digits) - 3)}{digits[-2:]}"
    groups = [shown[place : place + 4] for place in range(0, len(shown), 4)]
    return " ".join([code, *groups] if code else groups)


def _link(value: str) -> str:
    match = _ADDRESS.match(value)
    scheme, authority, rest = match.groups("") if match else ("", "", "")
    host = host_of(authority)
    if is_ip(host):
        name = f"{host.partition('.')[0]}.{HIDDEN}" if host.count(".") == 3 else HIDDEN
    else:
        label, dot, suffix = registrable(host).partition(".")
        name = f"{label[: min(len(label) // 3, _SHOWN_OF_LABEL)]}{HIDDEN}{dot}{suffix}"
    return f"{scheme}{name}" + (f"/{HIDDEN}" if rest.strip("/") else "")


def _email(value: str) -> str:
    local, at, domain = value.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}{HIDDEN}{at}{domain}" if local else HIDDEN


def _handle(value: str) -> str:
    platform, colon, name = value.partition(":")
    if not colon or re.search(r"[^a-z]", platform):
        platform, colon, name = "", "", value
    shown = _phone(name) if name.startswith("+") and name[1:].isdigit() else _ends(name, 2)
    return f"{platform}{colon}{shown}"


def _account(value: str) -> str:
    return _ends(value, 4)


def _ends(value: str, count: int) -> str:
    """Show as many characters at either end, or only the first ones where that would be most of the value."""
    if len(value) > 3 * count:
        return f"{value[:count]}{HIDDEN}{value[-count:]}"
    return f"{value[: min(count, len(value) // 3)]}{HIDDEN}"
