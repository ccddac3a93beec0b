"""What the adapter learns from: every text of the casebook as a lesson, and the batches they are drawn in."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.judging.judgement import EVERYDAY, TOO_LITTLE
from knowledge.documents.casebook import Casebook, comparable, voting_texts
from knowledge.documents.stages import StagedAccount
from knowledge.documents.utterances import Message
from knowledge.text.folding import fold
from knowledge.text.toml_files import read_toml_file

ORDERS = Path(__file__).with_name("orders.toml")
PATTERNS_A_BATCH = 11
_BACKGROUND_A_BATCH, _GIVEN_A_BATCH, _NOT_GIVEN_A_BATCH, _EMERGENCIES_A_BATCH = 24, 10, 10, 4
_BURIED_ONE_IN, _ORDERED_ONE_IN = 8, 14


@dataclass(frozen=True)
class Lesson:
    """One text to learn from."""

    text: str
    language: str
    label: str | None
    """A pattern's id, ``everyday`` or ``too-little``; None for a sentence that only tells what was given."""
    given: bool | None
    """Whether something was already paid or given; None where the text does not tell."""
    guidance: bool = False


def lessons(
    casebook: Casebook, messages: Iterable[Message] = (), stages: Iterable[tuple[str, StagedAccount]] = ()
) -> Iterator[Lesson]:
    """Yield every text that teaches something; the golden set is not among them."""
    yield from _told(casebook)
    for message in messages:
        if message.label == EVERYDAY or message.label in casebook.patterns:
            yield Lesson(comparable(message.text), message.language.partition("-")[0], message.label, None)
    for language, account in stages:
        if account.stage != "now":  # on the way, and not gone
            yield Lesson(comparable(account.text), language, None, account.stage == "after")


def _told(casebook: Casebook) -> Iterator[Lesson]:
    for pattern in casebook.patterns.values():
        for case in pattern.cases:
            yield Lesson(comparable(case.text), case.language.partition("-")[0], pattern.id, case.emergency)
        for language, guidance in pattern.guidance.items():
            for text in voting_texts(guidance):
                yield Lesson(text, language, pattern.id, None, guidance=True)
    for language, background in casebook.background:
        yield Lesson(comparable(background.text), language, background.kind, False)
    for language, sentence in casebook.signals:
        yield Lesson(comparable(sentence.text), language, None, sentence.given)


def buried_lessons(taught: Sequence[Lesson]) -> Iterator[Lesson]:
    """Yield some of the lessons again, buried in everyday talk or with an order to the bot: their labels stay.

    Everyday talk is buried in more of it as well, so that length alone tells nothing.
    """
    orders: dict[str, list[str]] = read_toml_file(ORDERS)
    chat: dict[str, list[str]] = defaultdict(list)
    for lesson in taught:
        if lesson.label == EVERYDAY:
            chat[lesson.language].append(lesson.text)
    whole = [lesson for lesson in taught if lesson.label not in (None, TOO_LITTLE) and not lesson.guidance]
    for lesson in random.sample(whole, len(whole) // _BURIED_ONE_IN):
        around = random.sample(chat[lesson.language], 2)
        yield replace(lesson, text=" ".join(random.sample([*around, lesson.text], 3)))
    for lesson in random.sample(whole, len(whole) // _ORDERED_ONE_IN):
        order = fold(random.choice(orders[random.choice((lesson.language, "en"))]))
        yield replace(lesson, text=" ".join(random.sample([order, lesson.text], 2)))


class Sampler:
    """Draws batches: some patterns in three languages each with a line of guidance, and some of everything else."""

    def __init__(self, taught: Sequence[Lesson], patterns: int) -> None:
        self._patterns = patterns
        self._cases: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._guidance: dict[str, list[int]] = defaultdict(list)
        self._background: list[int] = []
        self._given: dict[bool, list[int]] = {True: [], False: []}
        self._emergencies: list[int] = []
        for row, lesson in enumerate(taught):
            if lesson.label is None:
                self._given[bool(lesson.given)].append(row)
            elif lesson.guidance:
                self._guidance[lesson.label].append(row)
            elif lesson.label in (EVERYDAY, TOO_LITTLE):
                self._background.append(row)
            else:
                self._cases[lesson.label][lesson.language].append(row)
                self._emergencies += [row] if lesson.given else []

    def draw(self) -> list[int]:
        """Return the rows of one batch."""
        rows: list[int] = []
        for pattern in random.sample(sorted(self._cases), self._patterns):
            languages = random.sample(sorted(self._cases[pattern]), k=len(self._cases[pattern]))
            chosen = (languages * 3)[:3]
            rows += [random.choice(self._cases[pattern][language]) for language in chosen]
            rows.append(random.choice(self._guidance[pattern]))
        rows += some(self._background, _BACKGROUND_A_BATCH)
        rows += some(self._given[True], _GIVEN_A_BATCH)
        rows += some(self._given[False], _NOT_GIVEN_A_BATCH)
        rows += some(self._emergencies, _EMERGENCIES_A_BATCH)
        return list(dict.fromkeys(rows))


def some(rows: Sequence[int], count: int) -> list[int]:
    """Draw so many of some rows, or all where there are fewer."""
    return random.sample(rows, min(count, len(rows)))
