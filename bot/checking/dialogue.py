"""A conversation about one case: what a message means, the case judged again as a whole, and what is asked next.

Knows neither Telegram nor the terminal. What somebody told lives in a ``Case`` that the caller keeps, see case.py.
"""

from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, get_args

from bot.checking.asking import Asking
from bot.checking.case import (
    Case,
    Intent,
    Turn,
    apart,
    asks,
    counted,
    disowned,
    doubting,
    graver,
    is_lighter,
    no_graver,
    reconsidered,
    unasked,
    verdict,
    weighed,
    wondering,
)
from bot.checking.naming import Naming
from bot.checking.said import (
    BARE,
    CRISIS,
    CRISIS_AMID,
    CRISIS_IN_A_MESSAGE,
    HEAVY,
    LETTER,
    LONG,
    SHORT,
    STATED,
    TRACE,
    Said,
)
from bot.checking.situation import BLACKMAIL, Assessment, Situation
from knowledge.documents.pattern import Kind
from knowledge.documents.stages import Loss, Stage
from knowledge.text.languages import base, is_foreign
from knowledge.text.scripts import extent
from knowledge.text.sentences import clauses

_SURELY_NOTHING, _BEYOND_DOUBT, _CERTAIN, _PLAIN = 0.97, 0.9, 0.7, 0.65
_SURE, _QUITE, _FAINT, _HINTED = 0.5, 0.3, 0.2, 0.1
_ASKED, _ASKED_GRAVELY = (1.05, 1.1), (1.2, 1.2)
"""How surely a question must be asked, and in words that may tell what happens to them: at first, and amid a case; see
``Said.asks`` and ``Said.asks_amid``."""

_ANY_QUESTION, _PROBABLY = 0.8, 0.3
"""How surely it must be a question at all, and how surely then one of those that are known, to be answered amid what
sounds like a scam."""
_TOUCHED = 0.75
"""How surely a further word must be about one of the known questions for its answer to be given with the case's."""
_AFTER_A_LOSS = ("how-fast-to-act", "money-back", "pending-payment", "bank-must-refund")
"""How the ids of those questions begin that only somebody asks who has lost something."""
_PARTS = 12
"""Parts of a message at most that are listened to one by one."""
_NUMBER, _MINOR = "check-number", "under-18-blackmail"
"""The known questions whose a number is, and of somebody under 18 who is blackmailed."""
_MONEY: tuple[Loss, ...] = ("money", "cash")
_STAYS_GONE: tuple[Loss, ...] = ("code", "card", "document", "access", "picture", "account", "work")
"""What "no money is gone" does not bring back."""

Choice = Literal["country", "language"]
_CHOICES: tuple[Choice, ...] = get_args(Choice)


class Checks(Protocol):
    """What a conversation needs of a checker."""

    def check(self, situation: Situation) -> Assessment:
        """Say what a situation is like."""


@dataclass(frozen=True)
class Talk:
    """Understands the messages of a conversation."""

    checker: Checks
    naming: Naming = field(default_factory=Naming)
    asking: Asking = field(default_factory=Asking)

    def hear(self, situation: Situation, case: Case | None) -> Turn:
        """Return what a message is, given the case it may belong to, and the case that there is from now on."""
        place = self._place(situation)
        said = self._understood(replace(situation, country=place or situation.country))
        before, case = case or Case(), case if case and case.told else None
        turn = (
            self._despair(said, case, despaired=before.despaired)
            or (self._where(said, case) if before.despair else None)
            or self._about_a_number(said, case)
            or self._under_age(said, case)
            or self._small(said, case)
            or self._another(said, case)
            or self._checked(said, case)
            or self._answer(said, case)
            or self._question(said, case)
            or self._told(said, case)
        )
        turn = self._touching(reconsidered(turn, said.alone, case), said)
        turn = replace(_listened(turn, before), place=place)
        told_before = case is not None and case.foreign
        foreign = turn.judged is not None and not situation.names_only and is_foreign(situation.text)
        if turn.case and (foreign or told_before):
            turn = replace(turn, case=replace(turn.case, foreign=True))
        turn = counted(self._pointing(turn, said), case)
        heavy = turn.intent != "crisis" and said.heavy and said.alone.stage != "now"
        return replace(turn, alone=said.alone, asked=said.asked, heavy=heavy, foreign=foreign and not told_before)

    def _place(self, situation: Situation) -> str:
        """Return the country that somebody says to be in, in their own words; what was handed on is a stranger's."""
        if situation.origin or situation.names_only or extent(situation.text) > LETTER:
            return ""
        return self.naming.own(situation.text)

    def _pointing(self, turn: Turn, said: Said) -> Turn:
        """Return a turn whose case points to the country that what was told has signs of."""
        if turn.case is None or said.situation.country:
            return turn
        told = turn.case.account or said.situation.text
        towards = self.naming.towards(told, said.alone.language)
        return replace(turn, case=replace(turn.case, towards=towards)) if towards else turn

    def _understood(self, situation: Situation) -> Said:
        said = Said(situation, _kept_back(self.checker.check(situation)))
        if not said.brief:
            return said
        return replace(said, asked=self.asking.asked(situation.text, said.alone.language, said.alone.heard.asked))

    def answered(self, case: Case, answer: Literal["yes", "no", "unknown"], language: str, country: str | None) -> Turn:
        """Return what comes of a tap on an answer to the question that was asked."""
        return counted(self._yes_or_no(case, answer, Situation("", language, country)), case)

    def added(self, case: Case | None, sentence: str, language: str, country: str | None) -> Turn:
        """Return what comes of a sentence that a person has tapped."""
        intent: Intent = "answer" if case else "situation"
        return counted(self._continued(case or Case(), Situation(sentence, language, country), intent), case)

    def chosen(self, case: Case | None, kind: Choice, code: str, language: str) -> Turn:
        """Return what comes of a country or a language that a command or a tap names: the same as said in words."""
        before, case = case or Case(), case if case and case.told else None
        return _listened(self._named(case, Situation("", language), kind, code), before)

    def _despair(self, said: Said, case: Case | None, *, despaired: bool) -> Turn | None:
        passed_on = bool(said.alone.contacts.found) or said.extent > LETTER
        else_meant = said.surest("gone-no", "no", "follow-up")
        enough = HEAVY if despaired else CRISIS if case is None else CRISIS_AMID
        plainly = CRISIS_IN_A_MESSAGE if passed_on or else_meant >= _SURE else enough
        if said.alone.heard.despair < plainly and (passed_on or else_meant >= _SURE or not self._despairs_amid(said)):
            return None
        if case is None and said.extent <= SHORT and not said.alone.emergency:
            return Turn("crisis", None)
        return self._continued(case or Case(), said.situation, "crisis", said.alone)

    def _despairs_amid(self, said: Said) -> bool:
        """Whether despair is said plainly in one part of what is told, which the threats around it drown."""
        parts = clauses(said.situation.text)
        named = said.alone.named
        blackmailed = named is not None and named.id == BLACKMAIL
        if not 1 < len(parts) <= _PARTS or not (blackmailed or said.surest("despair", "no-despair") >= TRACE):
            return False
        told = [replace(said.situation, text=part) for part in parts]
        return any(self.checker.check(part).heard.despair >= _BEYOND_DOUBT for part in told)

    def _where(self, said: Said, case: Case | None) -> Turn | None:
        """Return what comes of the bare name of a place, where that was asked for."""
        named = self.naming.only_own(said.situation.text)
        return self._named(case, said.situation, "country", named) if named else None

    def _small(self, said: Said, case: Case | None) -> Turn | None:
        """Return what comes of a message that tells nothing of a case."""
        if not said.brief:
            return None
        text = said.situation.text
        for kind in _CHOICES:
            named = self._country(text) if kind == "country" else self.naming.language(text)
            nowhere = kind == "country" and said.surest(kind) >= _CERTAIN  # a country, whichever it may be
            plainly = kind == "country" and self.naming.own(text) and self.naming.only_own(text)
            if plainly or ((named or nowhere) and said.is_mostly(kind) and said.surest(kind) >= _QUITE):
                return self._named(case, said.situation, kind, named)
        for name in ("thanks", "greeting", "chatter"):
            more = case and (said.extent > SHORT // 2 or name == "greeting")  # hardly anybody greets amid a case
            enough = max(said.doubt, _CERTAIN) if more else said.doubt
            if said.is_mostly(name) and said.surest(name) >= enough and not self._tells_a_loss(said, case):
                return Turn("other" if name == "chatter" else name, case, says=name)  # type: ignore[arg-type]
        for name in ("what-now", "sure", "more"):
            doubted = name == "sure" and case is not None and case.assessment is not None
            a_question = not doubted and (said.familiar or said.asked.worded >= _PLAIN)
            if said.is_mostly(name) and said.surest(name) >= _QUITE and not a_question:
                if case is None or case.assessment is None:
                    return None if said.surest("question") >= _FAINT else Turn("other", case, says="nothing-yet")
                return Turn("follow_up", case, case.assessment, says=name)  # type: ignore[arg-type]
        return None

    def _tells_a_loss(self, said: Said, case: Case | None) -> bool:
        """Whether a word that sounds like thanks may tell, amid a case, that something is gone: "ok, did it"."""
        before = case.assessment if case else None
        if case is None or before is None or before.concern == "no_match" or before.emergency or case.stage:
            return False
        kind = said.surest("thanks", "greeting", "chatter")
        if said.alone.stage == "after":
            return kind < _SURELY_NOTHING
        if kind < _CERTAIN or said.surest("gone-yes", "yes") >= _HINTED:
            return True
        if said.extent <= BARE:
            return False
        whole = self.checker.check(replace(said.situation, text=case.telling(said.situation.text).account))
        return whole.stage == "after"

    def _named(self, case: Case | None, situation: Situation, kind: Choice, named: str) -> Turn:
        here = self._elsewhere(case, situation, named) if kind == "country" else case
        if here and here.assessment:  # which is shown again, with what it asks
            here = replace(here, asked=asks(here.assessment, here))
        return Turn("other", here, says=kind, named=named)

    def _country(self, text: str) -> str:
        return self.naming.own(text) or self.naming.only_own(text) or self.naming.place(text)

    def _elsewhere(self, case: Case | None, situation: Situation, country: str) -> Case | None:
        """Return a case as it is for somebody in a country: whom to reach there is looked for again."""
        if not country or case is None or case.assessment is None:
            return case
        again = self.checker.check(replace(situation, text=case.account, country=country, names_only=False))
        return replace(case, assessment=replace(case.assessment, contacts=again.contacts))

    def _another(self, said: Said, case: Case | None) -> Turn | None:
        """Return what comes of a message that says itself that it is about something else."""
        says = said.surest("new-case")
        if case is None or case.assessment is None or says < _SURE:
            return None
        if says < _BEYOND_DOUBT and (said.alone.named is None or not apart(said.alone, case.assessment)):
            return None  # "hang on, it is the shoes that I sent back"
        return self._anew(said)

    def _checked(self, said: Said, case: Case | None) -> Turn | None:
        """Return what comes of a message that says what the real ones have answered: that it was them, or was not.

        That it was them makes nothing lighter that was likely.
        """
        judged = case.assessment if case else None
        if not said.brief or said.familiar:
            return None
        enough, gone = max(said.doubt, _SURE), said.alone.emergency
        if said.is_mostly("genuine") and said.surest("genuine") >= enough and not gone:
            case = replace(self._cleared(said, case), asked="") if case else None
            return Turn("follow_up" if judged else "other", case, case.assessment if case else judged, says="genuine")
        if case is None or judged is None or not said.is_mostly("denied") or said.surest("denied") < _SURE:
            return None
        case = disowned(_come_to(said, case))
        turn = graver(self._continued(case, said.situation, "follow_up", said.alone), judged)
        if turn.changed and turn.judged and turn.judged.emergency:
            return turn
        return replace(turn, case=replace(turn.case or case, asked=""), says="denied")

    def _cleared(self, said: Said, case: Case) -> Case:
        """Return a case that somebody has cleared up: what was not likely is judged again, and may be lighter."""
        before = case.assessment
        if before is None or before.concern == "likely" or before.emergency:
            return case
        again = self._continued(case, said.situation, "follow_up", said.alone).case
        lighter = again is not None and again.assessment is not None and is_lighter(again.assessment, before)
        return again if again is not None and lighter else case

    def _answer(self, said: Said, case: Case | None) -> Turn | None:
        """Return what comes of a message that answers what was asked, or says whether something is gone."""
        if case is None or case.assessment is None or said.extent > LONG or said.familiar:
            return None
        if told := self._told_gone(said, case):
            return told
        if (
            case.asked
            and said.alone.stage in ("before", "after")
            and said.extent < STATED
            and said.surest("question") < _QUITE
            and (case.asked == "gone" or said.surest("situation") < _QUITE)
            and said.bears_out_stage
        ):
            return self._gone(said, replace(case, stage=said.alone.stage, asked=""))
        shares = {name: said.surest(name) for name in ("yes", "no", "unknown")}
        answer = max(shares, key=lambda name: shares[name])
        plainly = shares[answer] >= (_QUITE if said.extent <= BARE else _SURE)
        if case.asked and case.asked != "gone" and plainly:
            if answer == "no" and said.extent > BARE and _is_harmless(case):
                return self._continued(replace(case, asked=""), said.situation, "answer", said.alone)
            return self._yes_or_no(case, answer, said.situation)  # type: ignore[arg-type]
        if said.is_mostly("yes", "no", "unknown") and said.extent < SHORT and plainly:
            return Turn("answer", replace(case, asked=""), case.assessment, says="what-now")
        return None

    def _told_gone(self, said: Said, case: Case) -> Turn | None:
        """Return what comes of a message that means to say whether anything is gone; None of any other.

        Where it was not asked, that something is takes more: "he already gave me 50" sounds like it.
        """
        asked = case.asked == "gone"
        gone, kept = said.surest("gone-yes", *["yes"] * asked), said.surest("gone-no", *["no"] * asked)
        surely, told = max(gone, kept), said.alone.stage
        if surely < max(_FAINT, said.surest("question")):
            return None
        if told not in ("before", "after") and surely < said.surest("follow-up"):  # "they come at four"
            return None
        stage: Stage | None = "after" if gone >= kept else "before"
        faint = not asked and told not in ("before", "after") and surely < _SURE
        if stage == "before" and not faint and _about_money_alone(said, case):
            return doubting(self._gone(said, replace(case, stage=None, asked="")), case.assessment)
        if told in ("before", "after") and surely < _CERTAIN:
            stage = told
        plainly = _PLAIN if said.extent <= BARE else _BEYOND_DOUBT
        enough = _QUITE if asked else plainly if stage == "after" else _SURE
        sure = told == stage or surely >= enough
        turn = self._gone(said, replace(case, stage=stage if sure else case.stage, asked=""))
        if not sure and stage == "after":
            return wondering(turn, case)
        settled = (stage if sure else case.stage) == "before" and not turn.changed
        if settled and turn.judged and not turn.judged.emergency:
            return replace(turn, case=unasked(turn.case), says="gone-no")
        return turn

    def _gone(self, said: Said, case: Case) -> Turn:
        """Return what comes of an answer to whether anything is gone; one that says no more makes nothing lighter."""
        turn, before = self._continued(case, said.situation, "answer", said.alone), case.assessment
        if before is None or said.extent > STATED:
            return turn
        return graver(turn, before)

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
        turn = self._continued(case, replace(situation, text=told), "answer")
        return no_graver(turn, before) if against else turn

    def _about_a_number(self, said: Said, case: Case | None) -> Turn | None:
        """Return what comes of a question whose a short number is; at first it may be what happens to them."""
        another = said.familiar and said.asked.best[:1] != (_NUMBER,)
        if not said.asks_about_a_number or said.alone.emergency or another:
            return None
        case = case or self._continued(Case(), said.situation, "question", said.alone).case
        return Turn("question", unasked(case), says="number")

    def _under_age(self, said: Said, case: Case | None) -> Turn | None:
        """Return what comes of a few words under blackmail with pictures that tell how young somebody is."""
        named = case.assessment.named if case and case.assessment else None
        if named is None or named.id != BLACKMAIL or said.extent > SHORT or not said.brief:
            return None
        if said.asked.best[:1] != (_MINOR,) or said.asked.shares[_MINOR] < _CERTAIN:
            return None
        return Turn("question", unasked(case), says="minor")

    def _question(self, said: Said, case: Case | None) -> Turn | None:
        grave = said.alone.concern in ("likely", "possible")
        at_first, amid = _ASKED_GRAVELY if grave else _ASKED
        plainly = said.asks_amid >= amid or said.familiar if case else said.asks >= at_first
        if not said.brief or not plainly:
            return None
        best = said.asked.best
        told = said.alone.emergency and said.surest("question") < _SURE
        fresh = case is None
        lost = fresh and said.alone.stage == "after" and said.alone.concern == "likely"
        if (lost and said.surest("question") < _BEYOND_DOUBT) or (told and (grave or not fresh)):
            return None
        enough = _PROBABLY if said.surest("question") >= _ANY_QUESTION else _SURE
        if fresh and grave and said.asked.shares[best[0]] < enough:
            return None
        if fresh and (grave or said.asked.worded < _SURE):  # it may be what happens to them
            case = unasked(self._continued(Case(), said.situation, "question", said.alone).case)
        elif case and said.alone.emergency:
            case = unasked(self._continued(_come_to(said, case), said.situation, "question", said.alone).case)
        country = self.naming.own(said.situation.text) or self.naming.country(said.situation.text)
        doubtful = said.asked.shares[best[0]] < _FAINT
        return Turn("question", case, questions=best, doubtful=doubtful, named=country, fresh=fresh)

    def _told(self, said: Said, case: Case | None) -> Turn:
        """Return what comes of a message that tells something: of the case, or of a new one."""
        if case is None or case.assessment is None:
            return self._continued(Case(), said.situation, "situation", said.alone)
        if _is_new(said, case):
            return self._anew(said)
        before = case.assessment
        turn = self._continued(_come_to(said, case), said.situation, "follow_up", said.alone)
        by_the_whole = turn.judged is not None and turn.judged.stage == "after" and said.alone.stage != "after"
        if by_the_whole and said.surest("follow-up") >= _QUITE and not before.emergency:
            turn = doubting(turn, before)  # what a stranger wants next, after what they have paid, reads like a loss
        return graver(turn, before) if before.concern == "likely" and said.extent < SHORT else turn

    def _touching(self, turn: Turn, said: Said) -> Turn:
        """Return a turn with the known question that a further word is about, where it leaves an alarm as it was.

        "They paid me 50 first", "the voice was hers" is no question, and its answer is what they need to hear.
        """
        judged, (best, *_) = turn.judged, (*said.asked.best, "")
        if turn.says or turn.changed or turn.fresh or turn.intent not in ("follow_up", "answer"):
            return turn
        if judged is None or judged.concern not in ("likely", "possible") or said.alone.stage == "now":
            return turn
        fits = judged.stage == "after" or not best.startswith(_AFTER_A_LOSS)
        surely = said.asked.shares.get(best, 0.0) >= _TOUCHED
        return replace(turn, touches=best) if fits and surely and self.asking.answers(best) else turn

    def _anew(self, said: Said) -> Turn:
        return replace(self._continued(Case(), said.situation, "situation", said.alone), fresh=True)

    def _continued(self, case: Case, situation: Situation, intent: Intent, alone: Assessment | None = None) -> Turn:
        """Judge the whole case again with what is new in it."""
        before, case = case.assessment, case.telling(situation.text)
        whole = alone if len(case.told) == 1 else None
        whole = whole or self.checker.check(replace(situation, text=case.account, names_only=False))
        judged = weighed(whole, alone, case)
        changed = before is not None and verdict(before) != verdict(judged)
        return Turn(intent, replace(case, assessment=judged, asked=asks(judged, case)), judged, changed=changed)


def _kept_back(alone: Assessment) -> Assessment:
    """Return what is made of a message with the stage it tells itself: "hung up, gave them nothing" is no loss."""
    if alone.stage != "after" or alone.heard.meant.get("gone-no", 0.0) < _SURE:
        return alone
    return replace(alone, stage="before", ask=False)


def _is_new(said: Said, case: Case) -> bool:
    """Say whether a message that does not say so is another matter than the case: a whole story after a whole story.

    Who began with a few words tells the rest of it next, however strange that sounds beside them. In another language
    it is a new matter sooner: hardly anybody changes it amid one but to hand on a line.
    """
    before, named = case.assessment, said.alone.named
    if before is None or named is None or said.alone.concern != "likely" or said.goes_on:
        return False
    if not apart(said.alone, before) or named.family == before.matches[0].pattern.family:
        return False
    if base(said.alone.language) != base(before.language):
        return said.extent > SHORT and before.named is not None
    return min(said.extent, extent(case.told[0])) >= STATED


def _listened(turn: Turn, before: Case) -> Turn:
    """Return a turn that keeps in mind that despair was heard, now or before.

    Until more is said than a country or a language, it is still what is answered: the country is what was asked for,
    and with it the line can be named.
    """
    if turn.intent == "crisis" or (before.despair and turn.says in _CHOICES):
        case = replace(turn.case or Case(), despair=True, despaired=True, listened=0, asked="")
        return replace(turn, intent="crisis", case=case, again=before.despaired and turn.says not in _CHOICES)
    if not before.despaired:
        return turn
    listened = before.listened + 1
    return replace(turn, case=replace(turn.case or Case(), despair=False, despaired=True, listened=listened))


def _come_to(said: Said, case: Case) -> Case:
    """Return a case in which an emergency that a message tells counts, whatever was answered but that it is gone."""
    return replace(case, stage=None) if said.alone.emergency and case.stage != "after" else case


def _is_harmless(case: Case) -> bool:
    """Whether what was asked is about a look-alike: a no that says more, like "no, they never asked for money", is told
    as it stands, since what it denies is not what was asked."""
    pattern = case.pattern(case.asked)
    return pattern is not None and pattern.kind == Kind.LEGITIMATE


def _about_money_alone(said: Said, case: Case) -> bool:
    """Whether it says that no money is gone of a case in which something else was told to be."""
    before, lost = case.assessment, said.alone.heard.lost
    if before is None or before.stage != "after" or before.lost not in _STAYS_GONE:
        return False
    return not lost or max(lost, key=lambda loss: lost[loss]) in _MONEY
