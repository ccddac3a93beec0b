"""rapidocr's two networks, computed by OpenVINO on the processor, in memory that is given back after each use.

rapidocr has an OpenVINO session of its own; it keeps all memory that a picture ever needed, which is a gigabyte after
a page of print. These take its place.
"""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.model.silent_openvino import openvino

Numbers = NDArray[np.float32]

_AT_ONCE = 4000
"""Pixels of width that are read at once, in all lines together."""


def _settings(threads: int) -> dict[str, Any]:
    """Return how to compute: alike on every machine, and one picture at a time."""
    return {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1}


class Finder:
    """Finds where writing is. It is prepared for one shape at a time, which takes half the memory of any shape."""

    def __init__(self, model: openvino.Model, threads: int) -> None:
        """Take the network for pictures of any shape."""
        self._model = model
        self._core = openvino.Core()
        self._settings = _settings(threads)
        self._shape: tuple[int, ...] = ()
        self._prepared: Any = None

    def __call__(self, picture: Numbers) -> Numbers:
        """Return from a picture (1, 3, height, width) how likely each pixel belongs to writing."""
        if picture.shape != self._shape:
            self._prepared = None  # its memory is free before the next takes some
            model = self._model.clone()
            model.reshape(list(picture.shape))
            self._prepared, self._shape = self._core.compile_model(model, "CPU", self._settings), picture.shape
        return _computed(self._prepared, picture)


class Recognizer:
    """Reads lines. It is prepared for any width, since lines have many, and anew for each picture."""

    def __init__(self, model: openvino.Model, threads: int) -> None:
        """Take the network for lines of any width."""
        self._model = model
        self._core = openvino.Core()
        self._settings = _settings(threads)
        self._prepared: Any = None

    def __call__(self, lines: Numbers) -> Numbers:
        """Return from lines (n, 3, height, width) how likely each letter is at each step along them."""
        if self._prepared is None:
            self._prepared = self._core.compile_model(self._model, "CPU", self._settings)
        some = max(1, _AT_ONCE // lines.shape[3])
        return np.concatenate([_computed(self._prepared, lines[at : at + some]) for at in range(0, len(lines), some)])

    def rest(self) -> None:
        """Let go of what was prepared: it keeps 2 MB of every width it has met."""
        self._prepared = None
        give_back_memory()


def _computed(prepared: Any, numbers: Numbers) -> Numbers:
    request = prepared.create_infer_request()
    request.infer(inputs=[numbers])
    result: Numbers = request.get_output_tensor().data.copy()
    del request
    prepared.release_memory()
    give_back_memory()
    return result


def give_back_memory() -> None:
    """Hand freed memory back to the system, where its C library can: some 100 MB after each picture."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
