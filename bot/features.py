"""What a message looks like to the heads: one row for the whole of it, one for each stretch, one for each time that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.sparse import csr_matrix, hstack

from bot import signals
from bot.encoder import Encoded, encoder
from bot.heads import Rows
from bot.sentences import split
from bot.signals import Signals
from bot.wording import Wording

PHRASE_WEIGHT = 0.5


@dataclass(frozen=True)
class Read:
    """A message as encoded: its stretches ([start, end) code points) with their vectors, and what rules see in it."""

    text: str
    encoded: Encoded
    whole: np.ndarray
    spans: tuple[tuple[int, int], ...]
    parts: np.ndarray
    signals: Signals


def read(texts: Sequence[str], days: Sequence[date]) -> list[Read]:
    """Each text, written on that day, read once by the encoder; a stretch's vector is the mean of its word pieces in place."""
    return [_read(text, encoded, day) for text, encoded, day in zip(texts, encoder().encode(texts), days, strict=True)]


def _read(text: str, encoded: Encoded, day: date) -> Read:
    spans = tuple(split(text)) or ((0, len(text)),)
    parts = np.stack([encoded.mean(start, end) for start, end in spans])
    return Read(text, encoded, encoded.whole(), spans, parts, signals.read(text, day))


def wholes(messages: Sequence[Read], wording: Wording) -> Rows:
    """One row a message: its vector, its words, and the phrases found in it."""
    dense = np.stack([message.whole for message in messages])
    words = wording.vectors([message.text for message in messages])
    names = signals.names()
    phrases = [[PHRASE_WEIGHT * (name in message.signals.phrases) for name in names] for message in messages]
    return Rows(dense, hstack([words, csr_matrix(np.array(phrases, np.float32))]).tocsr(), np.arange(len(messages)))


def stretches(messages: Sequence[Read], wording: Wording, with_whole: bool = False) -> Rows:
    """One bag a message: its stretches, after the whole of it where `with_whole`."""
    dense = [np.vstack([m.whole, m.parts]) if with_whole else m.parts for m in messages]
    texts = [text for m in messages for text in ([m.text] * with_whole + [m.text[a:b] for a, b in m.spans])]
    return Rows(np.concatenate(dense), wording.vectors(texts), _starts(dense))


def named_times(messages: Sequence[Read]) -> Rows:
    """One row for each time that a message names, in order: the vector of its words where they stand, and its place
    among the others (first, last, longest ago, latest, alone)."""
    dense, place = [], []
    for message in messages:
        days = [named.days for named in message.signals.times]
        for i, named in enumerate(message.signals.times):
            dense.append(message.encoded.mean(*named.span))
            place.append([i == 0, i == len(days) - 1, named.days == max(days), named.days == min(days), len(days) == 1])
    width = messages[0].whole.shape[0] if messages else 0
    return Rows(
        np.array(dense, np.float32).reshape(-1, width),
        csr_matrix(np.array(place, np.float32).reshape(-1, 5)),
        np.arange(len(dense)),
    )


def _starts(bags: Sequence[np.ndarray]) -> np.ndarray:
    return np.cumsum([0] + [len(rows) for rows in bags[:-1]])
