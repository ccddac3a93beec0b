"""What the adapter learns from: every text of the casebook as a lesson, and the batches they are drawn in."""

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.judging.judgement import EVERYDAY, TOO_LITTLE
from index.model.encoder import STAGES
from knowledge.documents.casebook import Casebook, comparable, voting_texts
from knowledge.documents.stages import Stage, StagedAccount
from knowledge.documents.talk import Said
from knowledge.text.folding import fold
from knowledge.text.toml_files import read_toml_file

ORDERS = Path(__file__).with_name("orders.toml")
PATTERNS_A_BATCH = 13
_BACKGROUND_A_BATCH, _MESSAGES_A_BATCH = 16, 20
_GIVEN_A_BATCH, _NOT_GIVEN_A_BATCH, _EMERGENCIES_A_BATCH = 8, 8, 4
_ANSWERS: Mapping[str, Stage] = {"gone-no": "before", "gone-yes": "after"}
_BURIED_ONE_IN, _ORDERED_ONE_IN, _ASKED_ONE_IN = 8, 14, 6


@dataclass(frozen=True)
class Lesson:
    """One text to learn from."""

    text: str
    language: str
    label: str | None
    """A pattern's id, ``everyday`` or ``too-little``; None for a sentence that only tells what was given."""
    given: bool | None
    """Whether something was already paid or given; None where the text does not tell, or tells that it is going."""
    guidance: bool = False
    message: bool = False
    """Whether it is a message that somebody passes on, or a plain line."""
    stage: Stage | None = None
    """How far it has gone, where more is known than whether something was given."""
    in_passing: bool = False
    """As of an account told at a stage."""
    followed: bool = False
    """As of an account told at a stage."""

    @property
    def told(self) -> tuple[float, ...]:
        """What it tells of each of STAGES: 1 for yes, 0 for no, NaN where that is not known."""
        if self.stage:
            return tuple(float(self.stage == stage) for stage in STAGES)
        return (math.nan, math.nan, math.nan if self.given is None else float(self.given))


def lessons(
    casebook: Casebook, stages: Iterable[tuple[str, StagedAccount]] = (), said: Iterable[Said] = ()
) -> Iterator[Lesson]:
    """Yield every text that teaches something; the golden set is not among them.

    Of what is said in a conversation, the answers to whether something is gone teach the stage: "not yet" alone is no
    more than that.
    """
    yield from _told(casebook)
    for message in casebook.teaching:
        text, language = comparable(message.text), message.language.partition("-")[0]
        if message.told:
            yield Lesson(text, language, message.label, message.emergency, message=True)
        else:  # of what somebody else writes, nothing is told of the person
            yield Lesson(text, language, message.label, None, message=True, stage="unsaid")
    for language, account in stages:
        given = None if account.stage == "now" else account.stage == "after"  # on the way, and not gone
        yield Lesson(
            comparable(account.text), language, None, given, stage=account.stage, in_passing=account.in_passing,
            followed=account.followed,
        )  # fmt: skip
    for one in said:
        if one.meaning in _ANSWERS:
            stage = _ANSWERS[one.meaning]
            yield Lesson(comparable(one.text), one.language, None, stage == "after", message=True, stage=stage)


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

    Everyday talk is buried in more of it as well, so that length alone tells nothing, and some messages get a question
    of the person's own before or after them, which tells as little.
    """
    orders: dict[str, list[str]] = read_toml_file(ORDERS)
    chat: dict[str, list[str]] = defaultdict(list)
    asked: dict[str, list[str]] = defaultdict(list)
    for lesson in taught:
        if lesson.label == EVERYDAY and not lesson.message:
            chat[lesson.language].append(lesson.text)
        elif lesson.label == TOO_LITTLE:
            asked[lesson.language].append(lesson.text)
    whole = [lesson for lesson in taught if lesson.label not in (None, TOO_LITTLE) and not lesson.guidance]
    for lesson in random.sample(whole, len(whole) // _BURIED_ONE_IN):
        around = random.sample(chat[lesson.language], 2)
        yield replace(lesson, text=" ".join(random.sample([*around, lesson.text], 3)))
    for lesson in random.sample(whole, len(whole) // _ORDERED_ONE_IN):
        order = fold(random.choice(orders[random.choice((lesson.language, "en"))]))
        yield replace(lesson, text=" ".join(random.sample([order, lesson.text], 2)))
    messages = [lesson for lesson in whole if lesson.message and asked[lesson.language]]
    for lesson in random.sample(messages, len(messages) // _ASKED_ONE_IN):
        question = random.choice(asked[lesson.language])
        yield replace(lesson, text=" ".join(random.sample([question, lesson.text], 2)))


class Sampler:
    """Draws batches: of some patterns accounts, messages and a line of guidance, and some of everything else."""

    def __init__(self, taught: Sequence[Lesson], patterns: int) -> None:
        self._patterns = patterns
        self._cases: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._messages: dict[str, list[int]] = defaultdict(list)
        self._guidance: dict[str, list[int]] = defaultdict(list)
        self._background: dict[bool, list[int]] = {True: [], False: []}
        self._given: dict[bool, list[int]] = {True: [], False: []}
        self._emergencies: list[int] = []
        for row, lesson in enumerate(taught):
            if lesson.label is None:
                if lesson.given is not None:
                    self._given[lesson.given].append(row)
            elif lesson.guidance:
                self._guidance[lesson.label].append(row)
            elif lesson.label in (EVERYDAY, TOO_LITTLE):
                self._background[lesson.message].append(row)
            elif lesson.message:
                self._messages[lesson.label].append(row)
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
            rows += some(self._messages[pattern], 2)
        rows += some(self._background[False], _BACKGROUND_A_BATCH)
        rows += some(self._background[True], _MESSAGES_A_BATCH)
        rows += some(self._given[True], _GIVEN_A_BATCH)
        rows += some(self._given[False], _NOT_GIVEN_A_BATCH)
        rows += some(self._emergencies, _EMERGENCIES_A_BATCH)
        return list(dict.fromkeys(rows))


def some(rows: Sequence[int], count: int) -> list[int]:
    """Draw so many of some rows, or all where there are fewer."""
    return random.sample(rows, min(count, len(rows)))
