"""The tokenizer for sentence-transformers and torch, by ``tokenizers``; see tokenizer.py for what serves."""

from collections.abc import Sequence

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import Precompiled, Replace
from tokenizers.normalizers import Sequence as Steps
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from index.model.tokenizer import END, SPECIAL, START, UNKNOWN, normalisation


def make_tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """Make the tokenizer of a vocabulary.

    Raises:
        BrokenModel: the rules of normalisation are missing or damaged.
    """
    tokenizer = Tokenizer(Unigram(pieces, SPECIAL.index(UNKNOWN), byte_fallback=False))
    tokenizer.normalizer = Steps([Precompiled(normalisation()), Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = Metaspace("▁", prepend_scheme="always")
    ends = [(token, tokenizer.token_to_id(token)) for token in (START, END)]
    tokenizer.post_processor = TemplateProcessing(single=f"{START} $A {END}", special_tokens=ends)
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer
