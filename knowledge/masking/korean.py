"""People's names in Korean: a surname and one or two syllables, beside the words that say so."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.masking.words import glued, is_body, listed
from knowledge.text.sentences import Span

_HANGUL = "\uac00-\ud7a3"
_EDGE = rf"(?<![{_HANGUL}])"
_PARTICLE = "(?:[이가은는를을의도와과랑]|한테|에게|이?라고|이?라는|예요|이에요|입니다|씨|님)"
_PERSON = "(?:사람|분|남자|여자|친구|남성|여성)"


def korean_names(text: str) -> Iterator[Span]:
    """Yield the spans of people's names in a Korean text, in no order; they may overlap."""
    for shape in _shapes():
        yield from (match.span(1) for match in shape.finditer(text) if _is_name(match[1]))


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    surname = f"[{''.join(listed('ko', 'surname'))}]"
    before, after, title, field, kin, account, rank = (
        glued("ko", kind).pattern for kind in ("before", "after", "title", "field", "kin", "account", "rank")
    )
    full = rf"{surname}[{_HANGUL}]{{2}}"
    title = rf"{title}(?=[은는이가을를의도와과께에라입예인]|[^{_HANGUL}]|$)"
    kin = rf"{_EDGE}(?:우리 |제 |내 )?{kin}"
    shapes = (
        rf"{_EDGE}{before} ?({full})(?={after})",
        rf"{_EDGE}이름[은이]? ?([{_HANGUL}]{{2,4}}?)(?={after})",
        rf"{_EDGE}({full}) ?(?={title})",
        rf"{_EDGE}({surname}) (?={title})",
        rf"{_EDGE}({surname}[{_HANGUL}]{{1,2}})(?={title})",
        rf"{_EDGE}([{_HANGUL}]{{2,5}}) 씨(?=[가는를의도와 ,.!?]|에게|라고|한테|$)",
        rf"{field} ?[:：] ?([{_HANGUL}]{{2,5}})(?![{_HANGUL}])",
        rf"{_EDGE}({surname}[{_HANGUL}]{{1,2}})(?=이?(?:라는|라고 하는|란) {_PERSON})",
        rf"{_EDGE}(?:나|저) ([{_HANGUL}]{{2,3}}?)(?=이야|야|이에요|예요)",
        rf"{kin} ([{_HANGUL}]{{2}})(?=이(?:가|는|를|도|한테|랑|네)[ ,.])",
        rf"{_EDGE}({full})(?=(?:으로|로|에게|한테|님에게|님께) (?:보내|입금|송금|이체))",
        rf"{_EDGE}({full})(?= ?{account})",
        rf"{kin} ?[(（]({full})(?=[),）])",
        rf"{kin}[은는이가도]? ({surname}) ?(?={rank})",
        rf"(?<![{_HANGUL}])({surname})(?={rank}(?:님|이|가|은|는|이라|입|,|\.|$))",
        rf"{kin} ({full})(?={_PARTICLE}?(?:[ ,.]|$))",
    )
    return tuple(re.compile(shape, re.MULTILINE) for shape in shapes)


def _is_name(name: str) -> bool:
    ordinary = listed("ko", "ordinary")
    if len(name) == 1:
        return name not in ordinary
    return (
        not name.endswith(("님", "으로", "에서", "부터", "까지"))
        and not any(name[:length] in ordinary for length in (2, 3, 4, 5))
        and not is_body(name)
    )
