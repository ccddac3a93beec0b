"""Names of accounts on messengers and social networks in a text."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.identifiers.context_words import platform_words, platforms
from knowledge.identifiers.undisguised import Sighting
from knowledge.text.letters import any_of, lowered

_AT = re.compile(r"(?<![A-Za-z0-9_.@/])@([A-Za-z0-9][A-Za-z0-9_.]{1,31})(?![A-Za-z0-9_@])")
_TELEGRAM_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
_MAIL = re.compile(r"(?:e-?mails?|correo|邮箱|邮件|почта)[\s:]*$")
"""Words before a mail domain that is named by its at sign."""
_BEFORE = 25
_BEHIND = 22
_NAMED_BY_LETTERS = {"wechat", "qq"}
"""Platforms whose words are followed by an account's name without more ado."""
_NUMBER_ONLY = {"qq"}
_NO_NAMES = {"whatsapp", "facebook", "youtube"}
"""Platforms on which people are not named like this: a number is a phone number there, a name is a page."""


def handles(text: str) -> Iterator[Sighting]:
    """Find names with an at sign, on Telegram unless another platform is named beside them, and names behind one.

    ``text`` is an undisguised text; values are ``platform:name``, lower-case.
    """
    lower = lowered(text)
    spans = []
    for match in _AT.finditer(text):
        if _MAIL.search(lower, max(0, match.start() - 12), match.start()):
            continue
        name = match[1].rstrip(".")
        platform = _platform_beside(lower, match.start(), match.end())
        if platform == "telegram":
            telegram = _TELEGRAM_NAME.match(name)
            name = telegram[0] if telegram else ""
        if name:
            spans.append(match.start())
            yield Sighting("handle", f"{platform}:{name.lower()}", match.start(), match.start() + 1 + len(name))
    for match in _named().finditer(text):
        found = _after_platform(match)
        if found and found.start not in spans and found.start - 1 not in spans:
            yield found


def _platform_beside(text: str, start: int, end: int) -> str:
    """Return the platform named nearest before an account in its sentence, or right behind it, else Telegram."""
    before = re.split(r"[\n.!?。！？]", text[max(0, start - _BEFORE) : start])[-1]
    found = [meaning for _, meaning in platforms().meanings(before)]
    behind = [] if found else [meaning for _, meaning in platforms().meanings(text[end : end + _BEHIND])]
    return found[-1] if found else behind[0] if behind else "telegram"


@cache
def _named() -> re.Pattern[str]:
    words = any_of(platform_words())
    sign = (
        r"[ \t]?(?:id|群号|群|号码|号|號|账号|帐号|賬號|帳號|名|아이디|ไอดี|айди)?[ \t]?"
        r"(?:[:：=]|是|为|is\b|est\b|es\b)?[ \t]?"
    )
    name = r"[A-Za-z][A-Za-z0-9_.-]{2,31}|\d{5,11}"
    return re.compile(
        rf"(?<![A-Za-z@/._-])(?P<word>{words})(?P<sign>{sign})@?(?P<name>{name})(?![A-Za-z0-9_@])", re.IGNORECASE
    )


def _after_platform(match: re.Match[str]) -> Sighting | None:
    platform = next((meaning for _, meaning in platforms().meanings(match["word"].lower())), "")
    name = match["name"].rstrip(".-")
    if platform in _NO_NAMES or not platform or name.isdigit() != (platform in _NUMBER_ONLY):
        return None
    sign = match["sign"].strip().lower()
    glued = match["sign"] == "" and match["word"].isascii() and not name.isdigit()
    unusual = re.search(r"[\d_]", name) is not None
    told = unusual and (bool(sign) or platform in _NAMED_BY_LETTERS or not match["word"].isascii())
    if glued or not (
        told or name.isdigit() or (len(name) > 4 and re.match(r"id|号|號|账|帐|賬|帳|아이디|ไอดี|айди", sign))
    ):
        return None
    if platform == "telegram" and not _TELEGRAM_NAME.fullmatch(name):
        return None
    start = match.start("name")
    return Sighting("handle", f"{platform}:{name.lower()}", start, start + len(name))
