"""Situations that moderators propose for the examination, and the golden set with those that were approved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import get_args

from knowledge.documents.casebook import Casebook
from knowledge.documents.golden import Concern, Form, GoldenSituation, situation_document
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.stages import Stage
from knowledge.documents.toml import Fault, InvalidDocument
from knowledge.proposals.case_texts import KnownTexts, language_of, private_taken_out
from knowledge.proposals.overlay import HeldBack
from knowledge.proposals.proposal import Draft, Proposal

NO_PATTERN = ("everyday", "too-little")
"""What a situation may be that is no pattern's."""
_KINDS = {Kind.SCAM: "scam", Kind.ACCOMPLICE: "accomplice", Kind.LEGITIMATE: "look-alike"}
_HARMFUL: Mapping[str, Mapping[str, tuple[Concern, ...]]] = {
    "danger": {"likely": ("no_match", "unclear"), "possible": ("no_match", "unclear"), "unclear": ("no_match",)},
    "harmless": {"possible": ("likely",), "unclear": ("likely",), "no_match": ("likely",)},
    "too-little": {"unclear": ("likely", "no_match")},
}
"""For what should be said of each kind of situation, what would do harm there, as in the golden set."""
_DIGITS = 8


@dataclass(frozen=True)
class ShouldSay:
    """What an expert says of a text, as a form or a command gives it."""

    what: str
    """A pattern's or look-alike's id, or one of NO_PATTERN."""
    concern: str
    stage: str
    implicit: bool = False
    form: str = "account"
    language: str | None = None
    """Told from the text where not given."""


def situation_draft(
    text: str, should: ShouldSay, pattern: Pattern | None, known: Iterable[GoldenSituation], why: str = ""
) -> Draft:
    """Return the draft of one more situation, its text masked; ``pattern`` is the one that is named, where it is known.

    Raises:
        InvalidDocument: naming every fault of what is given; of a text that cannot be taken, why.
    """
    kind = _KINDS[pattern.kind] if pattern else should.what
    if faults := list(_faults(should, kind)):
        raise InvalidDocument("situation", faults)
    words = private_taken_out(text)
    language = should.language or language_of(words)
    if copy := _copied(words, pattern, known):
        raise InvalidDocument("situation", [Fault("text", f"{copy}, expected another person's own words")])
    situation = GoldenSituation(
        id=f"{language}-{should.what}-{sha256(words.encode()).hexdigest()[:_DIGITS]}",
        language=language,
        kind=kind,  # type: ignore[arg-type]
        patterns=(pattern.id,) if pattern else (),
        must_not=_HARMFUL[_side(kind)][should.concern],
        emergency=should.stage in ("now", "after"),
        implicit=should.implicit,
        text=words,
        form=should.form,  # type: ignore[arg-type]
        stage=should.stage,  # type: ignore[arg-type]
    )
    return Draft("golden", should.what, reason=why.strip(), situation=situation)


def _faults(should: ShouldSay, kind: str) -> Iterable[Fault]:
    if kind not in (*_KINDS.values(), *NO_PATTERN):
        yield Fault("pattern", f"{should.what[:60]!r}, expected a known pattern's id, everyday or too-little")
        return
    side = _side(kind)
    if should.concern not in (fitting := _HARMFUL[side]):
        yield Fault("concern", f"{should.concern[:20]!r} of {kind}, expected one of {', '.join(fitting)}")
    stages = get_args(Stage) if side == "danger" else ("before", "unsaid")
    if should.stage not in stages:
        yield Fault("stage", f"{should.stage[:20]!r} of {kind}, expected one of {', '.join(stages)}")
    if should.form not in get_args(Form):
        yield Fault("form", f"{should.form[:20]!r}, expected one of {', '.join(get_args(Form))}")


def _side(kind: str) -> str:
    if kind == "too-little":
        return kind
    return "danger" if kind in ("scam", "accomplice") else "harmless"


def _copied(text: str, pattern: Pattern | None, known: Iterable[GoldenSituation]) -> str:
    """Say which case or situation a text is a copy of; a case would give the answer away."""
    texts = KnownTexts(pattern.cases if pattern else ())
    for one in known:
        texts.add(one.text, f"the situation {one.id}")
    return texts.copy_of(text)


def with_situations(casebook: Casebook, approved: Iterable[Proposal]) -> tuple[Casebook, tuple[HeldBack, ...]]:
    """Return a casebook with the approved situations in its golden set, and those that cannot be taken."""
    golden = {one.id: one for one in casebook.golden}
    held_back = []
    for proposal in approved:
        if (one := proposal.draft.situation) is None:
            continue
        if one.id in golden:
            held_back.append(HeldBack(proposal.id, proposal.draft.pattern, f"{one.id}: used twice, expected it once"))
        elif one.patterns and not any(name in casebook.patterns for name in one.patterns):
            wrong = f"{one.patterns[0]}: no such pattern, expected one that is there"
            held_back.append(HeldBack(proposal.id, proposal.draft.pattern, wrong))
        else:
            golden[one.id] = one
    if len(golden) == len(casebook.golden):
        return casebook, tuple(held_back)
    return replace(casebook, golden=list(golden.values())), tuple(held_back)


def golden_files(approved: Iterable[Proposal]) -> dict[str, str]:
    """Return the approved situations as they go to the end of the golden set's files, by language."""
    files: dict[str, list[str]] = {}
    for one in (proposal.draft.situation for proposal in approved):
        if one:
            files.setdefault(one.language, []).append(situation_document(one))
    return {language: "\n".join(written) for language, written in files.items()}
