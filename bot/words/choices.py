"""Choosing a language and a country: the replies that offer them, and what a person's answer names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.checking.case import Turn
from bot.words.reply import Button, Reply, Section, fit
from bot.words.texts import Texts
from knowledge.documents.reporting import INTERNATIONAL, Country, in_language
from knowledge.ledger.chat_settings import ChatSettings
from knowledge.text.languages import INTERFACE, interface_language

Elsewhere = Mapping[str, Mapping[str, str]]
"""What countries without reporting documents are called, by code and language."""


def start_reply(texts: Texts, every: Mapping[str, Texts]) -> Reply:
    """Render the greeting, with one button a language."""
    return Reply(texts.of("start"), _language_buttons(every))


def language_reply(texts: Texts, every: Mapping[str, Texts], given: str) -> Reply:
    """Render the choice of a language, after saying that the one given is not spoken, where one was given."""
    if not given.strip():
        return Reply(texts.of("choose_language"), _language_buttons(every))
    names = ", ".join(each.plain("language_name") for each in every.values())
    return Reply(texts.of("language_unknown", given=given[:40], languages=names), _language_buttons(every))


def country_line(texts: Texts, countries: Mapping[str, Country], code: str, elsewhere: Elsewhere) -> str:
    """Return the one line that confirms a country amid something else."""
    return texts.of("country_heard", country=_named(texts, countries, elsewhere, code))


def _named(texts: Texts, countries: Mapping[str, Country], elsewhere: Elsewhere, code: str) -> str:
    if code in countries:
        return in_language(countries[code].name, texts.language)
    return elsewhere.get(code, {}).get(texts.language, code)


def country_reply(
    texts: Texts,
    countries: Mapping[str, Country],
    given: str,
    code: str | None,
    elsewhere: Elsewhere = MappingProxyType({}),
) -> Reply:
    """Render the choice of a country: confirmed where it is known, else offered; ``elsewhere`` names the others."""
    if code:
        name = _named(texts, countries, elsewhere, code)
        sections = [Section(texts.of("country_set", country=name))]
        sections += [] if code in countries else [Section(texts.of("report_unknown_country_set"))]
        return Reply(fit(sections))
    asked = texts.of("country_unknown", given=given[:40]) if given.strip() else texts.of("choose_country")
    return Reply(fit([Section(asked), Section(texts.of("country_list"))]), _country_buttons(texts, countries))


def with_named(settings: ChatSettings, turn: Turn) -> ChatSettings:
    """Return what a chat has chosen, with what a message names: a place amid a story only where none was chosen."""
    if turn.says == "language":
        return replace(settings, language=turn.named)
    if turn.says == "country":
        return replace(settings, country=turn.named or settings.country)
    return replace(settings, country=settings.country or turn.place or None)


OPTIONS = {
    "who": ("bank", "police", "company", "recruiter", "online", "family"),
    "how": ("call", "sms", "chat", "mail", "person"),
    "what": ("money", "code", "link", "app", "account", "nothing"),
}
"""What can be tapped in answer to each of the three questions to somebody who has told too little."""
TELL = "tell"


def options_reply(texts: Texts, asked: str) -> Reply:
    """Render one of the three questions with its answers; one that is not known offers nothing."""
    if asked not in OPTIONS:
        return Reply(texts.of("button_stale"))
    buttons = tuple((Button(texts.plain(f"option_{name}"), f"{TELL}:{name}"),) for name in OPTIONS[asked])
    return Reply(texts.of(f"ask_{asked}"), buttons)


def told(texts: Texts, option: str) -> str | None:
    """Return what a person tells by tapping an answer; None where there is no such answer."""
    known = any(option in names for names in OPTIONS.values())
    return texts.plain(f"told_{option}") if known else None


def find_language(given: str, every: Mapping[str, Texts]) -> str | None:
    """Return the interface language given by code or by its own name, or None where it is not spoken."""
    wanted = given.strip().casefold().replace("_", "-").partition(".")[0]
    for code, texts in every.items():
        if wanted in (code.casefold(), texts.plain("language_name").casefold()):
            return code
    base, region, _ = wanted.partition("-")
    return interface_language(wanted) if region and base in every else None


def reply_language(chosen: str | None, detected: str, fallback: str) -> str:
    """Return the language to answer in: the one chosen, else the text's own, else the person's Telegram or terminal."""
    return chosen or (detected if detected in INTERFACE else fallback)


def _language_buttons(every: Mapping[str, Texts]) -> tuple[tuple[Button, ...], ...]:
    return _rows([Button(texts.plain("language_name"), f"language:{code}") for code, texts in every.items()])


def _country_buttons(texts: Texts, countries: Mapping[str, Country]) -> tuple[tuple[Button, ...], ...]:
    """Return one button a country, by name."""
    offered = {code: country for code, country in countries.items() if code not in (INTERNATIONAL, "EU")}
    named = sorted((in_language(country.name, texts.language), code) for code, country in offered.items())
    return _rows([Button(name, f"country:{code}") for name, code in named])


def _rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Lay buttons out three a row."""
    return tuple(tuple(buttons[first : first + 3]) for first in range(0, len(buttons), 3))
