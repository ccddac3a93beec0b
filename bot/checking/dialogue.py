"""A conversation about one case: what a message means, the case judged again as a whole, and what is asked next.

Knows neither Telegram nor the terminal. What somebody told lives in a ``Case`` that the caller keeps, see case.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from bot.checking.case import Case, Intent, Turn, asks, verdict, weighed
from bot.checking.naming import Naming
from bot.checking.situation import Assessment, Situation
from knowledge.documents.pattern import Kind
from knowledge.documents.stages import Stage
from knowledge.text.languages import is_foreign

CRISIS, HEAVY, CRISIS_IN_A_MESSAGE = 0.35, 0.2, 0.8
"""How surely despair must be heard to be answered first, and to add one line that somebody listens; and how surely in
what is long or has a link or number in it, which others may have written."""
_CERTAIN, _PLAIN, _SURE, _QUITE, _FAINT, _WELL_KNOWN = 0.7, 0.6, 0.5, 0.3, 0.2, 0.75
_TRACE, _FAMILIAR, _HINTED = 0.1, 0.9, 0.08
"""How faintly it must be about a feeling; how surely it must be one question that is known, and how faintly a question
at all, for it to be that one."""
_BARE, _SHORT, _STATED, _LONG, _LETTER = 16, 60, 100, 200, 600
"""Characters of a bare yes or no, those below which a message belongs to the case it follows, and from which on it
tells something."""


class Checks(Protocol):
    """What a conversation needs of a checker."""

    def check(self, situation: Situation) -> Assessment:
        """Say what a situation is like."""


@dataclass(frozen=True)
class _Said:
    """A message as it is understood: its text, what is made of it alone, and what it means."""

    situation: Situation
    alone: Assessment

    @property
    def meant(self) -> Mapping[str, float]:
        """How surely it means each thing."""
        return self.alone.heard.meant

    @property
    def brief(self) -> bool:
        """Whether it is short enough to be somebody's own line, with no link or number to look at."""
        return len(self.situation.text) <= _LONG and not self.alone.contacts.found

    def surest(self, *names: str) -> float:
        """Return how surely it means one of some things."""
        return sum(self.meant.get(name, 0.0) for name in names)

    @property
    def heavy(self) -> bool:
        """Whether despair may be heard; a faint trace of it must be about how somebody feels, not about a stranger."""
        despair = self.alone.heard.despair
        return despair >= CRISIS or (despair >= HEAVY and self.surest("despair", "no-despair") >= _TRACE)

    @property
    def familiar(self) -> bool:
        """Whether it can hardly be anything but one of the questions that are known."""
        return max(self.alone.heard.asked.values(), default=0.0) >= _FAMILIAR and self.surest("question") >= _HINTED

    @property
    def doubt(self) -> float:
        """How surely it must mean nothing of a case: an alarm is not passed over lightly."""
        return {"likely": 0.9, "possible": 0.6}.get(self.alone.concern, _QUITE)

    def is_mostly(self, *names: str) -> bool:
        """Whether it means one of some things more surely than anything else."""
        own, others = self.surest(*names), [share for name, share in self.meant.items() if name not in names]
        return own > 0 and own >= max(others, default=0.0)


@dataclass(frozen=True)
class Talk:
    """Understands the messages of a conversation."""

    checker: Checks
    naming: Naming = field(default_factory=Naming)

    def hear(self, situation: Situation, case: Case | None) -> Turn:
        """Return what a message is, given the case it may belong to, and the case that there is from now on."""
        alone = self.checker.check(situation)
        said = _Said(situation, alone)
        turn = self._despair(said, case) or self._small(said, case) or self._answer(said, case)
        turn = turn or self._question(said, case) or self._told(said, case)
        told_before = case is not None and case.foreign
        foreign = turn.judged is not None and not situation.names_only and is_foreign(situation.text)
        if turn.case and (foreign or told_before):
            turn = replace(turn, case=replace(turn.case, foreign=True))
        heavy = turn.intent != "crisis" and said.heavy
        return replace(turn, alone=alone, heavy=heavy, foreign=foreign and not told_before)

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
        plain = said.surest("gone-yes", "gone-no", "yes", "no", "what-now") >= _PLAIN  # it says something else clearly
        if said.alone.heard.despair < (CRISIS_IN_A_MESSAGE if passed_on or plain else CRISIS):
            return None
        if case is None and len(said.situation.text) <= _SHORT:
            return Turn("crisis", None)
        return self._continued(case or Case(), said.situation, "crisis", said.alone)

    def _small(self, said: _Said, case: Case | None) -> Turn | None:
        """Return what comes of a message that tells nothing of a case."""
        if not said.brief:
            return None
        text = said.situation.text
        for kind in ("country", "language"):
            named = self.naming.country(text) if kind == "country" else self.naming.language(text)
            nowhere = kind == "country" and said.surest(kind) >= _CERTAIN  # a country, whichever it may be
            if (named or nowhere) and said.is_mostly(kind) and said.surest(kind) >= _QUITE:
                return Turn("other", case, says=kind, named=named)
        for name in ("thanks", "greeting", "chatter"):
            if said.is_mostly(name) and said.surest(name) >= said.doubt:
                return Turn("other" if name == "chatter" else name, case, says=name)  # type: ignore[arg-type]
        for name in ("what-now", "sure", "more"):
            if said.is_mostly(name) and said.surest(name) >= _QUITE and not said.familiar:
                if case is None or case.assessment is None:
                    return None if said.surest("question") >= _FAINT else Turn("other", case, says="nothing-yet")
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
            case.asked
            and said.alone.stage in ("before", "after")
            and len(said.situation.text) < _STATED
            and said.surest("question") < _QUITE
        ):
            return self._continued(
                replace(case, stage=said.alone.stage, asked=""), said.situation, "answer", said.alone
            )
        shares = {"yes": yes, "no": no, "unknown": unknown}
        answer = max(shares, key=lambda name: shares[name])
        if case.asked and case.asked != "gone" and shares[answer] >= _QUITE:
            if answer == "no" and len(said.situation.text) > _BARE and _is_harmless(case):
                return self._continued(replace(case, asked=""), said.situation, "answer", said.alone)
            return self._yes_or_no(case, answer, said.situation)  # type: ignore[arg-type]
        if said.is_mostly("yes", "no", "unknown") and len(said.situation.text) < _SHORT:
            return Turn("answer", replace(case, asked=""), case.assessment, says="what-now")
        return None

    def _yes_or_no(self, case: Case, answer: Literal["yes", "no", "unknown"], situation: Situation) -> Turn:
        pattern, before = case.pattern(case.asked), case.assessment
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
        if not best or not said.brief:
            return None
        asks, which = said.surest("question"), asked[best[0]]
        doubtful = said.alone.concern in ("likely", "possible") and asks < (_SURE if case else _WELL_KNOWN)
        if (asks < _SURE and not (case and said.familiar)) or doubtful or (case is None and which < _QUITE):
            return None
        if case is None and said.alone.concern in ("likely", "possible"):  # it may be what happens to them
            case = self._continued(Case(), said.situation, "question", said.alone).case
        country = self.naming.country(said.situation.text)
        return Turn("question", case, questions=tuple(best), doubtful=which < _FAINT, named=country)

    def _told(self, said: _Said, case: Case | None) -> Turn:
        """Return what comes of a message that tells something: of the case, or of a new one."""
        if case is None or case.assessment is None:
            return self._continued(Case(), said.situation, "situation", said.alone)
        if self._is_new(said, case):
            return replace(self._continued(Case(), said.situation, "situation", said.alone), fresh=True)
        if said.alone.emergency:  # whatever was said before, it has come to that now
            case = replace(case, stage=None)
        return self._continued(case, said.situation, "follow_up", said.alone)

    def _is_new(self, said: _Said, case: Case) -> bool:
        if said.surest("new-case") >= _QUITE:
            return True
        known = {match.pattern.family for match in case.assessment.matches} if case.assessment else set()
        named = said.alone.named if said.alone.concern == "likely" else None
        return len(said.situation.text) > _SHORT and named is not None and named.family not in known

    def _continued(self, case: Case, situation: Situation, intent: Intent, alone: Assessment | None = None) -> Turn:
        """Judge the whole case again with what is new in it."""
        before, case = case.assessment, case.telling(situation.text)
        whole = alone if len(case.told) == 1 else None
        whole = whole or self.checker.check(replace(situation, text=case.account, names_only=False))
        judged = weighed(whole, alone, case)
        changed = before is not None and verdict(before) != verdict(judged)
        return Turn(intent, replace(case, assessment=judged, asked=asks(judged, case)), judged, changed=changed)


def _is_harmless(case: Case) -> bool:
    """Whether what was asked is about a look-alike: a no that says more, like "no, they never asked for money", is told
    as it stands, since what it denies is not what was asked."""
    pattern = case.pattern(case.asked)
    return pattern is not None and pattern.kind == Kind.LEGITIMATE
