"""What a message looks like to the heads: one row for the whole of it and one for each stretch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
from scipy.sparse import csr_matrix, vstack

from bot.encoder import Encoded, encoder
from bot.heads import Rows
from bot.sentences import split
from bot.wording import Wording


@dataclass(frozen=True)
class Read:
    """A message as encoded: its stretches ([start, end) code points) and their vectors in the message's context."""

    text: str
    encoded: Encoded
    whole: np.ndarray
    spans: tuple[tuple[int, int], ...]
    parts: np.ndarray


def read(texts: Sequence[str]) -> list[Read]:
    """Each text read once by the encoder; a stretch's vector is the mean of its word pieces where they stand."""
    return [_read(text, encoded) for text, encoded in zip(texts, encoder().encode(texts))]


def _read(text: str, encoded: Encoded) -> Read:
    spans = tuple(split(text)) or ((0, len(text)),)
    parts = np.stack([encoded.mean(start, end) for start, end in spans])
    return Read(text, encoded, encoded.whole(), spans, parts)


def wholes(messages: Sequence[Read], wording: Wording) -> Rows:
    """One row a message."""
    dense = np.stack([message.whole for message in messages])
    return Rows(dense, wording.vectors([message.text for message in messages]), np.arange(len(messages)))


def stretches(messages: Sequence[Read], wording: Wording, with_whole: bool = False) -> Rows:
    """One bag a message: its stretches, after the whole of it where `with_whole`."""
    dense = [np.vstack([m.whole, m.parts]) if with_whole else m.parts for m in messages]
    texts = [text for m in messages for text in ([m.text] * with_whole + [m.text[a:b] for a, b in m.spans])]
    starts = np.cumsum([0] + [len(rows) for rows in dense[:-1]])
    return Rows(np.concatenate(dense), wording.vectors(texts), starts)


def joined(first: Rows, second: Rows) -> Rows:
    """The bags of both, in order."""
    sparse = vstack([first.sparse, second.sparse]).tocsr()
    return Rows(
        np.concatenate([first.dense, second.dense]), csr_matrix(sparse), np.append(first.starts, second.starts + len(first.dense))
    )
