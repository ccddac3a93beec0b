"""A text as identifiers are looked for in it: its disguises undone, each character still knowing where it stood."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

IdentifierKind = Literal["phone", "link", "email", "handle", "iban", "card", "wallet"]

GLUED = r"\u0e00-\u0e7f\u1100-\u11ff\u3001-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Character class of the scripts written up against Latin letters without a blank: Chinese, kana, Hangul, Thai."""

HIDDEN = "\x00"
"""Stands in a text for each character of an identifier that is already found."""


@dataclass(frozen=True)
class Sighting:
    """An identifier found in an undisguised text, and where it stands there."""

    kind: IdentifierKind
    value: str
    start: int
    end: int
    country: str | None = None
    host: str = ""
    shown: str = ""


@dataclass(frozen=True)
class Undisguised:
    """A changed text, and for each of its characters the span of the written text that it stands for."""

    text: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the written text of a span of this one, not empty."""
        return self.starts[start], self.ends[end - 1]

    def replaced(self, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]) -> "Undisguised":
        """Return the text with each match replaced; its characters then stand for the whole match."""
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for match in pattern.finditer(self.text):
            new = replacement(match)
            if new == match[0] or match.start() == match.end():
                continue
            first, last = self.span(*match.span())
            parts += [self.text[at : match.start()], new]
            starts += self.starts[at : match.start()] + [first] * len(new)
            ends += self.ends[at : match.start()] + [last] * len(new)
            at = match.end()
        if not at:
            return self
        return Undisguised("".join([*parts, self.text[at:]]), starts + self.starts[at:], ends + self.ends[at:])


def undisguised(text: str) -> Undisguised:
    """Return the text with plain digits and letters, without invisible characters, and with its addresses refanged.

    Letters of other scripts stay, also where they look like Latin ones: they are what gives a false host away.
    """
    return _refanged(_plain(text))


def hide(text: str, found: Iterable[Sighting]) -> str:
    """Return an undisguised text, as long as before, with what is already found put out of sight."""
    parts, at = [], 0
    for one in sorted(found, key=lambda one: one.start):
        parts += [text[at : one.start], HIDDEN * (one.end - one.start)]
        at = one.end
    return "".join([*parts, text[at:]])


def _plain(text: str) -> Undisguised:
    if text.isascii():
        return Undisguised(text, list(range(len(text))), list(range(1, len(text) + 1)))
    written = [_plain_character(char) for char in text]
    places = [place for place, new in enumerate(written) for _ in new]
    return Undisguised("".join(written), places, [place + 1 for place in places])


def _plain_character(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if unicodedata.category(char) in ("Cf", "Cs") or "\ufe00" <= char <= "\ufe0f" or char == "\u20e3":
        return ""  # invisible, or the two marks that make a digit a key-cap emoji
    plain = unicodedata.normalize("NFKC", char)
    return plain.translate(_HYPHENS) if len(plain) <= 4 else char


_HYPHENS = str.maketrans("\u2010\u2011\u2212", "---")

_WORDS_FOR_DOT = "dot|точка|點|点|ドット|닷|점|จุด|نقطة|डॉट"
_LATIN_DOT = "point|punkt|punto|ponto|titik|chấm"
_SAID_TLD = (
    "com|net|org|info|biz|top|xyz|vip|shop|site|online|club|live|app|io|co|cc|cn|ru|su|vn|id|br|es|fr|de|uk|us|in|th|jp|kr|sg"
    "|hk|tw|my|ком|ру|рф|support|help|icu|work|fun|win|store|link|click"
)
_PLAIN_TLD = "com|net|org|info|biz|xyz|vip|icu|cc|cn|ru|top"
"""Suffixes that are no words of their own."""
_SAID_LETTERS = {"ком": "com", "ру": "ru"}
_GOES_ON = r"(?:and|to|or|then|now|for|y|et|und|untuk|dan|để|và)\b"
_SCHEME = re.compile(
    r"(?i)(?<![A-Za-z0-9])(?:hxxp|h\*\*p|hxtp|htxp|http)(s?)\s?(?:\[:\]|\(:\)|:|\[:(?=//\]))\s?(?:\[?//\]?)\s?"
)
_BRACKETED_DOT = re.compile(rf"(?i)\s?[\[({{<]\s?(?:\.|{_WORDS_FOR_DOT}|{_LATIN_DOT})\s?[\])}}>]\s?(?=\w)")
_BRACKETED_AT = re.compile(r"(?i)\s?[\[({<]\s?(?:at|@|собака|arroba)\s?[\])}>]\s?(?=\w)")
_SPOKEN_DOT = re.compile(
    rf"(?i)(?<=\w)\s\b(?:{_WORDS_FOR_DOT})\b\s({_SAID_TLD})(?![^\W{GLUED}]|-)"
    rf"|(?<=\w)\s(?:{_LATIN_DOT})\s(com|net|org|fr|vn|ru|br)(?![\w-])"
)
_GLUED_DOT = re.compile(rf"(?i)(?<=[a-z0-9])\s?(?:点|點)\s?({_SAID_TLD})(?![a-z0-9-])")
_FULL_STOP = re.compile(r"(?<=[A-Za-z0-9])。(?=[A-Za-z]{2})")
_WWW = re.compile(r"(?i)\bwww\s{0,2}\.\s{0,2}(?=\w)")
_BLANK_BEFORE_DOT = re.compile(rf"(?i)(?<=[^\W_])[ ]{{1,2}}\.[ ]{{0,2}}({_SAID_TLD})(?![\w-])")
_BLANK_AFTER_DOT = re.compile(
    rf"(?<=[^\W_]{{2}})\.[ ]({_PLAIN_TLD})(?:(?=[/:?,.!;)]|$|\n|[{GLUED}])|(?= {_GOES_ON})|(?= [^a-zà-ÿ]))(?![\w-])"
)
_LAST_WORD = re.compile(r"(?i)(?:[a-z0-9а-яё-]{4,}|[a-z-]*\d[a-z0-9-]*)$")
_OF_SENTENCES = frozenset(
    ("with", "ends", "ending", "like", "only", "that", "this", "avec", "finit", "termina", "acaba", "endet")
)
"""Words that stand before a suffix where people talk of one."""


def _refanged(seen: Undisguised) -> Undisguised:
    seen = seen.replaced(_SCHEME, lambda match: f"http{match[1].lower()}://")
    if "." not in seen.text and not _SAYS_DOT.search(seen.text):
        return seen
    seen = seen.replaced(_BRACKETED_DOT, lambda _: ".")
    seen = seen.replaced(_BRACKETED_AT, lambda _: "@")
    seen = seen.replaced(_SPOKEN_DOT, lambda match: _joined(match, match[1] or match[2]))
    seen = seen.replaced(_GLUED_DOT, lambda match: "." + _said(match[1]))
    seen = seen.replaced(_FULL_STOP, lambda _: ".")
    seen = seen.replaced(_WWW, lambda _: "www.")
    seen = seen.replaced(_BLANK_BEFORE_DOT, lambda match: _joined(match, match[1]))
    return seen.replaced(_BLANK_AFTER_DOT, lambda match: "." + match[1])


_SAYS_DOT = re.compile(rf"(?i){_WORDS_FOR_DOT}|{_LATIN_DOT}|。")


def _joined(match: re.Match[str], tld: str) -> str:
    """Join a suffix to the word before it, unless that word is of a sentence about suffixes."""
    word = _LAST_WORD.search(match.string, max(0, match.start() - 40), match.start())
    return "." + _said(tld) if word and word[0].lower() not in _OF_SENTENCES else match[0]


def _said(tld: str) -> str:
    return _SAID_LETTERS.get(tld.lower(), tld)
