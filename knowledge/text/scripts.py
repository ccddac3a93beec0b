"""The scripts that texts are written in, and which languages write each."""

import re
from dataclasses import dataclass

LINK = r"(?i:h(?:tt|xx)ps?(?:://|\[:\]//)|www\.)[!-~]+"
"""A link in a text, also one that is written so that nobody taps it; it is in no language, and ends no sentence."""
_NONE = re.compile(r"(?!)")
_LETTER = re.compile(r"[^\W\d_]")
_JAPANESE_ALONE = "払込円駅気図売読発対応検済銭価戻働関変帰択楽単総経続鉄黒歩毎両県囲徴"
"""Characters as only Japan shortened them: Chinese of neither script has them."""
_DENSE = 2
"""As many letters of an alphabet one syllable or character stands for, at least."""


@dataclass(frozen=True)
class Script:
    """A script, and who writes it."""

    letters: re.Pattern[str]
    languages: tuple[str, ...]
    """The languages of READ that are written in it."""
    others: tuple[str, ...] = ()
    """Languages beside READ that are written in it, and that are not nearly one of READ; py3langid's codes."""
    only_ours: re.Pattern[str] = _NONE
    """Letters that only the last of ``languages`` has."""
    only_others: re.Pattern[str] = _NONE
    """Letters that only those others have."""
    weight: int = 1
    """How many letters of an alphabet one of its letters counts as."""


_OTHERS_IN_LATIN = "af az bs ca cs da et fi gl ha hr hu it lt lv nl nn no pl ro sk sl so sq sr sv sw tl tr uz yo"
LATIN = Script(
    re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]"),
    ("en", "es", "pt", "fr", "de", "id", "vi"),
    tuple(_OTHERS_IN_LATIN.split()),
    re.compile(r"[ơưấầẩẫậắằẳẵặảếềểễệẻốồổỗộỏớờởỡợứừửữựủỉỷỵỳ]", re.IGNORECASE),
)
CHINESE = Script(re.compile(r"[\u3400-\u9fff]"), ("zh",), weight=_DENSE)
JAPANESE = Script(
    re.compile(rf"[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9d{_JAPANESE_ALONE}]"),
    ("ja",),
    weight=_DENSE,
)
SCRIPTS = (
    LATIN,
    Script(
        re.compile(r"[\u0400-\u052f]"),
        ("ru",),
        ("ba", "be", "bg", "kk", "ky", "mk", "mn", "sr", "tg", "tt", "uk", "uz"),
        re.compile(r"[ыэё]", re.IGNORECASE),
        re.compile(r"[\u0402-\u0409\u040a-\u040f\u0452-\u045f\u0490-\u052f]"),
    ),
    Script(
        re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
        ("ar",),
        ("fa", "ku", "ps", "sdh", "ug", "ur"),
        re.compile("[ةى]"),
        re.compile(r"[\u0679-\u0681\u0685-\u06a3\u06a5-\u06d5]"),
    ),
    Script(
        re.compile(r"[\u0900-\u0963\u0970-\u097f]"),
        ("hi",),
        ("gom", "mr", "ne", "sa"),
        only_others=re.compile("\u0933"),
    ),
    Script(re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"), ("ko",), weight=_DENSE),
    Script(re.compile(r"[\u0e01-\u0e4e]"), ("th",)),
    CHINESE,
    JAPANESE,
)


def script_of(text: str) -> Script | None:
    """Return the script that most of a text is in; None where it has no two letters, or most are of another script."""
    counts = {script: len(script.letters.findall(text)) for script in SCRIPTS}
    counts[CHINESE] -= sum(map(text.count, _JAPANESE_ALONE))
    strange = len(_LETTER.findall(text)) - sum(counts.values())
    if 10 * counts[JAPANESE] >= counts[CHINESE]:
        counts[JAPANESE] += counts.pop(CHINESE)
    best = max(counts, key=lambda script: script.weight * counts[script])
    return best if counts[best] >= 2 and best.weight * counts[best] > strange else None


_FULL = re.compile(r"[\u3400-\u9fff]")
_SYLLABLE = re.compile(r"[\u3041-\u30ff\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


def extent(text: str) -> int:
    """Return how long a text is in letters of an alphabet, so that what takes as long to say counts alike.

    A Chinese character counts as three, a syllable of Japanese or Korean as two: the guidance, which says the same in
    every language, has 3.3 times as many characters in English as in Chinese, 2.4 as in Japanese, 2.2 as in Korean.
    """
    return len(text) + 2 * len(_FULL.findall(text)) + len(_SYLLABLE.findall(text))
