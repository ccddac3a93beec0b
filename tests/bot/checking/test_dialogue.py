"""A conversation about one case: what each message is taken for, and what comes of the case."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.checking.asking import Asked, Asking
from bot.checking.case import LONGEST, Case, Turn, weighed
from bot.checking.checker import Checker
from bot.checking.dialogue import _AFTER_A_LOSS, Talk
from bot.checking.said import CRISIS, CRISIS_AMID, CRISIS_IN_A_MESSAGE, HEAVY
from bot.checking.situation import BLACKMAIL, Assessment, Match, Origin, Situation
from index.model.encoder import Heard
from knowledge.documents.golden import Concern
from knowledge.documents.questions import Question, read_questions
from knowledge.documents.stages import Loss, Stage
from tests.fakes import HearingChecker, StagedChecker

PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
HELD = "my parcel is held"
RENT = "someone wants to rent my bank account and says it is only for moving money"
BANK_CODE = "my bank sent me a code while i was logging in"
HEARD = {
    "it says so": Heard({"yes": 0.9}),
    "it does not": Heard({"no": 0.9}),
    "who knows": Heard({"unknown": 0.9}),
    "perhaps it does": Heard({"yes": 0.2, "unknown": 0.1}),
    "i told him the code": Heard({"gone-yes": 0.8}),
    "i gave nothing": Heard({"gone-no": 0.8}),
    "ta": Heard({"thanks": 0.7, "chatter": 0.2}),
    "hi there": Heard({"greeting": 0.8}),
    "sing me something": Heard({"chatter": 0.8}),
    "and now": Heard({"what-now": 0.8}),
    "really": Heard({"sure": 0.8}),
    "go on": Heard({"more": 0.8}),
    "another thing": Heard({"new-case": 0.8}),
    "i want to die": Heard(despair=(CRISIS + 1) / 2),
    "i am so tired of it": Heard({"no-despair": 0.5}, despair=(CRISIS + HEAVY) / 2),
    "he says tomorrow is too late": Heard({"follow-up": 0.9}, despair=(CRISIS + HEAVY) / 2),
    "he says today is the last day": Heard({"follow-up": 0.6}, despair=(CRISIS + CRISIS_IN_A_MESSAGE) / 2),
    "is my money gone": Heard({"question": 0.9}, {"money-back": 0.7, "jail": 0.2, "report": 0.06, "other": 0.04}),
    "???": Heard({"question": 0.95}, {"jail": 0.1, "money-back": 0.1, "report": 0.1}),
    "no, nobody ever asked me for any money": Heard({"no": 0.6, "gone-no": 0.1}),
    "did it all": Heard({"greeting": 0.65, "gone-yes": 0.3}),
    "all of it went": Heard({"gone-yes": 0.3, "unknown": 0.2}),
    "they would come here": Heard({"question": 0.72, "situation": 0.2}, {"jail": 0.8}),
    "how fast must i be": Heard({"what-now": 0.6, "question": 0.2}, {"money-back": 0.95, "jail": 0.03}),
    "could i end up in prison for that": Heard({"what-now": 0.76, "question": 0.23}, {"money-back": 0.2}),
    "not yet, no": Heard({"gone-no": 0.8}, despair=(CRISIS + CRISIS_IN_A_MESSAGE) / 2),
    "where in germany": Heard({"question": 0.9}, {"where-to-report": 0.8}),
    "i live in germany": Heard({"country": 0.9}),
    "german please": Heard({"language": 0.9}),
    "no idea where": Heard({"country": 0.9}),
    f"thanks, {PARCEL}": Heard({"thanks": 0.8}),
    f"is it true? {PARCEL}": Heard({"question": 0.6}, {"money-back": 0.9}),
    "a crime or not": Heard({"sure": 0.6, "question": 0.3}),
    "ta https://paypa1.com": Heard({"thanks": 0.95}),
    "i called him and it is him": Heard({"genuine": 0.8, "follow-up": 0.1}),
    "perhaps it is him": Heard({"genuine": 0.4}),
    "they never called": Heard({"denied": 0.8}),
    "he already gave me 50": Heard({"gone-yes": 0.74, "follow-up": 0.1}),
    "they had all of it, every cent": Heard({"gone-yes": 0.95}),
    f"{PARCEL}, surely a question": Heard({"question": 0.9}),
    f"{PARCEL}, hardly one": Heard({"question": 0.7, "situation": 0.3}),
    "159 is them right": Heard({"sure": 0.8}),
    "yes that is the gym i go to": Heard({"yes": 0.4, "follow-up": 0.1}),
    "they come at four": Heard({"gone-yes": 0.27, "follow-up": 0.45}),
    "im 15": Heard({"gone-yes": 0.4, "question": 0.02}, {"under-18-blackmail": 0.9}),
}
"""What the messages mean, each to one who hears it; all others mean nothing that is known."""

ASKED = {
    "money-back": ("will i ever see that money again", "can the bank get it back for me"),
    "jail": ("could i end up in prison for this", "a crime or not"),
    "report": ("who takes reports of it", "where do i go to the police"),
    "where-to-report": ("which office takes it", "whom do i tell"),
    "clicked-link": ("tapped the link", "opened the page"),
    "phone-watched": ("can they see my screen", "my phone acts odd"),
    "block-them": ("shall i block them", "block or answer"),
}
ASKING = Asking(lambda: {name: Question(name, {"en": wordings}) for name, wordings in ASKED.items()})


class Wavering(Asking):
    """Takes every message for one question more than for others, and not surely for it."""

    def asked(self, text: str, language: str, heard: Mapping[str, float]) -> Asked:
        return Asked({"jail": 0.4, "money-back": 0.3, "report": 0.3}, worded=0.6)


@pytest.fixture(scope="module")
def hearing(checker: Checker) -> Talk:
    return Talk(HearingChecker(checker, HEARD), asking=ASKING)


def heard(talk: Talk, *said: str) -> Turn:
    """Say one thing after another, and return what came of the last."""
    turn, case = None, None
    for text in said:
        turn = talk.hear(Situation(text, "en", "SG"), case)
        case = turn.case
    assert turn is not None
    return turn


def followed(talk: Talk, first: str, said: str) -> tuple[Case | None, Turn]:
    """Say two things, and return the case after the first, and what came of the second."""
    case = heard(talk, first).case
    return case, talk.hear(Situation(said, "en", "SG"), case)


def verdict(turn: Turn) -> tuple[str, str | None]:
    assert turn.judged is not None
    return turn.judged.concern, turn.judged.named.id if turn.judged.named else None


def test_a_first_message_of_which_no_meaning_is_known_is_a_situation(hearing: Talk) -> None:
    turn = heard(hearing, PARCEL)
    assert (turn.intent, verdict(turn)) == ("situation", ("likely", "parcel-smish"))
    assert turn.case is not None
    assert turn.case.told == (PARCEL,)


def test_a_second_message_is_judged_together_with_the_first(hearing: Talk) -> None:
    alone, together = (
        heard(hearing, "for a link they want a fee"),
        heard(hearing, "hello", "for a link they want a fee"),
    )
    assert (alone.intent, together.intent) == ("situation", "follow_up")
    assert together.case is not None
    assert together.case.told == ("hello", "for a link they want a fee")
    assert verdict(together)[1] == "parcel-smish"
    assert together.changed


def test_a_message_that_adds_nothing_changes_nothing(hearing: Talk) -> None:
    turn = heard(hearing, PARCEL, "it came by sms")
    assert (turn.intent, turn.changed, verdict(turn)) == ("follow_up", False, ("likely", "parcel-smish"))


def test_the_newest_words_are_not_drowned_by_what_came_before(hearing: Talk) -> None:
    calm = ["dinner at seven tonight with grandma", "the weather is lovely and we go swimming"] * 3
    assert heard(hearing, *calm).judged != heard(hearing, *calm, PARCEL).judged
    assert verdict(heard(hearing, *calm, PARCEL)) == ("likely", "parcel-smish")


def test_what_is_gone_by_the_newest_words_is_an_emergency_whatever_came_before(checker: Checker) -> None:
    case = heard(Talk(checker), "dinner at seven tonight with grandma").case
    turn = Talk(StagedChecker(checker, "after", ask=False)).hear(Situation("it went wrong"), case)
    assert turn.judged is not None
    assert turn.judged.emergency


@pytest.mark.parametrize(
    ("whole", "meant", "known"),
    [
        (0.8, {"situation": 0.9}, ("after", False, "")),
        (0.4, {"gone-yes": 0.5}, ("after", False, "")),
        (0.8, {"follow-up": 0.6}, ("unsaid", True, "gone")),
        (0.4, {"situation": 0.9}, ("unsaid", True, "gone")),
        (0.1, {"situation": 0.9}, ("unsaid", False, "")),
    ],
)
def test_what_sounds_like_a_loss_by_itself_is_one_where_it_is_meant_or_the_whole_case_bears_it_out(
    checker: Checker, whole: float, meant: dict[str, float], known: tuple[str, bool, str]
) -> None:
    before = checker.check(Situation(PARCEL))
    alone = replace(checker.check(Situation(HELD)), stage="after", surely_gone=0.9, heard=Heard(meant))
    says = Talk(_Says(replace(before, surely_gone=whole), {"he is so kind": alone}))
    turn = says.hear(Situation("he is so kind"), Case((PARCEL,), before))
    assert turn.judged is not None
    assert turn.case is not None
    assert (turn.judged.stage, turn.judged.ask, turn.case.asked) == known


@pytest.mark.parametrize(
    ("told", "heard_as", "stage"),
    [
        (0.7, Heard({"gone-no": 0.3}), "now"),
        (0.7, Heard({"follow-up": 0.4}), "before"),
        (0.1, Heard({"follow-up": 0.4}), "unsaid"),
    ],
)
def test_what_nobody_has_said_to_be_gone_is_asked_about_where_a_further_word_speaks_against_it(
    checker: Checker, told: float, heard_as: Heard, stage: Stage
) -> None:
    gone = replace(checker.check(Situation(PARCEL)), stage="after", surely_gone=told)
    said, alone = "have not sent a thing", replace(checker.check(Situation(HELD)), stage=stage, heard=heard_as)
    turn = Talk(_Says(gone, {said: alone})).hear(Situation(said), Case((PARCEL,), gone))
    assert turn.judged is not None
    assert (turn.judged.stage, turn.judged.ask) == ("unsaid", True)
    asks = replace(alone, stage="unsaid", heard=Heard({"question": 0.6}))
    turn = Talk(_Says(gone, {said: asks})).hear(Situation(said), Case((PARCEL,), gone))
    assert turn.judged is not None
    assert turn.judged.stage == "after"
    sure = replace(gone, surely_gone=0.95)
    turn = Talk(_Says(sure, {said: alone})).hear(Situation(said), Case((PARCEL,), sure))
    assert turn.judged is not None
    assert turn.judged.stage == "after"


def test_a_loss_told_after_a_no_is_asked_about_where_the_whole_case_tells_it(checker: Checker) -> None:
    kept = replace(checker.check(Situation(PARCEL)), stage="before", surely_gone=0.1)
    whole = replace(kept, stage="unsaid", surely_gone=0.7)
    turn = Talk(_Says(whole, {"gave it to him last week": replace(kept, stage="unsaid")})).hear(
        Situation("gave it to him last week"), Case((PARCEL,), kept, stage="before")
    )
    assert turn.judged is not None
    assert (turn.judged.stage, turn.judged.ask) == ("unsaid", True)


def test_an_emergency_that_is_only_told_more_surely_is_not_answered_anew(checker: Checker) -> None:
    surer = replace(checker.check(Situation(PARCEL)), stage="after", surely_gone=1.0, concern="likely")
    before = replace(surer, concern="possible")
    turn = Talk(_Says(surer)).hear(Situation("i dare not tell my son"), Case((PARCEL,), before))
    assert turn.judged is not None
    assert (turn.judged.concern, turn.changed) == ("likely", False)


def test_what_is_like_nothing_by_itself_gives_a_case_no_other_name(checker: Checker) -> None:
    before, other = checker.check(Situation(PARCEL)), checker.check(Situation(RENT))
    assert before.named is not None
    whole = replace(other, matches=(other.matches[0], *before.matches))
    case, nothing = Case((PARCEL, "half an hour ago"), before), replace(other, concern="no_match")
    judged = weighed(whole, nothing, case)
    assert judged.named == before.named
    assert weighed(whole, other, case).named == other.named


def test_the_case_keeps_only_the_latest_dozen_of_messages(hearing: Talk) -> None:
    turn = heard(hearing, *(f"and then number {number}" for number in range(15)))
    assert turn.case is not None
    assert turn.case.told == tuple(f"and then number {number}" for number in range(3, 15))


@pytest.mark.parametrize("said", ["another thing", f"another thing {PARCEL}"])
def test_something_new_begins_a_case_of_its_own(checker: Checker, said: str) -> None:
    turn = heard(Talk(HearingChecker(checker, {said: Heard({"new-case": 0.95})})), RENT, said)
    assert (turn.intent, turn.fresh) == ("situation", True)
    assert turn.case is not None
    assert turn.case.told == (said,)


def test_what_only_sounds_like_another_thing_must_be_about_one(checker: Checker) -> None:
    doubtful = Heard({"new-case": 0.75})
    hang_on = Talk(HearingChecker(checker, {"hang on, the cake was mine": doubtful})).hear(
        Situation("hang on, the cake was mine"), Case((RENT,), _only(checker.check(Situation(RENT))))
    )
    assert not hang_on.fresh
    parcel = replace(_only(checker.check(Situation(PARCEL))), heard=doubtful)
    case = Case((RENT,), _only(checker.check(Situation(RENT))))
    assert Talk(_Says(parcel)).hear(Situation(PARCEL), case).fresh
    assert not Talk(_Says(parcel)).hear(Situation(PARCEL), Case((PARCEL,), parcel)).fresh


def _only(judged: Assessment, **changed: object) -> Assessment:
    """Return an assessment as among many patterns, where the others are far."""
    return replace(judged, matches=judged.matches[:1], **changed)  # type: ignore[arg-type]


def test_another_scam_of_another_kind_is_something_new_by_itself(checker: Checker) -> None:
    case = Case((f"{PARCEL}, and it came twice today and once last week",), _only(checker.check(Situation(PARCEL))))
    story = f"{RENT}, a little of it every day for a month"
    began_briefly = replace(case, told=("is this parcel real", *case.told))
    turn = Talk(_Says(_only(checker.check(Situation(story))))).hear(Situation(story), case)
    assert (turn.fresh, verdict(turn)) == (True, ("likely", "sell-bank-card"))
    assert not Talk(_Says(_only(checker.check(Situation(story))))).hear(Situation(story), began_briefly).fresh
    short = Talk(checker).hear(Situation("a friend offers rent"), case)
    assert (short.fresh, short.intent) == (False, "follow_up")
    quoted = f"he writes: {story}"
    assert not Talk(_Says(_only(checker.check(Situation(quoted))))).hear(Situation(quoted), case).fresh


@pytest.mark.parametrize(
    ("said", "language", "concern", "fresh"),
    [
        ("有人按月租我的银行卡，说只是走账，每天转一点，让我别告诉家里", "zh", "likely", True),
        ("有人租我的银行卡", "zh", "likely", False),
        ("有人按月租我的银行卡，说只是走账，每天转一点，让我别告诉家里", "en", "likely", False),
        ("有人按月租我的银行卡，说只是走账，每天转一点，让我别告诉家里", "zh", "possible", False),
    ],
    ids=["a story in another language", "a line in it", "the same in the case's own", "a doubtful one"],
)
def test_a_whole_story_in_another_language_is_something_new(
    checker: Checker, said: str, language: str, concern: Concern, fresh: bool
) -> None:
    case = Case((PARCEL,), _only(checker.check(Situation(PARCEL))))
    rent = _only(checker.check(Situation(RENT)), language=language, concern=concern)
    assert Talk(_Says(rent)).hear(Situation(said), case).fresh is fresh


@pytest.mark.parametrize(
    ("said", "intent", "says"),
    [("ta", "thanks", "thanks"), ("hi there", "greeting", "greeting"), ("sing me something", "other", "chatter")],
)
def test_what_tells_nothing_is_not_judged_and_leaves_the_case_as_it_was(
    hearing: Talk, said: str, intent: str, says: str
) -> None:
    case, after = followed(hearing, PARCEL, said)
    for turn, kept in ((heard(hearing, said), None), (after, case)):
        assert (turn.intent, turn.says, turn.judged, turn.case) == (intent, says, None, kept)


@pytest.mark.parametrize("said", [f"thanks, {PARCEL}", "ta https://paypa1.com"])
def test_an_alarm_is_not_passed_over_for_a_thank_you(hearing: Talk, said: str) -> None:
    turn = heard(hearing, said)
    assert turn.intent == "situation"
    assert turn.judged is not None
    assert turn.judged.concern in ("likely", "possible")


@pytest.mark.parametrize(("said", "says"), [("and now", "what-now"), ("really", "sure"), ("go on", "more")])
def test_what_is_asked_of_the_answer_is_asked_of_the_case(hearing: Talk, said: str, says: str) -> None:
    case, turn = followed(hearing, PARCEL, said)
    assert (turn.intent, turn.says, verdict(turn)) == ("follow_up", says, ("likely", "parcel-smish"))
    assert turn.case == case
    first = heard(hearing, said)
    assert (first.intent, first.says, first.case) == ("other", "nothing-yet", None)


def test_the_answer_to_the_question_that_was_asked_moves_the_judgement(hearing: Talk) -> None:
    asked = heard(hearing, HELD)
    assert verdict(asked) == ("possible", "parcel-smish")
    assert asked.case is not None
    assert asked.case.asked == "parcel-smish"
    yes, no, unknown = (heard(hearing, HELD, said) for said in ("it says so", "it does not", "who knows"))
    assert [turn.intent for turn in (yes, no, unknown)] == ["answer"] * 3
    assert (verdict(yes), yes.changed) == (("likely", "parcel-smish"), True)
    assert (verdict(no)[1] != "parcel-smish", no.changed) == (True, True)
    assert (verdict(unknown), unknown.says) == (("possible", "parcel-smish"), "what-now")


@pytest.mark.parametrize(("said", "answer"), [("it says so", "yes"), ("it does not", "no"), ("who knows", "unknown")])
def test_a_tap_says_the_same_as_the_words(hearing: Talk, said: str, answer: str) -> None:
    case = heard(hearing, HELD).case
    assert case is not None
    tapped = hearing.answered(case, answer, "en", "SG")  # type: ignore[arg-type]
    typed = heard(hearing, HELD, said)
    assert tapped.case is not None
    assert typed.case is not None
    assert (tapped.intent, tapped.says, tapped.changed) == (typed.intent, typed.says, typed.changed)
    assert (tapped.case.told, tapped.case.asked) == (typed.case.told, typed.case.asked)
    assert (tapped.case.confirmed, tapped.case.ruled_out) == (typed.case.confirmed, typed.case.ruled_out)


def test_nobody_is_asked_a_question_again_that_they_have_answered(hearing: Talk) -> None:
    for said in ("it says so", "it does not", "who knows"):
        turn = heard(hearing, BANK_CODE, said)
        assert turn.case is not None
        assert turn.case.asked != "bank-otp"


def test_an_answer_can_be_taken_back(hearing: Talk) -> None:
    case = heard(hearing, HELD).case
    assert case is not None
    denied = hearing.answered(case, "no", "en", "SG").case
    assert denied is not None
    assert denied.ruled_out == {"parcel-smish"}
    confirmed = hearing.answered(replace(denied, asked="parcel-smish"), "yes", "en", "SG").case
    assert confirmed is not None
    assert (confirmed.confirmed, confirmed.ruled_out) == ("parcel-smish", frozenset())


def test_a_no_to_the_only_pattern_that_is_near_accuses_nobody_of_another(checker: Checker) -> None:
    near = checker.check(Situation("a text message about a parcel"))
    assert near.matches[0].similarity > 2 * near.matches[1].similarity
    turn = Talk(_Says(near)).answered(Case(("…",), near, asked="parcel-smish"), "no", "en", "SG")
    assert turn.judged is not None
    assert turn.judged.named is None or turn.judged.concern == "possible"


def test_a_no_makes_nothing_worse_than_possible(checker: Checker) -> None:
    asked = replace(checker.check(Situation(HELD)), concern="possible")
    worse = replace(checker.check(Situation(BANK_CODE)), concern="likely")
    case = Case((HELD,), asked, asked=asked.matches[0].pattern.id)
    turn = Talk(_Says(worse)).answered(case, "no", "en", "SG")
    assert turn.judged is not None
    assert turn.judged.concern == "possible"


class _Says:
    """Judges every text the same but some."""

    def __init__(self, assessment: Assessment, some: Mapping[str, Assessment] | None = None) -> None:
        self._assessment = assessment
        self._some = some or {}

    def check(self, situation: Situation) -> Assessment:
        return self._some.get(situation.text, self._assessment)


@pytest.mark.parametrize("said", ["i told him the code", "it says so"])
def test_yes_to_whether_anything_is_gone_is_an_emergency_from_then_on(checker: Checker, said: str) -> None:
    asks = Talk(StagedChecker(checker, "unsaid", ask=True)).hear(Situation(PARCEL), None)
    assert asks.case is not None
    assert asks.case.asked == "gone"
    talk = Talk(HearingChecker(checker, HEARD))
    turn = talk.hear(Situation(said), asks.case)
    assert (turn.intent, turn.changed) == ("answer", True)
    later = talk.hear(Situation("it came by sms"), turn.case)
    for each in (turn, later):
        assert each.judged is not None
        assert (each.judged.stage, each.judged.ask) == ("after", False)


@pytest.mark.parametrize("said", ["i gave nothing", "it does not"])
def test_no_to_whether_anything_is_gone_is_no_emergency_and_is_not_asked_again(checker: Checker, said: str) -> None:
    asking = StagedChecker(checker, "unsaid", ask=True)
    case = Talk(asking).hear(Situation(PARCEL), None).case
    turn = Talk(HearingChecker(checker, HEARD)).hear(Situation(said), case)
    assert (turn.intent, turn.says) == ("answer", "gone-no")
    later = Talk(asking).hear(Situation("it came by sms"), turn.case)
    for each in (turn, later):
        assert each.case is not None
        assert each.judged is not None
        assert (each.judged.stage, each.judged.ask, each.case.asked) == ("before", False, "")


def test_what_is_only_faintly_heard_answers_nothing(hearing: Talk) -> None:
    turn = heard(hearing, HELD, "perhaps it does")
    assert turn.case is not None
    assert turn.case.confirmed == ""


def test_a_question_is_answered_and_the_case_stays_as_it_was(hearing: Talk) -> None:
    case, after = followed(hearing, PARCEL, "is my money gone")
    for turn in (heard(hearing, "is my money gone"), after):
        assert (turn.intent, turn.questions[0]) == ("question", "money-back")
        assert turn.judged is None
    assert after.case == case
    assert heard(hearing, "where in germany").named == "DE"


def test_a_question_that_may_be_several_is_asked_back(hearing: Talk) -> None:
    for turn in (followed(hearing, PARCEL, "???")[1], heard(hearing, "???")):
        assert (turn.intent, turn.doubtful, len(turn.questions)) == ("question", True, 3)
    assert not followed(hearing, PARCEL, "is my money gone")[1].doubtful


def test_a_question_worded_as_others_word_it_is_found_whatever_else_is_heard(checker: Checker) -> None:
    said = "Could I end up in prison for this?"
    talk = Talk(HearingChecker(checker, {said: Heard({"what-now": 0.9}, {"report": 0.6})}), asking=ASKING)
    turn = talk.hear(Situation(said), heard(talk, PARCEL).case)
    assert (turn.intent, turn.questions[0], turn.doubtful) == ("question", "jail", False)


def test_a_story_is_no_question_however_much_of_one_is_heard_in_it(checker: Checker) -> None:
    talk = Talk(HearingChecker(checker, {PARCEL: Heard({"question": 0.6}, {"report": 0.9})}), asking=ASKING)
    assert heard(talk, PARCEL).intent == "situation"


def test_two_messages_that_are_each_possible_bear_each_other_out(checker: Checker) -> None:
    possible = _only(checker.check(Situation(HELD)), close=False)
    assert possible.concern == "possible"
    talk = Talk(_Says(possible))
    first = talk.hear(Situation(HELD), None)
    assert (verdict(first), verdict(heard(talk, HELD, "and it came by sms"))) == (
        ("possible", "parcel-smish"),
        ("likely", "parcel-smish"),
    )


def test_who_has_not_paid_yet_may_still_be_on_the_line(checker: Checker) -> None:
    now = replace(checker.check(Situation(PARCEL)), stage="now", heard=Heard({"gone-no": 0.9}))
    turn = Talk(_Says(now)).hear(Situation("nothing is paid"), Case((PARCEL,), now, asked="gone"))
    assert (turn.intent, turn.judged and turn.judged.stage, turn.says) == ("answer", "now", "")


def test_that_nothing_is_gone_makes_nothing_lighter(checker: Checker) -> None:
    grave = checker.check(Situation(PARCEL))
    assert grave.concern == "likely"
    lighter = replace(grave, concern="no_match", heard=Heard({"gone-no": 0.9}))
    turn = Talk(_Says(lighter)).hear(Situation("nothing is paid"), Case((PARCEL,), grave, asked="gone"))
    assert turn.case is not None
    assert (verdict(turn), turn.judged and turn.judged.stage) == (("likely", "parcel-smish"), "before")
    assert turn.says == "gone-no"
    assert turn.case.assessment == turn.judged


def test_an_answer_that_tells_more_than_whether_anything_is_gone_is_weighed(checker: Checker) -> None:
    grave = checker.check(Situation(PARCEL))
    lighter = replace(grave, concern="no_match", heard=Heard({"gone-no": 0.9}))
    more = "nothing is paid, i rang the courier on the number from my contract and they know of the parcel and the fee"
    turn = Talk(_Says(lighter)).hear(Situation(more), Case((PARCEL,), grave, asked="gone"))
    assert verdict(turn) == ("no_match", None)


def test_a_country_that_nobody_knows_is_asked_for(hearing: Talk) -> None:
    case, turn = followed(hearing, PARCEL, "no idea where")
    assert (turn.intent, turn.says, turn.named, turn.case) == ("other", "country", "", case)


def test_a_warning_is_not_passed_over_for_a_question(hearing: Talk) -> None:
    turn = heard(hearing, f"is it true? {PARCEL}")
    assert (turn.intent, verdict(turn)) == ("situation", ("likely", "parcel-smish"))


@pytest.mark.parametrize(
    ("said", "says", "named"), [("i live in germany", "country", "DE"), ("german please", "language", "de")]
)
def test_a_country_and_a_language_are_understood_in_words(hearing: Talk, said: str, says: str, named: str) -> None:
    case, turn = followed(hearing, PARCEL, said)
    assert (turn.intent, turn.says, turn.named, turn.case) == ("other", says, named, case)


def test_that_it_was_really_them_leaves_the_case_as_grave_as_it_was(hearing: Talk) -> None:
    case, turn = followed(hearing, PARCEL, "i called him and it is him")
    assert (turn.intent, turn.says, turn.changed) == ("follow_up", "genuine", False)
    assert (turn.case, verdict(turn)) == (case, ("likely", "parcel-smish"))
    asked = heard(hearing, HELD, "i called him and it is him").case
    assert asked is not None
    assert (asked.asked, asked.told) == ("", (HELD,))
    first = heard(hearing, "i called him and it is him")
    assert (first.intent, first.says, first.case) == ("other", "genuine", None)


@pytest.mark.parametrize(
    ("before", "whole", "found"),
    [("possible", "no_match", "no_match"), ("likely", "no_match", "likely"), ("possible", "likely", "possible")],
)
def test_a_matter_that_is_cleared_up_may_be_lighter_where_it_was_not_likely(
    checker: Checker, before: Concern, whole: Concern, found: Concern
) -> None:
    said, parcel = "oh, it was my own order", checker.check(Situation(PARCEL))
    alone = replace(parcel, concern="no_match", heard=Heard({"genuine": 0.9}))
    talk = Talk(_Says(replace(parcel, concern=whole), {said: alone}))
    turn = talk.hear(Situation(said), Case((PARCEL,), replace(parcel, concern=before)))
    assert turn.judged is not None
    assert (turn.says, turn.judged.concern, turn.changed) == ("genuine", found, False)


@pytest.mark.parametrize("said", ["perhaps it is him", "it is him"])
def test_what_is_not_surely_a_check_is_told_on(checker: Checker, said: str) -> None:
    now = HearingChecker(StagedChecker(checker, "now", ask=False), {"it is him": Heard({"genuine": 0.8})})
    turn = heard(Talk(now if said == "it is him" else HearingChecker(checker, HEARD)), PARCEL, said)
    assert (turn.intent, turn.says) == ("follow_up", "")


def test_that_it_was_not_them_makes_sure_what_was_possible_and_asks_no_more(hearing: Talk) -> None:
    assert verdict(heard(hearing, HELD)) == ("possible", "parcel-smish")
    turn = heard(hearing, HELD, "they never called")
    assert (turn.intent, turn.says, verdict(turn)) == ("follow_up", "denied", ("likely", "parcel-smish"))
    assert turn.case is not None
    assert (turn.case.asked, turn.case.told) == ("", (HELD, "they never called"))
    assert verdict(heard(hearing, HELD, "they never called", "it came by sms")) == ("likely", "parcel-smish")


def test_that_it_was_not_them_leaves_no_look_alike_and_alone_is_a_situation(hearing: Talk) -> None:
    before, after = heard(hearing, BANK_CODE).judged, heard(hearing, BANK_CODE, "they never called").judged
    assert before is not None
    assert after is not None
    assert (before.concern, before.resembles_look_alike, after.concern) == ("no_match", True, "possible")
    assert heard(hearing, "they never called").intent == "situation"


def test_what_is_gone_goes_before_that_it_was_not_them(checker: Checker) -> None:
    case = heard(Talk(checker), HELD).case
    gone = HearingChecker(StagedChecker(checker, "after", ask=False), HEARD)
    turn = Talk(gone).hear(Situation("they never called", "en", "SG"), case)
    assert (turn.intent, turn.says, turn.changed) == ("follow_up", "", True)
    assert turn.judged is not None
    assert turn.judged.emergency


def test_despair_comes_before_everything_else_and_the_case_is_kept(hearing: Talk) -> None:
    turn = heard(hearing, PARCEL, "i want to die")
    assert turn.intent == "crisis"
    assert turn.case is not None
    assert turn.case.told[0] == PARCEL
    assert heard(hearing, "i want to die").intent == "crisis"
    assert heard(hearing, PARCEL, "i want to die", "it came by sms").intent == "follow_up"


def test_despair_in_one_part_of_a_message_is_heard_whatever_is_told_around_it(checker: Checker) -> None:
    part, plain = "i do not want to live", Heard({"despair": 0.9}, despair=0.95)
    for trace, intent in ((0.2, "crisis"), (0.0, "situation")):
        told = f"{PARCEL}, {part}"
        drowned = Heard({"no-despair": trace, "situation": 0.7}, despair=0.1)
        assert heard(Talk(HearingChecker(checker, {part: plain, told: drowned})), told).intent == intent


def test_amid_a_case_despair_is_answered_first_where_it_is_heard_more_surely_and_beside_it_before(
    checker: Checker,
) -> None:
    for heard_as, intent in (((CRISIS + CRISIS_AMID) / 2, "follow_up"), (CRISIS_AMID, "crisis")):
        talk = Talk(HearingChecker(checker, {"she will not have it": Heard(despair=heard_as)}))
        assert heard(talk, "she will not have it").intent == "crisis"
        assert heard(talk, PARCEL, "she will not have it").intent == intent


def test_after_despair_less_is_enough_to_hear_it_again_and_it_is_kept_in_mind(hearing: Talk) -> None:
    for before in (("i want to die",), (RENT, "i want to die")):
        again = heard(hearing, *before, "i am so tired of it")
        assert again.intent == "crisis"
        for after in (RENT, "ta", "i gave nothing"):
            turn = heard(hearing, *before, after)
            assert turn.case is not None
            assert (turn.intent != "crisis", turn.case.despaired) == (True, True)
    calm = heard(hearing, RENT, "i am so tired of it")
    assert (calm.intent, calm.case and calm.case.despaired) == ("follow_up", False)


TOUCHING = {
    "she paid me some first": Heard({"follow-up": 0.5}, {"paid-me-first": 0.9}),
    "perhaps she did": Heard({"follow-up": 0.5}, {"paid-me-first": 0.6, "how-fast-to-act": 0.4}),
    "by noon or so": Heard({"follow-up": 0.5}, {"how-fast-to-act": 0.9}),
    "to whom then": Heard({"follow-up": 0.5}, {"where-to-report": 0.9}),
}
ANSWERS = {"paid-me-first": {"en": "no proof"}, "how-fast-to-act": {"en": "at once"}, "where-to-report": None}


@pytest.mark.parametrize(
    ("said", "before", "touches"),
    [
        ("she paid me some first", (RENT,), "paid-me-first"),
        ("perhaps she did", (RENT,), ""),
        ("by noon or so", (RENT,), ""),
        ("by noon or so", (RENT, "i told him the code"), "how-fast-to-act"),
        ("to whom then", (RENT,), ""),
        ("she paid me some first", (), ""),
        ("she paid me some first", (BANK_CODE,), ""),
    ],
    ids=["surely", "hardly", "as after a loss", "after one", "without an answer", "at first", "without an alarm"],
)
def test_a_further_word_touches_a_known_question_where_it_leaves_an_alarm_as_it_was(
    checker: Checker, said: str, before: tuple[str, ...], touches: str
) -> None:
    ways = {"en": ("never said like this at all",)}
    questions = [Question(name, ways, answer=ways_out) for name, ways_out in ANSWERS.items()]
    known = Asking(lambda: {question.id: question for question in questions})
    talk = Talk(HearingChecker(checker, {**HEARD, **TOUCHING}), asking=known)
    assert heard(talk, *before, said).touches == touches


def test_what_is_tapped_after_despair_forgets_it_no_more_than_what_is_said(hearing: Talk) -> None:
    case = hearing.chosen(heard(hearing, "i want to die").case, "country", "DE", "en").case
    assert case is not None
    assert (case.despaired, hearing.hear(Situation("i am so tired of it"), case).intent) == (True, "crisis")


def test_despair_that_is_heard_again_is_known_to_be_and_a_country_said_after_it_is_not(hearing: Talk) -> None:
    first = heard(hearing, "i want to die")
    assert (first.intent, first.again) == ("crisis", False)
    again = hearing.hear(Situation("i want to die"), first.case)
    assert (again.intent, again.again) == ("crisis", True)
    assert not hearing.chosen(first.case, "country", "DE", "en").again


def test_what_only_somebody_asks_who_has_lost_something_are_known_questions() -> None:
    known = read_questions()
    assert [begins for begins in _AFTER_A_LOSS if not any(name.startswith(begins) for name in known)] == []


@pytest.mark.parametrize(("stage", "told"), [("after", ("i want to die",)), ("unsaid", ())])
def test_what_is_told_in_despair_is_remembered_and_despair_alone_is_no_case(
    checker: Checker, stage: Stage, told: tuple[str, ...]
) -> None:
    turn = heard(Talk(HearingChecker(StagedChecker(checker, stage, ask=False), HEARD)), "i want to die")
    assert (turn.intent, turn.case and turn.case.told) == ("crisis", told)


@pytest.mark.parametrize("before", [(), (PARCEL,)], ids=["first", "amid a case"])
def test_the_country_that_is_told_after_despair_still_belongs_to_it(hearing: Talk, before: tuple[str, ...]) -> None:
    turn = heard(hearing, *before, "i want to die", "i live in germany")
    assert (turn.intent, turn.says, turn.named) == ("crisis", "country", "DE")
    assert turn.case is not None
    assert turn.case.told[:1] == before
    assert heard(hearing, *before, "i want to die", "it came by sms", "i live in germany").intent == "other"
    assert heard(hearing, *before, "i want to die", "Lagos").named == "NG"


def test_where_somebody_is_is_heard_amid_a_story_and_not_in_what_was_handed_on(hearing: Talk) -> None:
    story = f"i am in spain. {PARCEL}"
    assert heard(hearing, story).place == "ES"
    assert hearing.hear(Situation(story, origin=Origin("Ann")), None).place == ""
    assert heard(hearing, PARCEL).place == ""


def test_a_message_that_says_only_where_somebody_is_needs_no_more_hearing(hearing: Talk) -> None:
    turn = heard(hearing, PARCEL, "i am in australia")
    assert (turn.says, turn.named) == ("country", "AU")


def test_whom_to_reach_is_looked_for_again_once_the_country_is_known(checker: Checker) -> None:
    talk, noted = Talk(HearingChecker(checker, {})), f"the police called. {PARCEL}"
    case = talk.hear(Situation(noted), None).case
    turn = talk.hear(Situation("i am in singapore"), case)
    assert turn.case is not None
    assert turn.case.assessment is not None
    assert [body.country for body in turn.case.assessment.contacts.claimed] == ["SG"]


def test_despair_that_may_be_heard_is_answered_beside_what_is_told(hearing: Talk) -> None:
    turn = heard(hearing, PARCEL, "i am so tired of it")
    assert (turn.intent, turn.heavy) == ("follow_up", True)
    assert not heard(hearing, PARCEL).heavy
    assert not heard(hearing, "i want to die").heavy


def test_a_sentence_that_is_tapped_is_told_like_one_that_is_typed(hearing: Talk) -> None:
    begun = hearing.added(None, "They want me to open a link.", "en", "SG")
    assert begun.case is not None
    assert begun.case.told == ("They want me to open a link.",)
    more = hearing.added(begun.case, "They want a fee for a parcel.", "en", "SG")
    assert more.case is not None
    assert more.case.told == ("They want me to open a link.", "They want a fee for a parcel.")
    assert verdict(more)[1] == "parcel-smish"


def test_what_is_shown_of_a_message_that_tells_nothing_is_too_little_and_never_an_alarm(hearing: Talk) -> None:
    alone = heard(hearing, "ta").shown
    assert alone is not None
    assert (alone.concern, alone.emergency, alone.ask) == ("unclear", False, False)
    after = heard(hearing, PARCEL, "ta").shown
    assert after is not None
    assert after.concern == "likely"


def test_a_case_knows_the_patterns_that_it_was_judged_to_be_like(hearing: Talk) -> None:
    case = heard(hearing, PARCEL).case
    assert case is not None
    assert [case.pattern(name) is not None for name in ("parcel-smish", "bank-otp", "no-such")] == [True, True, False]
    assert Case().pattern("parcel-smish") is None


def test_of_a_long_case_the_beginning_is_let_go(checker: Checker) -> None:
    case: Case | None = None
    for number in range(6):
        case = Talk(checker).hear(Situation(f"{number} " + "they say my parcel is held " * 80), case).case
    assert case is not None
    assert sum(map(len, case.told)) <= LONGEST
    assert [told[0] for told in case.told] == ["3", "4", "5"]


def test_a_sentence_tapped_without_a_case_begins_one(checker: Checker) -> None:
    turn = Talk(checker).added(None, PARCEL, "en", "SG")
    assert (turn.intent, turn.changed) == ("situation", False)


def test_a_loss_told_later_is_no_longer_covered_by_an_earlier_no(checker: Checker) -> None:
    case = Case((PARCEL,), checker.check(Situation(PARCEL)), stage="before")
    told = "the page looked real, so in the end i typed all of my card number there, and then the code that came too"
    turn = Talk(StagedChecker(checker, "after", ask=False)).hear(Situation(told), case)
    assert (turn.intent, turn.judged and turn.judged.stage) == ("follow_up", "after")


@pytest.mark.parametrize(("newest", "lost"), [({"code": 0.9}, "code"), ({"code": 0.4}, "money"), ({}, "money")])
def test_what_the_newest_words_surely_tell_is_gone_counts_before_what_the_whole_case_does(
    checker: Checker, newest: dict[Loss, float], lost: Loss
) -> None:
    whole = replace(checker.check(Situation(PARCEL)), stage="after", heard=Heard(lost={"money": 0.8}))
    alone = replace(whole, heard=Heard(lost=newest))
    case = Case((PARCEL, "the page looked real, so in the end i typed all of my card number there, and the code"))
    assert weighed(whole, alone, case).lost == lost
    assert weighed(whole, replace(alone, stage="before"), case).lost == "money"


@pytest.mark.parametrize(("whole", "lost"), [({"voucher": 0.9}, "voucher"), ({"voucher": 0.3, "money": 0.3}, "code")])
def test_what_is_gone_with_a_few_words_is_told_by_the_whole_case(
    checker: Checker, whole: dict[Loss, float], lost: Loss
) -> None:
    judged = replace(checker.check(Situation(PARCEL)), stage="after", heard=Heard(lost=whole))
    newest = replace(judged, heard=Heard(lost={"code": 0.7}))
    assert weighed(judged, newest, Case(("he wants gift cards", "read him the numbers"))).lost == lost


def test_a_no_that_says_more_does_not_rule_a_look_alike_out(hearing: Talk) -> None:
    case = heard(hearing, BANK_CODE).case
    assert case is not None
    asked = replace(case, asked="bank-otp")
    bare = hearing.hear(Situation("it does not", "en", "SG"), asked)
    more = hearing.hear(Situation("no, nobody ever asked me for any money", "en", "SG"), asked)
    assert bare.case is not None
    assert more.case is not None
    assert (bare.intent, more.intent) == ("answer", "answer")
    assert bare.case.ruled_out == {"bank-otp"}
    assert not more.case.ruled_out
    assert more.case.told[-1] == "no, nobody ever asked me for any money"


def test_a_question_that_is_surely_known_is_answered_amid_a_case(hearing: Talk) -> None:
    _, turn = followed(hearing, PARCEL, "how fast must i be")
    assert (turn.intent, turn.questions[0], turn.doubtful) == ("question", "money-back", False)
    assert heard(hearing, "how fast must i be").intent != "question"


def test_whether_anything_is_gone_is_asked_where_it_may_have_been_said(hearing: Talk) -> None:
    turn = heard(hearing, PARCEL, "all of it went")
    assert turn.case is not None
    assert (turn.intent, turn.case.asked, turn.case.stage) == ("answer", "gone", None)
    again = hearing.hear(Situation("all of it went", "en", "SG"), turn.case)
    assert again.case is not None
    assert again.case.stage == "after"  # it is what was asked


def test_what_only_sounds_like_a_loss_is_asked_about(hearing: Talk) -> None:
    for said, known in (("he already gave me 50", ("gone", None)), ("they had all of it, every cent", ("", "after"))):
        turn = heard(hearing, PARCEL, said)
        assert turn.case is not None
        assert (turn.case.asked, turn.case.stage) == known


@pytest.mark.parametrize(
    ("meant", "tells", "known"),
    [
        (0.9, 0.6, ("unsaid", True, "gone")),
        (0.1, 0.6, ("after", False, "")),
        (0.1, 0.2, ("unsaid", True, "gone")),
    ],
    ids=["only told on", "told by itself", "told by what came before"],
)
def test_what_a_stranger_wants_next_takes_nothing_away_by_itself(
    checker: Checker, meant: float, tells: float, known: tuple[str, bool, str]
) -> None:
    said = "now i should put in 800"
    alone = replace(checker.check(Situation(PARCEL)), heard=Heard({"follow-up": meant}), surely_gone=tells)
    says = _Says(replace(alone, stage="after"), {said: alone})
    turn = Talk(says).hear(Situation(said), Case(("they paid me 50",), alone))
    assert turn.judged is not None
    assert turn.case is not None
    assert (turn.judged.stage, turn.judged.ask, turn.case.asked) == known


def test_what_is_told_of_the_stage_goes_before_what_is_not_surely_meant(checker: Checker) -> None:
    hung_up = replace(checker.check(Situation("i hung up")), stage="before", heard=Heard({"gone-yes": 0.5}))
    turn = Talk(_Says(hung_up)).hear(Situation("i hung up"), Case((PARCEL,), checker.check(Situation(PARCEL))))
    assert (turn.intent, turn.says, turn.judged and turn.judged.stage) == ("answer", "gone-no", "before")


def test_a_yes_that_says_more_confirms_no_scam_by_itself(hearing: Talk) -> None:
    turn = heard(hearing, HELD, "yes that is the gym i go to")
    assert turn.case is not None
    assert (turn.intent, turn.case.confirmed) == ("follow_up", "")


def test_what_is_gone_is_not_stopped_on_the_line_any_more(checker: Checker) -> None:
    now = replace(checker.check(Situation(PARCEL)), stage="now", heard=Heard({"gone-yes": 0.95}))
    turn = Talk(_Says(now)).hear(Situation("i put my card in"), Case((PARCEL,), now))
    assert turn.judged is not None
    assert (turn.judged.stage, turn.changed) == ("after", True)


def test_what_was_said_to_be_gone_stays_gone_whatever_happens_this_minute(checker: Checker) -> None:
    gone = replace(checker.check(Situation(PARCEL)), stage="after")
    turn = Talk(StagedChecker(checker, "now", ask=False)).hear(
        Situation("he is calling again right now"), Case((PARCEL,), gone, stage="after")
    )
    assert turn.judged is not None
    assert (turn.judged.stage, turn.changed) == ("after", False)


def test_after_a_no_what_sounds_like_a_loss_is_asked_about_again(hearing: Talk) -> None:
    turn = heard(hearing, PARCEL, "i gave nothing", "he already gave me 50")
    assert turn.case is not None
    assert turn.case.asked == "gone"


@pytest.mark.parametrize("said", [(HELD, "i gave nothing"), (HELD, "i want to die"), ("is my money gone",)])
def test_nothing_is_taken_for_asked_that_the_reply_does_not_ask(hearing: Talk, said: tuple[str, ...]) -> None:
    assert (heard(hearing, HELD).case or Case()).asked == "parcel-smish"
    assert (heard(hearing, *said).case or Case()).asked == ""


def test_where_a_case_is_shown_again_its_question_is_asked_again(hearing: Talk) -> None:
    turn = heard(hearing, HELD, "who knows", "i live in germany")
    assert turn.case is not None
    assert turn.case.asked == "parcel-smish"


def test_a_short_further_word_makes_nothing_lighter_that_was_likely(checker: Checker) -> None:
    grave = checker.check(Situation(PARCEL))
    lighter, case = replace(grave, concern="possible"), Case((PARCEL,), grave)
    turns = [Talk(_Says(lighter)).hear(Situation(said), case) for said in ("told him", "told him of it " * 5)]
    assert [turn.judged and turn.judged.concern for turn in turns] == ["likely", "possible"]


def test_hardly_anybody_greets_amid_a_case(hearing: Talk) -> None:
    assert heard(hearing, "did it all").intent == "greeting"
    assert heard(hearing, PARCEL, "hi there").intent == "greeting"
    assert heard(hearing, PARCEL, "did it all").intent == "answer"


def test_amid_a_case_a_question_is_heard_sooner_than_at_first(hearing: Talk) -> None:
    assert heard(hearing, "they would come here").intent == "situation"
    case, turn = followed(hearing, PARCEL, "they would come here")
    assert (turn.intent, turn.questions[0], turn.case) == ("question", "jail", case)


def test_despair_that_is_faint_does_not_drown_a_plain_answer(hearing: Talk) -> None:
    assert followed(hearing, PARCEL, "not yet, no")[1].intent == "answer"


def test_what_a_stranger_presses_with_is_no_despair_of_the_person(hearing: Talk) -> None:
    for said in ("he says tomorrow is too late", "he says today is the last day"):
        turn = followed(hearing, PARCEL, said)[1]
        assert (turn.intent, turn.heavy) == ("follow_up", False)
    assert followed(hearing, PARCEL, "i am so tired of it")[1].heavy


def test_who_asks_in_words_that_others_ask_in_is_answered_and_not_told_what_to_do_now(hearing: Talk) -> None:
    turn = heard(hearing, PARCEL, "could i end up in prison for that")
    assert (turn.intent, turn.questions[0]) == ("question", "jail")
    assert heard(hearing, PARCEL, "and now").says == "what-now"


@pytest.mark.parametrize(("question", "intent"), [(0.3, "situation"), (0.9, "question")])
def test_what_is_gone_already_is_told_however_like_a_question_it_is_worded(
    checker: Checker, question: float, intent: str
) -> None:
    meant = Heard({"question": question, "situation": 0.5}, {"money-back": 0.95})
    gone = replace(checker.check(Situation(PARCEL)), stage="after", heard=meant)
    assert (gone.concern, gone.emergency) == ("likely", True)
    said = Situation("can the bank get it back for me")
    assert Talk(_Says(gone), asking=ASKING).hear(said, None).intent == intent


@pytest.mark.parametrize(("question", "intent"), [(0.3, "follow_up"), (0.9, "question")])
def test_amid_a_case_it_is_told_too(hearing: Talk, checker: Checker, question: float, intent: str) -> None:
    case = heard(hearing, PARCEL).case
    meant = Heard({"question": question, "situation": 0.5}, {"money-back": 0.95})
    gone = replace(checker.check(Situation(PARCEL)), stage="after", heard=meant, surely_gone=1.0)
    said = Situation("can the bank get it back for me")
    turn = Talk(_Says(gone), asking=ASKING).hear(said, case)
    assert turn.case is not None
    assert turn.case.assessment is not None
    assert (turn.intent, turn.case.assessment.emergency) == (intent, True)


def test_who_says_that_nothing_was_given_has_lost_nothing(checker: Checker) -> None:
    gone = Talk(HearingChecker(StagedChecker(checker, "after", ask=False), HEARD), asking=ASKING)
    kept, told = heard(gone, "i gave nothing").judged, heard(gone, PARCEL).judged
    assert kept is not None
    assert told is not None
    assert (kept.stage, told.stage) == ("before", "after")


def test_on_the_line_with_them_nobody_is_told_that_somebody_listens(checker: Checker) -> None:
    now = Talk(HearingChecker(StagedChecker(checker, "now", ask=False), HEARD), asking=ASKING)
    assert not heard(now, PARCEL, "i am so tired of it").heavy


def test_a_doubt_amid_a_case_is_about_the_case_and_no_general_question(hearing: Talk) -> None:
    assert heard(hearing, PARCEL, "a crime or not").says == "sure"
    assert heard(hearing, "a crime or not").questions[:1] == ("jail",)


@pytest.mark.parametrize(
    ("lost", "close", "part"),
    [
        ({}, False, True),
        ({"money": 0.9}, False, False),
        ({"money": 0.4}, False, True),
        ({"account": 0.9}, False, True),
        ({}, True, False),
        ({"work": 0.9}, True, True),
        ({"code": 0.9}, True, False),
    ],
)
def test_who_may_be_robbed_is_not_told_to_have_taken_part(
    checker: Checker, lost: dict[Loss, float], close: bool, part: bool
) -> None:
    trap, scam = (checker.check(Situation(text)).matches[0] for text in (RENT, PARCEL))
    judged = replace(checker.check(Situation(RENT)), stage="after", matches=(trap, scam), close=close)
    assert replace(judged, heard=Heard(lost=lost)).took_part == part


def test_under_blackmail_with_pictures_those_come_first_whatever_was_paid(checker: Checker) -> None:
    judged = replace(checker.check(Situation(PARCEL)), stage="after", heard=Heard(lost={"money": 0.9}))
    blackmail = Match(replace(judged.matches[0].pattern, id=BLACKMAIL), 0.9)
    assert (judged.lost, replace(judged, matches=(blackmail,)).lost) == ("money", "picture")


class _Tells:
    """Tells of each text of a table its own stage and meaning, and of all others neither."""

    def __init__(self, before: Assessment, told: Mapping[str, tuple[Stage, Heard]]) -> None:
        self._before, self._told = before, told

    def check(self, situation: Situation) -> Assessment:
        stage, heard = self._told.get(situation.text, ("unsaid", Heard()))
        return replace(self._before, stage=stage, heard=heard)


def told(checker: Checker, before: Stage, said: str, stage: Stage, heard: Heard, lost: Loss | None = None) -> Turn:
    """Say something amid a case that has gone so far, and which tells a stage by itself and means something."""
    shares = Heard(lost={lost: 0.9}) if lost else Heard()
    gone = float(before == "after")
    known = replace(checker.check(Situation(PARCEL)), stage=before, heard=shares, surely_gone=gone)
    return Talk(_Tells(known, {said: (stage, heard)})).hear(Situation(said, "en", "SG"), Case((PARCEL,), known))


@pytest.mark.parametrize("stage", ["before", "unsaid"])
def test_what_was_told_to_be_gone_is_not_forgotten_over_a_further_word(checker: Checker, stage: Stage) -> None:
    turn = told(checker, "after", "he was so nice", stage, Heard({"follow-up": 0.9}), "card")
    assert turn.judged is not None
    assert (turn.judged.stage, turn.judged.lost, turn.changed) == ("after", "card", False)


def test_that_no_money_is_gone_brings_back_no_document(checker: Checker) -> None:
    nothing = Heard({"gone-no": 0.9}, lost={"money": 0.9})
    turn = told(checker, "after", "paid nothing", "before", nothing, "document")
    assert turn.judged is not None
    assert (turn.judged.stage, turn.judged.ask, turn.case and turn.case.asked) == ("unsaid", True, "gone")
    turn = told(checker, "after", "paid nothing", "before", nothing, "money")
    assert turn.judged is not None
    assert (turn.judged.stage, turn.judged.ask) == ("before", False)


@pytest.mark.parametrize(
    ("said", "stage", "heard", "intent"),
    [
        ("done it, always a help", "after", Heard({"thanks": 0.83}), "follow_up"),
        ("ok fiz", "before", Heard({"thanks": 0.74, "yes": 0.12}), "follow_up"),
        ("many thanks", "unsaid", Heard({"thanks": 0.95}), "thanks"),
        ("thanks, i sent it all just now", "unsaid", Heard({"thanks": 0.92}), "thanks"),
    ],
    ids=["tells a loss", "may be a yes", "thanks", "thanks in a longer line, and no loss is told"],
)
def test_a_loss_that_sounds_like_thanks_is_no_good_bye(
    checker: Checker, said: str, stage: Stage, heard: Heard, intent: str
) -> None:
    assert told(checker, "unsaid", said, stage, heard).intent == intent


def test_thanks_in_a_longer_line_are_no_good_bye_where_the_whole_tells_a_loss(checker: Checker) -> None:
    known = replace(checker.check(Situation(PARCEL)), stage="unsaid")
    case, said = Case((PARCEL,), known), "thanks, but i have just sent all of it"
    whole = case.telling(said).account
    talk = Talk(_Tells(known, {said: ("unsaid", Heard({"thanks": 0.92})), whole: ("after", Heard())}))
    turn = talk.hear(Situation(said, "en", "SG"), case)
    assert (turn.intent, turn.case and turn.case.asked) == ("follow_up", "gone")


def test_a_few_words_that_mean_no_such_thing_settle_not_that_nothing_is_gone(checker: Checker) -> None:
    known = replace(checker.check(Situation(PARCEL)), stage="unsaid", ask=True)
    talk = Talk(_Tells(known, {"ok fiz": ("before", Heard({"thanks": 0.74, "yes": 0.12}))}))
    turn = talk.hear(Situation("ok fiz", "en", "SG"), Case((PARCEL,), known, asked="gone"))
    assert turn.judged is not None
    assert (turn.judged.stage, turn.case and turn.case.asked) == ("unsaid", "gone")


@pytest.mark.parametrize(
    ("pattern", "shares", "lost"),
    [
        ("blackmail", {"picture": 0.1, "money": 0.5}, None),
        ("blackmail", {"picture": 0.3, "money": 0.6}, "picture"),
        ("parcel", {"picture": 0.7}, None),
        ("parcel", {"picture": 0.85}, "picture"),
        ("parcel", {"money": 0.7}, "money"),
    ],
)
def test_nobody_is_told_of_pictures_of_which_nothing_is_heard(
    checker: Checker, pattern: str, shares: dict[Loss, float], lost: Loss | None
) -> None:
    known = replace(checker.check(Situation(PARCEL)), heard=Heard(lost=shares))
    if pattern == "blackmail":
        first = known.matches[0]
        known = replace(known, matches=(replace(first, pattern=replace(first.pattern, id=BLACKMAIL)),))
    assert known.lost == lost


@pytest.mark.parametrize("before", [(), (PARCEL,)])
def test_whose_a_short_number_is_has_its_own_answer_and_what_was_told_is_kept(
    hearing: Talk, before: tuple[str, ...]
) -> None:
    case = heard(hearing, *before).case if before else None
    turn = hearing.hear(Situation("159 is them right", "en", "GB"), case)
    assert (turn.intent, turn.says) == ("question", "number")
    assert turn.judged is None
    assert turn.case is not None
    assert turn.case.told == (before or ("159 is them right",))  # at first it may be what happens to them
    assert turn.case.assessment is not None


def test_a_number_in_what_somebody_tells_is_no_question(hearing: Talk) -> None:
    turn = hearing.hear(Situation("159 called me", "en", "GB"), None)
    assert turn.says == ""


@pytest.mark.parametrize(("said", "intent"), [("surely a question", "question"), ("hardly one", "situation")])
def test_what_sounds_like_a_scam_is_a_question_by_less_where_it_is_surely_one(
    hearing: Talk, said: str, intent: str
) -> None:
    turn = heard(Talk(HearingChecker(hearing.checker, HEARD), asking=Wavering()), f"{PARCEL}, {said}")
    assert turn.intent == intent


def test_a_detail_that_hardly_sounds_like_a_loss_is_no_answer_that_something_is_gone(hearing: Talk) -> None:
    case = replace(heard(hearing, PARCEL).case or Case(), asked="gone")
    turn = hearing.hear(Situation("they come at four", "en", "SG"), case)
    assert (turn.intent, turn.case and turn.case.stage) == ("follow_up", None)


@pytest.mark.parametrize(("blackmail", "says"), [(True, "minor"), (False, "")])
def test_who_says_under_blackmail_how_young_they_are_is_shown_who_helps_them(
    hearing: Talk, blackmail: bool, says: str
) -> None:
    ways = {"en": ("i am 13 and he has my picture", "im 16")}
    talk = replace(hearing, asking=Asking(lambda: {"under-18-blackmail": Question("under-18-blackmail", ways)}))
    case = heard(hearing, PARCEL).case or Case()
    assert case.assessment is not None
    if blackmail:
        first = case.assessment.matches[0]
        pattern = replace(first.pattern, id=BLACKMAIL)
        case = replace(case, assessment=replace(case.assessment, matches=(replace(first, pattern=pattern),)))
    turn = talk.hear(Situation("im 15", "en", "SG"), replace(case, asked="gone"))
    assert turn.says == says
    assert not blackmail or (turn.case is not None and turn.case.stage is None)
