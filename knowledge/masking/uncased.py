"""People's names that are written small, as people type: known names anywhere, other words beside those that say so."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from knowledge.masking.name_ends import GAP, WORD, Reader, behind_titles, has_cases, is_title
from knowledge.masking.words import (
    alternatives,
    common_words,
    everybodys,
    is_body,
    known_names,
    known_stems,
    listed,
    little_words,
    phrases,
    rare_names,
    rare_stems,
    without_ending,
)
from knowledge.text.letters import bare
from knowledge.text.sentences import Span

_AFTER_CUE = re.compile(r"(?:\.|[ \t]{0,2}[:：=(\"“«,]{0,2})[ \t\u00a0]{0,2}")
_MOST_WORDS = 4
_SURE, _LIKELY, _MAYBE = 3, 2, 1
"""How much the words before say that a name follows: also a strange word, a strange one with another, a known one."""
_CUES = (("introduce", _SURE), ("called", _SURE), ("title", _LIKELY), ("title_ending", _LIKELY), ("pay", _MAYBE))
_SAINTS = ("san", "santa", "santo", "sao", "st", "saint", "el", "port", "fort", "lake")
_SAINT = re.compile(rf"(?:^|\W)(?:{'|'.join(_SAINTS)})\.? $")
_MINE = re.compile(r"(?:saya|aku|gue|kami|em|toi|tôi|minh|mình) ")
_SURNAME_ENDING = re.compile(
    r"(?:[оеё]в|ин|ын|ск|цк|енк|чук|швили|дзе)(?:а|у|ым|ой|е|ий|ая|ого|ому|им|ую|о)?$|(?:ович|евич)\w{0,2}$|(?:овн|евн)\w{1,2}$"
)
_VERB = {"en": re.compile("(?:ed|ing|s|ly|n't)$"), "id": re.compile("^(?:di|me|ber|ter|ke|pe|se)|(?:nya|kan)$")}
"""The languages in which a strange word behind a word for a person is a name, unless it looks like a verb."""
_PATRONYMIC = re.compile(r"[а-яё]{3,12}(?:ович|евич|овн|евн|иничн|ильич)[а-яё]{1,3}")


def uncased_names(reader: Reader) -> Iterator[Span]:
    """Yield the spans of names without capital letters, or in a text of capital letters alone, in order."""
    cues = _cues(reader)
    end = 0
    words = [*WORD.finditer(reader.text)]
    for place, word in enumerate(words):
        if word.start() < end:
            continue
        if not _is_small(reader, word):
            pair = words[place : place + 3]
            if length := _capitals(reader, pair, cues.get(word.start(), 0)):
                end = pair[length - 1].end()
                yield word.start(), end
            continue
        length = _length(reader, words[place : place + _MOST_WORDS + 1], cues.get(word.start(), 0))
        if length:
            end = words[place + length - 1].end()
            if not is_body(reader.text[word.start() : end]):
                yield word.start(), end
    if reader.language in ("vi", None):
        yield from (match.span() for match in _vietnamese().finditer(reader.bare))


def _cues(reader: Reader) -> Mapping[int, int]:
    """Return the places behind words that say that a name follows, and how much they say so."""
    cues: dict[int, int] = {}
    for kind, strength in _CUES:
        for match in phrases(kind, reader.language).finditer(reader.bare):
            sure = kind == "title" and match[0] in everybodys("sure_title")
            after = _AFTER_CUE.match(reader.text, match.end())
            start = behind_titles(reader, after.end() if after else match.end())
            mine = _MINE.match(reader.bare, start) if kind == "title" else None
            start = mine.end() if mine else start
            cues[start] = max(cues.get(start, 0), _SURE if sure else strength)
    return cues


def _is_small(reader: Reader, word: re.Match[str]) -> bool:
    return has_cases(word[0]) and (reader.shouts or word[0][0].islower())


def _length(reader: Reader, words: list[re.Match[str]], cue: int) -> int:
    """Return how many of the words, that stand one behind the other, are a name; 0 where the first begins none."""
    run = [*_run(reader, words)]
    known = [
        is_name(word) and (_is_free(reader, word) or (cue == _SURE and not _is_little(reader, word))) for word in run
    ]
    strange = [is_no_word(reader, word) for word in run]
    chinese = [word in everybodys_list("syllables") or word in everybodys_list("romanised") for word in run]
    romanised = _romanised(reader, run, chinese, cue)
    if romanised:
        return romanised
    given = known[0] and (cue > 0 or (len(run[0]) > 3 and run[0] in known_names()))
    alone = strange[0] and (cue == _SURE or (cue == _LIKELY and _stands_alone(reader, run)))
    paired = (
        strange[0]
        and cue > 0
        and len(run) > 1
        and (known[1] or (strange[1] and cue == _LIKELY and reader.language != "vi"))
    )
    patronymic = len(run) > 1 and _PATRONYMIC.fullmatch(run[1]) is not None and (known[0] or strange[0])
    if not (given or alone or paired or patronymic):
        return 0
    length = 1
    for place in range(1, len(run)):
        particle = run[place] in everybodys("particles") and place + 1 < len(run)
        if particle and (known[place + 1] or strange[place + 1]):
            continue
        if not (known[place] or chinese[place] or (strange[place] and place < 3)):
            break
        length = place + 1
    return length


def is_behind_saint(reader: Reader, start: int) -> bool:
    """Say whether a place's name goes on at a place of a text."""
    return _SAINT.search(reader.bare[max(0, start - 7) : start]) is not None


def _stands_alone(reader: Reader, run: list[str]) -> bool:
    """Say whether a strange word behind a word for a person is a name: by its ending, or with a common word behind."""
    if _SURNAME_ENDING.search(run[0]):
        return True
    is_verb = _VERB.get(reader.language or "en")
    return is_verb is not None and not is_verb.search(run[0]) and len(run) > 1 and not _is_free(reader, run[1])


def _capitals(reader: Reader, words: list[re.Match[str]], cue: int) -> int:
    """Return how many of the words, written with capital letters, are a name that no title is needed for."""
    run = [*_run(reader, words, small=False)]
    if (
        not run
        or run[0] in _SAINTS
        or is_behind_saint(reader, words[0].start())
        or not has_cases(run[0])
        or not all(is_no_word(reader, word) for word in run[:2])
    ):
        return 0
    known = [is_name(word) for word in run]
    is_pair = len(run) > 1 and (known[0] or known[1] or (cue > _MAYBE and reader.language != "de"))
    if not ((cue > 0 and (is_pair or known[0])) or (known[0] and reader.language == "ru")):
        return 0
    length = 2 if is_pair else 1
    return 0 if is_body(reader.text[words[0].start() : words[length - 1].end()]) else length


def _run(reader: Reader, words: list[re.Match[str]], *, small: bool = True) -> Iterator[str]:
    """Yield the words, all small or none, that blanks alone part, bare, but for endings of possession."""
    for place, word in enumerate(words):
        if place and not GAP.fullmatch(reader.text, words[place - 1].end(), word.start()):
            return
        if _is_small(reader, word) != small:
            return
        yield reader.bare[word.start() : word.end()].removesuffix("'s")


def _romanised(reader: Reader, run: list[str], chinese: list[bool], cue: int) -> int:
    """Return the length of a Chinese name in Latin letters at the beginning: a surname and its syllables."""
    if not chinese[0] or reader.language == "vi":
        return 0
    if not _is_free(reader, run[0]):
        return 0
    syllables = 1
    while syllables < len(run) and syllables < 3 and chinese[syllables]:
        syllables += 1
    is_surname = run[0] in everybodys_list("romanised")
    if syllables == 3 and is_surname:
        return 3
    return syllables if cue >= _LIKELY and (is_surname or syllables == 2) else 0


@cache
def everybodys_list(kind: str) -> frozenset[str]:
    """Return one list of all languages."""
    return frozenset(map(bare, listed("any", kind)))


def is_name(word: str) -> bool:
    """Say whether a bare word is a name of the lists, also a rare one."""
    if len(word) < 3:
        return False
    if word in known_names() or word in rare_names():
        return True
    return "а" <= word[:1] <= "я" and len(word) > 3 and without_ending(word) in known_stems() | rare_stems()


def _is_free(reader: Reader, word: str) -> bool:
    """Say whether a bare word is no other word in a text's language."""
    return word not in common_words(reader.language) and word not in little_words(reader.language)


def _is_little(reader: Reader, word: str) -> bool:
    return word in little_words(reader.language) or word in everybodys("ordinary")


def is_no_word(reader: Reader, word: str) -> bool:
    """Say whether a bare word is nothing that people write in that language."""
    if len(word) < 3 or word in everybodys("ordinary") or word in little_words(reader.language):
        return False
    return word not in common_words(reader.language) and not is_title(word)


@cache
def _vietnamese() -> re.Pattern[str]:
    """Return what matches a family name, a middle and a given one, all small."""
    families = alternatives([name.lower() for name in listed("vi", "family")], whole=False).pattern
    middles = alternatives(listed("vi", "middle"), whole=False).pattern
    plain = alternatives([bare(name) for name in listed("vi", "family")], whole=False).pattern
    return re.compile(rf"\b(?:{families} {middles} [^\W\d_]{{1,6}}|{plain} (?:thi|van) [a-z]{{1,6}})\b")
