"""Undo what hides words from a reader of letters: look-alikes, invisible characters, full width, spaced-out words.

Folded text is only ever compared; what is shown to people is the text they wrote.
"""

import re
import string
import unicodedata

from knowledge.text.disguises import undisguise
from knowledge.text.lookalikes import alphabet, twins
from knowledge.text.varieties.chinese import to_simplified

_BLENDING = {"LATIN", "CYRILLIC", "GREEK"}
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁІЇЄҐ"
_WORD = re.compile(r"[^\W\d_]+")
_ONE_ALPHABET = re.compile(
    "[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]+|[\u0400-\u0481\u048a-\u052f]+"
    "|[^a-zA-Z\u0080-\u02e4\u0370-\u052f\u1c80-\u1fff\u2071-\u2188\u2c60-\u2dff\ua640-\ua7ff\uab30-\uab69"
    "\ufb00-\ufb06\ufe2e-\uff5a\U00010140-\U000107ba\U0001d200-\U0001e08f]+"
)
"""Latin letters alone, Cyrillic ones alone, or none of those that blend: nearly every word."""
_STACKED = re.compile("[\u0300-\u036f]")
_LINE_ENDS = str.maketrans("", "", "\n\t")
_CJK = r"\u3040-\u30ff\u3400-\u9fff"
_SPACED_LATIN = re.compile(r"(?<![^\W_])(?:[^\W\d_](?P<gap>[ .\-_*·|/]))(?:[^\W\d_](?P=gap)){2,}[^\W\d_](?![^\W_])")
_SPACED_SENTENCE = re.compile(r"(?<![^\W_])[^\W\d_](?:[ ]{1,3}[^\W\d_](?![^\W_])){7,}")
"""Eight or more single letters: whole words are spaced out, and more than one blank parts them."""
_SPACED_CJK = re.compile(rf"(?<=[{_CJK}])[ .\-_*·|/+~^]+(?=[{_CJK}])")
_SINGLE_CJK = re.compile(rf"(?<![{_CJK}])(?:[{_CJK}][ .\-_*·|/+~^]+){{2,}}[{_CJK}](?![{_CJK}])")
_INSERTED_CJK = re.compile(rf"(?<=[{_CJK}])[*·|_~^]+(?=[{_CJK}])")
_BLANKS = re.compile(r"[^\S\n]+")


def fold(text: str) -> str:
    """Return the text as it should be compared; its meaning stays, its disguise goes."""
    text = unicodedata.normalize("NFKC", text)
    if _STACKED.search(text) or not text.translate(_LINE_ENDS).isprintable():  # no invisible character is printable
        text = "".join(_visible(char) for char in text)
    text = _WORD.sub(_one_script, text)
    text = _SPACED_SENTENCE.sub(_closed_up, text)
    text = _SPACED_LATIN.sub(lambda run: run[0].replace(run["gap"], ""), text)
    text = _SINGLE_CJK.sub(lambda run: _SPACED_CJK.sub("", run[0]), text)
    text = _INSERTED_CJK.sub("", text)
    text = to_simplified(text) if re.search(rf"[{_CJK}]", text) else text
    text = undisguise(_BLANKS.sub(" ", text).strip())
    return text.lower() if _shouts(text) else text


def _closed_up(match: re.Match[str]) -> str:
    """Join spaced-out words where wider gaps part them, and leave letters that stand evenly as they are."""
    words = re.split(r"[ ]{2,}", match[0])
    return " ".join(word.replace(" ", "") for word in words) if len(words) > 1 else match[0]


def _visible(char: str) -> str:
    """Drop format characters and marks that pile up on letters; a control character becomes a blank."""
    if char in "\n\t":
        return char
    category = unicodedata.category(char)
    if category in ("Cf", "Cs", "Co", "Cn"):
        return ""
    if category == "Cc":
        return " "
    stacked = category in ("Mn", "Me") and 0x0300 <= ord(char) <= 0x036F
    return "" if stacked else char


def _one_script(match: re.Match[str]) -> str:
    """Write a word that mixes alphabets in one: in Latin letters where each has a twin there, else in Cyrillic."""
    word = match[0]
    if _ONE_ALPHABET.fullmatch(word):
        return word
    scripts = {alphabet(char) for char in word} & _BLENDING
    if len(scripts) < 2:
        return word
    latin = "".join(_twin(char, "LATIN", string.ascii_letters) for char in word)
    if "CYRILLIC" not in scripts or latin.isascii():
        return latin
    return "".join(_twin(char, "CYRILLIC", _CYRILLIC) for char in word)


def _twin(char: str, script: str, letters: str) -> str:
    """Return the letter among some of a script that looks like another one; that one itself where none does."""
    if alphabet(char) == script:
        return char
    return next((twin for twin in twins(char) if twin in letters), char)


def _shouts(text: str) -> bool:
    upper = sum(map(str.isupper, text))
    return upper > 12 and upper > 2 * sum(map(str.islower, text))
