"""The languages AskFirst speaks or reads, and which one a text is in."""

import re
from functools import cache

from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from knowledge.text.chinese import is_traditional

INTERFACE = ("en", "zh", "zh-Hant", "es", "pt", "fr", "de", "ru", "hi", "id", "vi", "th", "ar", "ja", "ko")
"""Languages of the bot's own words, in the order they are offered."""

READ = ("en", "zh", "es", "pt", "fr", "de", "ru", "hi", "id", "vi", "th", "ar", "ja", "ko")
"""Languages a person's text is told apart into; py3langid's codes."""

_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@\S+|@\w+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")


def original(language: str) -> str:
    """Return the language that guidance in a language was written from: Chinese for Chinese, English for all others."""
    return "zh" if language.partition("-")[0] == "zh" else "en"


def fallbacks(language: str) -> tuple[str, ...]:
    """Return the codes to try for words in a language, nearest first, English last."""
    base = language.partition("-")[0]
    return tuple(dict.fromkeys((language, base, "en")))


def interface_language(code: str | None) -> str:
    """Return the interface language nearest to a Telegram or locale code such as ``zh-TW`` or ``pt_BR``."""
    tag = (code or "en").replace("_", "-").lower()
    if tag.startswith("zh"):
        return "zh-Hant" if re.search(r"hant|-tw|-hk|-mo", tag) else "zh"
    base = tag.partition("-")[0]
    return base if base in INTERFACE else "en"


def detect(text: str) -> str | None:
    """Return the language of a text (one of READ, or ``zh-Hant``), or None where it has too few words to tell.

    Addresses and handles do not count as words.
    """
    words = _WORD.findall(_ADDRESS.sub(" ", text))
    chinese = _CHINESE.findall(text)
    if _KANA.search(text) is None and len(chinese) >= 2 and 3 * len(chinese) >= sum(map(len, words)):
        return "zh-Hant" if is_traditional(text) else "zh"
    if len(words) < 2 and sum(map(len, words)) < 8:
        return None
    if _is_romanised_hindi(words):
        return "hi"
    return str(_identifier().classify(" ".join(words))[0])


def _is_romanised_hindi(words: list[str]) -> bool:
    """Say whether words in Latin letters are Hindi, which the identifier only knows in Devanagari."""
    lower = [word.lower() for word in words]
    known = [word for word in lower if word in _ROMANISED_HINDI]
    return len(set(known)) >= 2 and len(known) >= 0.2 * len(lower)


_SMALL_WORDS = (
    "hai hain hoon hun hu h tha thi nahi nahin nhi ni kya kyu kyun kaise kahan kaun kisi koi kuch mera meri mere "
    "mujhe mujhko maine mai humko humara hamare hamara aap aapka aapko aapke tumhara uska uski usko unka unko "
    "unki usne unhone iska isko iske yeh ye woh wo ka ki ke ko pe mein mei aur bhi toh kar karo karna karne karke "
    "karta karti karu kiya kiye raha rahi rahe rha rhi rhe gaya gayi gaye gya diya diye dena dene lena liya lagi "
    "laga bola bole bol bata batao bataya wala wale wali abhi aaj kal phir fir sab bahut bohot accha acha sahi "
    "galat paisa paise rupaye bhai yaar ji haan apna apni apne jab liye chuka chuki hua hui hue aaya aayi aye "
    "mang daal kitna kitne ya sach wapas har din mahine"
)
_ROMANISED_HINDI = frozenset(_SMALL_WORDS.split())
"""Small words of Hindi as people spell them in Latin letters."""


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_modelpath(MODEL_DIR / MODEL_FILE)
    identifier.set_languages(list(READ))
    return identifier
