"""Chinese in its two scripts, over OpenCC."""

from functools import cache

import opencc

_CORNER_QUOTES = str.maketrans("“”‘’", "「」『』")


@cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)


def to_traditional(text: str) -> str:
    """Write Simplified Chinese in Traditional characters with Taiwan phrases."""
    return str(_converter("s2twp").convert(text)).translate(_CORNER_QUOTES)


def to_simplified(text: str) -> str:
    """Write Traditional Chinese in Simplified characters; Simplified stays as it is."""
    return str(_converter("t2s").convert(text))


def is_traditional(text: str) -> bool:
    """Say whether Chinese text has more characters only Traditional writes than ones only Simplified writes."""
    simplified, traditional = to_simplified(text), str(_converter("s2t").convert(text))
    only_traditional = sum(a != b for a, b in zip(text, simplified, strict=False))
    only_simplified = sum(a != b for a, b in zip(text, traditional, strict=False))
    return only_traditional > only_simplified
