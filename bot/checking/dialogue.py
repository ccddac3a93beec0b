"""A conversation about one case: what a message means, the case judged again as a whole, and what is asked next.

Knows neither Telegram nor the terminal. What somebody told lives in a ``Case`` that the caller keeps in memory, and
nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from bot.checking.naming import Naming
from bot.checking.situation import Assessment, Match, Situation
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.stages import Stage

Intent = Literal["situation", "follow_up", "answer", "question", "thanks", "greeting", "crisis", "other"]
Says = Literal[
    "", "thanks", "greeting", "chatter", "what-now", "sure", "more", "gone-no", "nothing-yet", "country", "language",
]  # fmt: skip
"""What the reply is about where it is no judgement."""
KEPT = 1800.0
"""Seconds after its latest message for which a case is kept."""

CRISIS, HEAVY, CRISIS_IN_A_MESSAGE = 0.35, 0.2, 0.8
"""How surely despair must be heard to be answered first, and to add one line that somebody listens; and how surely in
what is long or has a link or number in it, which others may have written."""
_SURE, _QUITE, _FAINT, _WELL_KNOWN = 0.5, 0.3, 0.2, 0.75
_SHORT, _STATED, _LONG, _LETTER = 60, 100, 200, 600
"""Characters below which a message belongs to the case it follows, and from which on it tells something."""
_MOST_TOLD = 12
LONGEST = 8_000
"""Characters of a case; what is longer, its beginning, is let go: all of it is judged again at each message."""
_ENDS = ".!?。！？…؟।"


@dataclass(frozen=True)
class Case:
    """What somebody has told so far about one matter, and what was made of it; in memory only."""

    told: tuple[str, ...] = ()
    assessment: Assessment | None = None
    asked: str = ""
    """What was asked last: ``gone``, a pattern's id, or nothing."""
    stage: Stage | None = None
    """How far it has gone, where it was said in answer to a question."""
    ruled_out: frozenset[str] = frozenset()
    """Patterns whose question was answered with no."""
    confirmed: str = ""
    """The pattern whose question was answered with yes."""
    pictures: tuple[str, ...] = ()
    """The SHA-256 of each picture that was sent, as it arrived; the pictures themselves are not kept."""

    def knows(self, pattern: str) -> bool:
        """Whether a pattern is among those that the case was judged to be like."""
        return _pattern(self, pattern) is not None


@dataclass(frozen=True)
class Turn:
    """What a message is, and what came of it."""

    intent: Intent
    case: Case | None
    """The case from now on."""
    judged: Assessment | None = None
    """The assessment to be shown; None where the message tells nothing to judge."""
    says: Says = ""
    changed: bool = False
    """Whether a follow-up or an answer has changed the judgement."""
    fresh: bool = False
    """Whether it is a new matter after another one."""
    questions: tuple[str, ...] = ()
    """The ids of the questions it may ask, the likeliest first."""
    named: str = ""
    """The country or the language that it names, by code."""
    heavy: bool = False
    """Whether despair may be heard, though not surely."""
    alone: Assessment | None = None
    """What is made of the message by itself; of a tap, nothing."""

    @property
    def shown(self) -> Assessment | None:
        """What is known of the case after the message; of one that tells nothing and belongs to none, too little."""
        if known := self.judged or (self.case.assessment if self.case else None):
            return known
        return replace(self.alone, concern="unclear", stage="unsaid", ask=False) if self.alone else None


class Checks(Protocol):
    """What a conversation needs of a checker."""

    def check(self, situation: Situation) -> Assessment:
        """Say what a situation is like."""


@dataclass(frozen=True)
class _Said:
    """A message as it is understood: its text, what is made of it alone, and what it means."""

    situation: Situation
    alone: Assessment
    meant: Mapping[str, float]

    def surest(self, *names: str) -> float:
        """Return how surely it means one of some things."""
        return sum(self.meant.get(name, 0.0) for name in names)

    @property
    def doubt(self) -> float:
        """How surely it must mean nothing of a case: an alarm is not passed over lightly."""
        return {"likely": 0.9, "possible": 0.6}.get(self.alone.concern, _QUITE)

    def is_mostly(self, *names: str) -> bool:
        """Whether it means one of some things more surely than anything else."""
        own, others = self.surest(*names), [share for name, share in self.meant.items() if name not in names]
        return own > 0 and own >= max(others, default=0.0)


_TELLING = ("situation", "follow-up", "no-despair", "new-case", "gone-yes", "gone-no")


@dataclass(frozen=True)
class Talk:
    """Understands the messages of a conversation."""

    checker: Checks
    naming: Naming = field(default_factory=Naming)

    def hear(self, situation: Situation, case: Case | None) -> Turn:
        """Return what a message is, given the case it may belong to, and the case that there is from now on."""
        alone = self.checker.check(situation)
        said = _Said(situation, alone, alone.heard.meant)
        turn = self._despair(said, case) or self._small(said, case) or self._answer(said, case)
        turn = turn or self._question(said, case) or self._told(said, case)
        return replace(turn, alone=alone, heavy=turn.intent != "crisis" and alone.heard.despair >= HEAVY)

    def answered(self, case: Case, answer: Literal["yes", "no", "unknown"], language: str, country: str | None) -> Turn:
        """Return what comes of a tap on an answer to the question that was asked."""
        return self._yes_or_no(case, answer, Situation("", language, country))

    def added(self, case: Case | None, sentence: str, language: str, country: str | None) -> Turn:
        """Return what comes of a sentence that a person has tapped."""
        return self._continued(
            case or Case(), Situation(sentence, language, country), "answer" if case else "situation"
        )

    def _despair(self, said: _Said, case: Case | None) -> Turn | None:
        passed_on = bool(said.alone.contacts.found) or len(said.situation.text) > _LETTER
        if said.alone.heard.despair < (CRISIS_IN_A_MESSAGE if passed_on else CRISIS):
            return None
        tells = len(said.situation.text) > _SHORT or case is not None
        kept = self._continued(case or Case(), said.situation, "crisis", said.alone).case if tells else case
        return Turn("crisis", kept, case.assessment if case else (kept.assessment if kept else None))

    def _small(self, said: _Said, case: Case | None) -> Turn | None:
        """Return what comes of a message that tells nothing of a case."""
        text = said.situation.text
        if len(text) > _LONG or said.alone.contacts.found:
            return None
        for kind in ("country", "language"):
            named = self.naming.country(text) if kind == "country" else self.naming.language(text)
            if named and said.is_mostly(kind) and said.surest(kind) >= _QUITE:
                return Turn("other", case, says=kind, named=named)
        for name in ("thanks", "greeting", "chatter"):
            if said.is_mostly(name) and said.surest(name) >= said.doubt:
                return Turn("other" if name == "chatter" else name, case, says=name)  # type: ignore[arg-type]
        for name in ("what-now", "sure", "more"):
            if said.is_mostly(name) and said.surest(name) >= _QUITE:
                if case is None or case.assessment is None:
                    return None if said.surest("question") >= 0.2 else Turn("other", case, says="nothing-yet")
                return Turn("follow_up", case, case.assessment, says=name)  # type: ignore[arg-type]
        return None

    def _answer(self, said: _Said, case: Case | None) -> Turn | None:
        """Return what comes of a message that answers what was asked, or says whether something is gone."""
        if case is None or case.assessment is None or len(said.situation.text) > _LONG:
            return None
        yes, no, unknown = said.surest("yes"), said.surest("no"), said.surest("unknown")
        gone_yes, gone_no = said.surest("gone-yes"), said.surest("gone-no")
        if case.asked == "gone":
            gone_yes, gone_no = gone_yes + yes, gone_no + no
        enough = _SURE if case.asked != "gone" else _QUITE
        if max(gone_yes, gone_no) >= _FAINT and max(gone_yes, gone_no) >= said.surest("question"):
            stage: Stage | None = "after" if gone_yes >= gone_no else "before"
            if max(gone_yes, gone_no) < enough and said.alone.stage != stage:
                stage = case.stage
            told = self._continued(replace(case, stage=stage, asked=""), said.situation, "answer", said.alone)
            return replace(told, says="gone-no") if stage == "before" and not told.changed else told
        if (
            said.alone.stage in ("before", "after")
            and len(said.situation.text) < _STATED
            and said.surest("question") < _QUITE
        ):
            return self._continued(
                replace(case, stage=said.alone.stage, asked=""), said.situation, "answer", said.alone
            )
        shares = {"yes": yes, "no": no, "unknown": unknown}
        answer = max(shares, key=lambda name: shares[name])
        if case.asked and case.asked != "gone" and shares[answer] >= _QUITE:
            return self._yes_or_no(case, answer, said.situation)  # type: ignore[arg-type]
        if said.is_mostly("yes", "no", "unknown") and len(said.situation.text) < _SHORT:
            return Turn("answer", replace(case, asked=""), case.assessment, says="what-now")
        return None

    def _yes_or_no(self, case: Case, answer: Literal["yes", "no", "unknown"], situation: Situation) -> Turn:
        pattern = _pattern(case, case.asked)
        before = case.assessment
        if pattern is None or before is None or answer == "unknown":
            return Turn("answer", replace(case, asked=""), before, says="what-now")
        words = pattern.guidance_in(before.language)
        told = words.yes if answer == "yes" else words.no
        against = answer == "no"
        case = replace(
            case,
            asked="",
            confirmed="" if against else pattern.id,
            ruled_out=case.ruled_out | {pattern.id} if against else case.ruled_out - {pattern.id},
        )
        return self._continued(case, replace(situation, text=told), "answer")

    def _question(self, said: _Said, case: Case | None) -> Turn | None:
        asked = said.alone.heard.asked
        best = sorted(asked, key=lambda name: -asked[name])[:3]
        if not best or len(said.situation.text) > _LONG or said.alone.contacts.found:
            return None
        asks, which = said.surest("question"), asked[best[0]]
        doubtful = said.alone.concern in ("likely", "possible") and asks < (_SURE if case else _WELL_KNOWN)
        if asks < _SURE or which < (_FAINT if case else _QUITE) or doubtful:
            return None
        if case is None and said.alone.concern in ("likely", "possible"):  # it may be what happens to them
            case = self._continued(Case(), said.situation, "question", said.alone).case
        return Turn("question", case, questions=tuple(best), named=self.naming.country(said.situation.text))

    def _told(self, said: _Said, case: Case | None) -> Turn:
        """Return what comes of a message that tells something: of the case, or of a new one."""
        if case is None or case.assessment is None:
            return self._continued(Case(), said.situation, "situation", said.alone)
        if self._is_new(said, case):
            return replace(self._continued(Case(), said.situation, "situation", said.alone), fresh=True)
        return self._continued(case, said.situation, "follow_up", said.alone)

    def _is_new(self, said: _Said, case: Case) -> bool:
        if said.surest("new-case") >= _QUITE:
            return True
        known = {match.pattern.family for match in case.assessment.matches} if case.assessment else set()
        named = said.alone.named if said.alone.concern == "likely" else None
        return len(said.situation.text) > _SHORT and named is not None and named.family not in known

    def _continued(self, case: Case, situation: Situation, intent: Intent, alone: Assessment | None = None) -> Turn:
        """Judge the whole case again with what is new in it."""
        told = (*case.told, situation.text)[-_MOST_TOLD:]
        while len(told) > 1 and sum(map(len, told)) > LONGEST:
            told = told[1:]
        if alone is not None and len(told) == 1:
            judged = alone
        else:
            judged = self.checker.check(replace(situation, text=_as_one(told), names_only=False))
            judged = _graver(judged, alone)
        judged = _weighed(judged, case)
        asked = _asks(judged, case)
        before = case.assessment
        changed = before is not None and _verdict(before) != _verdict(judged)
        return Turn(intent, replace(case, told=told, assessment=judged, asked=asked), judged, changed=changed)


def _as_one(told: tuple[str, ...]) -> str:
    """Return what was told as one account."""
    return "\n".join(part if part.rstrip()[-1:] in _ENDS else f"{part.rstrip()}{_end(part)}" for part in told)


def _end(part: str) -> str:
    return "。" if any("\u3040" <= char <= "\u9fff" for char in part) else "."


def _graver(whole: Assessment, newest: Assessment | None) -> Assessment:
    """Let the newest words weigh most: what they tell alone is not drowned by what came before."""
    if newest is None:
        return whole
    if newest.concern == "likely" and whole.concern != "likely":
        whole = replace(newest, contacts=whole.contacts)
    if newest.emergency and not whole.emergency:
        whole = replace(whole, stage=newest.stage, ask=False)
    return whole


def _weighed(judged: Assessment, case: Case) -> Assessment:
    """Let the answers that were given count."""
    if case.stage == "after" and judged.stage != "now":
        judged = replace(judged, stage="after", ask=False)
    elif case.stage == "before":
        judged = replace(judged, stage="before", ask=False)
    judged = _without(judged, case)
    confirmed = _pattern(replace(case, assessment=judged), case.confirmed)
    if confirmed is None or confirmed.kind == Kind.LEGITIMATE:
        return judged
    return replace(judged, concern="likely", by_contact=False, close=False, resembles_look_alike=False)


def _without(judged: Assessment, case: Case) -> Assessment:
    """Let what was ruled out count: a scam is not named, nor another as surely; a look-alike clears nobody."""
    first, alike = (match[0].pattern.id if match else "" for match in (judged.matches, judged.look_alikes))
    judged = replace(judged, matches=tuple(sorted(judged.matches, key=lambda match: _rank(match, case))))
    if judged.concern == "no_match" and judged.resembles_look_alike and alike in case.ruled_out:
        return replace(judged, concern="possible", resembles_look_alike=False)
    if first in case.ruled_out and not judged.close and judged.concern in ("likely", "possible"):
        return replace(judged, concern="possible" if judged.concern == "likely" else "unclear")
    return judged


def _rank(match: Match, case: Case) -> int:
    return -1 if match.pattern.id == case.confirmed else int(match.pattern.id in case.ruled_out)


def _pattern(case: Case, name: str) -> Pattern | None:
    each = (*case.assessment.matches, *case.assessment.look_alikes) if case.assessment else ()
    return next((match.pattern for match in each if match.pattern.id == name), None)


def _asks(judged: Assessment, case: Case) -> str:
    """Return what the answer asks: whether anything is gone, or the one question that would tell."""
    if judged.ask and not judged.emergency:
        return "gone"
    pattern = judged.asked_pattern
    return pattern.id if pattern and pattern.id not in {*case.ruled_out, case.confirmed} else ""


def _verdict(assessment: Assessment) -> tuple[str, str, bool]:
    return assessment.concern, assessment.named.id if assessment.named else "", assessment.emergency
