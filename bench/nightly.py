"""``python -m bench.nightly``: how long a night's rebuild takes beyond the encoding of what is new."""

import os
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.settings import read_settings
from index.builds.rebuilding import rebuild
from index.model.encoder import Encoded, Encoder
from index.model.loading import load_encoder
from index.model.sentence_encoder import SentenceEncoder
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.toml import append_case
from knowledge.text.sentences import split

CASES, NEW = 5000, 50


@dataclass
class Timed:
    """An encoder that adds up the time it takes."""

    encoder: SentenceEncoder
    seconds: float = 0.0
    of_processor: float = 0.0

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        """Encode texts, and count the time."""
        started, processor = time.perf_counter(), time.process_time()
        encoded = self.encoder.read(texts, progress=progress)
        self.seconds += time.perf_counter() - started
        self.of_processor += time.process_time() - processor
        return encoded

    def __getattr__(self, name: str) -> object:
        return getattr(self.encoder, name)


def grown(casebook: Casebook, cases: int, seed: int) -> Casebook:
    """Return a casebook with so many more cases, each a sentence or two of two others of its pattern and language."""
    chance = random.Random(seed)
    documents = dict(casebook.documents)
    known = {case.text for pattern in casebook.patterns.values() for case in pattern.cases}
    patterns = list(casebook.patterns.values())
    while cases:
        pattern = chance.choice(patterns)
        language = chance.choice(pattern.cases).language
        texts = [case.text for case in pattern.cases if case.language == language]
        parts = [text[start:end] for text in chance.sample(texts, min(2, len(texts))) for start, end in split(text)]
        case = " ".join(chance.sample(parts, min(3, len(parts))))
        if len(case) > 20 and case not in known:
            known.add(case)
            documents[pattern.id] = append_case(documents[pattern.id], language, case)
            cases -= 1
    return casebook.revised(documents)


def made(builds: Path, encoder: Encoder, timed: Timed, casebook: Casebook, *, gate: bool) -> None:
    """Rebuild, and print how long it took; on a machine that has other work, the processor's time tells more."""
    timed.seconds = timed.of_processor = 0.0
    started, processor = time.perf_counter(), time.process_time()
    counts = rebuild(builds, encoder, casebook, gate=gate).manifest.counts
    beyond = time.perf_counter() - started - timed.seconds
    of_processor = time.process_time() - processor - timed.of_processor
    encoded = f"{counts['encoded']} texts encoded in {timed.seconds:.1f} s"
    print(f"{counts['cases']} cases, {encoded}; {beyond:.1f} s beyond that, {of_processor:.1f} s of processor")


def main() -> None:
    """Print how long a rebuild takes from nothing, and a night's with a few new cases among many."""
    settings = read_settings(os.environ)
    timed = Timed(load_encoder(settings.model, settings.models))
    encoder: Encoder = timed  # type: ignore[assignment]
    shipped = read_casebook()
    many = grown(shipped, CASES - NEW - sum(len(pattern.cases) for pattern in shipped.patterns.values()), 1)
    with tempfile.TemporaryDirectory() as scratch:
        made(Path(scratch), encoder, timed, many, gate=False)
        made(Path(scratch), encoder, timed, grown(many, NEW, 2), gate=True)


if __name__ == "__main__":
    main()
