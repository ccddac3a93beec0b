"""Which of a person's own sentences meet which red flags of a pattern."""

from collections.abc import Sequence

import numpy as np

from bot.checking.situation import Evidence
from index.builds.build import Build
from index.model.encoder import Vectors
from knowledge.documents.pattern import Pattern

QUOTES = 3
_STANDS_OUT = 0.96
"""A flag is met by a sentence that is nearer to it than to this share of all patterns' flags."""


class FlagReader:
    """Finds the sentences that meet a red flag better than they meet nearly all flags of all patterns."""

    def __init__(self, sentences: Sequence[str], vectors: Vectors, language: str, build: Build) -> None:
        """Take a text's sentences, their centred vectors (n, d), its language, and the build with the flags."""
        self._sentences = sentences
        self._language = language
        self._flags = build.flags(language)
        self._cosines = vectors @ self._flags.vectors.T
        bars = np.quantile(self._cosines, _STANDS_OUT, axis=1, keepdims=True) if len(self._cosines) else 0
        self._margins = self._cosines - bars

    def evidence(self, pattern: Pattern) -> tuple[Evidence, ...]:
        """Return the sentences that meet one of a pattern's red flags, in the order of the text; none where none does.

        At most one flag a sentence and one sentence a flag.
        """
        own = self._flags.rows[pattern.id]
        margins = self._margins[:, own]
        words = pattern.guidance_in(self._language).red_flags
        chosen: dict[int, int] = {}
        for place in np.argsort(-margins, axis=None):
            sentence, flag = divmod(int(place), len(own))
            if margins[sentence, flag] <= 0 or len(chosen) == QUOTES:
                break
            if sentence not in chosen and flag not in chosen.values():
                chosen[sentence] = flag
        return tuple(
            Evidence(self._sentences[sentence], words[flag], flag) for sentence, flag in sorted(chosen.items())
        )
