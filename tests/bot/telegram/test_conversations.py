"""A conversation about one case, through the front door: what is asked for, added, tapped, named and let go of."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.checking.case import KEPT
from bot.checking.checker import Checker
from bot.checking.conversation import BELONGS
from bot.checking.dialogue import Checks
from bot.checking.situation import Assessment, Situation
from bot.words.phone import CHARACTERS, LINES, lines, plain
from bot.words.texts import Texts
from index.model.encoder import Heard
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import ChatSettings, settings_of
from tests.bot_api import Call
from tests.conftest import RunBot
from tests.fakes import HearingChecker, StagedChecker
from tests.talk import NOBODY, Talk
from tests.updates import DAY, message

pytestmark = pytest.mark.anyio
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
MAYBE = "my parcel is held"
PIECES = ("i got a text message", "it says my parcel is held", "and i must pay a small fee by a link")
STILL = (
    "I have taken that in. It still looks like: <b>Fake parcel fee</b>\n"
    "👉 Ring the number on your card if you typed it in"
)
PAID = "i paid the parcel fee through the link and typed my card number"
MORE, TAKEN_IN, CHANGED = "How it goes", "I have taken that in", "That changes my answer"
WARNING, NO_CASE, STALE = "Stop. This looks like a known scam: Fake parcel fee", "Tell me first what", "out of date"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float = BELONGS + 1) -> None:
        """Move it, by default so far that the next message is none of the same account."""
        self.now += seconds


class Noting:
    """Notes the texts it is asked to judge."""

    def __init__(self, checker: Checks) -> None:
        self._checker = checker
        self.texts: list[str] = []

    @property
    def told(self) -> list[str]:
        """What was told in the text it judged last, one thing a line."""
        return [line.rstrip(".") for line in self.texts[-1].splitlines()]

    def check(self, situation: Situation) -> Assessment:
        self.texts.append(situation.text)
        return self._checker.check(situation)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def noting(checker: Checker) -> Noting:
    return Noting(checker)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "askfirst.db")
    yield opened
    opened.close()


def verbs(call: Call) -> set[str]:
    return {data.partition(":")[0] for data in call.buttons.values()}


# The first screen, and all the rest


@pytest.mark.parametrize("how", ["tap", "command"])
async def test_a_warning_is_one_screen_and_all_that_stands_behind_it_comes_when_asked_for(
    run_bot: RunBot, how: str
) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        warning = await person.write(PARCEL)
        more = await person.tap(warning, "more") if how == "tap" else await person.write("/more")
    assert WARNING in warning.text
    assert "👉 Look the parcel up in the official app" in plain(warning.text)[:200]
    assert len(plain(warning.text)) <= CHARACTERS
    assert lines(warning.text) <= LINES
    assert MORE not in warning.text
    for part in (WARNING, MORE, "in your words", "Never type your card", "Where to report", "Sources: A page"):
        assert part in more.text
    assert "more" not in verbs(more)
    assert [call.method for call in person.calls()] == ["sendMessage", "sendMessage"]  # the warning stays


@pytest.mark.parametrize("how", ["tap", "command"])
async def test_more_is_told_in_the_language_of_the_case(run_bot: RunBot, how: str) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)  # whose Telegram is in English
        warning = await person.write("收到短信说包裹被扣，点链接付两块钱快递费")
        more = await person.tap(warning, "more") if how == "tap" else await person.write("/more")
    assert "快递费钓鱼" in more.text
    assert MORE not in more.text


@pytest.mark.parametrize("command", ["/more", "/report", "/paid"])
async def test_what_was_told_points_to_a_country_in_all_that_is_asked_for_next(run_bot: RunBot, command: str) -> None:
    there = "If you are in Singapore"
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        assert there not in (await person.write(command)).text
        warning = await person.write(f"{PARCEL} by PayNow")
        asked_for = await person.write(command)
    assert there in warning.text
    assert there in asked_for.text


async def test_more_about_an_earlier_case_tells_of_its_own_scam(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        warning = await person.write(PARCEL)
        await person.write("/new")
        await person.write("someone wants to rent my bank account and says it is only for moving money")
        more = await person.tap(warning, "more")
    assert "Fake parcel fee" in more.text
    assert "bank account" not in more.text


async def test_what_others_reported_of_a_contact_is_told_with_more_too(run_bot: RunBot) -> None:
    text = "is +65 9123 4567 a scammer? they hold my parcel until i pay a fee by a link"
    async with run_bot() as api:
        for number in (11, 12, 13):
            one = Talk(api, number)
            answer = await one.write(text)
            ask = await one.tap(answer, "contact", reply_to_message=message(text, chat=number))
            await one.tap(ask, "contact_yes", reply_to_message=message(text, chat=number))
        person = Talk(api, NOBODY)
        more = await person.tap(await person.write(text), "more")
    assert "Reported here by 3 people since" in more.text


# What is added joins the case


async def test_what_changes_nothing_is_taken_in_and_what_to_do_next_is_said(run_bot: RunBot, clock: Clock) -> None:
    async with run_bot(clock=clock) as api:
        person = Talk(api, NOBODY)
        await person.write(PARCEL)
        clock.later()
        added = await person.write("it came this morning")
        clock.later()
        more = await person.tap(added, "more")
        assert [call for call in api.calls if call.method == "deleteMessage"] == []
    assert added.text == STILL
    assert {"paid", "more", "report", "wrong"} <= verbs(added)
    assert WARNING in more.text
    assert added.parameters["reply_parameters"]["message_id"] == 1000 * NOBODY + 2


@pytest.mark.parametrize(
    ("first", "added", "head", "opening"),
    [("hello there", PARCEL, WARNING, CHANGED), (PARCEL, PAID, "You may already have paid", "🚨")],
    ids=["from unclear to a warning", "from a warning to the first hour, which says so by itself"],
)
async def test_what_changes_the_answer_is_said_to_and_answered_anew(
    run_bot: RunBot, checker: Checker, clock: Clock, first: str, added: str, head: str, opening: str
) -> None:
    async with run_bot(HearingChecker(checker, {PAID: Heard({"gone-yes": 0.9})}), clock=clock) as api:
        person = Talk(api, NOBODY)
        before = await person.write(first)
        clock.later()
        after = await person.write(added)
    assert head not in before.text
    assert opening in after.text.partition("\n")[0]
    assert head in after.text


async def test_a_story_told_over_minutes_is_judged_as_a_whole(run_bot: RunBot, noting: Noting, clock: Clock) -> None:
    async with run_bot(noting, clock=clock) as api:
        person = Talk(api, NOBODY)
        for piece in PIECES:
            answer = await person.write(piece)
            clock.later(300)
        more = await person.write("/more")
    assert noting.told == [*PIECES]
    assert "Fake parcel fee" in answer.text
    assert "parcel is held" in more.text


async def test_the_first_words_of_a_chat_are_no_answer_to_anything(run_bot: RunBot) -> None:
    async with run_bot() as api:
        answer = await Talk(api, NOBODY).write("it came this morning")
    assert TAKEN_IN not in answer.text
    assert CHANGED not in answer.text


async def test_two_people_who_talk_at_the_same_time_have_a_case_each(
    run_bot: RunBot, noting: Noting, clock: Clock
) -> None:
    async with run_bot(noting, clock=clock) as api:
        one, other = Talk(api, 21), Talk(api, 22)
        await one.write(PARCEL)
        assert TAKEN_IN not in (await other.write("grandma has baked a cake")).text
        clock.later()
        await one.write("it came this morning")
        assert noting.told == [PARCEL, "it came this morning"]
        assert "Fake parcel fee" not in (await other.write("it is for her birthday")).text
        assert noting.told == ["grandma has baked a cake", "it is for her birthday"]
        await other.write("/new")
        assert WARNING in (await one.write("/more")).text
        assert NO_CASE in (await other.write("/more")).text


async def test_an_edited_message_of_a_burst_is_judged_with_the_case_before_the_burst(
    run_bot: RunBot, noting: Noting, clock: Clock
) -> None:
    async with run_bot(noting, clock=clock) as api:
        person = Talk(api, NOBODY)
        await person.write(PARCEL)
        clock.later()
        mistaken = await person.write("i paid them already")
        clock.later(BELONGS / 2)
        before = len(person.calls())
        number = mistaken.parameters["reply_parameters"]["message_id"]
        api.send(edited_message=message("i paid nothing so far", chat=NOBODY, number=number, edit_date=DAY))
        await person.wait(1, before)
        assert noting.told == [PARCEL, "i paid nothing so far"]
        gone = await api.wait_for_call("deleteMessage")
        clock.later()
        await person.write("it came this morning")
    assert gone.parameters["message_id"] == mistaken.number
    assert noting.told == [PARCEL, "i paid nothing so far", "it came this morning"]


# The one question, and what is tapped


@pytest.mark.parametrize("said", ["yes", "no"])
async def test_a_quick_word_in_reply_to_the_question_is_an_answer_and_leaves_the_question_where_it_is(
    run_bot: RunBot, clock: Clock, checker: Checker, said: str
) -> None:
    hearing = Noting(HearingChecker(checker, {said: Heard({said: 0.9})}))
    async with run_bot(hearing, clock=clock) as api:
        person = Talk(api, NOBODY)
        asks = await person.write(MAYBE)
        clock.later(BELONGS / 4)
        answer = await person.write(said)
        told = hearing.told
        clock.later(BELONGS / 4)
        await person.write("it came this morning")
        await api.wait_for_call("deleteMessage")
        deleted = [call.parameters["message_id"] for call in api.calls if call.method == "deleteMessage"]
    assert "pay through a link?" in asks.text
    assert CHANGED in answer.text
    assert (WARNING in answer.text) == (said == "yes")
    assert said not in told
    assert hearing.told == [*told, "it came this morning"]
    assert deleted == [answer.number]


async def test_yes_to_the_one_question_makes_the_warning_sure(run_bot: RunBot, noting: Noting) -> None:
    async with run_bot(noting) as api:
        person = Talk(api, NOBODY)
        asks = await person.write(MAYBE)
        yes = await person.tap(asks, "said", which=0)
    assert "❓ Did the text message ask you to pay through a link?" in asks.text
    assert list(asks.buttons)[:3] == ["Yes", "No", "I do not know"]
    assert CHANGED in yes.text
    assert WARNING in yes.text
    assert "said" not in verbs(yes)
    assert noting.told == [MAYBE, "The text message asks me to pay a small fee for the parcel by a link"]


async def test_no_to_the_one_question_takes_the_name_away_and_does_not_ask_it_again(
    run_bot: RunBot, noting: Noting, clock: Clock
) -> None:
    async with run_bot(noting, clock=clock) as api:
        person = Talk(api, NOBODY)
        no = await person.tap(await person.write(MAYBE), "said", which=1)
        clock.later()
        added = await person.write("it came this morning")
    assert noting.told == [MAYBE, "Thanks, it was lovely, the birthday cake with grandma", "it came this morning"]
    for answer in (no, added):
        assert "Fake parcel fee" not in answer.text
        assert "pay through a link?" not in answer.text


async def test_who_does_not_know_is_told_what_to_do_all_the_same(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        unsure = await person.tap(await person.write(MAYBE), "said", which=2)
    assert "Look the parcel up in the official app of the courier" in unsure.text
    assert verbs(unsure) == {"more"}


async def test_an_answer_to_a_question_about_another_case_is_out_of_date(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        asks = await person.write(MAYBE)
        await person.write("/new")
        assert STALE in (await person.tap(asks, "said")).text
        assert NO_CASE in (await person.write("/more")).text


async def test_who_has_told_too_little_taps_who_how_and_what(run_bot: RunBot, noting: Noting) -> None:
    async with run_bot(noting) as api:
        person = Talk(api, NOBODY)
        answer = await person.write("please help")
        assert [data for data in answer.buttons.values() if data.startswith("asked:")] == [
            "asked:who",
            "asked:how",
            "asked:what",
        ]
        for which, option in enumerate(("Police or an authority", "A text message (SMS)", "To open a link")):
            options = await person.tap(answer, "asked", which=which)
            await person.tap_data(options.buttons[option], message_id=options.number, **options.as_message())
    assert noting.told == [
        "please help",
        "They say they are from the police or an authority",
        "It came as a text message",
        "They want me to open a link",
    ]


async def test_what_is_tapped_speaks_the_language_of_the_question(
    run_bot: RunBot, noting: Noting, texts: dict[str, Texts]
) -> None:
    german = texts["de"]
    async with run_bot(noting) as api:
        person = Talk(api, NOBODY)  # whose Telegram is in English
        answer = await person.write("Können Sie mir bitte schnell bei etwas helfen, ich weiß nicht weiter")
        options = await person.tap(answer, "asked")
        await person.tap(options, "tell")
    assert german.plain("ask_who") in options.text
    assert noting.told[-1] == german.plain("told_bank").rstrip(".")


async def test_who_taps_before_telling_anything_begins_a_case(run_bot: RunBot, noting: Noting, clock: Clock) -> None:
    async with run_bot(noting, clock=clock) as api:
        person = Talk(api, NOBODY)
        await person.tap_data("tell:link")
        clock.later()
        await person.write(PIECES[1])
    assert noting.told == ["They want me to open a link", PIECES[1]]


@pytest.mark.parametrize(("verb", "label"), [("said", "Yes"), ("gone_no", "No, nothing")])
async def test_what_was_tapped_counts_for_a_message_that_comes_right_after_it(
    run_bot: RunBot, noting: Noting, checker: Checker, clock: Clock, verb: str, label: str
) -> None:
    judging = noting if verb == "said" else StagedChecker(checker, "unsaid", ask=True)
    async with run_bot(judging, clock=clock) as api:
        person = Talk(api, NOBODY)
        asks = await person.write(MAYBE)
        clock.later(2)
        assert asks.buttons[label].startswith(verb)
        await person.tap_data(asks.buttons[label], message_id=asks.number, **asks.as_message())
        clock.later(2)
        added = await person.write("it came this morning")
    if verb == "said":
        assert noting.told[0] == MAYBE
        assert len(noting.told) == 3
        assert added.text == STILL
    assert verb not in verbs(added)


@pytest.mark.parametrize(
    ("verb", "emergency"), [("gone_no", False), ("paid", True)], ids=["nothing is gone", "something is gone"]
)
async def test_whether_anything_is_gone_is_asked_once(
    run_bot: RunBot, checker: Checker, clock: Clock, verb: str, emergency: bool
) -> None:
    async with run_bot(StagedChecker(checker, "unsaid", ask=True), clock=clock) as api:
        person = Talk(api, NOBODY)
        asks = await person.write(PARCEL)
        await person.tap(asks, verb)
        clock.later()
        added = await person.write("it came this morning")
    assert "Has anything gone already" in asks.text
    assert "Has anything gone already" not in added.text
    assert "gone_no" not in verbs(added)
    assert ("• Call your country" in added.text) is emergency


async def test_the_first_hour_is_that_of_what_the_case_is_about(run_bot: RunBot, checker: Checker) -> None:
    heard = {PARCEL: Heard(lost={"voucher": 0.9})}
    async with run_bot(HearingChecker(checker, heard)) as api:
        person = Talk(api, NOBODY)
        before = await person.write("/paid")
        await person.write("/new")
        told = await person.write(PARCEL)
        by_button, by_command = await person.tap(told, "paid"), await person.write("/paid")
    assert "2. Call the card" not in before.text
    assert "2. Call the card" in by_button.text
    assert by_command.text == by_button.text


async def test_a_contact_can_be_reported_under_the_answer_to_a_tap(run_bot: RunBot) -> None:
    text = "my parcel is held by +65 9123 4567"
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        first = await person.write(text)
        original = message(text, chat=NOBODY, number=first.parameters["reply_parameters"]["message_id"])
        yes = await person.tap(first, "said", reply_to_message=original)
        assert yes.parameters["reply_parameters"]["message_id"] == original["message_id"]
        ask = await person.tap(yes, "contact", reply_to_message=original)
        assert "It is reported" in (await person.tap(ask, "contact_yes", reply_to_message=original)).text
        wrong = await person.tap(yes, "wrong", reply_to_message=original)
    assert "my parcel is held by" in wrong.text


# What ends a case


@pytest.mark.parametrize(
    ("command", "words"), [("/new", "set aside and forgotten"), ("/forget", "nothing to erase")], ids=["new", "forget"]
)
async def test_a_command_ends_the_case_at_once(
    run_bot: RunBot, noting: Noting, clock: Clock, command: str, words: str
) -> None:
    async with run_bot(noting, clock=clock) as api:
        person = Talk(api, NOBODY)
        asks = await person.write(MAYBE)
        assert words in (await person.write(command)).text
        assert NO_CASE in (await person.write("/more")).text
        assert STALE in (await person.tap(asks, "said")).text
        fresh = await person.write("it came this morning")
    assert noting.told == ["it came this morning"]
    assert TAKEN_IN not in fresh.text
    assert CHANGED not in fresh.text


@pytest.mark.parametrize("gone", [False, True])
async def test_a_case_is_gone_half_an_hour_after_its_last_message(
    run_bot: RunBot, noting: Noting, clock: Clock, gone: bool
) -> None:
    async with run_bot(noting, clock=clock) as api:
        person = Talk(api, NOBODY)
        await person.write("please help")
        clock.later(KEPT)
        await person.write(PARCEL)  # each message keeps it for another half an hour
        clock.later(KEPT + gone)
        assert (NO_CASE in (await person.write("/more")).text) is gone
        added = await person.write("it came this morning")
    assert noting.told == [*([] if gone else ["please help", PARCEL]), "it came this morning"]
    assert (TAKEN_IN in added.text) is not gone


# What is no part of a story


async def test_a_country_named_in_words_is_kept_and_the_case_goes_on(
    run_bot: RunBot, checker: Checker, clock: Clock, store: Store
) -> None:
    meant = {"i live in singapore": Heard({"country": 0.9}), PAID: Heard({"gone-yes": 0.9})}
    async with run_bot(HearingChecker(checker, meant), clock=clock) as api:
        person = Talk(api, NOBODY)
        assert "1799" not in (await person.write(PARCEL)).text
        clock.later()
        kept = await person.write("i live in singapore")
        more = await person.write("/more")
        clock.later()
        added = await person.write(PAID)
    assert kept.text.startswith("📍 Country: <b>Singapore</b>")
    assert "1799" in kept.text
    assert settings_of(store, NOBODY) == ChatSettings("SG", None)
    assert "Where to report in Singapore" in more.text
    assert "1799" in added.text


@pytest.mark.parametrize("how", ["command", "tap"])
async def test_a_country_and_a_language_that_are_chosen_amid_a_case_bring_it_again_as_those_named_in_words(
    run_bot: RunBot, store: Store, texts: dict[str, Texts], how: str
) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write(PARCEL)
        here = await (person.write("/country Singapore") if how == "command" else person.tap_data("country:SG"))
        german = await (person.write("/language de") if how == "command" else person.tap_data("language:de"))
        more = await person.write("/more")
    assert here.text.startswith(f"📍 Country: <b>Singapore</b> (change: /country)\n⛔ <b>{WARNING}")
    assert "1799" in here.text
    assert german.text.startswith(f"{texts['de'].of('language_set')}\n⛔")
    assert "1799" in german.text
    assert "more" in verbs(german)
    assert texts["de"].plain("do_now") in more.text
    assert settings_of(store, NOBODY) == ChatSettings("SG", "de")


async def test_a_country_that_is_chosen_without_a_case_is_confirmed_with_its_number(run_bot: RunBot) -> None:
    async with run_bot() as api:
        chosen = await Talk(api, NOBODY).write("/country SG")
    assert chosen.text.startswith("Country: <b>Singapore</b>. Now tell me what happened")
    assert "1799" in chosen.text


async def test_a_country_and_a_language_that_are_chosen_in_despair_bring_the_line_again(
    run_bot: RunBot, checker: Checker, texts: dict[str, Texts]
) -> None:
    async with run_bot(HearingChecker(checker, {"i want to die": Heard(despair=0.99)})) as api:
        person = Talk(api, NOBODY)
        await person.write("i want to die")
        here = await person.write("/country SG")
        german = await person.write("/language de")
    assert here.text.startswith("Thank you for telling me.")
    assert german.text.startswith(texts["de"].of("crisis_head"))
    assert all("<b>1767</b>" in each.text for each in (here, german))


async def test_a_country_that_is_only_part_of_a_story_is_no_choice(run_bot: RunBot, store: Store) -> None:
    async with run_bot() as api:
        await Talk(api, NOBODY).write("a man from singapore rings me about my parcel")
    assert settings_of(store, NOBODY) == ChatSettings()


async def test_where_somebody_says_to_be_amid_a_story_is_kept_unless_a_country_was_chosen(
    run_bot: RunBot, store: Store
) -> None:
    async with run_bot() as api:
        person, other = Talk(api, NOBODY), Talk(api, NOBODY + 1)
        told = await person.write(f"i live in singapore. {PARCEL}")
        await other.write("/country SG")
        await other.write(f"i am in germany. {PARCEL}")
        assert "Where to report in Singapore" in (await person.write("/report")).text
        assert "Where to report in Singapore" in (await other.write("/report")).text
    assert "1799" in told.text
    assert [settings_of(store, one).country for one in (NOBODY, NOBODY + 1)] == ["SG", "SG"]


async def test_a_country_without_confirmed_numbers_is_kept_and_said_so(
    run_bot: RunBot, checker: Checker, store: Store
) -> None:
    hearing = HearingChecker(checker, {"i live in brazil": Heard({"country": 0.9})})
    async with run_bot(hearing) as api:
        kept = await Talk(api, NOBODY).write("i live in brazil")
    assert "no confirmed contact points" in kept.text
    assert settings_of(store, NOBODY).country == "BR"


async def test_a_language_named_in_words_is_spoken_from_then_on(
    run_bot: RunBot, checker: Checker, store: Store, texts: dict[str, Texts]
) -> None:
    hearing = HearingChecker(checker, {"please speak german with me": Heard({"language": 0.9})})
    async with run_bot(hearing) as api:
        person = Talk(api, NOBODY)
        said = await person.write("please speak german with me")
        assert texts["de"].plain("nothing_yet") in (await person.write("/more")).text
        menus = [call.parameters for call in api.calls if call.method == "setMyCommands"]
    assert said.text == texts["de"].of("language_set")
    assert settings_of(store, NOBODY) == ChatSettings(None, "de")
    assert menus[-1]["scope"] == {"type": "chat", "chat_id": NOBODY}
    assert texts["de"].plain("command_paid") in json.dumps(menus[-1]["commands"], ensure_ascii=False)


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        (Heard({"thanks": 0.9}), "You are welcome"),
        (Heard({"greeting": 0.9}), "Hello. Tell me what happened"),
        (Heard({"chatter": 0.9}), "I do one thing only"),
        (Heard({"what-now": 0.9}), "Look the parcel up in the official app of the courier"),
        (Heard({"sure": 0.9}), "Where the signs fit"),
        (Heard({"more": 0.9}), MORE),
        (Heard({"genuine": 0.9}), "It still looks like: <b>Fake parcel fee</b>"),
        (Heard({"denied": 0.9}), "Then somebody used their name, and it was a scam."),
        (Heard(despair=0.9), "Thank you for telling me"),
    ],
    ids=lambda value: next(iter(value.meant), "despair") if isinstance(value, Heard) else "",
)
async def test_what_is_said_beside_the_story_is_answered_for_itself_and_the_case_stays(
    run_bot: RunBot, checker: Checker, clock: Clock, heard: Heard, words: str
) -> None:
    hearing = HearingChecker(checker, {"something else": heard})
    async with run_bot(hearing, clock=clock) as api:
        person = Talk(api, NOBODY)
        await person.write(PARCEL)
        clock.later()
        beside = await person.write("something else")
        clock.later()
        assert WARNING in (await person.write("/more")).text
        assert "It still looks like: <b>Fake parcel fee</b>" in (await person.write("it came this morning")).text
    assert words in beside.text


@pytest.mark.parametrize("country", ["SG", None])
async def test_somebody_in_despair_reads_of_help_before_anything_else(
    run_bot: RunBot, checker: Checker, country: str | None
) -> None:
    hearing = HearingChecker(checker, {"i cannot go on": Heard(despair=0.9)})
    async with run_bot(hearing) as api:
        person = Talk(api, NOBODY)
        if country:
            await person.write(f"/country {country}")
        answer = await person.write("i cannot go on")
    assert plain(answer.text).startswith("Thank you for telling me.")
    assert "📞" in answer.text
    assert ("Which country are you in?" in answer.text) is (country is None)
    assert answer.buttons == {}


async def test_a_question_is_answered_from_what_is_known_and_the_case_stays(
    run_bot: RunBot, checker: Checker, clock: Clock
) -> None:
    asked = {"how do i report this": Heard({"question": 0.9}, {"where-to-report": 0.9})}
    async with run_bot(HearingChecker(checker, asked), clock=clock) as api:
        person = Talk(api, NOBODY)
        await person.write(PARCEL)
        clock.later()
        answer = await person.write("how do i report this")
        clock.later()
        assert "It still looks like: <b>Fake parcel fee</b>" in (await person.write("it came this morning")).text
    assert "Where to report" in answer.text


# What is kept of it


async def test_of_a_whole_conversation_nothing_but_counts_is_kept_and_nothing_logged(
    run_bot: RunBot, checker: Checker, clock: Clock, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    heard = {"zweimalzwei thanks": Heard({"thanks": 0.95}), "zweimalzwei end": Heard(despair=0.9)}
    async with run_bot(HearingChecker(checker, heard), clock=clock) as api:
        person = Talk(api, NOBODY)
        asks = await person.write(f"{MAYBE} zweimalzwei")
        await person.tap(asks, "said")
        await person.tap_data("tell:money")
        clock.later()
        for text in ("and zweimalzwei came this morning", "zweimalzwei thanks", "zweimalzwei end", "/more", "/new"):
            await person.write(text)
            clock.later()
    with store.reading() as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = {name for name in tables if db.execute(f"SELECT count(*) FROM [{name}]").fetchone() != (0,)}
        answers = db.execute("SELECT sum(count) FROM counts").fetchone()
    assert kept == {"counts", "report_key", "_sqlite_migrations"}
    assert answers == (2,)  # thanks, despair and taps are none
    assert b"zweimalzwei" not in b"".join(file.read_bytes() for file in tmp_path.rglob("*.db*"))
    assert "zweimalzwei" not in caplog.text


async def test_an_unknown_language_is_answered_in_the_chats_own_and_that_is_said_once(
    run_bot: RunBot, clock: Clock
) -> None:
    told = "mi è arrivato un sms che dice che il pacco è fermo e devo pagare subito"
    async with run_bot(clock=clock) as api:
        person = Talk(api, NOBODY)
        await person.write("/language de", answers=2)
        assert "Ich antworte auf Deutsch" in (await person.write(told)).text
        clock.later()
        assert "Ich antworte auf Deutsch" not in (await person.write(f"{told} con la carta di credito")).text
