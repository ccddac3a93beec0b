"""General questions and their answers: what a document must have, and what ships."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from knowledge.documents.questions import Question, read_questions
from knowledge.documents.toml import InvalidDocument, quote, read_patterns
from knowledge.text.folding import fold
from knowledge.text.languages import INTERFACE, READ

UNSOURCED = {
    "are-you-a-person", "who-runs-you", "check-pictures", "can-you-be-wrong", "block-them", "tell-family",
    "what-scammers-want",
}  # fmt: skip
"""Questions about AskFirst itself, and about what to do, whose answers state no fact."""
ANSWER = "Sometimes. Call the company you paid through now."


def question(
    name: str = "money-back",
    asked: tuple[str, ...] = READ,
    answered: tuple[str, ...] = INTERFACE,
    ways: int = 3,
    answer: str = ANSWER,
    more: str = "",
) -> str:
    """A document's entry, asked in some languages so many ways, and answered in others."""
    lines = [f'[[questions]]\nid = "{name}"\n{more}', "[questions.asked]"]
    lines += [f"{quote(code)} = [{', '.join(quote(f'way {number}') for number in range(ways))}]" for code in asked]
    if answered:
        lines += ["[questions.answer]", *(f"{quote(code)} = {quote(answer)}" for code in answered)]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def shipped() -> Mapping[str, Question]:
    return read_questions()


def read(folder: Path, *entries: str) -> dict[str, Question]:
    (folder / "money.toml").write_text("\n".join(entries), "utf-8")
    return read_questions(folder)


def test_an_entry_reads_as_the_question_it_describes(tmp_path: Path) -> None:
    found = read(tmp_path, question(), question("mule", answered=(), more='pattern = "sell-bank-card"'))
    assert list(found) == ["money-back", "mule"]
    assert found["money-back"].asked["ja"] == ("way 0", "way 1", "way 2")
    assert (found["money-back"].answer or {})["ko"] == ANSWER
    assert (found["mule"].answer, found["mule"].pattern) == (None, "sell-bank-card")


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ([question(), question()], "money.toml: money-back: twice"),
        ([question(asked=READ[1:])], "money.toml: money-back.asked: missing in en"),
        ([question(answered=INTERFACE[:-1])], "money.toml: money-back.answer: missing in ko"),
        ([question(answered=())], "money.toml: money-back: expected an answer, a pattern, or what it does"),
        ([question(ways=2)], "money.toml: questions.0.asked.en: Tuple should have at least 3 items"),
        ([question(answer="Yes.")], "answer.en: String should have at least 20 characters"),
        ([question(answer="x" * 481)], "answer.en: String should have at most 480 characters"),
        ([question(more='does = "dance"')], "questions.0.does: Input should be 'report', "),
        ([question(more='answr = "x"')], "questions.0.answr"),
        ([question("Money Back")], "questions.0.id: String should match pattern"),
    ],
)
def test_each_fault_is_named_with_its_place(tmp_path: Path, entries: list[str], fault: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read(tmp_path, *entries)
    assert fault in str(caught.value)


def test_all_faults_of_a_document_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read(tmp_path, question(asked=READ[1:]), question("other", answered=()))
    assert [fault.place for fault in caught.value.faults] == ["money-back.asked", "other"]


def test_there_are_many_questions_and_each_is_asked_in_several_ways(shipped: Mapping[str, Question]) -> None:
    assert len(shipped) >= 120
    assert min(len(ways) for question in shipped.values() for ways in question.asked.values()) >= 3


def test_nobody_asks_two_things_in_the_same_words(shipped: Mapping[str, Question]) -> None:
    meant: dict[tuple[str, str], set[str]] = {}
    for name, question in shipped.items():
        for language, ways in question.asked.items():
            for way in ways:
                meant.setdefault((language, fold(way).strip(" .?？!")), set()).add(name)
    assert {way: names for way, names in meant.items() if len(names) > 1} == {}


def test_the_patterns_that_tell_more_are_there(shipped: Mapping[str, Question]) -> None:
    patterns = read_patterns()
    named = {question.pattern for question in shipped.values() if question.pattern}
    assert named - set(patterns) == set()
    assert len(named) >= 50


def test_answers_that_state_facts_have_a_source_that_may_be_shown(shipped: Mapping[str, Question]) -> None:
    answered = {name: question for name, question in shipped.items() if question.answer}
    sourced = {name for name, one in answered.items() if any(source.may_be_linked for source in one.sources)}
    assert set(answered) - sourced == UNSOURCED


def test_no_answer_says_safe_or_a_percentage_or_carries_a_long_number(shipped: Mapping[str, Question]) -> None:
    def answers(*languages: str) -> dict[str, str]:
        return {
            f"{name} {language}": question.answer[language]
            for name, question in shipped.items()
            if question.answer
            for language in languages
        }

    assert [name for name, said in answers("en").items() if re.search(r"\b(is|are) safe\b", said)] == []
    assert [name for name, said in answers(*INTERFACE).items() if re.search(r"%|％|\+?\d[\d\s-]{6,}\d", said)] == []


def test_each_thing_the_bot_can_do_is_asked_for_by_some_question(shipped: Mapping[str, Question]) -> None:
    does = Counter(question.does for question in shipped.values())
    assert set(does) == {None, "report", "contact", "privacy", "language", "country", "forget"}
