"""Sentence encoder: text in, one vector a word piece out (all-MiniLM-L6-v2, run by ONNX Runtime on one thread)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.encoder import weights

MAX_TOKENS = 256  # what the model was trained for; longer texts are read in windows
SPECIAL = 2  # the marks for beginning and end
BATCH = 16


@dataclass(frozen=True)
class Encoded:
    """`hidden`: float32 [pieces, 384], the special marks included; `offsets`: int [pieces, 2], code points of the text
    (start == end for the special marks)."""

    hidden: np.ndarray
    offsets: np.ndarray

    def mean(self, start: int, end: int) -> np.ndarray:
        """Unit vector of the pieces inside [start, end); zeros where there is none."""
        inside = (self.offsets[:, 0] >= start) & (self.offsets[:, 1] <= end) & (self.offsets[:, 0] < self.offsets[:, 1])
        return unit(self.hidden[inside].mean(axis=0)) if inside.any() else np.zeros(self.hidden.shape[1], np.float32)

    def whole(self) -> np.ndarray:
        """Unit vector of the whole text, as the model was trained to give it."""
        return unit(self.hidden.mean(axis=0))


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


class Encoder:
    """Loads once (about 0.2 s, 185 MB) and is shared by every component of a process: see `encoder()`."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(weights.package_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()  # the shipped file pads and cuts at 128
        self._tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(weights.graph_file()), options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """One `Encoded` a text, in order. Texts of any length: beyond 256 pieces they are read window by window."""
        windows = [window for number, text in enumerate(texts) for window in self._windows(number, text)]
        by_length = sorted(range(len(windows)), key=lambda i: len(windows[i][1]))
        batches = [by_length[first : first + BATCH] for first in range(0, len(by_length), BATCH)]
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:  # training reads thousands; one message is one batch
            read = pool.map(lambda batch: self._run([windows[i][1] for i in batch]), batches)
            hidden = {i: vectors for batch, own in zip(batches, read, strict=True) for i, vectors in zip(batch, own, strict=True)}
        parts: list[list[int]] = [[] for _ in texts]
        for i, (number, _, _) in enumerate(windows):
            parts[number].append(i)
        return [Encoded(np.concatenate([hidden[i] for i in own]), np.concatenate([windows[i][2] for i in own])) for own in parts]

    def _windows(self, number: int, text: str) -> list[tuple[int, list[int], np.ndarray]]:
        """(text number, ids, offsets) of each window; windows are of like size, so that none is a mere scrap."""
        encoding = self._tokenizer.encode(text)
        ids, offsets = encoding.ids, np.array(encoding.offsets, np.int64).reshape(-1, 2)
        body = len(ids) - SPECIAL
        count = max(1, -(-body // (MAX_TOKENS - SPECIAL)))
        edges = [1 + body * k // count for k in range(count + 1)]
        marks = np.zeros((1, 2), np.int64)
        return [(number, [ids[0], *ids[a:b], ids[-1]], np.concatenate([marks, offsets[a:b], marks])) for a, b in pairwise(edges)]

    def _run(self, ids: list[list[int]]) -> list[np.ndarray]:
        longest = max(map(len, ids))
        padded = np.zeros((len(ids), longest), np.int64)
        mask = np.zeros_like(padded)
        for row, own in enumerate(ids):
            padded[row, : len(own)] = own
            mask[row, : len(own)] = 1
        (hidden,) = self._session.run(["hidden"], {"input_ids": padded, "attention_mask": mask})
        return [hidden[row, : len(own)] for row, own in enumerate(ids)]


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """The process's encoder."""
    return Encoder()
