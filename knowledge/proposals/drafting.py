"""What a moderator wants changed, checked and turned into drafts of proposals; no model is needed for it."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from knowledge.documents.casebook import Casebook
from knowledge.documents.golden import situation_document
from knowledge.documents.pattern import Case, Kind, Pattern
from knowledge.documents.toml import Fault, InvalidDocument, append_case, parse_pattern
from knowledge.proposals.case_texts import KnownTexts, language_of, private_taken_out
from knowledge.proposals.files import CaseRow
from knowledge.proposals.forbidden import LONGEST, hidden_characters, unfit
from knowledge.proposals.overlay import overlaid
from knowledge.proposals.proposal import Draft, Proposal
from knowledge.proposals.queue import ApprovedMark, Proposals
from knowledge.proposals.situations import ShouldSay, situation_draft, with_situations
from knowledge.text.languages import READ

CASE_LANGUAGES = (*READ, "zh-Hant")
_TEMPLATE = Path(__file__).with_name("template.toml")
_TEMPLATE_ID = "my-new-pattern"
_TEMPLATE_DAY = "2026-01-01"
_LONGEST_WHY = 1000


class Drafting:
    """Makes drafts against the documents in use: the shipped ones with all that was approved."""

    def __init__(self, proposals: Proposals, casebook: Callable[[], Casebook]) -> None:
        self.proposals = proposals
        self._casebook = casebook
        self._replayed: tuple[ApprovedMark, Mapping[str, str]] | None = None
        self._replaying = Lock()

    def documents(self, today: date) -> Mapping[str, str]:
        """Return the shipped documents with the approved proposals replayed, by pattern: once for what is approved."""
        mark = self.proposals.approved_mark(today)
        with self._replaying:
            if self._replayed is None or self._replayed[0] != mark:
                documents, _ = overlaid(self._casebook().documents, self.proposals.approved(today))
                self._replayed = mark, MappingProxyType(documents)
            return self._replayed[1]

    def case_draft(
        self, pattern: str, text: str, *, emergency: bool, today: date, language: str | None = None
    ) -> Draft:
        """Return the draft of one more case, its text masked; the language is told from the text where not given.

        Raises:
            InvalidDocument: naming what is wrong: the pattern is not known, the text is too long, or it is a copy.
        """
        documents = self.documents(today)
        if pattern not in documents:
            raise InvalidDocument("case", [Fault("pattern", f"{pattern!r}, expected a known pattern's id")])
        if language and language not in CASE_LANGUAGES:
            wrong = f"{language!r}, expected one of {', '.join(CASE_LANGUAGES)}"
            raise InvalidDocument("case", [Fault("language", wrong)])
        words = private_taken_out(text)
        case = Case(language or language_of(words), words, emergency)
        if copy := KnownTexts(parse_pattern(documents[pattern], pattern).cases).copy_of(words):
            raise InvalidDocument("case", [Fault("text", f"{copy}, expected another person's own words")])
        return Draft("case", pattern, case=case)

    def golden_draft(self, text: str, should: ShouldSay, today: date, why: str = "") -> Draft:
        """Return the draft of one more situation for the examination, its text masked.

        Raises:
            InvalidDocument: naming what is wrong: something in what should be said, or the text.
        """
        if should.language and should.language not in CASE_LANGUAGES:
            wrong = f"{should.language[:20]!r}, expected one of {', '.join(CASE_LANGUAGES)}"
            raise InvalidDocument("situation", [Fault("language", wrong)])
        if faults := _reason_faults(why, needed=False):
            raise InvalidDocument("situation", faults)
        document = self.documents(today).get(should.what)
        pattern = parse_pattern(document, should.what) if document else None
        return situation_draft(text, should, pattern, self.casebook(today).golden, why)

    def casebook(self, today: date) -> Casebook:
        """Return the shipped casebook with all that was approved."""
        revised = self._casebook().revised(self.documents(today))
        return with_situations(revised, self.proposals.approved(today))[0]

    def case_drafts(self, rows: Sequence[CaseRow], documents: Mapping[str, str]) -> tuple[list[Draft], list[str]]:
        """Return the drafts of cases read from files, masked, and a line for each that cannot be taken.

        ``documents`` are those that the cases belong to: the ones in use, and new ones of the same import.
        """
        told: dict[str, KnownTexts] = {}
        drafts, bad = [], []
        for row in rows:
            name, case = row.draft.pattern, row.draft.case
            assert case is not None
            known = told.get(name) or told.setdefault(name, KnownTexts(parse_pattern(documents[name], name).cases))
            try:
                words = private_taken_out(case.text)
            except InvalidDocument as invalid:
                bad += [f"{row.place}: {fault}" for fault in invalid.faults]
                continue
            if copy := known.copy_of(words):
                bad.append(f"{row.place}: text: {copy}, expected another person's own words")
            known.add(words, row.place)
            drafts.append(Draft("case", name, case=Case(case.language, words, case.emergency)))
        return drafts, bad

    def document_draft(self, text: str, name: str, today: date, *, why: str = "") -> Draft:
        """Return the draft of a whole document: ``pattern`` where its id is new, ``edit`` where it is known.

        ``name`` is its file's name, or another word for its place.

        Raises:
            InvalidDocument: naming every fault; an edit that changes nothing is one.
        """
        if len(text) > LONGEST:
            wrong = f"{len(text):,} characters, expected at most {LONGEST:,}"
            raise InvalidDocument(name, [Fault("document", wrong)])
        if hidden := hidden_characters(text, "\n\r\t"):
            wrong = f"holds the invisible character {hidden}, expected plain text"
            raise InvalidDocument(name, [Fault("document", wrong)])
        text = text.replace("\r\n", "\n").rstrip() + "\n"
        pattern = parse_pattern(text, name)
        before = self.documents(today).get(pattern.id)
        faults = list(unfit(pattern, parse_pattern(before, pattern.id) if before else None))
        if before is not None and before.rstrip() == text.rstrip():
            faults.append(Fault("document", "the same as the one in use, expected a change"))
        if pattern.id == _TEMPLATE_ID:
            faults.append(Fault("id", f"{_TEMPLATE_ID!r} is the template's, expected one of its own"))
        for number, source in enumerate(pattern.sources):
            if source.checked > today + timedelta(days=1):  # it is tomorrow somewhere
                wrong = f"{source.checked}, expected the day it was read, up to {today}"
                faults.append(Fault(f"sources.{number}.checked", wrong))
        faults += _reason_faults(why, needed=False)
        if faults:
            raise InvalidDocument(name, faults)
        return Draft("pattern" if before is None else "edit", pattern.id, content=text, reason=why)

    def edited_draft(self, text: str, proposal: Proposal, today: date) -> Draft:
        """Return the draft of a proposal with another document; see ``document_draft``.

        Raises:
            InvalidDocument: naming every fault; an edit that changes nothing, or the pattern's id, is one.
        """
        draft, before = self.document_draft(text, "document", today), proposal.draft
        faults = []
        if draft.pattern != before.pattern:
            faults.append(Fault("id", f"{draft.pattern!r}, expected {before.pattern!r} as it was proposed"))
        if draft.content.rstrip() == before.content.rstrip():
            faults.append(Fault("document", "the same as the one proposed, expected a change"))
        if faults:
            raise InvalidDocument("document", faults)
        return replace(before, content=draft.content)

    def retire_draft(self, pattern: str, why: str, today: date) -> Draft:
        """Return the draft that takes a pattern out.

        Raises:
            InvalidDocument: the pattern is not known, the last of its side, or no reason is given.
        """
        documents = self.documents(today)
        faults = _reason_faults(why, needed=True)
        if pattern not in documents:
            faults.append(Fault("pattern", f"{pattern!r}, expected a known pattern's id"))
        elif missing := one_sided(one.kind for one in self._others(documents, pattern)):
            faults.append(Fault("pattern", f"{pattern!r} is the last {missing} one, expected another to be left"))
        if faults:
            raise InvalidDocument("retire", faults)
        return Draft("retire", pattern, reason=why.strip())

    def _others(self, documents: Mapping[str, str], pattern: str) -> list[Pattern]:
        every = self._casebook().revised(documents).patterns
        return [one for name, one in every.items() if name != pattern]

    def diff(self, draft: Draft, today: date) -> str:
        """Return what a draft changes in the document in use, as a unified diff."""
        before = "" if draft.situation else self.documents(today).get(draft.pattern, "")
        name = f"{draft.pattern}.toml"
        return difference(before, changed(before, draft), f"{name} in use", f"{name} proposed")

    def preview(self, draft: Draft, today: date) -> Pattern:
        """Return the pattern as it will be; of one that is to be retired, as it is.

        Raises:
            InvalidDocument: the document in use has changed so that the draft no longer fits it.
        """
        before = self.documents(today).get(draft.pattern, "")
        return parse_pattern(before if draft.kind == "retire" else changed(before, draft), draft.pattern)

    def template(self, today: date) -> str:
        """Return a filled-in document for a new pattern, with comments that say what each part is."""
        return _TEMPLATE.read_text("utf-8").replace(_TEMPLATE_DAY, today.isoformat())


def difference(before: str, after: str, name: str, other: str) -> str:
    """Return what differs between two documents, as a unified diff."""
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), name, other, lineterm=""))


def changed(document: str, draft: Draft) -> str:
    """Return a document as a draft makes it; empty where it is taken out, and a situation as it stands by itself."""
    if draft.situation is not None:
        return situation_document(draft.situation)
    if draft.case is not None:
        case = draft.case
        return append_case(document, case.language, case.text, emergency=case.emergency) if document else ""
    return draft.content


def one_sided(kinds: Iterable[Kind]) -> str:
    """Name the side, dangerous or legitimate, that has no pattern, since nothing can be judged then; empty if none."""
    sides = {kind == Kind.LEGITIMATE for kind in kinds}
    if len(sides) == 2:
        return ""
    return "dangerous" if True in sides else "legitimate"


def _reason_faults(why: str, *, needed: bool) -> list[Fault]:
    if needed and not why.strip():
        return [Fault("why", "empty, expected the reason in a few words")]
    if len(why) > _LONGEST_WHY:
        return [Fault("why", f"{len(why):,} characters, expected at most {_LONGEST_WHY:,}")]
    return []
