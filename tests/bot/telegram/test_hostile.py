"""What people send who are in a hurry, afraid, or out to break it, through the front door."""

import json
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from bot.answering.shapes import as_json
from bot.checking import dialogue
from bot.checking.checker import Checker
from bot.checking.conversation import KEPT, LONGEST, Gathering, Read
from bot.checking.situation import Assessment, Situation
from bot.settings import Settings
from bot.telegram.moderators.shared import keep_ready
from bot.telegram.pace import Pace
from bot.telegram.typing_sign import TypingSign
from bot.terminal.chat import TERMINAL_CHAT, Chat
from bot.words.afterwards import after_buttons, wrong_ask
from bot.words.contact_reports import asked, report_buttons
from bot.words.conversing import Spoken, turn_reply
from bot.words.guidance_parts import MORE, asking_buttons, gone_buttons, question_buttons
from bot.words.phone import plain
from bot.words.reply import Button
from bot.words.texts import Texts
from index.builds.build import Build
from knowledge.database.store import Store
from knowledge.documents.reporting import INTERNATIONAL, Country, in_language, read_countries
from knowledge.impostors.contacts import OfficialContacts
from knowledge.ledger.chat_settings import ChatSettings, settings_of
from knowledge.ledger.roles import Roles
from knowledge.proposals.proposal import Draft
from knowledge.proposals.queue import Proposals
from tests.bot_api import Fault
from tests.conftest import RunBot
from tests.fakes import AfterAll, Worker
from tests.patience import PATIENCE
from tests.running import Stage, until
from tests.talk import ANN, BEN, NOBODY, OWNER, Talk, case, proposed, staffed
from tests.updates import DAY, message, press

pytestmark = pytest.mark.anyio
OWNERS = {"owners": str(OWNER)}
PARCEL = "a text message says my parcel is held, i must pay a fee by a link"
FAILED = "could not check this just now"
EVIL = "http://evil-login.top/x"
FROM_A_USER = {"type": "user", "date": DAY, "sender_user": {"id": 666, "is_bot": False, "first_name": "Eve"}}
FROM_A_BOT = {"type": "user", "date": DAY, "sender_user": {"id": 99, "is_bot": True, "first_name": "B"}}
LONG_ID = "a" * 40


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = staffed(tmp_path)
    yield opened
    opened.close()


# Words of others are no commands


@pytest.mark.parametrize(
    "sent",
    [{"forward_origin": FROM_A_USER}, {"via_bot": {"id": 99, "is_bot": True, "first_name": "B"}}],
    ids=["forwarded", "of-another-bot"],
)
async def test_a_command_in_somebody_elses_words_is_not_carried_out(
    run_bot: RunBot, store: Store, sent: dict[str, Any]
) -> None:
    async with run_bot(**OWNERS) as api:
        owner = Talk(api, OWNER)
        await owner.write("/country SG")
        for command in ("/moderators add 666", "/reject 1 no", "/forget", "/language de", "/builds"):
            answer = await owner.write(command, **sent)
            assert "mod_case" in {data.partition(":")[0] for data in answer.buttons.values()}  # it was judged
    assert not Roles(store, frozenset({OWNER})).is_moderator(666)
    assert settings_of(store, OWNER).country == "SG"


async def test_a_press_in_a_group_opens_the_private_chat_and_does_nothing_else(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        for data in ("paid:", "mod_case:", "country:SG"):
            body = press(data, chat=OWNER)
            body["message"]["chat"] = {"id": -5, "type": "supergroup", "title": "G"}
            api.send(callback_query=body)
        await Talk(api, NOBODY).write("/help")
        await until(lambda: sum(call.method == "answerCallbackQuery" for call in api.calls) == 3)
        assert api.sent(-5) == []
    opened = [call.parameters["url"] for call in api.calls if call.method == "answerCallbackQuery"]
    assert sorted(url.partition("?start=")[2] for url in opened) == ["ask", "ask", "paid"]
    assert settings_of(store, -5).country is None


# Links that hide


def _hidden(where: str) -> Any:
    link = [{"type": "text_link", "offset": 6, "length": 14, "url": EVIL}]
    words = "😀 on www.dbs.com.sg my parcel is held, i must pay a fee"  # the smile has two units
    quote = {"text": words, "position": 0, "entities": link}
    keyboard = {"inline_keyboard": [[{"text": "www.dbs.com.sg", "url": EVIL}]]}
    return {
        "text": message(words, entities=link),
        "caption": message(caption=words, caption_entities=link, video=_VIDEO),
        "quote": message("is it true?", reply_to_message=message("…", number=3), quote=quote),
        "reply": message("is it true?", reply_to_message=message(words, number=3, entities=link)),
        "button": message(PARCEL, reply_markup=keyboard, forward_origin=FROM_A_BOT),
    }[where]


_VIDEO = {"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1, "duration": 1}


@pytest.mark.parametrize("where", ["text", "caption", "quote", "reply", "button"])
async def test_a_link_behind_the_address_of_a_bank_is_told(run_bot: RunBot, where: str) -> None:
    async with run_bot() as api:
        api.send(message=_hidden(where))
        (reply,) = await api.wait_for(1)
    assert "The text shows dbs.com.sg, but the link opens another address." in reply.text.replace("\u2060", "")
    assert "publishes this as its own" not in reply.text


async def test_a_link_that_hides_can_be_reported(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, 7)
        body = _hidden("text")
        api.send(message=body)
        (reply,) = await api.wait_for(1)
        shown = await person.tap(reply, "contact", reply_to_message=body)
        assert "“http://evi•••.top/•••”" in shown.text
        assert "It is reported" in (await person.tap(shown, "contact_yes", reply_to_message=body)).text


async def test_a_link_whose_words_are_brackets_and_lines_still_shows(run_bot: RunBot) -> None:
    words = "[Log](in)\nnow]"
    link = [{"type": "text_link", "offset": 0, "length": len(words), "url": "http://203.0.113.7/a(b)c"}]
    async with run_bot() as api:
        api.send(message=message(words, entities=link))
        (reply,) = await api.wait_for(1)
    assert "bare number instead of a name" in reply.text


# Characters that are not what they seem


async def test_nothing_turns_the_direction_of_our_words(run_bot: RunBot) -> None:
    origin = {"type": "hidden_user", "date": DAY, "sender_user_name": "x"}
    named = {**FROM_A_USER, "sender_user": {"id": 1, "is_bot": False, "first_name": "\u202eBank\u2066"}}
    text = f"{PARCEL} \u2066http://dbs-login.top\u202e/gro.live and +65 9123 4567 \x07\x1b[2J"
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        replies = [await person.write(text, forward_origin=each) for each in (named, origin)]
        replies.append(await person.write("/country \u202eGS"))
        ask = await person.tap(replies[1], "wrong", reply_to_message=message(text, chat=NOBODY))
    for reply in (*replies, ask):
        said = reply.text + "".join(reply.buttons)
        assert not set(said) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x07\x1b")


@pytest.mark.parametrize(
    "text",
    [
        f"{PARCEL} \ud800 http://evil.top/\ud83d \udc00",
        "/country \ud800",
        "/language \udfff",
        "/appeal http://evil.top/\ud83d",
        "\x00",
        "\ufeff\u200b\u200f",
        "Z\u0351\u036b" * 1000,
        "{title} {0!r} %s <b>&amp;",
        "😀" * 2048,
    ],
    ids=["halves", "country", "language", "appeal", "nul", "invisible", "zalgo", "places", "emoji"],
)
async def test_no_characters_are_too_odd_to_be_answered(
    run_bot: RunBot, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    async with run_bot() as api:
        answer = await Talk(api, NOBODY).write(text)
    assert FAILED not in answer.text
    assert "could not be handled" not in caplog.text


FORGED = (
    *("approve:1", "mod_approve:1:00000000", "pattern:../../etc/passwd", "contact:", "contact:abc:def\nghi", "\n"),
    *("contact_yes:abc:def:ghi", f"wrong:likely:{'a' * 51}", "wrong:likely:\ud800", "wrong_with:likely:x"),
    *(
        "wrong_without:likely:BAD ID!",
        "wrong_without:unclear:..",
        "said:yes:",
        "said:no:parcel-smish:parcel-smish",
        "said:perhaps:parcel-smish",
        "asked:\ud800",
        "tell:../code",
        "more:../../etc/passwd",
        "tell_me:x",
        "country:\u202e",
        "language:xx",
        "x" * 65,
    ),
)


@pytest.mark.parametrize("data", FORGED)
async def test_a_forged_button_is_answered_like_any_other(
    run_bot: RunBot, caplog: pytest.LogCaptureFixture, data: str
) -> None:
    async with run_bot() as api:
        answer = await Talk(api, NOBODY).tap_data(data)
    assert FAILED not in answer.text
    assert "could not be handled" not in caplog.text


def test_every_button_has_room_for_the_longest_id_of_a_pattern(
    small_build: Build, contacts: OfficialContacts, texts: dict[str, Texts]
) -> None:
    pattern = replace(small_build.patterns["parcel-smish"], id=LONG_ID)
    (identifier,) = contacts.find(EVIL, None)
    rows: list[tuple[Button, ...]] = [*report_buttons([identifier], LONG_ID, texts["en"])]
    rows += asked(identifier, LONG_ID, texts["en"]).buttons
    rows += after_buttons("no_match", pattern, texts["en"])
    rows += [question_buttons(pattern, texts["en"]), gone_buttons(pattern, texts["en"]), asking_buttons(texts["en"])]
    rows += [(Button("x", f"{MORE}:{LONG_ID}"), Button("x", f"pattern:{LONG_ID}"))]
    rows += wrong_ask("no_match", LONG_ID, "x", texts["en"]).buttons
    assert [button.data for row in rows for button in row if len(button.data.encode()) > 64] == []


# In the person's own language


GERMAN = "Mein Enkel hat geschrieben, er braucht dringend Geld, ich soll sofort überweisen"


@pytest.mark.parametrize("verb", ["paid", "report", "wrong"])
async def test_a_button_is_answered_in_the_language_of_the_answer_above_it(run_bot: RunBot, verb: str) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)  # whose Telegram is in English
        answer = await person.write(GERMAN)
        reply = await person.tap(answer, verb, reply_to_message=message(GERMAN, chat=NOBODY))
    paid = "Die erste Stunde, nachdem Sie bezahlt"
    words = {"paid": paid, "report": "Wo Sie es melden können", "wrong": "Was dürfen Moderatoren sehen?"}
    assert words[verb] in reply.text


async def test_a_chain_of_buttons_stays_in_one_language_until_another_is_chosen(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        paid = await person.tap(await person.write(GERMAN), "paid")
        countries = await person.tap(paid, "country")
        assert "In welchem Land" in countries.text
        assert "Land: <b>" in (await person.tap(countries, "country")).text
        await person.write("/language en")
        assert "Which country" in (await person.tap(paid, "country")).text


async def test_a_card_for_moderators_is_in_their_language_and_not_in_that_of_the_case(
    run_bot: RunBot, store: Store
) -> None:
    proposed(store, case("我卖了银行卡 对方说没事 现在银行打电话来"))
    async with run_bot(**OWNERS) as api:
        ben = Talk(api, BEN)
        card = await ben.write("/review")
        assert "Approved by" in (await ben.tap(card, "mod_approve")).text


async def test_the_name_on_a_contact_card_tells_nobodys_language(run_bot: RunBot) -> None:
    card = {"phone_number": "4915123456789", "first_name": "Hans-Jürgen", "last_name": "Müller Bäckerei"}
    async with run_bot() as api:
        answer = await Talk(api, NOBODY).write(contact=card)
    assert "I cannot tell yet" in answer.text


def test_where_no_country_is_known_that_is_said_in_the_persons_language(texts: dict[str, Texts]) -> None:
    name = read_countries()[INTERNATIONAL].name
    assert [code for code in texts if code != "en" and in_language(name, code) == name["en"]] == []


# Contacts, and answers that are gone


async def test_the_same_contact_is_told_of_once(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        answer = await person.write("+65 9123 4567 or 6591234567 or +65 9123 4567 http://203.0.113.7/")
        more = await person.tap(answer, "more")
    assert answer.text.count("9123") <= 1
    assert more.text.count("9123") == 1
    assert "203" in more.text


async def test_an_answer_that_the_person_has_deleted_is_no_fault(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("hello")
        api.faults["deleteMessage"].append(Fault(400, "Bad Request: message to delete not found"))
        assert "Fake parcel fee" in (await person.write(PARCEL)).text
    assert len(api.sent(NOBODY)) == 2


async def test_a_card_that_is_too_old_to_be_changed_is_sent_anew(run_bot: RunBot, store: Store) -> None:
    proposed(store, case(f"{PARCEL} of the depot"))
    async with run_bot(**OWNERS) as api:
        ben = Talk(api, BEN)
        card = await ben.write("/review")
        api.faults["editMessageText"].append(Fault(400, "Bad Request: message can't be edited"))
        done = await ben.tap(card, "mod_approve")
    assert done.method == "sendMessage"
    assert f"Approved by {BEN}" in done.text


async def test_a_draft_that_takes_out_what_is_gone_meanwhile_says_so(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        card = await ann.write("/retire parcel-smish nobody sends it")
        other = proposed(store, Draft("retire", "parcel-smish", reason="gone"), OWNER)
        Proposals(store, alone=False).decide(other.id, True, BEN, datetime.now(UTC), is_moderator=lambda _: True)
        assert "There is no pattern" in (await ann.tap(card, "mod_show")).text
        assert "There is no pattern" in (await ann.reply(card, "really nobody")).text


async def test_going_back_to_a_build_that_is_gone_changes_nothing_and_says_so(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        ann = Talk(api, ANN)
        card = await ann.write("/builds")
        done = await ann.tap_data("mod_rollback:20200101T000000Z-abc", message_id=card.number, answers=2)
    assert "Nothing was changed" in done.text


async def test_what_a_moderators_first_tap_needs_is_at_hand_before_it(
    settings: Settings, store: Store, stage: Stage
) -> None:
    vectors: Any = _Asked(stage.build().vectors)
    build = replace(stage.build(), vectors=vectors)
    with stage.services(settings, build=lambda: build) as services:
        context: Any = SimpleNamespace(bot_data=services)
        await keep_ready(context)
        before = vectors.asked
        services.curating.proposing.nearest(PARCEL)
    assert vectors.asked == before > 0


class _Asked:
    """Counts the vectors that it is asked for."""

    def __init__(self, vectors: Any) -> None:
        self._vectors = vectors
        self.asked = 0

    def of(self, texts: Sequence[str]) -> Any:
        self.asked += len(texts)
        return self._vectors.of(texts)


# The terminal


def test_a_terminal_forgets_what_was_chosen_in_it(
    checker: Checker, texts: dict[str, Texts], countries: dict[str, Country], store: Store
) -> None:
    engine: Any = SimpleNamespace(talk=dialogue.Talk(checker), patterns=dict)
    chat = Chat(engine, texts, countries, store, Console(quiet=True))
    assert "nothing to erase" in chat.answer("/forget").html
    chat.answer("/language de")
    assert "Gelöscht" in chat.answer("/forget").html
    assert settings_of(store, TERMINAL_CHAT) == ChatSettings()
    offered = [line.partition(":")[0] for line in chat.answer("/help").html.splitlines() if line.startswith("/")]
    unknown = [each for each in offered if "do not know that command" in chat.answer(each).html]
    assert unknown == ["/quit"]  # which is for the conversation to end, not to answer


def test_nothing_steers_the_terminal_or_breaks_its_json(
    checker: Checker, texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    odd = Situation(f"{PARCEL} \x1b[31m \udcff http://evil\udcff.top/\udcff")
    turn = dialogue.Talk(checker).hear(odd, None)
    reply = plain(turn_reply(turn, texts["en"], Spoken(countries, texts), {}, None).html)
    assert "\x1b" not in reply
    assert json.dumps(as_json(turn, None, reply), ensure_ascii=False).encode()


# Floods


async def test_a_flood_of_commands_leaves_others_their_answers(run_bot: RunBot) -> None:
    async with run_bot() as api:
        for number in range(80):
            api.send(message=message("/help", chat=NOBODY, number=number + 1))
            api.send(callback_query=press("paid:", chat=NOBODY))
        await Talk(api, 8).write("/paid")
    assert 30 <= len(api.sent(NOBODY)) < 160


async def test_moderators_may_be_quick(run_bot: RunBot, store: Store) -> None:
    async with run_bot(**OWNERS) as api:
        for number in range(35):
            api.send(message=message("/help", chat=ANN, number=number + 1))
        assert len(await api.wait_for(35, ANN)) == 35


async def test_a_flood_of_texts_is_judged_once_and_shows_typing_once(run_bot: RunBot, checker: Checker) -> None:
    counting = _Counting(checker)
    async with run_bot(counting, settled=AfterAll(100)) as api:
        for number in range(100):
            api.send(message=message(f"{PARCEL} {number} " * 50, chat=NOBODY, number=number + 1))
        (answer,) = await api.wait_for(1, NOBODY)
        assert len([call for call in api.calls if call.method == "sendChatAction"]) < 5
        more = await Talk(api, NOBODY).tap(answer, "more")
    assert counting.checked == 1
    assert counting.longest <= LONGEST + 10
    assert re.search(r"your last \d messages", more.text)


async def test_what_became_stale_while_it_waited_is_not_judged(
    run_bot: RunBot, checker: Checker, worker: Worker
) -> None:
    counting = _Counting(checker)
    counting.hold.clear()
    begun: list[None] = []

    async def settled() -> None:
        begun.append(None)

    async with run_bot(counting, settled=settled) as api:
        api.send(message=message("first", chat=8))
        await until(lambda: worker.given == 1)  # it holds the worker
        for number in range(3):
            api.send(message=message(f"{PARCEL} {number}", chat=NOBODY, number=number + 1))
            await until(lambda: len(begun) == number + 2)  # noqa: B023
        assert worker.given <= 2
        counting.hold.set()
        await api.wait_for(1, NOBODY)
    assert counting.checked == 2


class _Counting:
    """Counts checks, and waits with them until it is let go."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self.hold = threading.Event()
        self.hold.set()
        self.checked = self.longest = 0

    def check(self, situation: Situation) -> Assessment:
        self.hold.wait(PATIENCE)
        self.checked += 1
        self.longest = max(self.longest, len(situation.text))
        return self._checker.check(situation)


def test_a_case_keeps_its_newest_messages_and_no_more_than_are_soon_read() -> None:
    gathering = Gathering()
    for number in range(200):
        opened = gathering.opened(7, number, now=number / 100)
        opened.put(number, Read(f"{number:04}" * 250))
    whole = opened.whole()
    assert len(whole.text) <= LONGEST + whole.messages
    assert whole.text.endswith("0199")
    assert whole.messages == LONGEST // 1000
    opened.put(500, Read("x" * 100_000))
    assert opened.whole() == Read("x" * LONGEST)


def test_what_was_asked_is_let_go_of_after_a_while() -> None:
    gathering = Gathering()
    gathering.opened(7, 1, now=0.0).answer = 5
    gathering.drop_old(now=KEPT)
    assert gathering.answered(7, 5) is not None
    gathering.drop_old(now=KEPT + 1)
    assert gathering.answered(7, 5) is None


def test_the_pace_counts_each_chat_on_its_own_and_forgives() -> None:
    pace = Pace()
    assert [pace.allows(7, 0.0) for _ in range(31)] == [True] * 30 + [False]
    assert pace.allows(8, 0.0)
    assert pace.allows(7, 10.0)


async def test_typing_is_shown_until_the_last_of_a_chats_messages_is_done() -> None:
    typing, shown = TypingSign(), []

    async def show() -> None:
        shown.append(1)

    async with typing.shown(7, show):
        async with typing.shown(7, show):
            await until(lambda: len(shown) == 1)
        async with typing.shown(8, show):
            await until(lambda: len(shown) == 2)
    async with typing.shown(7, show):
        await until(lambda: len(shown) == 3)
    assert len(shown) == 3  # once for each time a chat began to wait


# What is never told to anybody


async def test_no_log_line_holds_a_word_of_what_is_sent(run_bot: RunBot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="bot")
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        for text in (f"{PARCEL} zweimalzwei \ud800", "/appeal zweimalzwei.top", "/country zweimalzwei"):
            await person.write(text)
        await person.tap_data("wrong:zweimalzwei")
    assert "zweimalzwei" not in caplog.text
