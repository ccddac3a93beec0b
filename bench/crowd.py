"""``python -m bench.crowd``: more messages a second than Telegram lets be answered, by a made-up clock.

Who waits how long, with and without notes of how long it takes, and who hears of it; the machine does not matter.
"""

import asyncio

import numpy as np
from rich.table import Table

from bot.terminal.screen import output
from bot.words.texts import Texts, read_texts
from tests.crowded import Crowded

RUSHES = ((60, 5), (60, 10), (60, 20), (60, 60), (45, 20))
"""Messages a second, and for how many seconds."""
_AFTER = 120.0  # seconds, in which the rest is answered
_SOON, _LONG = 3.0, 5.0


async def rush(texts: Texts, a_second: int, seconds: int) -> list[str]:
    """Return what became of a rush, as a row."""
    people, without = Crowded(texts), Crowded(texts, notes=False)
    for each in (people, without):
        await each.crowd(a_second, seconds, _AFTER)
    waits, bare = (
        np.array([each.answered[chat] - came for chat, came in each.came.items()]) for each in (people, without)
    )
    soon = sum(at - people.came[chat] <= _SOON for chat, (at, _) in people.told.items())
    return [
        f"{a_second} a second for {seconds} s",
        f"{np.median(waits):.1f} and {waits.max():.1f} s",
        f"{np.median(bare):.1f} and {bare.max():.1f} s",
        f"{(waits > _LONG).sum()} of {len(waits)}",
        f"{len(people.told)}",
        f"{soon}",
        f"{len(people.told) / len(people.sent):.0%}",
    ]


async def _all() -> None:
    table = Table(
        "rush", "wait, median and longest", "without notes", "waited over 5 s", "told", "within 3 s", "of all"
    )
    for a_second, seconds in RUSHES:
        table.add_row(*await rush(read_texts()["en"], a_second, seconds))
    output().print(table)


def main() -> None:
    """Print a row for each rush."""
    asyncio.run(_all())


if __name__ == "__main__":
    main()
