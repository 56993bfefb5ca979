"""Sparse features: the words and pairs of words themselves, which embeddings blur ("stage 2", "solicitor", "again")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

LEAST = 4  # messages that must hold a term
MOST = 4000  # terms kept, the commonest first
WEIGHT = 0.6  # length of the sparse vector beside the dense one's 1

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[£?!]")


@dataclass(frozen=True)
class Wording:
    """Terms in column order and the rarity (inverse document frequency) of each."""

    terms: tuple[str, ...]
    rarity: np.ndarray

    def vectors(self, texts: Sequence[str]) -> csr_matrix:
        """float32 [texts, terms], each row of length WEIGHT, or nought where no term is known."""
        place = self._place
        data, columns, ends = [], [], [0]
        for text in texts:
            counts = Counter(place[term] for term in _terms(text) if term in place)
            own = np.array([(1 + np.log(n)) * self.rarity[column] for column, n in counts.items()])
            data.extend(WEIGHT * own / max(float(np.linalg.norm(own)), 1e-9))
            columns.extend(counts)
            ends.append(len(columns))
        return csr_matrix((np.array(data, np.float32), columns, ends), shape=(len(texts), len(self.terms)))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.terms)}

    def save(self, folder: Path) -> None:
        np.savez_compressed(folder / "wording.npz", terms=np.array(self.terms), rarity=self.rarity)

    @classmethod
    def load(cls, folder: Path) -> Wording:
        with np.load(folder / "wording.npz", allow_pickle=False) as file:
            return cls(tuple(map(str, file["terms"])), file["rarity"])


def learn(texts: Sequence[str]) -> Wording:
    """The terms of `texts` worth keeping."""
    seen = Counter(term for text in texts for term in set(_terms(text)))
    kept = sorted((term for term, n in seen.items() if n >= LEAST), key=lambda term: (-seen[term], term))[:MOST]
    rarity = np.array([np.log((1 + len(texts)) / (1 + seen[term])) + 1 for term in kept], np.float32)
    return Wording(tuple(kept), rarity)


def _terms(text: str) -> list[str]:
    words = ["0" if word.isdigit() and len(word) > 1 else word for word in _WORD.findall(text.lower().replace("’", "'"))]
    return words + [f"{a} {b}" for a, b in pairwise(words)]
