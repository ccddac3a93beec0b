"""``python -m bench.pictures``: how pictures are read, how fast, and in how much memory, on this machine."""

import argparse
import statistics
import time
from collections import Counter
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.pictures.reader import Pictures, UnreadablePicture
from tests.picture_makers import Bubble, chat, damaged, hard_codes, jpeg, page, png, variants


def outcome(pictures: Pictures, data: bytes) -> tuple[str, str, float]:
    """Return the text without blanks, how it ended, and the seconds it took."""
    started = time.perf_counter()
    try:
        read = pictures.read(data)
    except UnreadablePicture as unreadable:
        return "", unreadable.reason, time.perf_counter() - started
    end = "read in part" if read.unreadable_script else "read"
    return "".join(read.text.split()), end, time.perf_counter() - started


def identifiers(pictures: Pictures, rounds: int) -> None:
    """Phones, links and codes that come out exactly, by the kind of picture."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    seconds = []
    doubted = 0
    for number in range(rounds):
        for kind, (data, planted) in variants(number).items():
            text, end, took = outcome(pictures, data)
            seconds.append(took)
            doubted += end != "read"
            for name, value in planted.items():
                every[kind] += 1
                if "".join(value.split()) in text:
                    right[kind] += 1
                else:
                    print(f"  lost: {kind} {number}, {name} {value} in {text}")
    for kind, count in every.items():
        print(f"identifiers, {kind}: {right[kind]} of {count}")
    print(f"identifiers, all: {right.total()} of {every.total()} ({100 * right.total() / every.total():.1f} %)")
    print(f"pictures said to be unreadable in part, wrongly: {doubted} of {len(seconds)}")
    print(f"a picture: {statistics.median(seconds):.2f} s at the median, {max(seconds):.2f} s at most")


def codes(pictures: Pictures) -> None:
    """QR codes as they are met."""
    right = 0
    hard = hard_codes()
    for name, image, contents in hard:
        try:
            found = set(pictures.read(png(image)).codes)
        except UnreadablePicture:
            found = set()
        right += found == set(contents)
        if found != set(contents):
            print(f"  lost: {name}")
    print(f"QR codes: {right} of {len(hard)}")


def damage(pictures: Pictures, count: int) -> None:
    """Files that are cut short or have bits turned: each must end in a reason or a text, and none may hang."""
    image = page(["Please call +65 9123 4567 now", "https://abc-help.top/x1"], width=700, size=28)
    files = [jpeg(image), png(image), _saved(image, "WEBP"), _saved(image, "HEIF"), _saved(image, "GIF")]
    ends: Counter[str] = Counter()
    longest = 0.0
    for number in range(count):
        _, end, took = outcome(pictures, damaged(files[number % len(files)], number))
        ends[end] += 1
        longest = max(longest, took)
    print(f"damaged files: {dict(ends)}, {longest:.2f} s at most")


def large(pictures: Pictures) -> None:
    """The largest pictures that are taken, and the memory they need."""
    lines = ["Please call +65 9123 4567 now", "https://abc-help.top/x1"] * 8
    photo = page(lines, width=1920, size=36).resize((8192, 6144))
    rows = [f"Message number {number} says call +65 9123 {4000 + number}" for number in range(40)]
    for name, data in {
        "50 Mpx JPEG": jpeg(photo),
        "50 Mpx progressive JPEG": _saved(photo, "JPEG", progressive=True),
        "50 Mpx PNG": png(photo),
        "50 Mpx PNG with transparency": png(photo.convert("RGBA")),
        "50 Mpx WebP": _saved(photo, "WEBP", method=0),
        "50 Mpx HEIC": _saved(photo, "HEIF"),
        "1080 x 8000 screenshot": png(chat([Bubble(row) for row in rows])),
    }.items():
        text, end, took = outcome(pictures, data)
        intact = "+6591234567" in text or "+6591234039" in text
        print(f"{name}: {end}, intact: {intact}, {took:.2f} s, worker's peak {_peak(pictures)} MB")


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def _peak(pictures: Pictures) -> str:
    worker = pictures._worker
    status = Path(f"/proc/{worker.pid}/status").read_text("ascii") if worker else ""
    return next((str(int(line.split()[1]) // 1024) for line in status.splitlines() if line.startswith("VmHWM")), "?")


def main() -> None:
    """Run the measurements named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", help="identifiers, codes, damage, large")
    parser.add_argument("--rounds", type=int, default=12, help="of eight pictures each")
    parser.add_argument("--damaged", type=int, default=500)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    with Pictures(given.threads) as pictures:
        if not given.what or "identifiers" in given.what:
            identifiers(pictures, given.rounds)
        if not given.what or "codes" in given.what:
            codes(pictures)
        if not given.what or "damage" in given.what:
            damage(pictures, given.damaged)
        if not given.what or "large" in given.what:
            large(pictures)
        print(f"the worker's peak: {_peak(pictures)} MB")


if __name__ == "__main__":
    main()
