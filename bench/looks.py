"""What people are told on texts that teach nothing: ``python -m bench.looks``.

The texts, in fifteen languages, were written apart from the project: ordinary messages and ordinary life told in one's
own words, scams as victims tell them, and scams told with what was asked and what was done in one message. They are
judged plain, and with words to AskFirst put around them. Not among them are the strangers' messages that were looked at
beside them, since nothing that could be sent as it stands is kept here.
"""

import json
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.checking.checker import Checker
from bot.checking.engine import open_engine
from bot.checking.situation import Assessment, Situation
from bot.settings import read_settings

TEXTS = Path(__file__).with_name("texts")
NOW = Path(__file__).with_name("texts_now.jsonl")
"""Scams that happen this minute, and like ones that do not: those that are over, or are to come."""
PLAIN = Path(__file__).with_name("texts_plain.jsonl")
"""Plain lines of people's own: what was given, received or kept, with the pattern that a reader took each for."""
_BETWEEN = ("\n", "\n\n", " ")
_FORMS, _WARNED = ("message", "own"), ("likely", "possible")
_AT_ONCE = 64


@dataclass(frozen=True)
class Look:
    """A text, and what is true of it."""

    language: str
    form: str
    """``message``, ``own``: told in one's own words, or ``asked``: with what was asked and what was done."""
    scam: bool
    gone: str
    """Whether something is gone: ``yes``, ``no``, or ``now``."""
    text: str


def read_looks() -> Iterator[Look]:
    """Yield every text."""
    for file in sorted(TEXTS.glob("*.jsonl")):
        language, _, around = file.stem.partition(".")
        if not around:
            yield from (Look(language, **row) for row in _rows(file))


def framed(looks: Sequence[Look]) -> list[Look]:
    """Put words to AskFirst around each text, always the same."""
    chance = random.Random(5)
    around = {language: _rows(TEXTS / f"{language}.around.jsonl") for language in {look.language for look in looks}}
    return [replace(look, text=_framed(look.text, chance.choice(around[look.language]), chance)) for look in looks]


def _framed(text: str, around: dict[str, str], chance: random.Random) -> str:
    between = chance.choice(_BETWEEN)
    return between.join(part for part in (around["before"], text, around["after"]) if part)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def judged(checker: Checker, looks: Sequence[Look]) -> Iterator[tuple[Look, Assessment]]:
    """Yield each text with what is made of it."""
    for first in range(0, len(looks), _AT_ONCE):
        some = looks[first : first + _AT_ONCE]
        yield from zip(some, checker.check_all([Situation(look.text) for look in some]), strict=True)


def measure(name: str, of_looks: Sequence[tuple[Look, Assessment]]) -> None:
    """Print what people are told on texts."""
    ordinary = {form: [one for look, one in of_looks if not look.scam and look.form == form] for form in _FORMS}
    scams = [one for look, one in of_looks if look.scam]
    gone = [one for look, one in of_looks if look.scam and look.gone == "yes"]
    kept = [one for look, one in of_looks if look.gone == "no"]
    print(name)
    for form, ones in ordinary.items():
        if ones:
            print(f"  ordinary, {form}: warned about {_share(_warned(ones))}, likely {_share(_are(ones, 'likely'))}")
    print(
        f"  scams: warned about {_share(_warned(scams))}, likely {_share(_are(scams, 'likely'))}, "
        f"no match {_share(_are(scams, 'no_match'))}"
    )
    told = _share([one.stage == "after" for one in gone])
    asked = _share([one.ask and not one.emergency for one in gone])
    wrongly = _share([one.stage == "after" for one in kept])
    print(f"  gone: told {told}, asked {asked}; of the rest told {wrongly}")


def measure_now(checker: Checker) -> None:
    """Print how often what happens this minute is told to, and what does not."""
    rows = _rows(NOW)
    judged = checker.check_all([Situation(row["text"], row["language"]) for row in rows])
    told = [(row["stage"], one.stage) for row, one in zip(rows, judged, strict=True)]
    found = _share([stage == "now" for true, stage in told if true == "now"])
    wrongly = _share([stage == "now" for true, stage in told if true != "now"])
    print(f"happening this minute: told {found}; of what is over or to come {wrongly}")


def measure_plain(checker: Checker) -> None:
    """Print how plain lines are judged: the pattern, the warning, and whether something is told to be gone."""
    rows = _rows(PLAIN)
    told = list(zip(rows, checker.check_all([Situation(row["text"], row["language"]) for row in rows]), strict=True))
    scams = [(row, one) for row, one in told if row["pattern"]]
    ordinary = [one for row, one in told if row["harmless"]]
    named = _share([one.named is not None and one.named.id == row["pattern"] for row, one in scams])
    print("plain lines")
    print(f"  scams: warned about {_share(_warned([one for _, one in scams]))}, named as by a reader {named}")
    print(f"  ordinary: warned about {_share(_warned(ordinary))}, likely {_share(_are(ordinary, 'likely'))}")
    for stage in ("after", "now"):
        found = _share([one.stage == stage for row, one in told if row["stage"] == stage])
        wrongly = _share([one.stage == stage for row, one in told if row["stage"] != stage])
        print(f"  {stage}: told {found}; of the rest {wrongly}")


def _warned(ones: Sequence[Assessment]) -> list[bool]:
    return [one.concern in _WARNED for one in ones]


def _are(ones: Sequence[Assessment], concern: str) -> list[bool]:
    return [one.concern == concern for one in ones]


def _share(rights: Sequence[bool]) -> str:
    return f"{sum(rights) / max(1, len(rights)):.1%}"


def main() -> None:
    """Measure the build that serves."""
    checker = open_engine(read_settings(os.environ), print).checker
    looks = list(read_looks())
    for name, form in (("told apart", ("message", "own")), ("asked and done in one", ("asked",))):
        own = [look for look in looks if look.form in form]
        measure(name, list(judged(checker, own)))
        measure(f"{name}, words around them", list(judged(checker, framed(own))))
    measure_now(checker)
    measure_plain(checker)


if __name__ == "__main__":
    main()
