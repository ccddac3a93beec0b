"""The words of the console, and what may stand in its pages of replies to people."""

import re
from html.parser import HTMLParser

from markupsafe import Markup, escape

from bot.words.texts import LOCALES, Texts
from knowledge.text.toml_files import read_toml_file

CONSOLE = LOCALES / "console"
LANGUAGES = ("en", "zh")
_KEPT = frozenset({"b", "strong", "i", "em", "u", "s", "code", "pre", "blockquote"})
_DEFUSED = "\u2060"


def console_words() -> dict[str, Texts]:
    """Read the words of the console by language."""
    return {code: Texts(code, read_toml_file(CONSOLE / f"{code}.toml")) for code in LANGUAGES}


def language_for(chosen: str, accepted: str) -> str:
    """Return the language of a page: the chosen one, or the first one a browser accepts that there is."""
    if chosen in LANGUAGES:
        return chosen
    asked = (one.strip()[:2].lower() for one in accepted.split(","))
    return next((one for one in asked if one in LANGUAGES), LANGUAGES[0])


def named(words: Texts, what: str, code: str) -> str:
    """Return what one of our codes is called, as ``likely`` is among concerns; the code itself where it has no name."""
    key = f"{what}_{code.replace('-', '_')}"
    return words.plain(key) if words.has(key) else code


def as_page(html: str) -> Markup:
    """Return a reply to people as a page may show it: no links, no attributes, nothing but a few plain tags."""
    shown = _Shown()
    shown.feed(html)
    shown.close()
    return Markup("".join(shown.parts))


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _KEPT:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _KEPT:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(str(escape(data.replace(_DEFUSED, ""))))


def excerpt(text: str, most: int = 140) -> str:
    """Return the beginning of a text on one line."""
    words = re.sub(r"\s+", " ", text).strip()
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
