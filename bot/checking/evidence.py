"""Which of a person's own sentences show which red flags of a pattern."""

from collections.abc import Sequence

import numpy as np

from bot.checking.situation import Evidence
from index.builds.build import Build
from index.model.encoder import Vectors
from knowledge.documents.pattern import Pattern
from knowledge.text.sentences import may_state

QUOTES = 3


class FlagReader:
    """Finds the sentences that show a red flag: that state its fact, by the encoder's own measure."""

    def __init__(self, sentences: Sequence[str], senses: Vectors, language: str, build: Build) -> None:
        """Take a text's sentences, what each states (n, e), its language, and the build with the flags."""
        self._sentences = sentences
        self._senses = senses
        self._language = language
        self._flags = build.flags(language)
        self._may = np.array([may_state(sentence) for sentence in sentences], dtype=bool)

    def evidence(self, pattern: Pattern) -> tuple[Evidence, ...]:
        """Return the sentences that show one of a pattern's red flags, in the order of the text; none where none does.

        At most one flag a sentence and one sentence a flag.
        """
        if not len(self._senses):
            return ()
        own = self._flags.rows[pattern.id]
        shown = self._senses @ self._flags.senses[own].T
        words = pattern.guidance_in(self._language).red_flags
        chosen: dict[int, int] = {}
        for place in np.argsort(-shown, axis=None):
            sentence, flag = divmod(int(place), len(own))
            if shown[sentence, flag] <= 0 or len(chosen) == QUOTES:
                break
            if self._may[sentence] and sentence not in chosen and flag not in chosen.values():
                chosen[sentence] = flag
        return tuple(
            Evidence(self._sentences[sentence], words[flag], flag) for sentence, flag in sorted(chosen.items())
        )
