"""The text of a new case: without what belongs to people, in a language, and no copy of a case there is."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from knowledge.documents.check import ALIKE, without_names_and_numbers
from knowledge.documents.pattern import Case
from knowledge.documents.toml import Fault, InvalidDocument
from knowledge.masking.text import CannotMask, mask_private
from knowledge.proposals.forbidden import FORMULA, hidden_characters, is_formula
from knowledge.text.folding import fold
from knowledge.text.languages import detect

_SHORTEST = 24  # letters; shorter texts are copies only where they are the same
_LONGEST_CASE = 1500


class KnownTexts:
    """The texts of a pattern's cases, to find copies among."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._places: list[str] = []
        self._masked: list[str] = []
        self._folded: dict[str, str] = {}
        for number, case in enumerate(cases):
            self.add(case.text, f"cases.{number}")

    def add(self, text: str, place: str) -> None:
        """Add a text, and what its place is called."""
        self._places.append(place)
        self._masked.append(without_names_and_numbers(text))
        self._folded.setdefault(fold(text).casefold(), place)

    def copy_of(self, text: str) -> str:
        """Say which one a text is a copy of, in a few words; empty where it is none."""
        if same := self._folded.get(fold(text).casefold()):
            return f"the same as {same}"
        words = without_names_and_numbers(text)
        found = process.extractOne(words, self._masked, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if found is None or min(len(words), len(found[0])) < _SHORTEST:
            return ""
        return f"{found[1]:.0f} % alike to {self._places[found[2]]}"


def private_taken_out(text: str) -> str:
    """Return a case's text without what belongs to people.

    Raises:
        InvalidDocument: naming what is wrong with it.
    """
    words, faults = text.strip(), []
    if not 2 <= len(words) <= _LONGEST_CASE:
        faults.append(Fault("text", f"{len(words):,} characters, expected 2 to {_LONGEST_CASE:,}"))
    if hidden := hidden_characters(words, "\n\r\t"):
        faults.append(Fault("text", f"holds the invisible character {hidden}, expected plain text"))
    if is_formula(words):
        faults.append(Fault("text", FORMULA))
    if not faults:
        try:
            words = mask_private(words)
        except CannotMask as unsure:
            faults.append(Fault("text", str(unsure).removeprefix("text: ")))
    if faults:
        raise InvalidDocument("case", faults)
    return words


def language_of(text: str) -> str:
    """Return the language that a text's words tell.

    Raises:
        InvalidDocument: they are too few, or of none of those that the casebook has.
    """
    language = detect(text)
    if language is None:
        wrong = "too few words to tell its language, expected a whole sentence of one that is read here, or it named"
        raise InvalidDocument("case", [Fault("text", wrong)])
    return language
