"""Contacts, pictures and several messages, through the front door."""

from pathlib import Path
from typing import Any

import pytest

from tests.bot_api import Call, Fault
from tests.conftest import RunBot
from tests.fakes import AfterAll
from tests.picture_makers import Bubble, chat, jpeg, png, qr
from tests.talk import Talk
from tests.updates import DAY, message, press

pytestmark = pytest.mark.anyio
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
PHOTO = [{"file_id": "shot", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 9}]


def seen(reply: Call) -> str:
    """Return what a person sees of an answer: tags and invisible characters gone."""
    return reply.text.replace("\u2060", "")


async def test_a_link_that_imitates_a_bank_is_named_and_never_made_clickable(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message("is this real? https://dbs-verify.example.com/login"))
        (reply,) = await api.wait_for(1)
    assert "carries the name" in seen(reply)
    assert "https://dbs-verify" not in reply.text
    assert "⚠️" in reply.text


async def test_a_published_number_is_said_to_be_the_bodys_own_and_still_to_be_dialled(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(callback_query=press("country:SG"))
        await api.wait_for(1)
        api.send(message=message("someone from scamshield called me from 1799, is that real?"))
        reply = (await api.wait_for(2))[-1]
    assert "publishes this as its own. It can still be faked" in seen(reply)


async def test_who_they_say_they_are_is_reached_by_its_own_numbers_only(run_bot: RunBot) -> None:
    text = "DBS Bank called me from +65 9123 4567 and wants me to read out the code"
    async with run_bot() as api:
        api.send(callback_query=press("country:SG"))
        await api.wait_for(1)
        api.send(message=message(text))
        reply = (await api.wait_for(2))[-1]
        more = await Talk(api, 7).tap(reply, "more")
    assert "personal mobile number" in reply.text
    assert "DBS" in reply.text.partition("📞")[2]
    assert "9123" not in reply.text.partition("📞")[2]
    assert "How to reach the real DBS" in more.text
    assert "+65 9123 4567" not in more.text.partition("How to reach the real")[2]


async def test_a_contact_is_reported_after_seeing_what_is_kept(run_bot: RunBot, tmp_path: Path) -> None:
    text = "is +65 9123 4567 a scammer? they hold my parcel until i pay a fee by a link"
    async with run_bot() as api:
        for person in (11, 12, 13):
            api.send(message=message(text, chat=person))
            (answer,) = await api.wait_for(1, chat=person)
            data = next(data for data in answer.buttons.values() if data.startswith("contact:"))
            asked = message(text, chat=person)
            api.send(callback_query=press(data, chat=person, reply_to_message=asked))
            shown = (await api.wait_for(2, chat=person))[-1]
            assert "This would be kept, for 180 days" in shown.text
            yes = next(data for data in shown.buttons.values() if data.startswith("contact_yes:"))
            api.send(callback_query=press(yes, chat=person, under=shown.text))
            assert "It is reported" in (await api.wait_for(3, chat=person))[-1].text
        api.send(message=message("they hold my parcel, number +6591234567", chat=99))
        (told,) = await api.wait_for(1, chat=99)
    assert "Reported here by 3 people since" in told.text
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("*.db*"))
    assert b"91234567" not in kept
    assert b"parcel until" not in kept


async def test_a_published_contact_cannot_be_reported(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(callback_query=press("country:SG"))
        await api.wait_for(1)
        api.send(message=message("the number 1799 called me"))
        answer = (await api.wait_for(2))[-1]
        data = next(data for data in answer.buttons.values() if data.startswith("contact:"))
        under = message("the number 1799 called me")
        api.send(callback_query=press(data.replace("contact:", "contact_yes:"), reply_to_message=under))
        reply = (await api.wait_for(3))[-1]
    assert "cannot be reported here" in reply.text


async def test_a_button_whose_contact_is_gone_says_so(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(callback_query=press("contact:0123456789ab:"))
        (reply,) = await api.wait_for(1)
    assert "no longer know which contact" in reply.text


async def test_an_appeal_without_a_contact_says_how_and_one_about_nothing_reported_says_so(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message("/appeal"))
        api.send(message=message("/appeal +65 9123 4567"))
        usage, nothing = await api.wait_for(2)
    assert "/appeal +65" in usage.text
    assert "Nothing is reported" in nothing.text


async def test_messages_in_a_row_are_one_case_and_the_last_answer_stands(run_bot: RunBot) -> None:
    lines = ["i got a text message", "it says my parcel is held", "and i must pay a fee by a link"]
    async with run_bot(settled=AfterAll(3)) as api:
        for number, line in enumerate(lines, 1):
            api.send(message=message(line, number=number))
        (reply,) = await api.wait_for(1)
        api.send(message=message("and now they call me about the parcel fee", number=9))
        second = (await api.wait_for(2))[-1]
        deleted = await api.wait_for_call("deleteMessage")
        more = await Talk(api, 7).tap(second, "more")
    assert "Fake parcel fee" in reply.text
    assert "Fake parcel fee" in second.text
    assert (deleted.chat, deleted.parameters["message_id"]) == (7, reply.number)
    assert "covers your last 4 messages" in more.text


async def test_two_people_at_once_are_two_cases(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message(PARCEL, chat=21))
        api.send(message=message("dinner at seven tonight with grandma", chat=22))
        (one,) = await api.wait_for(1, chat=21)
        (other,) = await api.wait_for(1, chat=22)
        of_one, of_other = await Talk(api, 21).tap(one, "more"), await Talk(api, 22).tap(other, "more")
    assert "Fake parcel fee" in one.text
    assert "Fake parcel fee" in of_one.text
    assert "Fake parcel fee" not in other.text + of_other.text
    assert "covers your" not in of_one.text + of_other.text


@pytest.mark.slow
async def test_a_screenshot_is_read_and_quoted(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.files["shot"] = jpeg(
            chat([Bubble("Your parcel is held. Pay the fee by the link https://dbs-verify.example.com")])
        )
        api.send(message=message(photo=PHOTO))
        (reply,) = await api.wait_for(1)
        more = await Talk(api, 7).tap(reply, "more")
    assert "Fake parcel fee" in reply.text
    assert "Read in your picture" in more.text
    assert "parcel is held" in more.text


@pytest.mark.slow
async def test_a_qr_code_is_shown_as_text_and_checked_as_a_link(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.files["shot"] = png(qr("https://paypal.com@198.51.100.7/pay"))
        api.send(message=message(photo=PHOTO))
        (reply,) = await api.wait_for(1)
        more = await Talk(api, 7).tap(reply, "more")
    assert "decoration" in reply.text
    assert "The QR code contains" in more.text
    assert "I did not open it" in more.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "words"),
    [(b"not a picture at all", "cannot read that kind of file"), (b"\x89PNG\r\n\x1a\n" + bytes(40), "damaged")],
)
async def test_what_cannot_be_read_is_refused_in_one_line(run_bot: RunBot, data: bytes, words: str) -> None:
    async with run_bot() as api:
        api.files["shot"] = data
        api.send(message=message(document={"file_id": "shot", "file_unique_id": "u", "file_size": len(data)}))
        (reply,) = await api.wait_for(1)
    assert words in reply.text


async def test_a_file_that_is_too_large_is_not_even_fetched(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message(document={"file_id": "big", "file_unique_id": "u", "file_size": 30_000_000}))
        (reply,) = await api.wait_for(1)
    assert "too large" in reply.text
    assert [call for call in api.calls if call.method == "getFile"] == []


async def test_a_picture_that_cannot_be_fetched_does_not_cost_the_answer_to_its_words(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.faults["getFile"].append(Fault(400, "Bad Request: file is too big"))
        api.send(message=message(caption=PARCEL, photo=PHOTO))
        (reply,) = await api.wait_for(1)
    assert "Fake parcel fee" in reply.text
    assert "could not read that picture" in reply.text


async def test_a_voice_message_gets_the_first_hour_at_once(run_bot: RunBot) -> None:
    voice = {"file_id": "v", "file_unique_id": "u", "duration": 3}
    async with run_bot() as api:
        api.send(message=message(voice=voice))
        (reply,) = await api.wait_for(1)
    assert "cannot listen" in reply.text
    assert "Call your bank" in reply.text or "bank" in reply.text


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ({"type": "hidden_user", "date": DAY, "sender_user_name": ""}, "hides who they are"),
        (
            {
                "type": "user",
                "date": DAY,
                "sender_user": {"id": 5, "is_bot": True, "first_name": "Support", "username": "TelegramSupport_bot"},
            },
            "imitates a support account",
        ),
        (
            {"type": "channel", "date": DAY, "message_id": 3, "chat": {"id": -1, "type": "channel", "title": "Wins"}},
            "Telegram shows “Wins”",
        ),
    ],
)
async def test_where_a_message_was_forwarded_from_is_told_as_no_proof(
    run_bot: RunBot, origin: dict[str, Any], words: str
) -> None:
    async with run_bot() as api:
        api.send(message=message(PARCEL, forward_origin=origin))
        (reply,) = await api.wait_for(1)
        more = await Talk(api, 7).tap(reply, "more")
    assert words in seen(more)


async def test_a_shared_contact_card_is_checked_as_a_number(run_bot: RunBot) -> None:
    async with run_bot() as api:
        api.send(message=message(contact={"phone_number": "870773123456", "first_name": "Ann"}))
        (reply,) = await api.wait_for(1)
    assert "satellite" in reply.text


async def test_an_answer_to_a_stale_turn_is_never_sent(run_bot: RunBot) -> None:
    async with run_bot(settled=AfterAll(2)) as api:
        api.send(message=message("hello", number=1))
        api.send(message=message(PARCEL, number=2))
        await api.wait_for(1)
    (reply,) = api.sent()
    assert "Fake parcel fee" in reply.text
