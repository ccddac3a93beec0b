"""The draft of a report: a message and a file, from the case alone, kept nowhere."""

import io
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from tests.bot_api import Call, Upload
from tests.conftest import RunBot
from tests.talk import NOBODY, Talk
from tests.updates import press

pytestmark = pytest.mark.anyio
PARCEL = (
    "yesterday at 14:30 a text message says my parcel is held, i must pay a fee of $2.99 by a link, "
    "call +65 9123 4567 or open https://parcel-fee.example.top/pay"
)
CHINESE = "我昨天下午3点收到短信说包裹被扣，要付5000元手续费，让我打电话 +65 9123 4567"
ARABIC = "وصلتني أمس رسالة تقول إن الطرد محتجز وعلي دفع 500 درهم عبر رابط"


async def drafted(person: Talk) -> tuple[Call, Call]:
    """Ask for the draft, and return its message and its file."""
    before = len(person.calls())
    await person.write("/statement", answers=2)
    shown, file = person.calls()[before:]
    assert (shown.method, file.method) == ("sendMessage", "sendDocument")
    return shown, file


def upload(file: Call) -> Upload:
    sent = file.parameters["document"]
    assert isinstance(sent, Upload)
    return sent


async def test_without_a_case_it_says_to_tell_first_what_happened(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        assert "Tell me first what happened" in (await person.write("/statement")).text
        await person.write(PARCEL)
        await person.write("/new")
        assert "Tell me first what happened" in (await person.write("/statement")).text


async def test_what_was_told_and_all_that_stands_in_it_is_laid_out(run_bot: RunBot, tmp_path: Path) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("/country SG")
        await person.write(PARCEL)
        shown, file = await drafted(person)
    text = shown.text.replace("\u2060", "")
    assert f"1. {PARCEL}" in text
    for fact in ("• yesterday", "• 14:30", "• $2.99", "phone number: +65 9123 4567", "link: https://parcel-fee"):
        assert fact in text
    assert "not evidence" in text
    assert "It looks like: Fake parcel fee" in text
    assert "Where to report in Singapore" in text
    assert "checked 20" in text
    assert upload(file).data.startswith(b"%PDF-")
    assert upload(file).name.endswith(".pdf")
    assert "keep no copy" in file.parameters["caption"]
    assert not any(b"parcel-fee.example" in kept.read_bytes() for kept in tmp_path.rglob("*") if kept.is_file())


async def test_several_messages_stand_in_their_order(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write(PARCEL)
        await person.write("and they asked for 300 euros by gift card on Tuesday")
        shown, _ = await drafted(person)
    assert shown.text.index("my parcel is held") < shown.text.index("300 euros by gift card")
    assert "• Tuesday" in shown.text


async def test_a_writing_that_the_font_has_no_letters_of_is_sent_as_a_text(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("/language zh", answers=2)
        await person.write(CHINESE)
        shown, file = await drafted(person)
    assert "1. 我昨天下午3点收到短信" in shown.text
    assert "• 5000元" in shown.text
    assert upload(file).name.endswith(".txt")
    assert "5000元" in upload(file).data.decode()
    assert "无法把这种文字做成 PDF" in file.parameters["caption"]


async def test_arabic_is_a_pdf(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("/language ar", answers=2)
        await person.write(ARABIC)
        shown, file = await drafted(person)
    assert "• 500 درهم" in shown.text
    assert upload(file).data.startswith(b"%PDF-")


async def test_a_very_long_story_is_cut_with_a_mark_and_whole_in_the_file(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write(PARCEL + " and then they wrote a lot of <b>words</b> & more." * 70 + " 我")
        shown, file = await drafted(person)
    assert "[… cut here: too long]" in shown.text
    assert "not evidence" in shown.text
    assert upload(file).data.decode().count("a lot of <b>words</b> & more") == 70


async def test_pictures_are_named_by_their_digest_alone(run_bot: RunBot) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(drawn, "PNG")
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        api.files["photo"] = drawn.getvalue()
        photo = [{"file_id": "photo", "file_unique_id": "u", "width": 40, "height": 40, "file_size": 99}]
        await person.write(photo=photo, caption=PARCEL)
        shown, _ = await drafted(person)
        assert sha256(drawn.getvalue()).hexdigest() in shown.text
        await person.write("/forget")
        assert "Tell me first what happened" in (await person.write("/statement")).text


async def test_a_sentence_that_was_tapped_is_not_told_as_their_own_words(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        api.send(callback_query=press("tell:bank", chat=NOBODY))
        await person.wait(1, 0)
        shown, _ = await drafted(person)
    assert "1. (chosen with a button) " in shown.text


async def test_somebody_who_may_have_taken_part_is_told_to_see_a_lawyer_first(run_bot: RunBot) -> None:
    async with run_bot() as api:
        person = Talk(api, NOBODY)
        await person.write("someone wants to rent my bank account and says it is only for moving money")
        shown, file = await drafted(person)
    assert "lawyer or legal aid before you hand this in" in shown.text
    assert upload(file).data
