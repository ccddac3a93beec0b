"""Files of patterns and cases as drafts of proposals: all of them, or every fault of every file."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from knowledge.documents.toml import InvalidDocument
from knowledge.proposals.drafting import Drafting
from knowledge.proposals.files import BadRows, CaseRow, is_pattern, line_of, read_rows, read_text
from knowledge.proposals.proposal import Draft


def imported(files: Sequence[Path], drafting: Drafting, now: datetime) -> list[Draft]:
    """Return a draft for each document that differs from the one in use, and for each case, as one batch.

    Cases may belong to patterns that come in the same batch.

    Raises:
        BadRows: naming every fault; nothing is to be taken then.
    """
    documents = dict(drafting.documents(now.date()))
    bad: list[str] = []
    whole: dict[str, Draft] = {}
    rows: list[CaseRow] = []
    of_cases: list[Path] = []
    for file in files:
        try:
            if not is_pattern(file):
                of_cases.append(file)
            elif draft := _document(file, drafting, now, documents.get(file.stem, "")):
                bad += [f"{file}: id: {draft.pattern!r} stands twice, expected it once"] * (draft.pattern in whole)
                whole[draft.pattern] = draft
        except BadRows as faults:
            bad += faults.lines
    documents.update({name: draft.content for name, draft in whole.items()})
    for file in of_cases:
        try:
            rows += read_rows(file, documents)
        except BadRows as faults:
            bad += faults.lines
    cases, faulty = drafting.case_drafts(rows, documents)
    if not (bad or faulty or whole or cases):
        bad.append("nothing to import: every document is as the one in use, expected a change")
    if bad or faulty:
        raise BadRows(bad + faulty)
    batch = f"import {now:%Y-%m-%d %H:%M:%S}"
    return [replace(draft, batch=batch) for draft in (*whole.values(), *cases)]


def _document(file: Path, drafting: Drafting, now: datetime, in_use: str) -> Draft | None:
    """Return the draft of a document's file; None where it is as the one in use.

    Raises:
        BadRows: naming every fault.
    """
    text = read_text(file)
    if in_use and text.rstrip() == in_use.rstrip():
        return None
    try:
        return drafting.document_draft(text, file.name, now.date())
    except InvalidDocument as invalid:
        lines = [(line_of(text, fault.place), fault) for fault in invalid.faults]
        raise BadRows([f"{file}:{line}: {fault}" if line else f"{file}: {fault}" for line, fault in lines]) from invalid
