"""What people may do after an answer: say it was wrong, hear more later, and have all of it erased."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.checking.checker import Checker
from knowledge.database.backups import backup
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import settings_of
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.wrong_answers import NOTES_A_DAY, WrongNotes
from tests.bot_api import Call
from tests.conftest import RunBot
from tests.fakes import StagedChecker, unsure
from tests.talk import NOBODY, Talk
from tests.updates import message

pytestmark = pytest.mark.anyio
PARCEL = "a text message says my parcel is held, i must pay a fee by a link and call +65 9123 4567"
RENT = "someone wants to rent my bank account and says it is only for moving money"
DINNER = "dinner at seven tonight with grandma and the neighbours"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "askfirst.db")
    yield opened
    opened.close()


@pytest.fixture
def notes(store: Store, tmp_path: Path) -> WrongNotes:
    return WrongNotes(store, read_key(tmp_path))


async def asked(talk: Talk, text: str = PARCEL) -> Call:
    """Ask, and tap that the answer was wrong."""
    answer = await talk.write(text)
    return await talk.tap(answer, "wrong", reply_to_message=message(text, chat=talk.person))


async def test_a_wrong_answer_is_told_with_the_text_as_it_was_shown(run_bot: RunBot, notes: WrongNotes) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        ask = await asked(person)
        assert "What may moderators see?" in ask.text
        assert "9123" not in ask.text
        done = await person.tap(ask, "wrong_with")
        assert "Moderators will look at it" in done.text
        assert "already" in (await person.tap(ask, "wrong_with")).text
    (note,) = notes.waiting()
    assert (note.concern, note.pattern, note.language) == ("likely", "parcel-smish", "en")
    assert note.masked is not None
    assert note.masked in ask.text.replace("\u2060", "")
    assert "9123" not in note.masked


async def test_a_wrong_answer_is_told_without_the_text(run_bot: RunBot, notes: WrongNotes, tmp_path: Path) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        ask = await asked(person)
        assert notes.waiting() == ()
        await person.tap(ask, "wrong_without", reply_to_message=message(PARCEL, chat=NOBODY))
    (note,) = notes.waiting()
    assert note.masked is None
    assert b"parcel is held" not in b"".join(file.read_bytes() for file in tmp_path.glob("*.db*"))


async def test_telling_nobody_keeps_nothing(run_bot: RunBot, notes: WrongNotes) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        assert "Nothing was kept" in (await person.tap(await asked(person), "wrong_no")).text
    assert notes.waiting() == ()


async def test_a_text_that_is_not_at_hand_is_not_offered(run_bot: RunBot, notes: WrongNotes) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        ask = await person.tap_data("wrong:unclear:")
        assert [data.partition(":")[0] for data in ask.buttons.values()] == ["wrong_without", "wrong_no"]
        gone = await person.tap_data("wrong_with:unclear:")
        assert "no longer know which message" in gone.text
    assert notes.waiting() == ()


async def test_a_text_that_cannot_be_masked_is_not_offered(run_bot: RunBot, notes: WrongNotes) -> None:
    async with run_bot(mask=unsure) as api:
        ask = await asked(Talk(api, NOBODY))
    assert "wrong_with" not in {data.partition(":")[0] for data in ask.buttons.values()}


async def test_too_many_notes_of_a_day_are_not_taken(run_bot: RunBot, notes: WrongNotes) -> None:
    now = datetime.now(UTC)
    for number in range(NOTES_A_DAY):
        notes.note("likely", None, "en", f"text {number}", NOBODY, now)
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        assert "a lot for one day" in (await person.tap_data("wrong_without:likely:parcel-smish")).text
    assert len(notes.waiting()) == NOTES_A_DAY


async def test_a_made_up_button_is_a_note_on_nothing_that_is_not_known(run_bot: RunBot, notes: WrongNotes) -> None:
    async with run_bot() as api:
        await Talk(api, NOBODY).tap_data("wrong_without:made-up:no-such-pattern")
    assert [(note.concern, note.pattern) for note in notes.waiting()] == [("unclear", None)]


@pytest.mark.parametrize(
    ("text", "answer"), [(PARCEL, "First hour after paying"), (RENT, "Get a lawyer")], ids=["victim", "accomplice"]
)
async def test_yes_to_whether_anything_is_gone_brings_the_steps_that_help(
    run_bot: RunBot, checker: Checker, text: str, answer: str
) -> None:
    async with run_bot(StagedChecker(checker, "unsaid", ask=True)) as api:
        person = Talk(api, NOBODY)
        asks = await person.write(text)
        assert "Has anything gone already" in asks.text
        assert answer in (await person.tap(asks, "paid")).text
        assert [call.method for call in person.calls()] == ["sendMessage", "sendMessage"]  # the warning stays


async def test_no_to_whether_anything_is_gone_brings_one_calm_line(run_bot: RunBot, checker: Checker) -> None:
    async with run_bot(StagedChecker(checker, "unsaid", ask=True)) as api:
        person = Talk(api, NOBODY)
        calm = await person.tap(await person.write(PARCEL), "gone_no")
    assert calm.text.startswith("Good. Keep it that way: pay nothing, give nothing away, answer no more.")
    assert calm.buttons == {}


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("paid:", "First hour"),
        ("paid:accomplice", "Get a lawyer"),
        ("paid:made-up", "First hour"),
        ("gone_no:", "Good."),
    ],
)
async def test_the_question_is_still_answered_after_a_restart(run_bot: RunBot, data: str, answer: str) -> None:
    async with run_bot() as api:
        assert answer in (await Talk(api, NOBODY).tap_data(data)).text


async def test_hearing_more_later_keeps_numbers_and_no_words(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        answer = await person.write(DINNER)
        done = await person.tap(answer, "tell_me", reply_to_message=message(DINNER, chat=NOBODY), answers=2)
        assert "I will write to you once" in person.calls()[-2].text
        assert "Which language" in done.text  # it will write first, and must know in which
        await person.write("/language en")
        again = await person.tap(answer, "tell_me", reply_to_message=message(DINNER, chat=NOBODY))
        assert "I will write to you once" in again.text
        assert "no longer know" in (await person.tap_data("tell_me:")).text
    (asker,) = Askers(store).waiting(datetime.now(UTC).date(), "hashing")
    assert asker.chat == NOBODY
    assert asker.vector.shape == (512,)
    assert b"grandma" not in b"".join(file.read_bytes() for file in tmp_path.glob("*.db*"))


async def test_a_fourth_question_is_not_kept(run_bot: RunBot, store: Store) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("/language en", answers=2)
        for number in range(4):
            original = message(f"{DINNER} at table {number} {'x' * number}", chat=NOBODY)
            last = await person.tap_data("tell_me:", reply_to_message=original)
    assert "three questions" in last.text
    assert len(Askers(store).waiting(datetime.now(UTC).date(), "hashing")) == 3


async def test_everything_is_erased_on_request(run_bot: RunBot, store: Store, tmp_path: Path) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        assert "nothing to erase" in (await person.write("/forget")).text
        await person.write("/country SG")
        original = message(PARCEL, chat=NOBODY)
        await person.tap(await asked(person), "wrong_with")
        await person.tap_data("tell_me:", reply_to_message=original, answers=2)
        saved = backup(store, tmp_path / "backups", datetime.now(UTC))
        erased = (await person.write("/forget")).text
        assert "Erased, from the backups too" in erased
        assert "your country and your language" in erased
        assert "notes on wrong answers: 1" in erased
        assert "hear more about: 1" in erased
        assert "nothing to erase" in (await person.write("/forget")).text
    for file in (tmp_path / "askfirst.db", saved):
        kept = Store(file)
        with kept.reading() as db:
            for table in ("chats", "wrong_notes", "askers"):
                assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        kept.close()


async def test_all_of_a_story_in_fragments_is_what_moderators_would_see(run_bot: RunBot, notes: WrongNotes) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        for fragment in ("my parcel is held", "i must pay a fee by a link", "he says call +65 9123 4567"):
            answer = await person.write(fragment)
        ask = await person.tap(answer, "wrong", reply_to_message=message("he says call +65 9123 4567", chat=NOBODY))
        assert "my parcel is held\ni must pay a fee by a link\nhe says call •••" in ask.text
        await person.tap(ask, "wrong_with")
    assert [note.masked for note in notes.waiting()] == [
        "my parcel is held\ni must pay a fee by a link\nhe says call •••"
    ]


async def test_what_is_kept_is_what_was_shown_whatever_the_message_says_by_then(
    run_bot: RunBot, notes: WrongNotes
) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        ask = await asked(person, "my parcel is held and i must pay")
        edited = message("my parcel is held and my neighbour drinks", chat=NOBODY)
        await person.tap(ask, "wrong_with", reply_to_message=edited)
    assert [note.masked for note in notes.waiting()] == ["my parcel is held and i must pay"]


@pytest.mark.parametrize("text", ["😀" * 2048, "a." * 2048, "&" * 4096], ids=["emoji", "dots", "escaped"])
async def test_however_long_a_text_becomes_it_is_shown_before_it_is_kept(
    run_bot: RunBot, notes: WrongNotes, text: str
) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        ask = await asked(person, text)
        await person.tap(ask, "wrong_with")
    (note,) = notes.waiting()
    assert note.masked == ask.as_message()["text"].replace("\u2060", "").split("\n\n")[-2]


async def test_erasing_puts_the_menu_back_too(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("/language de", answers=2)
        assert "Gelöscht" in (await person.write("/forget")).text
        gone = await api.wait_for_call("deleteMyCommands")
    assert gone.parameters["scope"]["chat_id"] == NOBODY


async def test_a_backup_that_cannot_be_changed_is_told_of_and_logged(
    run_bot: RunBot, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    saved = backup(store, tmp_path / "backups", datetime.now(UTC))
    saved.write_bytes(b"no database")
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("/country SG")
        assert "not yet from every backup" in (await person.write("/forget")).text
    assert saved.name in caplog.text
    assert settings_of(store, NOBODY).country is None
