"""People's names in Japanese: runs of one script before titles, common surnames, and what fields hold."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.masking.words import HAN, common_katakana, glued, is_body, listed
from knowledge.text.sentences import Span

_KANA = "\u30a1-\u30fc"
_CASUAL = ("だけど", "だよ")
_COLON = re.compile(r"[ 　]?[:：][ 　]?")
_RUN = re.compile(rf"[{HAN}]{{1,4}}[ 　]?[{HAN}]{{0,4}}|[{_KANA}・]{{2,16}}")
_LAST_RUN = re.compile(rf"(?:[{HAN}]{{1,3}} ?[{HAN}]{{1,4}}|[{HAN}]{{1,5}}|[{_KANA}]{{2,10}}(?:・[{_KANA}]{{1,10}})?)$")
_CALLED = re.compile(rf"(?:^|[、。はの\s])([{HAN}]{{1,3}}[\u3041-\u3093]{{1,4}})と(?:申し|いいます|言います|名乗)")
_MET = re.compile(rf"(?:知り合った|出会った|付き合っている)([{_KANA}]{{2,10}}|[{HAN}]{{2,4}})(?=[にがはをとさ、])")
_I_AM = re.compile(rf"(?:[士庁署課係]|刑事|警察)の([{HAN}]{{2,4}}|[{_KANA}]{{2,8}})(?=です|でございます|と申し)")
_REST = re.compile(rf"[{HAN}]{{1,3}}|[{_KANA}]{{1,4}}(?![{_KANA}])|[\u3041-\u3093]{{2,3}}(?=名義|さん|[、,）)])|")
_TWO_RUNS = re.compile(rf"(?<![{_KANA}])([{_KANA}]{{2,6}}[ 　][{_KANA}]{{2,6}})(?![{_KANA}])")
_HALF_WIDTH = re.compile(r"(?<![\uff66-\uff9f])([\uff66-\uff9f]{2,10}[ 　][\uff66-\uff9f]{2,10})")
_LATIN = re.compile(
    r"(?<![A-Za-z])([A-Za-z]{3,15})(?=って(?:いう)?(?:子|人|男|女)|という(?:子|人|男|女|方)|さん|ちゃん|くん)"
)


def japanese_names(text: str) -> Iterator[Span]:
    """Yield the spans of people's names in a Japanese text, in no order; they may overlap."""
    yield from _before_japanese(text, "behind")
    yield from _before_japanese(text, "title")
    for shape in (_CALLED, _MET, _I_AM, _of_role(), _TWO_RUNS, _HALF_WIDTH, _LATIN):
        yield from (match.span(1) for match in shape.finditer(text) if not _is_word(match[1]))
    for match in glued("ja", "field").finditer(text):
        colon = _COLON.match(text, match.end())
        run = _RUN.match(text, colon.end()) if colon else None
        if run and not is_body(run[0]):
            yield run.span()
    for match in glued("ja", "kin").finditer(text):
        given = _given_name().match(text, match.end())
        if given and given[1] not in listed("ja", "ordinary"):
            yield given.span(1)
    for match in glued("ja", "surname").finditer(text):
        rest = _REST.match(text, match.end())
        after = rest[0] if rest else ""
        if after and after[0] in listed("ja", "place"):
            continue
        title = glued("ja", "title").search(after)
        end = match.end() + (title.start() if title else len(after))
        if not is_body(text[match.start() : end]):
            yield match.start(), end


@cache
def _given_name() -> re.Pattern[str]:
    return re.compile(rf"の([{HAN}]{{0,2}}[{''.join(listed('ja', 'given_end'))}])(?=[にがはをともへ、])")


@cache
def _of_role() -> re.Pattern[str]:
    """Return what matches the run behind somebody's role and before a particle."""
    roles = glued("ja", "role").pattern
    return re.compile(rf"{roles}の([{_KANA}]{{2,8}})(?=[にがはをとも、）]|から|って|に代)")


def _before_japanese(text: str, kind: str) -> Iterator[Span]:
    """Yield the run of one script before words that stand behind names."""
    for match in glued("ja", kind).finditer(text):
        run = _LAST_RUN.search(text[max(0, match.start() - 21) : match.start()])
        if run is None or _ends_ordinary(run[0]) or is_body(run[0]):
            continue
        start = match.start() - len(run[0])
        if match[0] in _CASUAL and text[max(0, start - 1) : start] not in ("", "、", "。", "「", " ", "\n"):
            continue
        if text.startswith("ちゃんと", match.start()) or run[0][-1] in "者員屋客":
            continue
        if text[start - 1 : start] not in ("お", "ご", "御") or start == 0:
            yield start, match.start()


def _is_word(run: str) -> bool:
    """Say whether a would-be name is a word, an abbreviation or an official body."""
    return run.isupper() or any(map(common_katakana().__contains__, run.split())) or _ends_ordinary(run) or is_body(run)


def _ends_ordinary(run: str) -> bool:
    return any(
        run[-length:] in listed("ja", "ordinary") for length in range(1, len(run) + 1) if length > 1 or len(run) == 1
    )
