"""The training of the head that tells asides from the matter, on hashed words."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from index.model.encoder import Vectors
from index.model.heads import aside_head
from index.training.asides import Framed, framed_texts, train_asides
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.stages import read_stages
from knowledge.documents.talk import Asides, read_asides, read_said
from knowledge.text.sentences import Span
from tests.fakes import WordReader

ASKS = ("is this real?", "please check.", "thanks.")
TELLS = ("they want the code.", "the parcel waits.", "he sent a link.")


class PieceReader:
    """Reads a part of a text as the mean of the words hashed in it."""

    def read_all_senses(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[Vectors]:
        return [np.stack([self.sense(text[start:end]) for start, end in spans]) for text, spans in texts]

    def sense(self, text: str) -> Vectors:
        mean: Vectors = WordReader().read_tokens([text])[1][0].mean(axis=0)
        return mean


def test_asides_are_told_from_what_tells_something(tmp_path: Path) -> None:
    framed = [Framed(f"{asks} {tells}", (asks,), (tells,)) for asks in ASKS for tells in TELLS] * 20
    file = tmp_path / "adapter.safetensors"
    save_file({}, file)
    train_asides(framed, PieceReader(), file, steps=100)
    head = aside_head(file)
    assert head is not None
    assert head(np.stack([PieceReader().sense(text) for text in (*ASKS, *TELLS)])).tolist() == [True] * 3 + [False] * 3
    assert {name.partition(".")[0] for name in load_file(file)} == {"aside"}


@pytest.fixture(scope="module")
def casebook() -> Casebook:
    return read_casebook()


@pytest.fixture(scope="module")
def framed(casebook: Casebook) -> list[Framed]:
    return list(framed_texts(casebook, read_asides(), read_stages(), read_said(), count=600))


def test_words_are_put_around_texts_as_people_do(framed: Sequence[Framed]) -> None:
    share = sum(bool(one.asides) for one in framed) / len(framed)
    assert 0.5 < share < 0.75
    for one in framed:
        assert all(part in one.text for part in (*one.asides, *one.telling))
        assert one.telling


def test_no_text_of_the_examination_has_words_put_around_it(framed: Sequence[Framed], casebook: Casebook) -> None:
    examined = {situation.text for situation in casebook.golden}
    assert not any(part in examined for one in framed for part in one.telling)


def test_only_languages_with_examples_are_framed(casebook: Casebook) -> None:
    alone = {"de": Asides(("Ist das echt?",), ("Danke!",), ("Er will Geld.",))}
    texts = list(framed_texts(casebook, alone, [], [], count=20))
    german = {message.text for message in casebook.messages if message.language == "de"}
    german |= {case.text for pattern in casebook.patterns.values() for case in pattern.cases if case.language == "de"}
    german |= {background.text for language, background in casebook.background if language == "de"} | {"Er will Geld."}
    assert {part.strip('"“”«».,:- ') for one in texts for part in one.telling} <= {
        text.strip('"“”«».,:- ') for text in german
    }
