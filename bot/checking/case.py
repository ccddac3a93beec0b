"""The case that somebody talks about, and what a message makes of it; in memory only, by whoever keeps it.

What was told is judged as one account. The answers that were given count beside it: what is gone, what a pattern's one
question brought, and what was ruled out by it.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from bot.checking.asking import Asked
from bot.checking.said import SHORT
from bot.checking.situation import Assessment, Match
from knowledge.documents.golden import Concern
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.stages import Stage
from knowledge.text.scripts import extent

Intent = Literal["situation", "follow_up", "answer", "question", "thanks", "greeting", "crisis", "other"]
Says = Literal[
    "", "thanks", "greeting", "chatter", "what-now", "sure", "more", "gone-no", "nothing-yet", "country", "language",
    "genuine", "denied", "number", "minor",
]  # fmt: skip
"""What the reply is about where it is no judgement."""
KEPT = 1800.0
"""Seconds after its latest message for which a case is kept."""
LONGEST = 8_000
"""Characters of a case; what is longer, its beginning, is let go: all of it is judged again at each message."""
_MEANT, _TOLD_ON, _PLAINLY = 0.4, 0.5, 0.94
"""How surely words must mean to say that something is gone, or that they only tell on about a stranger; and how surely
they tell that it is, to be a loss by themselves."""
_TELLING_NOTHING = ("question", "what-now", "sure", "more", "thanks")
"""What is meant by words that tell nothing of what happened."""
_MOST_TOLD = 12
_HARDLY, _PROBABLY, _BEYOND_DOUBT = 0.2, 0.6, 0.9
"""How surely something is told to be gone: where a whole case tells it hardly, it is asked; where probably, a no that
was said before is asked about once more; and where beyond doubt, a word that it is not changes nothing."""
_ITSELF = 0.4
"""How surely a further word must tell by itself that something is gone, for the whole case to say so."""
_GRAVITY: tuple[Concern, ...] = ("no_match", "unclear", "possible", "likely")
_ENDS = ".!?。！？…؟।"


@dataclass(frozen=True)
class Case:
    """What somebody has told so far about one matter, and what was made of it; in memory only."""

    told: tuple[str, ...] = ()
    assessment: Assessment | None = None
    asked: str = ""
    """What was asked last: ``gone``, a pattern's id, or nothing."""
    stage: Stage | None = None
    """How far it has gone, where it was said in answer to a question, or tapped."""
    ruled_out: frozenset[str] = frozenset()
    """Patterns whose question was answered with no."""
    confirmed: str = ""
    """The pattern whose question was answered with yes, or whose strangers were found to be none of those they said."""
    foreign: bool = False
    """Whether it was said that something told is in a language that is not read well."""
    despair: bool = False
    """Whether the last that was heard was despair, and the country was asked for."""
    despaired: bool = False
    """Whether despair was heard at any time: whoever spoke so is not left alone with a list of steps."""
    listened: int = 0
    """How many messages were answered with who listens since despair was heard."""
    towards: str = ""
    """The country that what was told has signs of, by code; nobody has said to be there."""
    unchanged: int = 0
    """How many messages were told the next thing to do, since they left the answer as it was."""
    pictures: tuple[str, ...] = ()
    """The SHA-256 of each picture that was sent, as it arrived; the pictures themselves are not kept."""

    @property
    def account(self) -> str:
        """What was told, as one account: each part a sentence at least, since words run together read otherwise."""
        return "\n".join(part if part.rstrip()[-1:] in _ENDS else f"{part.rstrip()}{_end(part)}" for part in self.told)

    def telling(self, text: str) -> "Case":
        """Return the case with one more thing told; its beginning is let go where it gets too long."""
        told = (*self.told, text)[-_MOST_TOLD:]
        while len(told) > 1 and sum(map(len, told)) > LONGEST:
            told = told[1:]
        return replace(self, told=told)

    def at(self, stage: Stage) -> "Case":
        """Return the case with how far it has gone, as somebody has tapped it; nothing is asked any more."""
        case = replace(self, stage=stage, asked="", unchanged=0)
        return replace(case, assessment=_answered(case.assessment, case)) if case.assessment else case

    @property
    def perhaps_gone(self) -> bool:
        """Whether something was taken to be gone that nobody has said to be, and that was not told beyond doubt."""
        judged = self.assessment
        return judged is not None and judged.stage == "after" and not self.stage and judged.surely_gone < _BEYOND_DOUBT

    def pattern(self, name: str) -> Pattern | None:
        """Return one of the patterns that the case was judged to be like; None where it is not among them."""
        return _pattern(self.assessment, name) if self.assessment else None


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
    """Whether it is a new matter: after another one, or asked about at once."""
    questions: tuple[str, ...] = ()
    """The ids of the questions it may ask, the likeliest first."""
    doubtful: bool = False
    """Whether it is not sure which of the questions it asks."""
    named: str = ""
    """The country or the language that it names, by code."""
    place: str = ""
    """The country that the person says to be in, amid whatever else is said, by code."""
    foreign: bool = False
    """Whether it is in a language that is not read well, and this was not said yet."""
    heavy: bool = False
    """Whether despair may be heard, though not surely."""
    again: bool = False
    """Whether despair that is heard was heard before."""
    touches: str = ""
    """The id of the known question whose answer is about what was added, where that leaves the answer as it was."""
    alone: Assessment | None = None
    """What is made of the message by itself; of a tap, nothing."""
    asked: Asked = field(default_factory=Asked)
    """Which question it asks, if it asks any."""

    @property
    def shown_again(self) -> Assessment | None:
        """What was made of the case that a message belongs to which tells nothing of it."""
        return self.case.assessment if self.case else None

    @property
    def shown(self) -> Assessment | None:
        """What is known of the case after the message; of one that tells nothing and belongs to none, too little."""
        if known := self.judged or (self.case.assessment if self.case else None):
            return known
        return replace(self.alone, concern="unclear", stage="unsaid", ask=False) if self.alone else None


def counted(turn: Turn, before: Case | None) -> Turn:
    """Return a turn whose case counts the messages that have left its answer as it was."""
    if turn.case is None or turn.judged is None or turn.says:
        return turn
    if before is None or turn.changed or turn.fresh or turn.intent not in ("follow_up", "answer"):
        return replace(turn, case=replace(turn.case, unchanged=0))
    return replace(turn, case=replace(turn.case, unchanged=before.unchanged + (not turn.touches)))


def _end(part: str) -> str:
    return "。" if any("\u3040" <= char <= "\u9fff" for char in part) else "."


def weighed(whole: Assessment, newest: Assessment | None, case: Case) -> Assessment:
    """Return the assessment of a whole case in the light of its newest message alone and of the answers given.

    ``case`` still has the assessment that was made before the message.
    """
    brief = bool(case.told) and extent(case.told[-1]) < SHORT
    whole = _named_as_before(whole, newest, case.assessment)
    return _still_gone(_answered(_agreed(_graver(whole, newest, brief=brief), newest, case.assessment), case), case)


def _named_as_before(whole: Assessment, newest: Assessment | None, before: Assessment | None) -> Assessment:
    """Keep the name that a case was given, where what is added is like nothing by itself: that gives no other one."""
    name = before.named.id if before and before.named else ""
    if newest is None or newest.concern in ("likely", "possible") or _pattern(whole, name) is None:
        return whole
    matches = sorted(whole.matches, key=lambda match: match.pattern.id != name)
    return replace(whole, matches=tuple(matches), close=whole.close and whole.matches[0] is matches[0])


def _still_gone(judged: Assessment, case: Case) -> Assessment:
    """Keep what was told to be gone, until somebody says that it is not: it is not come back for a further word."""
    before = case.assessment
    if before is None or before.stage != "after" or judged.stage == "after" or case.stage == "before":
        return judged
    judged = no_lighter(judged, before)
    return replace(judged, stage="after", ask=False, heard=replace(judged.heard, lost=before.heard.lost))


def is_lighter(judged: Assessment, before: Assessment) -> bool:
    """Say whether an assessment is of less concern than another."""
    return _GRAVITY.index(judged.concern) < _GRAVITY.index(before.concern)


def no_lighter(judged: Assessment, before: Assessment) -> Assessment:
    """Keep what was made of a case where a new message makes it lighter, but for how far it has gone and contacts."""
    if not is_lighter(judged, before):
        return judged
    return replace(before, stage=judged.stage, ask=judged.ask, contacts=judged.contacts, heard=judged.heard)


def disowned(case: Case) -> Case:
    """Return a case in which the real ones have said that it was not them: what may be is sure, and no look-alike."""
    judged = case.assessment
    if judged is None:
        return case
    harmless = {match.pattern.id for match in judged.look_alikes[:1]}
    named = judged.named.id if judged.named else ""
    return replace(case, asked="", confirmed=named, ruled_out=(case.ruled_out | harmless) - {named})


def _agreed(whole: Assessment, newest: Assessment | None, before: Assessment | None) -> Assessment:
    """Let what is possible by each of two messages, and by both together, be likely: they bear each other out."""
    if newest is None or before is None or whole.concern != "possible" or whole.close:
        return whole
    each = {one.named.id if one.named and one.concern == "possible" else "" for one in (whole, newest, before)}
    return replace(whole, concern="likely") if len(each) == 1 and "" not in each else whole


def _graver(whole: Assessment, newest: Assessment | None, *, brief: bool) -> Assessment:
    """Let the newest words weigh most: what they tell alone is not drowned by what came before.

    What is gone with "sent it to him" is told by the whole.
    """
    if newest is None:
        return whole
    if newest.concern == "likely" and whole.concern != "likely":
        whole = replace(newest, contacts=whole.contacts, surely_gone=whole.surely_gone)
    if newest.emergency and (not whole.emergency or newest.stage == "after"):
        whole = replace(whole, stage=newest.stage, ask=False)
    if newest.emergency and newest.lost and not (brief and whole.lost):
        whole = replace(whole, heard=replace(whole.heard, lost=newest.heard.lost))
    return whole


def _answered(judged: Assessment, case: Case) -> Assessment:
    """Let the answers that were given count."""
    on_the_line = judged.stage == "now" and case.stage != "after"  # who has not paid yet may well be
    if case.stage and not on_the_line:
        judged = replace(judged, stage=case.stage, ask=False)
    if case.stage == "after" and judged.concern == "possible" and judged.named:  # nobody parts with it for nothing
        judged = replace(judged, concern="likely")
    judged = _without(judged, case)
    confirmed = _pattern(judged, case.confirmed)
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


def _pattern(judged: Assessment, name: str) -> Pattern | None:
    each = (*judged.matches, *judged.look_alikes)
    return next((match.pattern for match in each if match.pattern.id == name), None)


def apart(one: Assessment, other: Assessment) -> bool:
    """Say whether two assessments are about different things: neither's first pattern is among the other's."""
    first, second = ([match.pattern.id for match in each.matches] for each in (one, other))
    return not {*first[:1], *second[:1]} & {*first} & {*second}


def asks(judged: Assessment, case: Case) -> str:
    """Return what the answer asks: whether anything is gone, or the one question that would tell."""
    if judged.ask and not judged.emergency:
        return "gone"
    pattern = judged.asked_pattern
    return pattern.id if pattern and pattern.id not in {*case.ruled_out, case.confirmed} else ""


def verdict(assessment: Assessment) -> tuple[str, str]:
    """Return what an answer stands or falls with: the pattern that is named, and the kind of emergency, or the concern
    where it is none."""
    name = assessment.named.id if assessment.named else ""
    return (name, assessment.stage) if assessment.emergency else (name, assessment.concern)


def graver(turn: Turn, before: Assessment) -> Turn:
    """Return a turn that makes nothing lighter than it was."""
    return _judged(turn, no_lighter(turn.judged, before), before) if turn.judged else turn


def no_graver(turn: Turn, before: Assessment) -> Turn:
    """Return a turn after a no, which makes nothing worse than possible."""
    if turn.judged is None or turn.judged.concern != "likely" or before.concern == "likely":
        return turn
    return _judged(turn, replace(turn.judged, concern="possible"), before)


def doubting(turn: Turn, before: Assessment | None) -> Turn:
    """Return a turn that asks what is gone, where it is not sure whether anything is, or what."""
    return _judged(turn, replace(turn.judged, stage="unsaid", ask=True), before) if turn.judged else turn


def reconsidered(turn: Turn, alone: Assessment, before: Case | None) -> Turn:
    """Return a turn that asks whether anything is gone, where a further word leaves that open.

    What only sounds like a loss by itself ("he is so kind" after "he needs 1,200") is none, unless it means to say one
    or the whole case bears it out. What nobody has said to be gone is asked about where a word or the whole case speaks
    against it, and so is what was denied where the whole case tells it.
    """
    judged, case, earlier = turn.judged, turn.case, before.assessment if before else None
    if before is None or earlier is None or judged is None or case is None:
        return turn
    if turn.says or turn.fresh or turn.intent not in ("follow_up", "answer"):
        return turn
    if _only_sounds(judged, alone, before):
        ask = judged.surely_gone >= _HARDLY and before.asked != "gone"
        kept = replace(turn, case=replace(case, stage=before.stage))
        return _judged(kept, replace(judged, stage=before.stage or "unsaid", ask=ask), earlier)
    told = case.stage != before.stage  # this very word tells it
    unsure = _open_again(judged, alone, before) or _by_what_came_before(judged, alone, before)
    return doubting(turn, earlier) if not told and unsure else turn


def _only_sounds(judged: Assessment, alone: Assessment, before: Case) -> bool:
    """Say whether something is new to be gone by the newest words alone, which hardly mean to say so."""
    known = before.stage == "after" or (before.assessment is not None and before.assessment.stage == "after")
    return not known and judged.stage == alone.stage == "after" and not _means_a_loss(judged, alone)


def _by_what_came_before(judged: Assessment, alone: Assessment, before: Case) -> bool:
    """Say whether something is new to be gone by the whole case, and hardly by the word that was added to it.

    What did not tell it before tells it with whatever sums, codes and cards are spoken of next.
    """
    known = before.asked == "gone" or (before.assessment is not None and before.assessment.stage == "after")
    return not known and judged.stage == "after" != alone.stage and alone.surely_gone < _ITSELF


def _open_again(judged: Assessment, alone: Assessment, before: Case) -> bool:
    """Say whether what was taken to be gone, or was denied, is open again."""
    earlier, meant = before.assessment, alone.heard.meant
    if earlier is None:
        return False
    if earlier.stage == judged.stage == "after" and not before.stage:
        against = alone.stage == "before" or meant.get("gone-no", 0.0) >= _HARDLY
        tells = sum(meant.get(name, 0.0) for name in _TELLING_NOTHING) < _MEANT and not alone.emergency
        return (tells and judged.surely_gone < _HARDLY) or (before.perhaps_gone and against)
    denied = before.stage == "before" and alone.stage != "before" and not alone.emergency
    return denied and earlier.surely_gone < _PROBABLY <= judged.surely_gone


def _means_a_loss(whole: Assessment, newest: Assessment) -> bool:
    meant = newest.heard.meant
    own = newest.surely_gone >= _PLAINLY and meant.get("follow-up", 0.0) < _TOLD_ON / 2  # "i sent him my passport"
    if own or meant.get("gone-yes", 0.0) >= _MEANT:
        return True
    return whole.surely_gone >= _PROBABLY and meant.get("follow-up", 0.0) < _TOLD_ON


def wondering(turn: Turn, before: Case) -> Turn:
    """Return a turn that asks whether anything is gone, where that was not what was just answered."""
    if turn.judged is None or turn.judged.emergency or before.asked == "gone":
        return turn
    return _judged(turn, replace(turn.judged, ask=True), before.assessment)


def unasked(case: Case | None) -> Case | None:
    """Return a case of which the reply asks nothing."""
    return replace(case, asked="") if case else None


def _judged(turn: Turn, judged: Assessment, before: Assessment | None) -> Turn:
    """Return a turn with what its case is judged to be, what is asked for that, and whether that is a change."""
    case = turn.case or Case()
    case = replace(case, assessment=judged, asked=asks(judged, case))
    return replace(turn, judged=judged, case=case, changed=before is not None and verdict(before) != verdict(judged))
