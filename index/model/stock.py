"""Stock sentence-transformers: any other model, and the default one where OpenVINO is missing or torch must train it.

What it imports takes seconds, so it is imported where it is used; see graph.py for what serves.
"""

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.model.encoder import Vectors
from index.model.graph import PROMPT
from index.model.heads import STAGE_LAYER
from index.model.packed_weights import WINDOW_TOKENS, BrokenModel, Weights, packed_model, parameter_name
from index.model.sealed_folder import made_once, verify
from index.model.sentence_encoder import Pass
from knowledge.text.sentences import Span


class StockModel:
    """A WindowModel over a SentenceTransformer, whose methods have more shapes of answer than types can follow."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._tokenizer: Any = model.tokenizer
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.prompt = str(model.prompts.get(model.default_prompt_name or "") or "")
        self.most_tokens = int(
            min(model.max_seq_length or WINDOW_TOKENS, WINDOW_TOKENS)
        )  # static word vectors have no limit
        self.has_tokens = "token_embeddings" in self._model.encode(["a"], output_value=None)[0]

    def offsets(self, text: str) -> list[Span]:
        """Return the span of each token; see WindowModel."""
        offsets: list[Span]
        if callable(self._tokenizer):
            offsets = self._tokenizer(text, return_offsets_mapping=True, verbose=False)["offset_mapping"]
        else:  # a bare tokenizers.Tokenizer, as models of static word vectors have
            offsets = self._tokenizer.encode(text).offsets
        return offsets

    def run(self, windows: Sequence[str]) -> Pass:
        """Read windows; see WindowModel."""
        import torch

        features = self._model.preprocess(list(windows), prompt=self.prompt)
        with torch.no_grad():
            answer = self._model(features)
        lengths = features["attention_mask"].sum(dim=1).tolist() if self.has_tokens else []

        def cut(embeddings: Any) -> list[Vectors]:
            return [embeddings.numpy()[place, :length] for place, length in enumerate(lengths)]

        layers = answer.get("all_layer_embeddings") or []
        told = cut(layers[STAGE_LAYER]) if len(layers) > STAGE_LAYER else []
        return Pass(answer["sentence_embedding"].numpy(), cut(answer["token_embeddings"]) if lengths else [], told)


def load_named(model: str) -> StockModel:
    """Load a model of sentence-transformers by name or path.

    Raises:
        BrokenModel: there is none.
    """
    from sentence_transformers import SentenceTransformer

    _quieten()
    try:
        return StockModel(SentenceTransformer(model, device="cpu"))
    except (OSError, ValueError) as fault:
        reason = str(fault).splitlines()[0]
        raise BrokenModel(f"ASKFIRST_MODEL={model}: no sentence-transformers model ({reason})") from fault


def load_folder(folder: Path) -> Any:
    """Load the SentenceTransformer of a folder that ``stock_folder`` made.

    Raises:
        BrokenModel: its weights are missing or damaged.
    """
    from sentence_transformers import SentenceTransformer

    _quieten()
    verify(folder, "model.safetensors")
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def stock_folder(folder: Path, adapter: Path | None) -> Path:
    """Return a folder with the default model as sentence-transformers loads it; made where it is not there.

    Raises:
        BrokenModel: the package with the weights is missing, or carries other bytes than the ones pinned here.
    """
    return made_once(folder, lambda scratch: _write(scratch, adapter))


def _write(folder: Path, adapter: Path | None) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    _quieten()
    bert = folder / "bert"
    write_bert(bert, adapter)
    transformer = Transformer(str(bert), config_kwargs={"output_hidden_states": True})  # the head reads one of them
    pooling = Pooling(transformer.get_embedding_dimension(), "mean")
    model = SentenceTransformer(
        modules=[transformer, pooling, Normalize()],
        device="cpu",
        prompts={"query": PROMPT},
        default_prompt_name="query",
    )
    model.save(str(folder), create_model_card=False)
    for file in bert.iterdir():
        file.unlink()
    bert.rmdir()


def write_bert(folder: Path, adapter: Path | None) -> None:
    """Write config, safetensors (float32) and tokenizer of the packed model into ``folder``, with an adapter merged in.

    Raises:
        BrokenModel: the package with the weights is missing, or carries other bytes than the ones pinned here.
    """
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from index.model.stock_tokenizer import make_tokenizer

    packed = packed_model()
    weights = Weights(packed, adapter)
    model = BertModel(BertConfig(**packed.header, pad_token_id=1), add_pooling_layer=False)
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    full = {parameter_name(name): name for name in packed.directory}
    state = {name: torch.from_numpy(weights(full[name], *shape).copy()) for name, shape in shapes.items()}
    model.load_state_dict(state, strict=True)
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=make_tokenizer(packed.pieces),
        model_max_length=WINDOW_TOKENS,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    ).save_pretrained(folder)


def _quieten() -> None:
    """Keep the libraries' own bars and notices off the person's terminal; errors still come."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
