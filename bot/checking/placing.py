"""Where somebody says to be themselves: a place beside the words by which people of their language say so."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from knowledge.documents.talk import Sayings

_HAMZA = str.maketrans("أإآ’‘", "ااا''")
_SPACED = re.compile(r"[a-z\u00c0-\u024f\u0400-\u04ff\u0600-\u06ff\u0900-\u097f\u1e00-\u1eff]")
_QUOTED = re.compile(r"[“„«「『\"][^“”„«»「」『』\"]*[”“»」』\"]")
"""What somebody else said, or wrote."""
_STOPS = re.compile(r"[.!?。！？؟।\n]")
_NO_LETTERS = re.compile(r"[\W\d_]")
_WORD = re.compile(r"\w+")
_JOINED = re.compile("^[وف]?[بل](?=ال)|^[وف]?[بل]")
"""What an Arabic word may begin with that a name follows in it."""
_GAP = r"(?:\s+[\w'-]+){0,3}?\s+"
_ARTICLES = r"(?:(?:the|der|den|dem|die|el|la|los|las|les|nước|thành phố|negara|kota)\s+|l'|ประเทศ|จังหวัด|ที่|ใน)?\s*"
_LEFT = 2
"""Letters that may be left of a text that says nothing but where somebody is."""


def folded(text: str) -> str:
    """Return a text as names are compared."""
    return text.casefold().translate(_HAMZA)


def spaced(text: str) -> bool:
    """Whether a text has letters of a script that puts blanks between words."""
    return _SPACED.search(text) is not None


class Placing:
    """Finds the place that somebody says to be in; that of a stranger, of a parcel or of a bank is none."""

    def __init__(self, names: Mapping[str, str], sayings: Mapping[str, Sayings]) -> None:
        """Take the codes of countries by the names of places, folded, and how people say where they are."""
        self._names = names
        self._sayings = sayings
        self._longest = max(map(len, names), default=0)

    def own(self, text: str) -> str:
        """Return the code of the country that the writer says to be in; empty where nothing says so."""
        words = _QUOTED.sub(" ", folded(text))
        if not self._may_name(words):
            return ""
        found = [(said.start(), self._at(words, said.end())) for said in self._before.finditer(words)]
        found = [(place, code) for place, code in found if words[:place].rstrip()[-1:] not in (":", "：")]
        found += [(said.start(), self._until(words, said.start())) for said in self._after.finditer(words)]
        return next((code for _, code in sorted(found) if code), "")

    def only(self, text: str) -> str:
        """Return the same of a text that is nothing but a place and the words around one; empty of any other."""
        left, found = folded(text), ""
        if not self._may_name(left):
            return ""
        for name, code in self._longest_first:
            if name in left and (rest := _without(name, left)) != left:
                left, found = rest, found or code
        left = self._alone.sub(" ", left)
        return found if len(_NO_LETTERS.sub("", left)) <= _LEFT else ""

    def _may_name(self, words: str) -> bool:
        """Say whether a place may be named, which is sooner known than how it is."""
        said = {part for word in _WORD.findall(words) for part in (word, _JOINED.sub("", word))}
        return not self._first_words.isdisjoint(said) or any(name in words for name in self._unspaced)

    def _at(self, words: str, start: int) -> str:
        """Return the code of the place whose name begins somewhere."""
        for end in range(min(len(words), start + self._longest), start, -1):
            code = self._names.get(words[start:end])
            if code and not (_is_inside(words, end) or self._unless.match(words, end)):
                return code
        return ""

    def _until(self, words: str, end: int) -> str:
        """Return the code of the place whose name ends somewhere, unless the sentence is about somebody else."""
        end = len(words[:end].rstrip())
        for start in range(max(0, end - self._longest), end):
            code = self._names.get(words[start:end])
            if code and not (start and _is_inside(words, start)):
                sentence = _STOPS.split(words[:start])[-1]
                return "" if any(other in sentence for other in self._others) else code
        return ""

    @cached_property
    def _longest_first(self) -> list[tuple[str, str]]:
        return sorted(self._names.items(), key=lambda item: -len(item[0]))

    @cached_property
    def _first_words(self) -> set[str]:
        return {word for name in self._names if spaced(name) for word in _WORD.findall(name)[:1]}

    @cached_property
    def _unspaced(self) -> list[str]:
        return [name for name in self._names if not spaced(name)]

    @cached_property
    def _before(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{_any(_before(said) for said in self._each('before'))}){_ARTICLES}")

    @cached_property
    def _after(self) -> re.Pattern[str]:
        return re.compile(_any(re.escape(said) + (r"(?!\w)" if spaced(said) else "") for said in self._each("after")))

    @cached_property
    def _unless(self) -> re.Pattern[str]:
        return re.compile(rf"\s*(?:{_any(map(re.escape, self._each('unless')))})")

    @cached_property
    def _alone(self) -> re.Pattern[str]:
        each = self._each("alone")
        whole = _any(re.escape(word) for word in each if spaced(word))
        return re.compile(rf"(?<!\w)(?:{whole})(?!\w)|{_any(re.escape(word) for word in each if not spaced(word))}")

    @cached_property
    def _others(self) -> list[str]:
        return self._each("others")

    def _each(self, kind: str) -> list[str]:
        """Return what is said in one way or another in any language, the longest first."""
        own = {folded(one) for said in self._sayings.values() for one in getattr(said, kind)}
        return sorted(own, key=lambda one: (-len(one), one))


def _without(name: str, words: str) -> str:
    """Return a text without a name, which is a whole word of it where its script has blanks between them."""
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", words) if spaced(name) else words.replace(name, " ")


def _any(patterns: Iterable[str]) -> str:
    return "|".join(patterns) or r"(?!)"


def _before(said: str) -> str:
    """Return the pattern of words that a name follows: after a blank, or none where their script has none."""
    joined = said.endswith(("-", "'"))
    words = _GAP.join(r"\s+".join(map(re.escape, part.split())) for part in said.removesuffix("-").split("…"))
    blank = r"\s+" if spaced(said[-1:]) and not joined else r"\s*"
    return (r"(?<!\w)" if spaced(said) else "") + words + blank


def _is_inside(words: str, place: int) -> bool:
    """Whether a place in a text is within a word, of a script that has blanks between them."""
    around = words[place - 1 : place + 1]
    return len(around) == 2 and all(spaced(letter) or letter.isdigit() for letter in around)
