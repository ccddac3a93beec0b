"""The small tables that reading a text needs, counted in the knowledge documents: ``make tables``."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.documents.toml import KNOWLEDGE
from knowledge.text.languages import INTERFACE
from knowledge.text.scripts import LATIN
from knowledge.text.toml_files import read_toml_file
from knowledge.text.varieties import vietnamese

_EXAMINATION = ("golden", "conversations", "practice")
_WORD = re.compile(r"[^\W\d_]+")
_MARKED = 0.2
"""The share of words with a mark that Vietnamese has at least, where it is written with them."""


def main() -> None:
    """Count, and write the tables anew."""
    vietnamese.COUNTS.write_bytes(vietnamese_counts(sorted(set(_documents()))))


def vietnamese_counts(texts: Iterable[tuple[str, str]]) -> bytes:
    """Return the contents of ``vietnamese.COUNTS`` for (language, text) of all languages."""
    follows: dict[str, Counter[str]] = defaultdict(Counter)
    elsewhere: Counter[str] = Counter()
    for language, text in texts:
        words = _WORD.findall(text.lower())
        if language != "vi":
            elsewhere.update(words if language in LATIN.languages else ())
        elif sum(not word.isascii() for word in words) >= _MARKED * len(words):
            for before, syllable in vietnamese.follows_in(text):
                follows[before][syllable] += 1
    return vietnamese.counted(follows, elsewhere)


def _documents() -> Iterator[tuple[str, str]]:
    """Yield the language and words of every text of the documents that teach, where its language is told."""
    for file in sorted(KNOWLEDGE.rglob("*.toml")):
        if file.parent.name not in _EXAMINATION:
            yield from _texts(read_toml_file(file), file.stem)


def _texts(node: Any, language: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        if language in INTERFACE:
            yield language, node
    elif isinstance(node, list):
        for one in node:
            yield from _texts(one, language)
    elif isinstance(node, dict):
        own = node.get("language", language)
        for key, one in node.items():
            yield from _texts(one, key if key in INTERFACE else own)


if __name__ == "__main__":
    main()
