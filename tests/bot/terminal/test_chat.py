"""The conversation in a terminal, line by line."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from bot.checking.checker import Checker
from bot.checking.dialogue import Talk
from bot.terminal.chat import Chat
from bot.words.texts import Texts
from index.builds.build import Build
from index.model.encoder import Heard
from knowledge.database.store import Store
from knowledge.documents.reporting import Country
from tests.fakes import HearingChecker, StagedChecker

PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
HELD = "my parcel is held"
RENT = "someone wants to rent my bank account and says it is only for moving money"
HEARD = {
    "thanks": Heard({"thanks": 0.95}),
    "what now": Heard({"what-now": 0.9}),
    "yes they did": Heard({"yes": 0.9}),
    "i live in singapore": Heard({"country": 0.9}),
    "auf deutsch bitte": Heard({"language": 0.9}),
    "i do not want to live": Heard(despair=0.95),
}
HALF_AN_HOUR = 1800.0


class Clock:
    """Seconds that pass only where a test lets them."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def chat(
    texts: dict[str, Texts],
    countries: dict[str, Country],
    store: Store,
    small_build: Build,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Chat]:
    """Opens the conversation with a checker, as it is shown somewhere."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def opened(checker: Any, shown: io.StringIO | None = None) -> Chat:
        engine: Any = SimpleNamespace(talk=Talk(checker), patterns=lambda: small_build.patterns)
        return Chat(engine, texts, countries, store, Console(file=shown or io.StringIO(), width=80), clock)

    return opened


@pytest.fixture
def said(chat: Callable[..., Chat], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Says lines to the program, and returns all that it shows."""

    def talk(checker: Any, *lines: str) -> str:
        shown = io.StringIO()
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
        chat(checker, shown).run()
        return shown.getvalue()

    return talk


@pytest.fixture
def hearing(checker: Checker) -> HearingChecker:
    return HearingChecker(checker, HEARD)


def test_the_question_whether_anything_is_gone_is_answered_by_paid(said: Callable[..., str], checker: Checker) -> None:
    asks = said(StagedChecker(checker, "unsaid", ask=True), PARCEL)
    assert "Has anything gone already" in asks
    assert "/paid: Yes, already" in asks
    assert "/no: No, nothing" in asks
    assert asks.count("/paid") == 1
    assert "First hour after paying" in said(StagedChecker(checker, "unsaid", ask=True), PARCEL, "/paid")


@pytest.mark.parametrize(
    ("text", "answer", "shown", "hidden"),
    [
        (PARCEL, "/yes", "First hour after paying", "Get a lawyer"),
        (RENT, "/yes", "Get a lawyer", "First hour after paying"),
        (PARCEL, "/no", "Good. Keep it that way", "First hour after paying"),
        (PARCEL, "/unknown", "Look the parcel up", "First hour after paying"),
    ],
)
def test_yes_and_no_answer_whether_anything_is_gone(
    chat: Callable[..., Chat], checker: Checker, text: str, answer: str, shown: str, hidden: str
) -> None:
    talk = chat(StagedChecker(checker, "unsaid", ask=True))
    talk.answer(text)
    html = talk.answer(answer).html
    assert shown in html
    assert hidden not in html
    assert talk.answer(answer).html.startswith("Tell me first")  # it was asked once


@pytest.mark.parametrize(("answer", "urgent"), [("/paid", True), ("/yes", True), ("/no", False)])
def test_what_was_said_to_be_gone_is_known_of_the_case_from_then_on(
    chat: Callable[..., Chat], checker: Checker, answer: str, urgent: bool
) -> None:
    talk = chat(StagedChecker(checker, "unsaid", ask=True))
    talk.answer(PARCEL)
    talk.answer(answer)
    html = talk.answer("it came by sms").html
    assert html.startswith("I have taken that in")
    assert ("• Call your country" in html) is urgent
    assert "Has anything gone already" not in html


@pytest.mark.parametrize("answer", ["/paid", "/yes"])
def test_what_to_do_now_is_the_first_hour_once_it_was_tapped_that_something_is_gone(
    chat: Callable[..., Chat], checker: Checker, answer: str
) -> None:
    talk = chat(
        StagedChecker(HearingChecker(checker, {"ok what now": Heard(meant={"what-now": 0.9})}), "unsaid", ask=True)
    )
    talk.answer(PARCEL)
    talk.answer(answer)
    assert "Do this first" in talk.answer("ok what now").html


def test_paid_begins_with_what_helps_where_that_is_gone(said: Callable[..., str], checker: Checker) -> None:
    hearing = HearingChecker(checker, {PARCEL: Heard(lost={"voucher": 0.9})})
    assert "2. Call the card's issuer" in said(hearing, PARCEL, "/paid")
    assert "2. Call the card's issuer" not in said(hearing, PARCEL, "/new", "/paid")


def test_paid_after_an_accomplice_trap_gives_what_helps_somebody_who_took_part(
    said: Callable[..., str], checker: Checker
) -> None:
    shown = said(checker, RENT, "/paid")
    assert "Get a lawyer" in shown
    assert "First hour after paying" not in shown
    assert "First hour after paying" in said(checker, RENT, "/new", PARCEL, "/paid")


def test_an_answer_is_one_screen_and_more_tells_all_the_rest(said: Callable[..., str], checker: Checker) -> None:
    first = said(checker, PARCEL)
    assert "How it goes" not in first
    assert "/more: More about it" in first
    everything = said(checker, PARCEL, "/more").removeprefix(first)
    for words in ("How it goes", "Do now", "Never", "Sources:"):
        assert words in everything
    assert "Tell me first what happened" in said(checker, "/more")


def test_yes_no_and_unknown_answer_the_question_that_would_tell(said: Callable[..., str], checker: Checker) -> None:
    asked = said(checker, HELD)
    assert "Did the text message ask you to pay through a link?" in asked
    for command in ("/yes: Yes", "/no: No", "/unknown: I do not know"):
        assert command in asked
    yes, no, unknown = (said(checker, HELD, f"/{answer}") for answer in ("yes", "no", "unknown"))
    assert "Stop. This looks like a known scam: Fake parcel fee" in yes
    assert "This does not match any scam I know" in no
    assert "Do now" in unknown
    assert "That changes my answer" not in unknown


@pytest.mark.parametrize("answer", ["/yes", "/no", "/unknown"])
def test_an_answer_to_nothing_is_answered_with_what_is_missing(
    said: Callable[..., str], checker: Checker, answer: str
) -> None:
    assert "Tell me first what happened" in said(checker, answer)


def test_a_second_line_belongs_to_the_case_of_the_first(said: Callable[..., str], checker: Checker) -> None:
    shown = said(checker, PARCEL, "it came by sms")
    assert "I have taken that in. It still looks like: Fake parcel fee" in shown
    assert shown.count("Stop. This looks like a known scam") == 1


def test_new_sets_the_case_aside(said: Callable[..., str], checker: Checker) -> None:
    shown = said(checker, PARCEL, "/new", "/more")
    assert "That case is set aside and forgotten" in shown
    assert "Tell me first what happened" in shown
    fresh = said(checker, PARCEL, "/new", "hello").partition("set aside")[2]
    assert "I cannot tell yet" in fresh
    assert "Fake parcel fee" not in fresh


def test_forget_forgets_the_case_as_well(said: Callable[..., str], checker: Checker) -> None:
    assert "Tell me first what happened" in said(checker, PARCEL, "/forget", "/more")


@pytest.mark.parametrize("command", ["/more", "/yes", "/pattern"])
def test_a_case_is_forgotten_after_half_an_hour_of_silence(
    chat: Callable[..., Chat], checker: Checker, clock: Clock, command: str
) -> None:
    talk = chat(checker)
    talk.answer(HELD)
    clock.now += HALF_AN_HOUR
    in_time = talk.answer("/more").html
    assert "Fake parcel fee" in in_time
    clock.now += 1
    assert "Fake parcel fee" not in talk.answer(command).html


def test_a_line_after_half_an_hour_begins_another_case(
    chat: Callable[..., Chat], checker: Checker, clock: Clock
) -> None:
    talk = chat(checker)
    talk.answer(PARCEL)
    clock.now += HALF_AN_HOUR + 1
    assert talk.answer("hello").html.startswith("❔")
    talk.answer(RENT)
    clock.now += HALF_AN_HOUR + 1
    assert "Get a lawyer" not in talk.answer("/paid").html


@pytest.mark.parametrize("between", ["it came by sms", "thanks", "i live in singapore"])
def test_whatever_is_said_keeps_the_case_for_another_half_hour(
    chat: Callable[..., Chat], hearing: HearingChecker, clock: Clock, between: str
) -> None:
    talk = chat(hearing)
    talk.answer(PARCEL)
    for _ in range(3):
        clock.now += HALF_AN_HOUR - 100
        talk.answer(between)
    assert "Fake parcel fee" in talk.answer("/more").html


def test_thanks_and_what_now_are_answered_as_in_telegram(said: Callable[..., str], hearing: HearingChecker) -> None:
    shown = said(hearing, PARCEL, "thanks", "what now")
    assert "You are welcome." in shown
    assert shown.rindex("Look the parcel up") > shown.index("You are welcome.")
    assert shown.count("Stop. This looks like a known scam") == 1


def test_a_country_and_a_language_are_kept_that_are_named_in_words(
    said: Callable[..., str], hearing: HearingChecker
) -> None:
    shown = said(hearing, "i live in singapore", PARCEL)
    assert "Country: Singapore" in shown
    assert "1799" in shown
    amid = said(hearing, f"i live in singapore. {PARCEL}", "what now", "/report")
    assert "Where to report in Singapore" in amid
    german = said(hearing, "auf deutsch bitte", PARCEL)
    assert "Ich spreche jetzt Deutsch." in german
    assert "Stop. This looks like" not in german


def test_a_country_and_a_language_that_are_chosen_amid_a_case_bring_it_again(
    said: Callable[..., str], hearing: HearingChecker
) -> None:
    shown = said(hearing, PARCEL, "/country SG", "/language de")
    here = shown.partition("📍 Country: Singapore")[2]
    assert "Stop. This looks like" in here
    assert "1799" in here
    assert "⛔" in here.partition("Ich spreche jetzt Deutsch.")[2]
    assert "Now tell me what happened" not in shown


def test_despair_is_answered_before_the_case(said: Callable[..., str], hearing: HearingChecker) -> None:
    shown = said(hearing, "/country SG", PARCEL, "i do not want to live")
    assert "1767" in shown
    assert shown.index("Thank you for telling me.") < shown.index("1767")


def test_who_how_and_what_are_offered_and_taken_as_commands(said: Callable[..., str], checker: Checker) -> None:
    assert "/tell bank: My bank" in said(checker, "/who")
    assert "/tell code: A code or password" in said(checker, "/what")
    assert "/who: Who?" in said(checker, "hello", "/tell code")
    assert "out of date" in said(checker, "/tell the-moon")


ITALIAN = "mi è arrivato un sms che dice che il pacco è fermo e devo pagare subito"


def test_a_language_that_is_not_read_well_is_said_once_in_a_conversation(
    chat: Callable[..., Chat], checker: Checker
) -> None:
    opened = chat(checker)
    first, second, new = (opened.answer(said).html for said in (ITALIAN, f"{ITALIAN} con la carta", "/new"))
    assert "as well as I could. I answer in English" in first
    assert "as well as I could" not in second + new
    assert "as well as I could" in opened.answer(ITALIAN).html


@pytest.mark.parametrize("text", [PARCEL, "ciao grazie mille", "ok"])
def test_a_known_language_and_a_few_words_are_no_unknown_language(
    chat: Callable[..., Chat], checker: Checker, text: str
) -> None:
    assert "as well as I could" not in chat(checker).answer(text).html
