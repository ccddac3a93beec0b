"""The draft of a report on a terminal: shown, or written into a file of the person's choice."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.checking.case import Case
from bot.words.reply import Reply
from bot.words.statement import Draft, draft_of
from bot.words.texts import Texts
from knowledge.documents.pattern import Pattern
from knowledge.documents.reporting import Country


def statement_reply(
    case: Case | None,
    given: str,
    texts: Texts,
    every: Mapping[str, Texts],
    patterns: Mapping[str, Pattern],
    countries: Mapping[str, Country],
    country: str | None,
) -> Reply:
    """Return the draft of a report from a case, or where it was written: into the file that is given, if one is."""
    draft = draft_of(case, texts, every, patterns, countries, country, datetime.now(UTC).date())
    if draft is None:
        return Reply(texts.of("statement_none"))
    return _written(draft, Path(given.strip()).expanduser(), texts) if given.strip() else draft.as_screen()


def _written(draft: Draft, file: Path, texts: Texts) -> Reply:
    """Write a draft: as a PDF where the file is named so, else as a text; no file that is there already is touched."""
    pdf = draft.as_pdf() if file.suffix.lower() == ".pdf" else None
    plain = file.suffix.lower() == ".pdf" and pdf is None
    if plain:
        file = file.with_suffix(".txt")
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as into:
            into.write(pdf or draft.as_text().encode())
    except OSError as fault:
        return Reply(texts.of("statement_unsaved", file=str(file), why=fault.strerror or type(fault).__name__))
    saved = texts.of("statement_saved", file=str(file))
    return Reply(f"{texts.of('statement_txt')}\n{saved}" if plain else saved)
