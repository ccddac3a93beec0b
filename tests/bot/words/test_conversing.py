"""What is answered in a conversation, after the first screen and beside it."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from markupsafe import escape

from bot.checking.case import Case, Turn
from bot.checking.checker import Checker
from bot.checking.dialogue import Talk
from bot.checking.naming import Naming
from bot.checking.said import CRISIS, HEAVY
from bot.checking.situation import BLACKMAIL, Match, Situation
from bot.words import choices
from bot.words.conversing import (
    Spoken,
    crisis_reply,
    listening,
    minor_reply,
    question_reply,
    turn_reply,
    which_question_reply,
)
from bot.words.phone import CHARACTERS, LINES, lines, plain
from bot.words.reply import LIMIT, Reply
from bot.words.texts import Texts
from index.builds.build import Build
from index.model.encoder import Heard
from knowledge.documents.crisis import read_crisis_lines
from knowledge.documents.pattern import Pattern
from knowledge.documents.questions import read_questions
from knowledge.documents.reporting import Country, in_language, read_countries
from knowledge.documents.talk import read_names
from knowledge.documents.toml import read_patterns
from knowledge.text.languages import INTERFACE
from tests.bot_api import html_problem
from tests.fakes import HearingChecker, StagedChecker

PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
HELD = "my parcel is held"
BANK_CODE = "my bank sent me a code while i was logging in"
ALARMS = ("⛔", "⚠️", "🚨", "🛑")
HEARD = {
    "it says so": Heard({"yes": 0.9}),
    "it does not": Heard({"no": 0.9}),
    "who knows": Heard({"unknown": 0.9}),
    "i told him the code": Heard({"gone-yes": 0.9}),
    "i gave nothing": Heard({"gone-no": 0.9}),
    "all of it went": Heard({"gone-yes": 0.3, "unknown": 0.2}),
    "ta": Heard({"thanks": 0.9}),
    "hi there": Heard({"greeting": 0.9}),
    "sing me something": Heard({"chatter": 0.9}),
    "and now": Heard({"what-now": 0.9}),
    "really": Heard({"sure": 0.9}),
    "go on": Heard({"more": 0.9}),
    "is 159 the police?": Heard({"question": 0.9}),
    f"another thing: {PARCEL}": Heard({"new-case": 0.9}),
    "i want to die": Heard(despair=(CRISIS + 1) / 2),
    "i am so tired of it": Heard({"no-despair": 0.5}, despair=(CRISIS + HEAVY) / 2),
    "is my money gone": Heard({"question": 0.9}, {"money-back": 0.9}),
    "i called him and it is him": Heard({"genuine": 0.9}),
    "they never called": Heard({"denied": 0.9}),
    "what is the delivery fee scam": Heard({"question": 0.9}, {"what-is-parcel-smish": 0.9}),
}


def fits(html: str) -> bool:
    """Whether a reply is one screen."""
    return len(plain(html)) <= CHARACTERS and lines(html) <= LINES


@pytest.fixture(scope="module")
def spoken(countries: dict[str, Country], texts: dict[str, Texts]) -> Spoken:
    return Spoken(countries, texts)


@pytest.fixture(scope="module")
def everywhere(texts: dict[str, Texts]) -> Spoken:
    """What is said with the countries that ship."""
    return Spoken(read_countries(), texts)


@pytest.fixture(scope="module")
def shipped() -> dict[str, Pattern]:
    return read_patterns()


@pytest.fixture
def talk(checker: Checker) -> Talk:
    return Talk(HearingChecker(checker, HEARD))


@pytest.fixture
def render(texts: dict[str, Texts], spoken: Spoken, small_build: Build) -> Callable[..., Reply]:
    """Renders a turn."""

    def rendered(turn: Turn, language: str = "en", country: str | None = "SG") -> Reply:
        return turn_reply(turn, texts[language], spoken, small_build.patterns, country)

    return rendered


@pytest.fixture
def says(talk: Talk, render: Callable[..., Reply]) -> Callable[..., Reply]:
    """Says one thing after another, and returns the reply to the last."""

    def told(*said: str, language: str = "en", country: str | None = "SG") -> Reply:
        case = None
        for text in said:
            turn = talk.hear(Situation(text, "en", country), case)
            case = turn.case
        return render(turn, language, country)

    return told


def buttons(reply: Reply) -> list[str]:
    return [button.data for row in reply.buttons for button in row]


def test_the_first_message_is_answered_with_one_screen(says: Callable[..., Reply]) -> None:
    reply = says(PARCEL)
    assert reply.html.startswith("⛔ <b>Stop. This looks like a known scam: Fake parcel fee</b>\n👉 ")
    assert (len(plain(reply.html)) <= 600, lines(reply.html) <= 12) == (True, True)


def test_what_changes_nothing_is_taken_in_and_the_screen_is_not_said_again(says: Callable[..., Reply]) -> None:
    reply = says(PARCEL, "it came by sms")
    taken = "I have taken that in. It still looks like: <b>Fake parcel fee</b>"
    assert reply.html == f"{taken}\n👉 Ring the number on your card if you typed it in"
    assert "more:parcel-smish" in buttons(reply)
    again = says(PARCEL, "it came by sms", "at noon")
    assert again.html == f"{taken}\n👉 Look the parcel up in the official app of the courier"
    taken = "I have taken that in, but I still cannot tell."
    assert says("hello", "ok then").html == f"{taken}\n👉 Until you are sure, send no money and no codes."


def test_a_tap_that_changes_nothing_counts_as_if_it_were_said_and_one_that_is_answered_begins_anew(talk: Talk) -> None:
    case = talk.hear(Situation(PARCEL, "en", "SG"), None).case
    tapped = talk.added(case, "it came by sms", "en", "SG").case
    assert tapped
    assert (tapped.unchanged, tapped.at("after").unchanged) == (1, 0)


@pytest.mark.parametrize(
    ("stage", "pattern", "unchanged", "again"),
    [
        ("now", "parcel-smish", 0, ["🛑 <b>Stop now", "👉 Look the parcel up"]),
        ("now", "parcel-smish", 1, ["🛑 <b>Stop now", "👉 Ring the number on your card"]),
        ("after", "parcel-smish", 0, ["1. Stop: send nothing more", "2. Call your bank"]),
        ("after", "sell-bank-card", 0, ["1. Stop, and give nothing more", "2. Keep everything"]),
        ("after", "sell-bank-card", 2, ["👉 Stop, and give nothing more", "• Get a lawyer", "• Go to the police"]),
        ("after", "sell-bank-card", 3, ["1. Stop, and give nothing more", "2. Keep everything"]),
    ],
)
def test_amid_an_emergency_what_changes_nothing_is_answered_with_what_counts_next(
    small_build: Build,
    checker: Checker,
    texts: dict[str, Texts],
    spoken: Spoken,
    stage: Any,
    pattern: str,
    unchanged: int,
    again: Any,
) -> None:
    named = Match(small_build.patterns[pattern], 0.9)
    found = replace(checker.check(Situation(PARCEL, "en", "SG")), stage=stage, concern="likely", matches=(named,))
    case = Case(("it came by sms",), found, unchanged=unchanged)
    html = turn_reply(Turn("follow_up", case, found), texts["en"], spoken, {}, "SG").html
    (taken, *lines_again) = html.split("\n")
    assert taken.startswith("I have taken that in. It still looks like")
    assert [line[: len(begins)] for line, begins in zip(lines_again, again, strict=True)] == again


@pytest.mark.parametrize(
    ("unchanged", "action"), [(0, "do_no_match"), (1, "do_no_match_later"), (3, "do_no_match_later")]
)
def test_what_still_matches_nothing_is_told_what_there_is_to_do_once(
    checker: Checker, texts: dict[str, Texts], spoken: Spoken, unchanged: int, action: str
) -> None:
    found = replace(checker.check(Situation("it came by sms")), concern="no_match", resembles_look_alike=False)
    case = Case(("it came by sms",), found, unchanged=unchanged)
    html = turn_reply(Turn("follow_up", case, found), texts["en"], spoken, {}, "SG").html
    assert html.endswith(f"👉 {texts['en'].of(action)}")


@pytest.mark.parametrize("country", [None, "US", "CN", "DE"])
def test_whatever_is_said_next_in_the_first_hour_fits_one_screen(
    checker: Checker, everywhere: Spoken, country: str | None
) -> None:
    found = replace(checker.check(Situation(PARCEL)), stage="after", concern="likely")
    for texts, unchanged in itertools.product(everywhere.every.values(), range(1, 7)):
        turn = Turn("follow_up", Case(("so",), found, unchanged=unchanged), found)
        html = turn_reply(turn, texts, everywhere, {}, country).html
        assert (html.count("\n") >= 1, fits(html)) == (True, True), html
        _, stop, *_ = html.split("\n")
        assert stop.startswith("1. ") or (stop.startswith("👉 ") and not stop[2].isdigit()), html


def test_what_is_asked_with_buttons_is_asked_in_words_too(
    checker: Checker, texts: dict[str, Texts], spoken: Spoken
) -> None:
    found = replace(checker.check(Situation(PARCEL)), ask=True)
    reply = turn_reply(Turn("follow_up", None, found), texts["en"], spoken, {}, "SG")
    assert texts["en"].of("gone_ask") in reply.html


def test_a_contact_that_deceives_is_still_said_to_after_a_further_word(
    checker: Checker, texts: dict[str, Texts], spoken: Spoken
) -> None:
    found = replace(checker.check(Situation(PARCEL)), concern="possible", by_contact=True)
    html = turn_reply(Turn("follow_up", None, found), texts["en"], spoken, {}, "SG").html
    assert texts["en"].of("unchanged_no_match") not in html
    assert plain(html).startswith("⚠️")


@pytest.mark.parametrize("language", INTERFACE)
def test_what_is_said_again_fits_a_screen_in_every_language(
    checker: Checker, texts: dict[str, Texts], everywhere: Spoken, language: str
) -> None:
    for stage, country in itertools.product(("unsaid", "now", "after"), everywhere.countries):
        found = checker.check(Situation(PARCEL, language, country))
        found = replace(found, stage=stage)  # type: ignore[arg-type]
        html = turn_reply(Turn("follow_up", None, found), texts[language], everywhere, {}, country).html
        assert html.count("\n") in (1, 2)
        assert (len(plain(html)) <= 600, lines(html) <= 12) == (True, True)


@pytest.mark.parametrize(
    ("case", "number"), [(True, "📞 <b>1799</b> ScamShield helpline"), (False, "")], ids=["amid a case", "at first"]
)
def test_who_asks_which_number_to_ring_amid_a_case_is_given_one(
    checker: Checker, texts: dict[str, Texts], spoken: Spoken, case: bool, number: str
) -> None:
    about = next(name for name, one in spoken.questions.items() if one.does == "contact")
    found = checker.check(Situation(PARCEL, "en", "SG"))
    turn = Turn("question", Case((PARCEL,), found) if case else None, questions=(about,))
    html = turn_reply(turn, texts["en"], spoken, {}, "SG").html
    assert html.startswith(number or "Send me the number")
    assert "Send me the number, the link or the name itself" in html


def test_what_changes_the_answer_is_said_to_before_the_new_one_which_still_fits_a_screen(
    says: Callable[..., Reply],
) -> None:
    reply = says("hello", PARCEL)
    assert reply.html.startswith("🔄 <b>That changes my answer.</b>\n⛔ <b>Stop.")
    assert (len(plain(reply.html)) <= 600, lines(reply.html) <= 12) == (True, True)


def test_a_new_matter_is_said_to_be_one(says: Callable[..., Reply]) -> None:
    html = says(BANK_CODE, f"another thing: {PARCEL}").html
    assert html.startswith("<i>I am treating this as a new case.</i>\n⛔")
    assert "That changes" not in html


def test_yes_to_the_question_makes_a_warning_of_it_and_no_takes_the_name_away(says: Callable[..., Reply]) -> None:
    assert "❓ Did the text message ask you to pay through a link?" in says(HELD).html
    yes, no = says(HELD, "it says so").html, says(HELD, "it does not").html
    assert yes.startswith(
        "🔄 <b>That changes my answer.</b>\n⛔ <b>Stop. This looks like a known scam: Fake parcel fee"
    )
    assert no.startswith("🔄 <b>That changes my answer.</b>\n➖")
    assert "Fake parcel fee" not in no


def test_i_do_not_know_is_answered_with_what_to_do(says: Callable[..., Reply]) -> None:
    html = says(HELD, "who knows").html
    assert html.startswith("<b>Do now</b>\n• Look the parcel up")
    assert "❓" not in html


def test_a_further_word_that_touches_a_known_question_is_told_its_answer_in_place_of_the_next_advice(
    says: Callable[..., Reply], talk: Talk, everywhere: Spoken, texts: dict[str, Texts], small_build: Build
) -> None:
    turn = talk.hear(Situation("she paid me some", "en", "SG"), talk.hear(Situation(PARCEL, "en", "SG"), None).case)
    answer = in_language(everywhere.questions["paid-me-first"].answer or {}, "en")
    for touches, told in (("paid-me-first", True), ("", False), ("where-to-report", False)):
        html = turn_reply(replace(turn, touches=touches), texts["en"], everywhere, small_build.patterns, "SG").html
        assert (str(escape(answer)) in html) == told
        assert ("👉" in html) != told
        assert "Fake parcel fee" in html


def test_after_each_further_word_it_is_said_again_that_nothing_more_is_sent(
    says: Callable[..., Reply], texts: dict[str, Texts]
) -> None:
    first = says(PARCEL, "i told him the code").html.split("\n")[1].removeprefix("1. ")
    for more in range(1, 4):
        told = says(PARCEL, "i told him the code", *("and so on",) * more).html.split("\n")
        assert told[1].partition(" ")[2] == first
        assert len(told[1:]) == len(set(told[1:]))


def test_whoever_has_despaired_reads_that_somebody_listens_above_each_answer(
    says: Callable[..., Reply], texts: dict[str, Texts]
) -> None:
    listens = texts["en"].of("crisis_sextortion")
    for after in (PARCEL, "ta", "is my money gone"):
        assert says("i want to die", after).html.startswith(listens)
        assert listens not in says(PARCEL, after).html
    assert says("i want to die", "i want to die").html.count(listens) == 0


def test_who_listens_is_said_in_words_once_and_then_by_the_line_alone(
    says: Callable[..., Reply], texts: dict[str, Texts]
) -> None:
    listens = texts["en"].of("crisis_sextortion")
    line = says("i want to die", PARCEL).html.removeprefix(listens).strip().splitlines()[0]
    for further in (("ta",), ("ta", "is my money gone")):
        html = says("i want to die", PARCEL, *further).html
        assert (listens in html, html.startswith(line)) == (False, True)
    assert listens in says("i want to die", PARCEL, "ta", "i want to die", "ta").html


@pytest.mark.parametrize("said", ["it says so", "it does not"])
def test_a_question_that_was_answered_is_not_asked_again(says: Callable[..., Reply], said: str) -> None:
    assert "❓ Did you start the login yourself?" in says(BANK_CODE).html
    assert "❓ Did you start the login yourself?" not in says(BANK_CODE, said).html


def test_a_question_that_is_still_open_is_asked_again_with_what_was_taken_in(says: Callable[..., Reply]) -> None:
    reply = says(BANK_CODE, "i was logging in")
    assert reply.html.endswith("❓ Did you start the login yourself?")
    assert "said:no:bank-otp" in buttons(reply)


def test_that_something_is_gone_is_answered_with_the_first_hour(says: Callable[..., Reply]) -> None:
    html = says(PARCEL, "i told him the code").html
    assert html.startswith("🚨")
    assert "1. Stop: send nothing more" in html


def test_that_nothing_is_gone_is_good_and_brings_no_first_hour(
    checker: Checker, talk: Talk, render: Callable[..., Reply]
) -> None:
    case = Talk(StagedChecker(checker, "unsaid", ask=True)).hear(Situation(PARCEL), None).case
    html = render(talk.hear(Situation("i gave nothing"), case)).html
    assert html.startswith("Good. Keep it that way")
    assert "It still looks like: <b>Fake parcel fee</b>" in html
    assert "🚨" not in html


@pytest.mark.parametrize("before", [(), (PARCEL,), (BANK_CODE,)], ids=["first", "after a warning", "after no match"])
@pytest.mark.parametrize("said", ["ta", "hi there", "sing me something"])
@pytest.mark.parametrize("language", INTERFACE)
def test_thanks_a_greeting_and_a_joke_are_answered_in_one_calm_line(
    says: Callable[..., Reply], language: str, said: str, before: tuple[str, ...]
) -> None:
    reply = says(*before, said, language=language)
    assert reply.html
    assert [mark for mark in (*ALARMS, "➖", "❔") if mark in reply.html] == []
    assert lines(reply.html) <= 5
    assert reply.buttons == ()


def test_what_now_is_answered_with_the_advice_and_are_you_sure_with_how_to_make_sure(
    says: Callable[..., Reply],
) -> None:
    now, sure = says(PARCEL, "and now"), says(PARCEL, "really")
    assert now.html.startswith("<b>Do now</b>\n• Look the parcel up")
    assert sure.html.startswith("Where the signs fit")
    assert "<b>How to make sure</b>\n• Look the parcel up" in sure.html
    for reply in (now, sure):
        assert buttons(reply) == ["more:parcel-smish"]
        assert [mark for mark in ALARMS if mark in reply.html] == []


def test_that_it_was_really_them_is_good_and_calls_no_likely_scam_harmless(says: Callable[..., Reply]) -> None:
    calm = says(HELD, "i called him and it is him")
    assert calm.html == says("i called him and it is him").html
    assert calm.html.startswith("Good that you looked into it. If it was your own doing")
    likely = says(PARCEL, "i called him and it is him")
    assert likely.html.startswith("Good that you looked into it. It counts only if")
    assert "It still looks like: <b>Fake parcel fee</b>\n👉 Look the parcel up" in likely.html
    assert "all right" not in likely.html


@pytest.mark.parametrize(("country", "number"), [("SG", "<b>1799</b>"), (None, ""), ("XX", "")])
def test_that_it_was_not_them_is_a_scam_with_what_to_do_and_the_number_where_the_country_is_known(
    says: Callable[..., Reply], country: str | None, number: str
) -> None:
    for first in (HELD, PARCEL, BANK_CODE):
        reply = says(first, "they never called", country=country)
        head, do, *more = reply.html.split("\n")
        assert (head, do[:14]) == ("⛔ <b>Then somebody used their name, and it was a scam.</b>", "👉 Send nothing")
        assert "/paid" in do
        assert (len(more), number in "".join(more)) == (bool(number), True)
        assert buttons(reply)[:1] == ["paid:"]


@pytest.mark.parametrize("says_", ["genuine", "denied"])
@pytest.mark.parametrize("stage", ["before", "now", "after"])
@pytest.mark.parametrize("language", INTERFACE)
def test_what_is_said_of_a_check_fits_a_screen_in_every_language_and_is_no_all_clear(
    checker: Checker, texts: dict[str, Texts], everywhere: Spoken, language: str, stage: Any, says_: Any
) -> None:
    judged = checker.check(Situation(PARCEL, language))
    for country, concern in itertools.product((*everywhere.countries, None), ("likely", "possible", "unclear")):
        found = replace(judged, stage=stage, concern=concern)  # type: ignore[arg-type]
        html = turn_reply(Turn("follow_up", None, found, says=says_), texts[language], everywhere, {}, country).html
        grave = concern == "likely" or stage != "before"
        key = {"genuine": "genuine_likely" if grave else "genuine"}.get(says_, "denied")
        assert html.startswith(texts[language].of(key))
        assert (len(plain(html)) <= 600, lines(html) <= 12, html_problem(html)) == (True, True, None), (country, html)


def test_go_on_is_answered_with_all_that_stands_behind_the_answer(says: Callable[..., Reply]) -> None:
    html = says(PARCEL, "go on").html
    assert "<b>How it goes</b>" in html
    assert "<b>Where to report in Singapore</b>" in html


@pytest.mark.parametrize("said", ["and now", "really", "go on"])
def test_what_is_asked_of_no_answer_is_answered_with_what_is_missing(says: Callable[..., Reply], said: str) -> None:
    assert says(said).html.startswith("Tell me first what happened")


def test_a_sentence_of_the_three_questions_is_told_in_the_persons_own_name(
    talk: Talk, render: Callable[..., Reply], texts: dict[str, Texts]
) -> None:
    for asked, options in choices.OPTIONS.items():
        reply = choices.options_reply(texts["en"], asked)
        assert buttons(reply) == [f"tell:{option}" for option in options]
        for option in options:
            sentence = choices.told(texts["en"], option)
            assert sentence
            turn = talk.added(None, sentence, "en", "SG")
            assert turn.case is not None
            assert turn.case.told == (sentence,)
            assert render(turn).html
    assert choices.told(texts["en"], "no-such") is None
    assert choices.options_reply(texts["en"], "no-such").buttons == ()


@pytest.mark.parametrize("language", INTERFACE)
def test_the_answers_to_who_how_and_what_have_words_that_differ(texts: dict[str, Texts], language: str) -> None:
    for options in choices.OPTIONS.values():
        for key in ("option", "told"):
            words = [texts[language].plain(f"{key}_{option}") for option in options]
            assert len(set(words)) == len(options)


def test_a_question_is_answered_from_what_was_written_with_where_it_is_from(says: Callable[..., Reply]) -> None:
    html = says("is my money gone").html
    assert in_language(read_questions()["money-back"].answer or {}, "en")[:40] in plain(html)
    assert "<i>Sources: " in html
    assert says(PARCEL, "is my money gone").html == f"{html}\n\nYour case still looks like: Fake parcel fee"


def test_what_a_scam_is_is_told_in_short_with_all_the_rest_behind_a_button(says: Callable[..., Reply]) -> None:
    reply = says("what is the delivery fee scam")
    assert reply.html.startswith("ℹ️ <b>Fake parcel fee</b>\nA text says a parcel is held")
    assert "👉 Look the parcel up" in reply.html
    assert buttons(reply) == ["pattern:parcel-smish"]


def test_questions_that_may_be_meant_are_offered_in_the_words_of_the_reader(
    everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    names = tuple(everywhere.questions)[:3]
    reply = which_question_reply(names, texts["de"], everywhere)
    assert buttons(reply) == [f"question:{name}" for name in names]
    assert [row[0].label for row in reply.buttons] == [everywhere.questions[name].asked["de"][0] for name in names]


@pytest.mark.parametrize("language", INTERFACE)
def test_every_question_has_an_answer_that_can_be_sent(
    everywhere: Spoken, shipped: dict[str, Pattern], texts: dict[str, Texts], language: str
) -> None:
    for name, question in everywhere.questions.items():
        reply = question_reply(name, texts[language], everywhere, shipped, "SG")
        assert html_problem(reply.html) is None, name
        assert 0 < len(reply.html.encode("utf-16-le")) // 2 <= LIMIT, name
        assert [data for data in buttons(reply) if len(data.encode()) > 64] == [], name
        if question.pattern:
            assert f"pattern:{question.pattern}" in buttons(reply), name


def test_where_to_report_in_another_country_is_answered_for_that_one(
    everywhere: Spoken, shipped: dict[str, Pattern], texts: dict[str, Texts]
) -> None:
    report = next(name for name, question in everywhere.questions.items() if question.does == "report")
    turn = Turn("question", None, questions=(report,), named="DE")
    html = turn_reply(turn, texts["en"], everywhere, shipped, "SG").html
    assert "Where to report in Germany" in html
    assert "Singapore" not in html


def test_a_country_and_a_language_that_are_named_are_confirmed(render: Callable[..., Reply]) -> None:
    html = render(Turn("other", None, says="country", named="SG")).html
    assert html.startswith("Country: <b>Singapore</b>. Now tell me what happened")
    assert "📞 <b>1799</b>" in html
    assert render(Turn("other", None, says="language", named="de"), "de").html == "Ich spreche jetzt Deutsch."


def test_a_country_said_amid_a_case_is_confirmed_in_one_line_above_the_case_and_its_number(
    checker: Checker, everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    talk = Talk(HearingChecker(checker, HEARD))
    case = talk.hear(Situation(PARCEL), None).case
    turn = talk.hear(Situation("i am in australia"), case)
    html = turn_reply(turn, texts["en"], everywhere, {}, None).html
    assert html.startswith("📍 Country: <b>Australia</b> (change: /country)\n⛔ <b>Stop.")
    assert "1800 595 160" in html
    assert "Now tell me what happened" not in html


@pytest.mark.parametrize("country", sorted(set(read_countries()) - {"INTERNATIONAL", "EU"}))
@pytest.mark.parametrize("language", INTERFACE)
def test_a_country_said_after_a_loss_brings_the_first_steps_with_the_number_on_one_screen(
    checker: Checker, everywhere: Spoken, texts: dict[str, Texts], country: str, language: str
) -> None:
    lost = replace(checker.check(Situation(PARCEL)), stage="after")
    turn = Turn("other", Case((PARCEL,), lost), says="country", named=country)
    html = turn_reply(turn, texts[language], everywhere, {}, None).html
    assert html.startswith("📍")
    assert "1. " in html
    rung = next((one for one in everywhere.countries[country].contacts if one.role in ("hotline", "emergency")), None)
    assert rung is None or str(escape(rung.value)) in html
    assert (len(plain(html)) <= 600, lines(html) <= 12) == (True, True)


def test_a_country_without_numbers_said_amid_a_case_is_said_to_have_none(
    checker: Checker, everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    turn = Turn("other", Case((PARCEL,), checker.check(Situation(PARCEL))), says="country", named="AR")
    html = turn_reply(turn, texts["en"], everywhere, {}, None).html
    assert html.startswith("📍 Country: <b>Argentina</b>")
    assert "no confirmed contact points for that country yet" in html


def test_a_language_asked_for_amid_a_case_says_the_case_again_in_it(
    checker: Checker, everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    turn = Turn("other", Case((PARCEL,), checker.check(Situation(PARCEL))), says="language", named="de")
    html = turn_reply(turn, texts["de"], everywhere, {}, "SG").html
    assert html.startswith("Ich spreche jetzt Deutsch.\n⛔")


def test_a_country_said_amid_a_story_counts_for_the_answer_and_is_named_where_none_was_known(
    checker: Checker, everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    turn = Talk(HearingChecker(checker, HEARD)).hear(Situation(f"i am in spain. {HELD}"), None)
    html = turn_reply(turn, texts["en"], everywhere, {}, None).html
    assert "<b>017</b>" in html
    assert html.endswith("📍 Country: <b>Spain</b> (change: /country)")
    assert "📍" not in turn_reply(turn, texts["en"], everywhere, {}, "ES").html


@pytest.mark.parametrize("before", [(), (PARCEL,), (BANK_CODE,)], ids=["first", "after a warning", "after no match"])
def test_despair_is_answered_before_anything_else_and_alone(
    says: Callable[..., Reply], before: tuple[str, ...]
) -> None:
    html = says(*before, "i want to die").html
    assert html.startswith("Thank you for telling me.")
    assert "<b>1767</b> Samaritans of Singapore" in html
    assert "call 999" in html
    assert [mark for mark in (*ALARMS, "➖", "❔") if mark in html] == []
    assert "parcel" not in html


def test_despair_that_may_be_heard_has_a_line_added_to_the_answer(says: Callable[..., Reply]) -> None:
    html = says(PARCEL, "i am so tired of it").html
    assert html.startswith("I have taken that in.")
    assert "<b>1767</b>" in html
    assert "1767" not in says(PARCEL, "it came by sms").html


def test_sextortion_always_shows_who_listens(
    checker: Checker, shipped: dict[str, Pattern], everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    found = replace(checker.check(Situation(PARCEL)), matches=(Match(shipped[BLACKMAIL], 0.9),))
    reply = turn_reply(Turn("situation", None, found), texts["en"], everywhere, shipped, "SG")
    assert reply.html.startswith("⛔")
    assert "<b>1767</b>" in reply.html
    assert "minor:" in buttons(reply)


@pytest.mark.parametrize("language", INTERFACE)
def test_the_young_are_shown_who_has_pictures_removed_and_who_listens_with_sources(
    everywhere: Spoken, texts: dict[str, Texts], language: str
) -> None:
    for country in (*everywhere.countries, None):
        reply = minor_reply(texts[language], everywhere, country)
        assert reply.html.startswith(texts[language].of("crisis_minor"))
        assert "takeitdown.ncmec.org" in reply.html
        assert html_problem(reply.html) is None
        assert len(reply.html.encode("utf-16-le")) // 2 <= LIMIT
        known = everywhere.crisis[country].of("minors") if country and country in everywhere.crisis else []
        assert [line.value for line in known if str(escape(line.value)) not in reply.html] == []


def test_what_is_for_the_young_of_one_country_is_not_shown_in_another(
    everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    shown = {country: minor_reply(texts["en"], everywhere, country).html for country in ("GB", "SG", None)}
    assert ["childline.org.uk" in html for html in shown.values()] == [True, False, False]
    assert ["Tinkle Friend" in html for html in shown.values()] == [False, True, False]


@pytest.mark.parametrize("country", [*sorted(set(read_countries()) - {"INTERNATIONAL"}), "XX"])
def test_a_country_with_crisis_lines_shows_the_best_with_its_hours_and_any_other_the_directory(
    everywhere: Spoken, texts: dict[str, Texts], country: str
) -> None:
    html, crisis = crisis_reply(texts["en"], everywhere, country).html, read_crisis_lines()
    own = crisis[country].of("anyone") if country in crisis else []
    rung = [line for line in own if line.value[0].isdigit()] or crisis["INTERNATIONAL"].of("anyone")
    best = next((line for line in rung if line.always), rung[0])
    shown = next(row for row in html.split("\n") if row.startswith("📞"))
    assert f"<b>{escape(best.value)}</b>" in shown
    assert best.hours in shown
    assert shown.endswith(f"checked {crisis[country if own else 'INTERNATIONAL'].checked.isoformat()})</i>")
    assert html.count("📞") <= 2
    assert ("no confirmed line for your country" in html) != bool(own)
    call = texts["en"].of("crisis_call")
    without = html.replace(f"{call}\n", "")
    assert (call in html) == (bool(own) and fits(f"{without}\n{call}"))  # left out only where lines take its room
    assert html_problem(html) is None


def test_where_no_line_is_known_the_emergency_number_stays(everywhere: Spoken, texts: dict[str, Texts]) -> None:
    assert "call 112" in crisis_reply(texts["en"], everywhere, "TR").html


def test_where_no_country_is_known_it_is_asked_for_and_no_country_is_said_to_have_no_line(
    says: Callable[..., Reply],
) -> None:
    html = says("i want to die", country=None).html
    assert "Which country are you in?" in html
    assert "findahelpline.com" in html
    assert "Please call now" not in html
    assert "no confirmed line" not in html


@pytest.mark.parametrize("language", [language for language in INTERFACE if language != "en"])
def test_where_no_country_is_known_the_line_of_those_that_the_language_points_to_is_named_as_such(
    everywhere: Spoken, texts: dict[str, Texts], language: str
) -> None:
    shown = plain(crisis_reply(texts[language], everywhere, None).html)
    country, place = next(iter(read_names().spoken[language].items()))
    before, _, after = texts[language].plain("if_in").replace("{place}", place).partition("{contact}")
    assert f"{before}📞" in shown.replace("\u200f", "") + after
    assert listening(everywhere.crisis[country])[0].value in shown
    assert plain(texts[language].of("crisis_which")) in shown


@pytest.mark.parametrize(
    ("language", "towards", "number", "place"),
    [("en", "GB", "159", "If you are in the United Kingdom"), ("zh-Hant", "HK", "18222", "如果您在香港")],
)
def test_where_no_country_is_known_the_number_of_the_one_that_the_words_point_to_is_named_as_such(
    checker: Checker, everywhere: Spoken, texts: dict[str, Texts], language: str, towards: str, number: str, place: str
) -> None:
    found = checker.check(Situation(PARCEL))
    case = Case((PARCEL,), found)
    without = turn_reply(Turn("situation", case, found), texts[language], everywhere, {}, None).html
    pointed = replace(case, towards=towards)
    shown = turn_reply(Turn("situation", pointed, found), texts[language], everywhere, {}, None).html
    chosen = turn_reply(Turn("situation", pointed, found), texts[language], everywhere, {}, "SG").html
    assert place in shown
    assert number in shown
    for other in (without, chosen):
        assert place not in other


def test_where_the_words_point_to_a_country_of_which_no_number_is_known_no_other_one_is_named(
    checker: Checker, everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    found = checker.check(Situation(PARCEL))
    case = Case((PARCEL,), found)
    shown = turn_reply(Turn("situation", case, found), texts["ar"], everywhere, {}, None).html
    egypt = turn_reply(Turn("situation", replace(case, towards="EG"), found), texts["ar"], everywhere, {}, None).html
    named = texts["ar"].plain("if_in").partition("{place}")[0]
    assert named in shown
    assert named not in egypt
    assert texts["ar"].of("report_no_country") in egypt


def test_despair_is_answered_with_the_line_of_the_country_that_is_said_with_it_or_after_it(
    checker: Checker, everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    despair = Heard(despair=(CRISIS + 1) / 2)
    talk = Talk(HearingChecker(checker, {"i am in spain and want to die": despair, "i want to die": despair}))

    def shown(*said: str) -> str:
        case = None
        for text in said:
            turn = talk.hear(Situation(text), case)
            case = turn.case
        return turn_reply(turn, texts["en"], everywhere, {}, None).html

    assert "<b>024</b>" in shown("i am in spain and want to die")
    assert "<b>024</b>" in shown("i want to die", "i am in spain")
    assert shown("i want to die", "i am in spain").startswith("Thank you for telling me.")


@pytest.mark.parametrize("language", INTERFACE)
def test_despair_that_is_said_again_is_not_answered_with_the_same_words(
    everywhere: Spoken, texts: dict[str, Texts], language: str
) -> None:
    first, second = (
        plain(crisis_reply(texts[language], everywhere, "GB", again=again).html) for again in (False, True)
    )
    assert second.startswith(texts[language].plain("crisis_again"))
    assert "116 123" in first
    assert "116 123" in second
    assert second.index("999") < second.index("116 123")
    assert not {*second.splitlines()[:1]} & {*first.splitlines()}


@pytest.mark.parametrize("language", INTERFACE)
def test_whoever_is_in_despair_reads_it_in_their_own_language_and_at_one_glance(
    everywhere: Spoken, texts: dict[str, Texts], language: str
) -> None:
    too_long: dict[str, Any] = {}
    for country, again in itertools.product((*everywhere.countries, "XX", None), (False, True)):
        html = crisis_reply(texts[language], everywhere, country, again=again).html
        assert html.startswith(texts[language].of("crisis_again" if again else "crisis_head"))
        assert again or texts[language].of("crisis_stay") in html
        then = texts[language].of("crisis_then_case")
        assert html.endswith(then) or not fits(f"{html}\n{then}")
        assert "📞" in html
        assert html_problem(html) is None
        if not fits(html):
            too_long[str(country)] = (len(plain(html)), lines(html))
    assert too_long == {}


def test_whether_anything_is_gone_is_asked_in_the_answer_to_what_may_say_so(says: Callable[..., Reply]) -> None:
    reply = says(PARCEL, "all of it went")
    assert reply.html.endswith("Has anything gone already: money, a code, a card, an account, a document?</b>")
    assert len(reply.html) < 400
    assert any("gone" in button.data for row in reply.buttons for button in row)


@pytest.mark.parametrize("says_", ["what-now", "sure"])
@pytest.mark.parametrize(("stage", "begins"), [("after", "🚨"), ("now", "🛑")])
def test_in_an_emergency_what_now_is_the_whole_of_the_first_hour(
    checker: Checker, texts: dict[str, Texts], spoken: Spoken, says_: Any, stage: Any, begins: str
) -> None:
    found = replace(checker.check(Situation(PARCEL, "en", "SG")), stage=stage)
    html = turn_reply(Turn("follow_up", None, found, says=says_), texts["en"], spoken, {}, "SG").html
    assert html.startswith(begins)
    assert ("7. " in html) == (stage == "after")


JAIL = {"GB": "up to 14 years", "SG": "jail is the norm", "CN": "up to 3 years"}


@pytest.mark.parametrize("country", ["GB", "SG", "CN", "FR", "US", None])
def test_a_question_of_law_is_answered_with_the_law_of_ones_own_country_or_none(
    everywhere: Spoken, texts: dict[str, Texts], country: str | None
) -> None:
    reply = question_reply("jail-for-lent-account", texts["en"], everywhere, {}, country)
    assert "prison is possible" in reply.html
    assert [place for place, words in JAIL.items() if words in reply.html] == ([country] if country in JAIL else [])
    assert ("Singapore Police" in reply.html) == (country in JAIL)


@pytest.mark.parametrize("language", INTERFACE)
def test_what_the_law_says_is_told_by_country_in_every_language(language: str) -> None:
    for name, pattern in read_patterns().items():
        law = pattern.guidance_in(language).law
        assert law.keys() <= {"CN", "GB", "SG", "EU", "TR", "PH", "INTERNATIONAL"}, name
        assert bool(law) == (pattern.kind == "accomplice"), name


WORDS = {("should-reply", "es"): "US"}
"""Where a word only looks like a country's short name."""


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "zh", "zh-Hant", "ko", "ar", "hi", "id", "th"])
def test_what_everybody_reads_names_nobodys_country(language: str) -> None:
    naming = Naming()
    for name, question in read_questions().items():
        if question.answer:
            assert naming.country(question.answer[language]) in ("", WORDS.get((name, language))), name
    for name, pattern in read_patterns().items():
        for line in pattern.guidance_in(language).already_in:
            assert naming.country(line) == "", f"{name}: {line}"


def test_the_answer_to_a_question_amid_a_case_leads_back_to_it(
    checker: Checker, everywhere: Spoken, texts: dict[str, Texts]
) -> None:
    talk = Talk(HearingChecker(checker, HEARD))
    case = talk.hear(Situation(PARCEL, "en", "SG"), None).case
    turn = talk.hear(Situation("can i go to prison", "en", "SG"), case)
    assert turn.questions[0] == "could-i-be-punished"
    html = turn_reply(turn, texts["en"], everywhere, {}, "SG").html
    assert html.startswith("If you were only cheated and lost money, you committed no crime.")
    assert html.endswith("Your case still looks like: Fake parcel fee")


def test_whose_a_number_is_is_said_with_its_source_and_leads_back_to_the_case(
    talk: Talk, texts: dict[str, Texts], spoken: Spoken, small_build: Build
) -> None:
    case = talk.hear(Situation(PARCEL, "en", "GB"), None).case
    turn = talk.hear(Situation("is 159 the police?", "en", "GB"), case)
    shown = plain(turn_reply(turn, texts["en"], spoken, small_build.patterns, "GB").html)
    assert "📞 159" in shown
    assert "checked 20" in shown
    assert "a call that shows it is faked" in shown
    assert small_build.patterns["parcel-smish"].guidance["en"].title in shown
