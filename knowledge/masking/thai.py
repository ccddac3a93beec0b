"""People's names in Thai: runs of letters behind the words that say so, up to the next common word."""

import re
from collections.abc import Iterator

from knowledge.masking.words import glued, is_body, listed
from knowledge.text.sentences import Span

_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
_LONGEST_FIRST = 11
"""Letters of a first name behind a word that also means "you"."""
_OPENING = re.compile(r"[ :：\"“]{0,3}")
_RUN = re.compile(rf"[{_THAI}]{{2,40}}")
_THIS_IS = re.compile(rf"(?<![{_THAI}])นี่([{_THAI}]{{2,8}})(?=เอง)")
_I_AM_FROM = re.compile(rf"(?:ผม|หนู|ดิฉัน)([{_THAI}]{{3,9}}?)(?=จาก(?:ธนาคาร|การ|บริษัท|สํานักงาน|ศูนย์|ตํารวจ|สภ|กรม|ฝ่าย))")
_GREETED = re.compile(rf"(?:^|[^{_THAI}]|ลูกสาว|ลูกชาย|หลาน|เพื่อน|แฟน|สวัสดี|ค่ะ|ครับ|เรียน|กับ|จาก|ถึง|ชื่อ|คือ|และ|บัญชี)$")
_STANDS = re.compile(rf"(?:^|[^{_THAI}]|กับ|จาก|ถึง|ให้|ชื่อ|เป็น|ของ|คือ|และ|บัญชี|คุณ)$")
_BEGIN_NAMES = ("มา", "มี")
"""Common words that many names begin with."""


def thai_names(text: str) -> Iterator[Span]:
    """Yield the spans of people's names in a Thai text, in no order; they may overlap."""
    for kind, most in (("introduce", 24), ("title", 24), ("plain_title", 24), ("polite", _LONGEST_FIRST)):
        for match in glued("th", kind).finditer(text):
            if _may_be_name(text, match, kind):
                yield from _name(text, match.end(), most)
    for shape in (_THIS_IS, _I_AM_FROM):
        yield from (match.span(1) for match in shape.finditer(text) if not glued("th", "stop").match(match[1]))


def _may_be_name(text: str, match: re.Match[str], kind: str) -> bool:
    """Say whether words of a kind are no part of a longer word, and a person is meant with them."""
    before = text[max(0, match.start() - 14) : match.start()]
    if kind == "title":
        return True
    if kind == "introduce":
        named = before.rstrip(" ").endswith(listed("th", "named_before"))
        return named or glued("th", "title").match(text, match.end()) is not None
    return (_GREETED if kind == "polite" else _STANDS).search(before) is not None


def _name(text: str, start: int, most: int) -> Iterator[Span]:
    begin = _OPENING.match(text, start)
    at = begin.end() if begin else start
    title = glued("th", "title").match(text, at) or glued("th", "polite").match(text, at)
    at = title.end() if title else at
    at += len(text[at : at + 2]) - len(text[at : at + 2].lstrip(" "))
    end = _end_of_run(text, at, most)
    if end is None or is_body(text[at:end]):
        return
    last = _end_of_run(text, end + 1, 18) if text[end : end + 1] == " " else None
    if last is not None and _is_edge(text, last) and not glued("th", "stop").match(text, end + 1):
        yield at, last
    elif most > _LONGEST_FIRST or not glued("th", "stop").match(text, at):
        yield at, end


def _end_of_run(text: str, at: int, most: int) -> int | None:
    """Return the end of a run of letters, a long one cut before the first common word in it; None for a common word."""
    run = _RUN.match(text, at)
    common = run and glued("th", "stop").match(run[0])
    begins_names = run and common and common[0] in _BEGIN_NAMES and common.end() < len(run[0])
    if run is None or (common and not begins_names):
        return None
    cuts = (found.start() for found in glued("th", "stop").finditer(run[0]) if found.start() > 2 and _cuts(found[0]))
    length = len(run[0]) if len(run[0]) <= 8 else next(cuts, len(run[0]))
    return at + length if length <= most else None


def _cuts(word: str) -> bool:
    """Say whether a common word hardly occurs inside of names: a long one, or one with its vowel written first."""
    return len(word) > 2 or word[0] in "เแโใไ"


def _is_edge(text: str, end: int) -> bool:
    return not re.match(f"[{_THAI}]", text[end : end + 1])
