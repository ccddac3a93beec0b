"""Letters of one alphabet that look like letters of another, over confusable-homoglyphs."""

from collections.abc import Iterator

from confusable_homoglyphs import categories, confusables

BLENDING = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
"""Alphabets that have look-alikes in each other."""


def alphabet(char: str) -> str:
    """Return the name of a letter's alphabet, such as ``LATIN``; of what is no letter, ``COMMON`` or the like."""
    return str(categories.alias(char))


def twins(char: str) -> Iterator[str]:
    """Yield the single characters that look like one."""
    for entry in confusables.is_confusable(char, preferred_aliases=[], greedy=True) or ():
        yield from (twin["c"] for twin in entry["homoglyphs"] if len(twin["c"]) == 1)
