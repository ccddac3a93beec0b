"""The tokenizer of multilingual-e5-small: SentencePiece's unigram model, as the library ``tokenizers`` computes it.

Its vocabulary is in the packed model. Its rules of normalisation (``nmt_nfkc``, compiled by SentencePiece as a table of
characters) are the file ``nmt_nfkc.xz`` beside this one; see ``nmt_nfkc.LICENSE``.
"""

import hashlib
import json
import lzma
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import Precompiled, Replace
from tokenizers.normalizers import Sequence as Steps
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from index.model.packed_weights import BrokenModel

RULES = Path(__file__).with_name("nmt_nfkc.xz")
RULES_SHA256 = "2e5eddc2a8f03e16d83f563fb443f379736643ef3ee1737d535f694a68b8299f"
PADDING = "<pad>"
_UNKNOWN = 3
_SPECIAL = ("<s>", PADDING, "</s>", "<unk>", "<mask>")


def write_pieces(file: Path, pieces: Sequence[tuple[str, float]]) -> None:
    """Write a vocabulary where ``load_tokenizer`` reads it."""
    file.write_text(json.dumps(pieces, ensure_ascii=False), "utf-8")


def load_tokenizer(file: Path) -> Tokenizer:
    """Make the tokenizer of a vocabulary that was written; it is the quickest and smallest way to have it."""
    return make_tokenizer([(piece, score) for piece, score in json.loads(file.read_text("utf-8"))])


def make_tokenizer(pieces: Sequence[tuple[str, float]], rules: Path = RULES) -> Tokenizer:
    """Make the tokenizer of a vocabulary.

    Raises:
        BrokenModel: the rules of normalisation are missing or damaged.
    """
    tokenizer = Tokenizer(Unigram(pieces, _UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = Steps([Precompiled(_table(rules)), Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = Metaspace("▁", prepend_scheme="always")
    ends = [(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    tokenizer.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    tokenizer.add_special_tokens(list(_SPECIAL))
    return tokenizer


def _table(rules: Path) -> bytes:
    packed = rules.read_bytes() if rules.is_file() else b""
    if (found := hashlib.sha256(packed).hexdigest()) != RULES_SHA256:
        message = f"{rules}: SHA-256 {found[:12]}…, expected {RULES_SHA256[:12]}…; install AskFirst again"
        raise BrokenModel(message)
    return lzma.decompress(packed)
