import os
import signal
import subprocess
import sys
import threading
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.pictures.reader import Pictures, UnreadablePicture
from bot.pictures.sample import sample
from bot.pictures.text import MAX_BYTES
from tests.patience import PATIENCE
from tests.picture_makers import (
    DARK,
    Bubble,
    chat,
    damaged,
    hard_codes,
    jpeg,
    on_card,
    page,
    png,
    put,
    qr,
    variants,
)

pytestmark = pytest.mark.slow
HINT = ["Call +65 9123 4567", "https://abc-help.top/x1"]


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def _joined(text: str) -> str:
    """Leave out blanks, which a reader of letters sees or does not see."""
    return "".join(text.split())


def small_page(lines: list[str] = HINT) -> Image.Image:
    return page(lines, width=430, size=20)


def reason(pictures: Pictures, data: bytes) -> str:
    with pytest.raises(UnreadablePicture) as caught:
        pictures.read(data)
    assert str(caught.value).endswith(".")
    return caught.value.reason


# What is read


@pytest.mark.parametrize(
    ("kind", "file"), variants(1, width=600).items(), ids=lambda value: value if type(value) is str else ""
)
def test_phones_links_and_codes_come_out_intact(
    pictures: Pictures, kind: str, file: tuple[bytes, dict[str, str]]
) -> None:
    data, planted = file
    text = _joined(pictures.read(data).text)
    assert [name for name, value in planted.items() if _joined(value) not in text] == []


def test_a_chat_reads_in_order_with_its_sides_and_without_the_phones_frame(pictures: Pictures) -> None:
    said = [
        Bubble("Your parcel is held and I need you to pay the fee of 1.99 before noon today"),
        Bubble("who are you?", "mine"),
        Bubble("请点击 https://ems-x.cn/a8 支付"),
        Bubble("let me ask my daughter about this first, she knows", "mine"),
        Bubble("Do not tell her"),
    ]
    read = pictures.read(png(chat(said, theme=DARK, width=600, size=24, keyboard=True)))
    assert read.text.splitlines() == ["Service Desk", *(bubble.text for bubble in said)]
    assert read.theirs.splitlines() == [bubble.text for bubble in said if bubble.side == "theirs"]
    assert not read.unreadable_script


def test_qr_codes_are_returned_as_text_and_leave_no_writing_behind(pictures: Pictures) -> None:
    _, image, contents = next(hard for hard in hard_codes() if hard[0] == "two codes")
    read = pictures.read(png(image))
    assert sorted(read.codes) == sorted(contents)
    assert read.text == ""


def test_38_of_40_hard_qr_codes_are_read(pictures: Pictures) -> None:
    hard = hard_codes()
    right = [name for name, image, contents in hard if set(pictures.read(png(image)).codes) == set(contents)]
    assert len(hard) == 40
    assert len(right) >= 38


def test_writing_whose_letters_the_reader_lacks_is_said_to_be_unreadable(pictures: Pictures) -> None:
    russian = ["Ваша карта заблокирована", "позвоните 8 800 555 35 35"]
    assert pictures.read(png(small_page(russian))).unreadable_script
    mixed = pictures.read(png(small_page([russian[0], *HINT])))
    assert mixed.unreadable_script
    assert [line.text for line in mixed.lines] == HINT
    assert not pictures.read(png(small_page())).unreadable_script


def test_vietnamese_is_read_but_said_to_have_lost_letters(pictures: Pictures) -> None:
    read = pictures.read(png(small_page(["tài khoản của bạn đã bị khóa", "gọi số 0912 345 678"])))
    assert read.unreadable_script
    assert "0912345678" in _joined(read.text)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "GIF"])
def test_each_kind_of_file_is_read(pictures: Pictures, kind: str) -> None:
    assert "https://abc-help.top/x1" in pictures.read(saved(small_page(), kind)).text


def test_a_photo_that_says_it_lies_on_its_side_is_turned_upright(pictures: Pictures) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(small_page().rotate(90, expand=True), "JPEG", exif=exif)
    assert "https://abc-help.top/x1" in pictures.read(data).text


@pytest.mark.parametrize("angle", [90, 180])
def test_a_photo_of_which_nothing_says_what_is_up_is_turned_too(pictures: Pictures, angle: int) -> None:
    said = ["Your account will be closed", "call +65 9123 4567 today", "before six in the evening"]
    read = pictures.read(png(small_page(said).rotate(angle, expand=True)))
    assert [line.text for line in read.lines] == said


def test_dark_writing_on_nothing_is_read(pictures: Pictures) -> None:
    image = Image.new("RGBA", (640, 160))
    ink = Image.new("RGB", (640, 160))
    put(ink, "https://abc-help.top/x1", (40, 50), 36, (255, 255, 255))
    image.putalpha(ink.convert("L"))
    assert pictures.read(png(image)).text == "https://abc-help.top/x1"


def test_a_tall_screenshot_is_read_in_parts_that_cut_no_line(pictures: Pictures) -> None:
    said = [Bubble(f"Number {number} call +65 9123 {4000 + number}") for number in range(18)]
    read = pictures.read(png(chat(said, frame=False, width=300, size=18)))
    assert [_joined(line) for line in read.text.splitlines()] == [_joined(bubble.text) for bubble in said]


# What is refused


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (bytes(MAX_BYTES + 1), "too-large"),
        (b"", "not-a-picture"),
        (b"%PDF-1.7 not a picture", "not-a-picture"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03 no sticker", "not-a-picture"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "animated"),
        (b"\x1aE\xdf\xa3 a video sticker", "animated"),
    ],
    ids=["too large", "empty", "document", "archive", "film", "video sticker"],
)
def test_what_is_no_still_picture_is_refused_before_a_worker_starts(data: bytes, expected: str) -> None:
    with Pictures() as idle:
        assert reason(idle, data) == expected
        assert idle.pid is None


def test_animations_are_refused(pictures: Pictures) -> None:
    frames = [small_page(), small_page(["another"])]
    for kind in ("GIF", "WEBP", "PNG"):
        data = saved(frames[0], kind, save_all=True, append_images=[frames[1].resize(frames[0].size)])
        assert reason(pictures, data) == "animated"


def test_a_decompression_bomb_is_refused_by_its_head(pictures: Pictures) -> None:
    bomb = bytearray(png(Image.new("1", (64, 64))))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    assert reason(pictures, _with_head_checksum(bomb)) == "too-many-pixels"


def test_an_empty_picture_has_no_text(pictures: Pictures) -> None:
    assert reason(pictures, png(Image.new("RGB", (300, 300), "navy"))) == "no-text"
    assert reason(pictures, png(Image.new("RGB", (9000, 2), "navy"))) == "no-text"


def test_a_picture_that_is_cut_short_is_broken(pictures: Pictures) -> None:
    data = jpeg(small_page())
    assert reason(pictures, data[: len(data) // 2]) == "broken"


def test_damaged_files_end_in_a_reason_or_a_text_and_harm_no_worker(pictures: Pictures) -> None:
    files = [saved(page(["a"], width=96, size=14), kind) for kind in ("JPEG", "PNG", "WEBP", "HEIF", "GIF")]
    pictures.read(png(small_page()))
    before = pictures.pid
    for number in range(100):
        with suppress(UnreadablePicture):
            pictures.read(damaged(files[number % 5], number))
    assert pictures.pid == before


# The worker


def test_a_worker_that_is_warm_has_read_a_picture_of_our_own(pictures: Pictures) -> None:
    pictures.warm()
    assert pictures.pid is not None
    assert "parcel is held" in pictures.read(sample()).text


def test_a_killed_worker_is_replaced(pictures: Pictures) -> None:
    pictures.read(png(small_page()))
    worker = pictures.pid
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    assert "4567" in pictures.read(png(small_page())).text
    assert pictures.pid not in (worker, None)


def test_a_worker_that_grows_costs_one_picture() -> None:
    with Pictures(threads=1, most_memory=1_000_000, hangs=PATIENCE) as own:
        assert reason(own, png(small_page())) == "failed"
        assert own.pid is None


def test_a_worker_that_hangs_costs_one_picture() -> None:
    with Pictures(threads=1, hangs=PATIENCE) as own:
        own.read(png(small_page()))
        assert own.pid is not None
        os.kill(own.pid, signal.SIGSTOP)
        own.hangs = 0.3
        assert reason(own, png(small_page())) == "failed"
        assert own.pid is None


def test_pictures_of_several_threads_are_read_one_after_the_other(pictures: Pictures) -> None:
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        answers[number] = pictures.read(png(small_page([f"Call +65 9123 450{number}"]))).text

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"Call +65 9123 450{number}" for number in range(3)}


def test_nothing_of_a_picture_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))  # where a library would keep what it reports to its maker
    with Pictures(threads=1, hangs=PATIENCE) as own:
        own.read(png(small_page()))
        counts = Path(f"/proc/{own.pid}/io")
        written = _written(counts)
        own.read(saved(small_page(), "HEIF"))
        own.read(jpeg(on_card(qr("https://abc-help.top/x1"))))
        assert reason(own, jpeg(small_page())[:2000]) == "broken"
        assert _written(counts) == written
    assert not counts.exists()  # the worker ended with its owner
    assert list(tmp_path.rglob("*")) == []


def test_the_process_that_asks_never_loads_the_readers_libraries() -> None:
    code = """
import sys
from bot.pictures.reader import Pictures
if __name__ == "__main__":
    with Pictures(threads=1, hangs=60) as pictures:
        print(pictures.read(sys.stdin.buffer.read()).text)
    print(sorted({"openvino", "rapidocr", "cv2", "PIL", "numpy", "zxingcpp"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], input=png(small_page()), capture_output=True, check=True)
    assert done.stdout.decode().splitlines() == [*HINT, "[]"]


def _with_head_checksum(data: bytearray) -> bytes:
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    return bytes(data)


def _written(counts: Path) -> int:
    """Return the bytes that a process has had written to storage; 0 where the system does not count them."""
    lines = counts.read_text("ascii").splitlines() if counts.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("write_bytes")), 0)
