"""The training of the head that tells whether a sentence shows a red flag, on vectors made by hand."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from index.model.encoder import Vectors
from index.model.heads import EvidenceHead, evidence_head
from index.training.evidence import (
    MEASURED,
    Marked,
    Scorer,
    bar_for,
    fit,
    held_out_scores,
    read_lessons,
    train_evidence,
)
from index.training.packing import packed
from knowledge.documents.casebook import Casebook
from knowledge.documents.marks import MarkedSentence, Marks
from knowledge.text.sentences import Span
from tests.fakes import HashingEncoder

STEPS = 60


def read(text: str) -> Vectors:
    return WordReader().read_senses(text, [(0, len(text))])


class WordReader:
    """Reads a part as the words hashed in it."""

    def read_senses(self, text: str, spans: Sequence[Span]) -> Vectors:
        return HashingEncoder().encode([text[start:end] for start, end in spans])


def marked(facts: Sequence[int]) -> Marked:
    """A pattern with one flag for each of some facts, which are axes, and ten sentences that show each of them."""
    torch.manual_seed(facts[0])
    axes = torch.eye(12)
    shown = torch.arange(10 * len(facts)) % len(facts)
    sentences = axes[torch.tensor(facts)][shown] + 0.05 * torch.randn(len(shown), 12)
    shows = torch.nn.functional.one_hot(shown, len(facts)).float()
    every = torch.ones_like(shows)
    return Marked(sentences, axes[torch.tensor(facts)], shows, every, every, torch.arange(len(shown)) % 5)


ORDINARY = torch.eye(12)[8:].repeat(5, 1)


def test_a_sentence_of_a_fact_scores_above_nothing_for_its_flag_alone() -> None:
    lessons = [marked([0, 1, 2]), marked([3, 4, 5])]
    scorer = fit(lessons, ORDINARY, steps=200)
    with torch.no_grad():
        scores = scorer(lessons[0].sentences, lessons[0].flags)
        ordinary = scorer(ORDINARY, lessons[0].flags)
    assert (scores[lessons[0].shows == 1] > 0).all()
    assert (scores[lessons[0].shows == 0] < 0).all()
    assert (ordinary < 0).all()


def test_what_is_learned_scores_as_the_head_does() -> None:
    scorer = Scorer(12).eval()
    torch.nn.init.normal_(scorer.outer.weight)
    head = EvidenceHead(**{name: part.numpy() for name, part in scorer.learned().items()}, scale=8.0, bias=-4.0)
    sentences, flags = torch.randn(4, 12), torch.randn(3, 12)
    with torch.no_grad():
        expected = scorer(sentences, flags).numpy()
    assert head.of_sentences(sentences.numpy()) @ head.of_flags(flags.numpy()).T == pytest.approx(expected, abs=1e-3)


def test_an_adapter_keeps_what_was_learned_within_a_hundredth(tmp_path: Path) -> None:
    torch.manual_seed(0)
    scorer = Scorer(12).eval()
    torch.nn.init.normal_(scorer.outer.weight)
    kept = {f"evidence.{name}": part for name, part in packed(scorer.learned()).items()}
    save_file({**kept, "evidence.scale_and_bias": torch.tensor([8.0, -4.0])}, tmp_path / "adapter.safetensors")
    head = evidence_head(tmp_path / "adapter.safetensors")
    assert head is not None
    for name, part in scorer.learned().items():
        assert getattr(head, name) == pytest.approx(part.numpy(), abs=float(part.abs().max()) / 100)


def test_each_sentence_is_scored_once_by_a_training_that_did_not_see_it() -> None:
    lessons = [marked([0, 1, 2]), marked([3, 4, 5])]
    lying = replace(
        lessons[0], shows=torch.where(lessons[0].folds[:, None] == 0, 1 - lessons[0].shows, lessons[0].shows)
    )
    logits, truths = held_out_scores([lying, lessons[1]], ORDINARY, STEPS)
    assert len(logits) == len(truths) == sum(int((own.folds < MEASURED).sum()) for own in lessons)
    wrong = int((lying.folds == 0).sum())
    assert truths[:wrong].sum() == 0  # what is marked wrongly in one fold is not learned from itself
    assert truths[wrong:].mean() > 0.9


def test_a_sentence_is_measured_against_the_flags_of_its_own_language() -> None:
    lesson, other = marked([0, 1, 2]), marked([3, 4, 5])
    foreign = lesson.offered.clone()
    foreign[:, 0] = 0
    measured, _ = held_out_scores([lesson, other], ORDINARY, STEPS)
    held, truths = held_out_scores([replace(lesson, offered=foreign), other], ORDINARY, STEPS)
    assert (held <= measured).all()
    assert truths.sum() < len(truths) - 2


def test_the_flags_of_its_language_are_a_sentences_own(casebook: Casebook) -> None:
    own = {language: casebook.patterns["parcel-smish"].guidance[language].red_flags[0] for language in ("en", "zh")}
    marks = Marks(
        {"A": tuple(own.values())}, (MarkedSentence("zh", own["zh"], ("A",)), MarkedSentence("en", own["en"]))
    )
    (lesson,) = read_lessons({"parcel-smish": marks}, casebook, WordReader())
    assert lesson.offered.tolist() == [[0, 1], [1, 0]]


def test_the_bar_is_the_lowest_from_which_on_enough_is_right() -> None:
    logits = torch.tensor([0.9, 0.8, 0.7, 0.6, 0.5])
    assert bar_for(logits, torch.tensor([1.0, 1, 0, 1, 0]), precision=0.7) == pytest.approx(0.6)
    assert bar_for(logits, torch.tensor([0.0, 0, 0, 0, 0]), precision=0.7) == pytest.approx(0.9)


def test_nothing_is_measured_on_what_was_written_for_its_marks_or_is_never_shown(casebook: Casebook) -> None:
    sentences = [
        MarkedSentence("en", "they want me to pay a fee", ("A",)),
        MarkedSentence("en", "they want another fee paid", ("A",), written=True),
        MarkedSentence("en", "should I pay the fee they want?", ("A",)),
    ]
    own = Marks({"A": ("They want a fee paid",)}, tuple(sentences))
    (lesson,) = read_lessons({"parcel-smish": own}, casebook, WordReader())
    assert [fold >= 0 for fold in lesson.folds.tolist()] == [True, False, False]


def test_the_head_is_added_to_the_adapters_file(casebook: Casebook, tmp_path: Path) -> None:
    file = tmp_path / "adapter.safetensors"
    save_file({"other": torch.zeros(1)}, file)
    sentences = [MarkedSentence("en", f"pay the fee number {n}", ("A",)) for n in range(8)]
    sentences += [MarkedSentence("en", f"she asked for the code {n}", ("B",)) for n in range(8)]
    own = Marks({"A": ("They want a fee paid",), "B": ("They want the code",)}, tuple(sentences))
    right, found = train_evidence({"parcel-smish": own}, casebook, WordReader(), file, steps=STEPS)
    assert 0 <= right <= 1
    assert 0 <= found <= 1
    head = evidence_head(file)
    assert head is not None
    said = head.of_sentences(read("pay the fee number 9"))
    fee, code = (said @ head.of_flags(np.concatenate([read("They want a fee paid"), read("They want the code")])).T)[0]
    assert fee > code
    assert np.isfinite([fee, code]).all()
