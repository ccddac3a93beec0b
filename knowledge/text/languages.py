"""The languages AskFirst speaks or reads, and which one a text is in."""

import math
import re
from functools import cache
from itertools import chain

from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from knowledge.text.scripts import CHINESE, LATIN, LINK, SCRIPTS, Script, script_of
from knowledge.text.varieties.chinese import is_traditional
from knowledge.text.varieties.romanised import is_romanised_hindi
from knowledge.text.varieties.vietnamese import is_unmarked

INTERFACE = ("en", "zh", "zh-Hant", "es", "pt", "fr", "de", "ru", "hi", "id", "vi", "th", "ar", "ja", "ko")
"""Languages of the bot's own words, in the order they are offered."""

READ = ("en", "zh", "es", "pt", "fr", "de", "ru", "hi", "id", "vi", "th", "ar", "ja", "ko")
"""Languages a person's text is told apart into; py3langid's codes."""

_ENOUGH = 4
"""With fewer words a text in letters of several languages tells none of them."""
_LEAD, _OTHER_LEAD = 2.0, 3.5
"""A text is not in one of READ where others together are more than so many times as likely; in other scripts than the
Latin, where one of them is."""
_NEARLY = {"id": ("ms", "jv"), "ar": ("arz", "ary"), "en": ("pcm",)}
"""What counts as a language of READ, being nearly it: Malay as Indonesian, Arabic as spoken, Nigerian English."""

_LETTER = re.compile(r"[^\W\d_]")
_NO_LETTERS = re.compile(r"[\d_]+")
_ADDRESS = re.compile(rf"{LINK}|[A-Za-z0-9._%+-]*@[A-Za-z0-9_.-]+")
_HOST = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:/[!-~]*)?")


def original(language: str) -> str:
    """Return the language that guidance in a language was written from: Chinese for Chinese, English for all others."""
    return "zh" if language.partition("-")[0] == "zh" else "en"


def base(language: str) -> str:
    """Return a language without its script: Chinese for Traditional Chinese."""
    return language.partition("-")[0]


def fallbacks(language: str) -> tuple[str, ...]:
    """Return the codes to try for words in a language, nearest first, English last."""
    return tuple(dict.fromkeys((language, base(language), "en")))


def interface_language(code: str | None) -> str:
    """Return the interface language nearest to a Telegram or locale code such as ``zh-TW`` or ``pt_BR``."""
    tag = (code or "en").replace("_", "-").lower()
    if tag.startswith("zh"):
        return "zh-Hant" if re.search(r"hant|-tw|-hk|-mo", tag) else "zh"
    base = tag.partition("-")[0]
    return base if base in INTERFACE else "en"


def detect(text: str) -> str | None:
    """Return the language of a text (one of READ, or ``zh-Hant``), or None where that cannot be told.

    So it is with fewer than four words, unless their letters alone tell, and with a language that is not one of READ.
    Addresses and handles do not count as words.
    """
    text = _ADDRESS.sub(" ", text)
    script = script_of(_HOST.sub(" ", text))
    if script is None:
        return None
    if script is CHINESE:
        return "zh-Hant" if is_traditional(text) else "zh"
    if not script.others:
        return script.languages[0]
    if script is LATIN and is_unmarked(text):
        return "vi"
    if sum(_LETTER.search(word) is not None for word in text.split()) < _ENOUGH:
        return _by_letters(text, script)
    if script is LATIN and is_romanised_hindi(text):
        return "hi"
    return _nearest(text, script)


def guess(text: str) -> str | None:
    """Return the language that a text is nearest to, of READ or ``zh-Hant``, however few its words; None without any.

    For what is no worse off with a wrong language than with none.
    """
    text = _ADDRESS.sub(" ", text)
    script = script_of(_HOST.sub(" ", text))
    return detect(text) or (_nearest(text, script, math.inf) if script else None)


def is_foreign(text: str) -> bool:
    """Whether a text is long enough to tell its language, and is in none of READ."""
    words = _HOST.sub(" ", _ADDRESS.sub(" ", text)).split()
    return sum(_LETTER.search(word) is not None for word in words) > _ENOUGH and detect(text) is None


def _by_letters(text: str, script: Script) -> str | None:
    """Return which of READ a few words in a script are in, where that has letters that no other language has."""
    if script.only_others.search(text):
        return None
    if script.only_ours.search(text):
        return script.languages[-1]
    return None if script is LATIN else _nearest(text, script)


def _nearest(text: str, script: Script, lead: float | None = None) -> str | None:
    """Return which of READ a text in a script is in; None where it is more likely in one of the others, by a lead."""
    likely = dict(_identifier().rank(_NO_LETTERS.sub(" ", text)))
    shares = {code: sum(likely[near] for near in (code, *_NEARLY.get(code, ()))) for code in script.languages}
    best = max(shares, key=lambda code: shares[code])
    others = [likely[code] for code in script.others]
    lead = lead or (_LEAD if script is LATIN else _OTHER_LEAD)
    return None if (sum if script is LATIN else max)(others) > lead * shares[best] else best


@cache
def _identifier() -> LanguageIdentifier:
    """Return an identifier of the languages that are asked for, without what the model knows of others."""
    whole = LanguageIdentifier.from_modelpath(MODEL_DIR / MODEL_FILE)
    whole.set_languages({*READ, *chain(*_NEARLY.values()), *chain(*(script.others for script in SCRIPTS))})
    return LanguageIdentifier(
        whole.nb_ptc, whole.nb_pc, whole.nb_classes, whole.tk_nextmove, whole.tk_output,
        norm_probs=True, tk_row=whole.tk_row,
    )  # fmt: skip
