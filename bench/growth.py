"""``python -m bench.growth``: whether the time to read a text grows with its length alone, whatever is in it.

Ends with status 1 where reading a text four times as long takes more than twice as long as four times the text.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress

from bench.figures import SHORT, median_ms
from knowledge.documents.official import read_bodies
from knowledge.identifiers.finding import find
from knowledge.impostors.claims import Claims
from knowledge.impostors.contacts import OfficialContacts
from knowledge.masking.text import LONGEST, CannotMask, mask_private
from knowledge.text.markup import without_markup

_BODIES = read_bodies()
_CLAIMS = Claims(_BODIES)
_PUBLISHED = OfficialContacts(_BODIES)
_TIMES, _MOST = 4, 8.0
_LEAST = 0.005  # seconds below which nothing is told from chance


def _mask(text: str) -> None:
    with suppress(CannotMask):
        mask_private(text)


READERS: dict[str, tuple[Callable[[str], object], int, tuple[str, ...]]] = {
    "contacts": (
        find,
        10_000,
        (
            "1",
            "9123 4567 ",
            "a.",
            "https://a.com?",
            "a@",
            "www.",
            "[a](",
            "<a href=",
            " . com",
            "打110 见 a.com ",
            "0x1",
        ),
    ),
    "who they claim to be": (
        lambda text: _CLAIMS.made_in(text, "SG"),
        5_000,
        ("警察自称", "police from ", "a", "a.b"),
    ),
    "masking": (
        _mask,
        LONGEST // _TIMES,
        ("Mr. A", "王老师", "我叫", "1 ", "12 Aa ", "路1", "の", "ชื่อ", "a.b", "-", "name: ", "เ"),
    ),
    "markup": (without_markup, 50_000, ("<", "<!--", "<a ", "> ", "&#x;")),
}
"""How a text is read, the length of the shorter one, and what hostile texts are made of."""


def seconds(read: Callable[[str], object], unit: str, length: int) -> float:
    """Return the shortest of three times of the processor to read a text of one thing again and again."""
    text, times = (unit * length)[:length], []
    for _ in range(3):
        began = time.process_time()
        read(text)
        times.append(time.process_time() - began)
    return min(times)


def growth(read: Callable[[str], object], unit: str, length: int) -> float:
    """Return how many times as long a text takes that is four times as long."""
    read(unit)
    return seconds(read, unit, _TIMES * length) / max(seconds(read, unit, length), _LEAST)


def worst() -> tuple[str, float]:
    """Return the way of reading that grows most, and how many times as long it takes."""
    grown = {name: max(growth(read, unit, length) for unit in units) for name, (read, length, units) in READERS.items()}
    name = max(grown, key=lambda name: grown[name])
    return name, grown[name]


def main() -> int:
    """Print for each way of reading its worst text, and what an ordinary one takes."""
    steepest = 0.0
    for name, (read, length, units) in READERS.items():
        grown = {unit: growth(read, unit, length) for unit in units}
        unit = max(grown, key=lambda unit: grown[unit])
        steepest = max(steepest, grown[unit])
        print(f"{name}: {_TIMES} times the text takes at most {grown[unit]:.1f} times as long ({unit!r})")
    about = f"{SHORT} They are from the DBS fraud department, at +65 9123 4567 and https://dbs-verify.example.com/login"
    print(f"who they claim to be, three sentences: {median_ms(lambda: _CLAIMS.made_in(about, 'SG')):.2f} ms")
    taken = median_ms(lambda: _PUBLISHED.read(about, "SG"))
    print(f"contacts found and examined, two of them: {taken:.2f} ms")
    return int(steepest > _MOST)


if __name__ == "__main__":
    sys.exit(main())
