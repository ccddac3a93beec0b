"""The training of the heads that tell what is meant with a message, on tokens made by hand and on hashed words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from index.model.encoder import Heard
from index.model.heads import talk_head
from index.training.adapter import padded
from index.training.talking import NAMES, fit_asked, fit_despair, fit_despair_network, fit_meaning, spoken, train_talk
from knowledge.documents.casebook import Casebook
from knowledge.documents.questions import Question
from knowledge.documents.stages import StagedAccount
from knowledge.documents.talk import Said
from knowledge.documents.utterances import Message
from tests.fakes import WordReader

AXES = torch.eye(12)
NOISE = range(8, 12)
"""Axes of words that mean nothing."""
STEPS, EPOCHS = 150, 2000


def texts_with(axes: Sequence[int], count: int = 10) -> list[Tensor]:
    """Return the tokens of texts, each of one to four words of no meaning, and one word of each axis among them."""
    return [AXES[[*axes, *(NOISE[(number + place) % 4] for place in range(1 + number % 4))]] for number in range(count)]


def told(head: nn.Module, texts: Sequence[Tensor]) -> Tensor:
    with torch.no_grad():
        logits: Tensor = head(*padded(texts))
    return logits


def test_what_is_meant_is_told_by_the_word_that_means_it_in_texts_of_any_length() -> None:
    taught = {"thanks": texts_with([0]), "question": texts_with([1]), "situation": texts_with([2, 3])}
    names = [name for name, texts in taught.items() for _ in texts]
    head = fit_meaning([text for texts in taught.values() for text in texts], names, [STEPS])
    for name, axes in (("thanks", [0]), ("question", [1]), ("situation", [3, 2])):
        unseen = [AXES[[8] * 12 + axes], AXES[axes]]
        assert [NAMES[row] for row in told(head, unseen).argmax(1)] == [name] * 2


@pytest.mark.parametrize("fit", [fit_despair, fit_despair_network], ids=["queries", "a network"])
def test_despair_is_told_from_words_that_only_sound_like_it(fit: Callable[..., nn.Module]) -> None:
    taught = {"despair": texts_with([0]), "no-despair": texts_with([0, 1]), "situation": texts_with([2])}
    taught["thanks"] = texts_with([3])
    names = [name for name, texts in taught.items() for _ in texts]
    head = fit([text for texts in taught.values() for text in texts], names, steps=300)
    despair, sounds, story, thanks = told(head, [AXES[[8, 0]], AXES[[8, 1, 0]], AXES[[8, 2]], AXES[[3, 9]]])[:, 0]
    assert despair > 0
    assert max(sounds, story, thanks) < 0


def test_which_question_is_asked_is_told_by_where_it_lies() -> None:
    wanted = torch.arange(60) % 3
    torch.manual_seed(1)
    both = AXES[wanted] * 12**0.5 + 0.2 * torch.randn(60, 12)
    inner, outer = fit_asked(both, wanted, 3, epochs=800)
    with torch.no_grad():
        found = outer(torch.relu(inner(AXES[:3] * 12**0.5))).argmax(1)
    assert found.tolist() == [0, 1, 2]


QUESTIONS = {
    "money-back": Question("money-back", {"en": ("will my money come back", "can i get my money back", "a refund?")}),
    "jail": Question("jail", {"en": ("will they put me in jail", "do i go to prison", "can i be arrested")}),
}
SAID = [
    *(Said("en", text, "thanks") for text in ("thank you", "thanks a lot", "many thanks to you", "thank you kindly")),
    *(Said("en", text, "country") for text in ("i live in france", "my country is spain", "i am from india")),
    *(Said("en", text, "despair") for text in ("i want to die", "no reason to live any more", "i will end my life")),
    *(Said("en", text, "no-despair") for text in ("i died laughing", "dying to know", "my phone died on me")),
]
STAGED = [("en", StagedAccount("code", "after", "he has the code")), ("en", StagedAccount("code", "now", "he waits"))]


def test_everything_that_is_said_teaches_what_it_means(casebook: Casebook) -> None:
    taught = dict(spoken(SAID, QUESTIONS, casebook, STAGED))
    assert {text: taught[text] for text in ("thanks a lot", "my phone died on me")} == {
        **{"thanks a lot": "thanks", "my phone died on me": "no-despair"}
    }
    asked = {text for one in QUESTIONS.values() for text in one.asked["en"]}
    assert {text for text, name in taught.items() if name == "question"} == asked
    happened = {text for text, name in taught.items() if name == "situation"}
    assert {case.text for pattern in casebook.patterns.values() for case in pattern.cases} <= happened
    assert {"he has the code", "he waits"} <= happened
    assert set(taught.values()) <= set(NAMES)


def test_the_examination_teaches_nothing(casebook: Casebook) -> None:
    taught = {text for text, _ in spoken(SAID, QUESTIONS, casebook, STAGED)}
    assert casebook.golden
    assert not taught & {situation.text for situation in casebook.golden}


def test_of_messages_what_people_tell_counts_and_what_was_put_together_does_not(casebook: Casebook) -> None:
    messages = [
        Message("en", "parcel-smish", "paid the fee", "paid the fee", told=True),
        Message("en", "parcel-smish", "Your parcel waits, pay here", "Your parcel waits, pay here"),
        Message("en", "parcel-smish", "Your parcel waits. Bye.", "Your parcel waits. Bye.", composed=True),
    ]
    taught = {text for text, _ in spoken(SAID, QUESTIONS, replace(casebook, messages=messages), STAGED)}
    assert {"paid the fee", "Your parcel waits, pay here"} <= taught
    assert "Your parcel waits. Bye." not in taught


@pytest.fixture(scope="module")
def trained(casebook: Casebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter's file with the heads in it."""
    file = tmp_path_factory.mktemp("trained") / "adapter.safetensors"
    save_file({"other": torch.ones(1)}, file)
    train_talk(SAID, QUESTIONS, casebook, STAGED, WordReader(), file, steps=STEPS, epochs=EPOCHS)
    return file


def heard(file: Path, text: str) -> Heard:
    head = talk_head(file)
    assert head is not None
    vectors, (tokens,) = WordReader().read_tokens([text])
    return head(vectors[0], tokens)


def surest(shares: dict[str, float]) -> str:
    return max(shares, key=lambda name: shares[name])


def test_the_heads_are_added_to_the_adapters_file(trained: Path) -> None:
    assert load_file(trained)["other"].tolist() == [1]
    first = heard(trained, "thank you")
    assert set(first.meant) == set(NAMES)
    assert set(first.asked) == set(QUESTIONS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("thanks", "thanks"),
        ("i live in spain", "country"),
        ("will i go to jail", "question"),
        ("a text message says my parcel is held until i pay a fee", "situation"),
    ],
)
def test_what_is_meant_is_heard_with_what_was_written(trained: Path, text: str, name: str) -> None:
    assert surest(dict(heard(trained, text).meant)) == name


@pytest.mark.parametrize(("text", "name"), [("get my money back?", "money-back"), ("jail or prison?", "jail")])
def test_the_question_that_is_asked_is_found_with_what_was_written(trained: Path, text: str, name: str) -> None:
    assert surest(dict(heard(trained, text).asked)) == name


def test_despair_is_heard_with_what_was_written(trained: Path) -> None:
    despair = heard(trained, "i want to end my life").despair
    assert despair > 0.5
    assert max(heard(trained, text).despair for text in ("thank you", "i died laughing", "my parcel is held")) < 0.3
