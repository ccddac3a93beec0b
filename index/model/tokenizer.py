"""The tokenizer of multilingual-e5-small: SentencePiece's unigram model, computed by SentencePiece.

Its vocabulary is in the packed model. Its rules of normalisation (``nmt_nfkc``, compiled by SentencePiece as a table of
characters) are the file ``nmt_nfkc.xz`` beside this one; see ``nmt_nfkc.LICENSE``. Both are written into one file of
SentencePiece's own format, which takes a quarter of the memory that ``tokenizers`` takes for the same. In three ways it
is made to follow ``tokenizers``, by which the adapter is trained: a blank at the end of a text is a token, a token
without a character of its own takes the one it came with, and of equal ways to cut a word the same one is taken.
"""

import hashlib
import lzma
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sentencepiece import SentencePieceProcessor

from index.model.packed_weights import BrokenModel
from knowledge.text.sentences import Span

RULES = Path(__file__).with_name("nmt_nfkc.xz")
RULES_SHA256 = "2e5eddc2a8f03e16d83f563fb443f379736643ef3ee1737d535f694a68b8299f"
START, PADDING, END, UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"
SPECIAL = (START, PADDING, END, UNKNOWN, "<mask>")
"""What no text is cut into; the first four are the vocabulary's first."""
_BLANK = "▁"
_UNKNOWN_KIND, _CONTROL_KIND = 2, 3
_STEP = 1 / 4096
"""What scores are multiples of: SentencePiece adds them up in single precision, where the sums of a window are then
exact, and two ways to cut a word that are equally likely stay so instead of differing by what was before them."""


@dataclass(frozen=True)
class Tokens:
    """A text's tokens, the special ones at both ends among them."""

    ids: list[int]
    offsets: list[Span]
    """Where each stands in the text, in characters; a special token's is empty."""


class Tokenizer:
    """The tokenizer of a file that ``write_pieces`` wrote; safe to call from several threads."""

    def __init__(self, file: Path) -> None:
        self._model = SentencePieceProcessor(model_file=str(file))
        self._start, self._end, self._blank = (self._model.piece_to_id(piece) for piece in (START, END, _BLANK))
        self.padding = self._model.piece_to_id(PADDING)

    def encode(self, text: str) -> Tokens:
        """Cut a text into tokens; ``<s>`` and the like are plain characters in it."""
        cut = self._model.encode(text, out_type="offset_mapping")
        ids: list[int] = list(cut["ids"])
        offsets: list[Span] = [(start, max(start + 1, end)) for start, end in cut["offsets"]]
        if self._has_blank(text[offsets[-1][1] if offsets else 0 :]):
            ids.append(self._blank)
            offsets.append((len(text) - 1, len(text)))
        return Tokens([self._start, *ids, self._end], [(0, 0), *offsets, (0, 0)])

    def _has_blank(self, rest: str) -> bool:
        """Whether a blank is among the characters after the last token, which else are none once normalised."""
        return bool(rest) and _BLANK in self._model.normalize(f".{rest}.")[1:]


def write_pieces(file: Path, pieces: Sequence[tuple[str, float]], rules: Path = RULES) -> None:
    """Write a vocabulary and the rules of normalisation where a ``Tokenizer`` reads them.

    Raises:
        BrokenModel: the rules of normalisation are missing or damaged.
    """
    vocabulary = b"".join(_field(1, _piece(piece, score)) for piece, score in pieces)
    file.write_bytes(vocabulary + _field(3, _field(2, normalisation(rules))))


def _piece(piece: str, score: float) -> bytes:
    """Return a piece in SentencePiece's format: its characters, its score, and its kind unless it is a usual one."""
    kind = _UNKNOWN_KIND if piece == UNKNOWN else _CONTROL_KIND
    scored = _field(1, piece.encode()) + struct.pack("<Bf", 2 << 3 | 5, round(score / _STEP) * _STEP)
    return scored + bytes([3 << 3, kind]) if piece in SPECIAL else scored


def _field(number: int, content: bytes) -> bytes:
    """Return a field as Protocol Buffers write it: number and kind, length in groups of seven bits, content."""
    length, groups = len(content), bytearray()
    while length > 127:
        groups.append(length & 127 | 128)
        length >>= 7
    return bytes([number << 3 | 2, *groups, length]) + content


def normalisation(rules: Path = RULES) -> bytes:
    """Return the rules of normalisation.

    Raises:
        BrokenModel: they are missing or damaged.
    """
    packed = rules.read_bytes() if rules.is_file() else b""
    if (found := hashlib.sha256(packed).hexdigest()) != RULES_SHA256:
        message = f"{rules}: SHA-256 {found[:12]}…, expected {RULES_SHA256[:12]}…; install AskFirst again"
        raise BrokenModel(message)
    return lzma.decompress(packed)
