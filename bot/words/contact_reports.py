"""Reporting a contact: which one a button means, what would be kept, and what came of it."""

from collections.abc import Callable, Iterable
from hashlib import sha256

from bot.words.contacts import REPORT, defused, undefused
from bot.words.reply import Button, Reply
from bot.words.texts import Texts, displayable
from knowledge.documents.official import OfficialBody
from knowledge.documents.reporting import in_language
from knowledge.identifiers.finding import Identifier
from knowledge.identifiers.masked_form import mask
from knowledge.ledger.contact_reports import REPORTABLE, ReportOutcome

_DIGEST = 11  # with the longest verb and the longest id of a pattern, 64 bytes
_MOST_BUTTONS = 2


def digest(identifier: Identifier) -> str:
    """Return what a button calls an identifier by; it tells nothing to who cannot see the message."""
    return sha256(f"{identifier.kind}\n{identifier.value}".encode()).hexdigest()[:_DIGEST]


def report_buttons(identifiers: Iterable[Identifier], pattern: str | None, texts: Texts) -> list[tuple[Button, ...]]:
    """Return a button for each of the first identifiers that can be reported."""
    each = list({digest(one): one for one in identifiers if one.kind in REPORTABLE}.items())[:_MOST_BUTTONS]
    label = texts.plain("button_report_contact")
    several = len(each) > 1
    return [
        (Button(f"{label}: {_short(one.written)}" if several else label, f"{REPORT}:{name}:{pattern or ''}"),)
        for name, one in each
    ]


def _short(written: str) -> str:
    written = displayable(written)
    return written if len(written) <= 24 else written[:24] + "…"


def meant(name: str, texts: Iterable[str], find: Callable[[str], Iterable[Identifier]]) -> Identifier | None:
    """Return the identifier that a button means, found anew in the messages around it; None where it is not there."""
    found = (identifier for text in texts for identifier in find(undefused(text)))
    return next((identifier for identifier in found if digest(identifier) == name), None)


def asked(identifier: Identifier, pattern: str, texts: Texts) -> Reply:
    """Render what would be kept of a report, with the choice."""
    html = texts.of(
        "report_contact_ask",
        written=defused(identifier),
        kind=texts.plain(f"kind_{identifier.kind}"),
        masked=mask(identifier.kind, identifier.value),
    )
    name = digest(identifier)
    yes = Button(texts.plain("button_report_yes"), f"{REPORT}_yes:{name}:{pattern}")
    return Reply(html, ((yes, Button(texts.plain("button_report_no"), f"{REPORT}_no:")),))


_WORDS: dict[ReportOutcome, str] = {
    "kept": "report_contact_done",
    "again": "report_contact_again",
    "own": "report_contact_own",
    "many": "report_contact_many",
    "safelisted": "report_contact_safelisted",
}


def outcome_reply(outcome: ReportOutcome, owner: OfficialBody | None, texts: Texts) -> Reply:
    """Render what came of a report."""
    body = in_language(owner.name, texts.language) if owner else ""
    return Reply(texts.of(_WORDS[outcome], body=body))


def appeal_reply(outcome: str, texts: Texts) -> Reply:
    """Render what came of an appeal: ``kept``, ``none``, ``many``, or ``usage`` where no contact was named."""
    words = {"kept": "appeal_done", "none": "appeal_none", "many": "report_contact_many", "usage": "appeal_usage"}
    return Reply(texts.of(words[outcome]))


def split_data(data: str) -> tuple[str, str]:
    """Return the identifier's digest and the pattern of a button."""
    _, name, pattern, *_ = [*data.split(":"), "", ""]
    return name, pattern
