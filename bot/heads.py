"""Linear heads learned jointly: many questions about one message, answered from the same features.

A *row* is one reading of a message (the whole of it, or one stretch); a *bag* is the rows of one message. Each question
is a softmax over its values or a set of yes/no answers. A bag's logit is the smooth maximum over its rows, so that a danger
named in the last line of a long story counts in full; with one row a bag this is plain logistic regression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit, logsumexp


@dataclass(frozen=True)
class Rows:
    """Features of n rows: `dense` float32 [n, d], `sparse` [n, s], and where each bag begins, int [bags]."""

    dense: np.ndarray
    sparse: csr_matrix
    starts: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(np.append(self.starts, len(self.dense)))


@dataclass(frozen=True)
class Question:
    """`answers` float [bags, values]: one-hot, or any of several where `several` is true; NaN rows are not known."""

    name: str
    values: tuple[str, ...]
    answers: np.ndarray
    several: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Heads:
    """Trained weights: [d + s, total values], bias [total values], and each question's columns."""

    values: dict[str, tuple[str, ...]]
    several: frozenset[str]
    dense: np.ndarray
    sparse: np.ndarray
    bias: np.ndarray

    def columns(self, name: str) -> slice:
        start = 0
        for other, values in self.values.items():
            if other == name:
                return slice(start, start + len(values))
            start += len(values)
        raise KeyError(name)

    def row_logits(self, rows: Rows) -> np.ndarray:
        """Logits before pooling, [n, total values]."""
        return rows.dense @ self.dense + rows.sparse @ self.sparse + self.bias

    def by_row(self, rows: Rows) -> dict[str, np.ndarray]:
        """Logits of each question before pooling, [n, values]."""
        logits = self.row_logits(rows)
        return {name: logits[:, self.columns(name)] for name in self.values}

    def logits(self, rows: Rows) -> dict[str, np.ndarray]:
        """Pooled logits of each question, [bags, values]."""
        pooled = _pool(self.row_logits(rows), rows)
        return {name: pooled[:, self.columns(name)] for name in self.values}

    def save(self, folder: Path, name: str) -> None:
        arrays = {f"values_{question}": np.array(values) for question, values in self.values.items()}
        several = np.array(sorted(self.several), dtype=str)
        weights = {"dense": self.dense, "sparse": self.sparse, "bias": self.bias}
        np.savez_compressed(folder / f"{name}.npz", order=np.array(list(self.values)), several=several, **weights, **arrays)

    @classmethod
    def load(cls, folder: Path, name: str) -> Heads:
        with np.load(folder / f"{name}.npz", allow_pickle=False) as file:
            values = {str(question): tuple(map(str, file[f"values_{question}"])) for question in file["order"]}
            return cls(values, frozenset(map(str, file["several"])), file["dense"], file["sparse"], file["bias"])


def softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits - logsumexp(logits, axis=-1, keepdims=True))


def fit(rows: Rows, questions: Sequence[Question], strength: float, steps: int = 100) -> Heads:
    """Heads for `questions` by L-BFGS on the mean log loss plus `strength`/bags times the weights' square / 2.

    `strength` is the inverse of scikit-learn's C. Deterministic: it starts from nought.
    """
    targets = np.concatenate([question.answers for question in questions], axis=1)
    known = ~np.isnan(targets)
    targets = np.nan_to_num(targets)
    d, s, k, bags = rows.dense.shape[1], rows.sparse.shape[1], targets.shape[1], len(rows.starts)
    dense, sparse, across = rows.dense, rows.sparse, rows.sparse.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(d + s + 1, k).astype(np.float32)  # half the time of double, and enough for a slope
        logits = dense @ weights[:d] + sparse @ weights[d:-1] + weights[-1]
        pooled = _pool(logits, rows)
        value, slope = _losses(pooled, targets, known, questions)
        shares = np.exp(logits - np.repeat(pooled, rows.lengths, axis=0))
        slope = np.repeat(slope, rows.lengths, axis=0) * shares
        gradient = np.concatenate([dense.T @ slope, across @ slope, slope.sum(axis=0, keepdims=True)])
        gradient[:-1] += strength * weights[:-1]
        value += strength * float((weights[:-1] ** 2).sum()) / 2
        return value / bags, gradient.ravel().astype(np.float64) / bags

    options = {"maxiter": steps, "ftol": 1e-6, "gtol": 1e-6}
    found = minimize(loss, np.zeros((d + s + 1) * k), jac=True, method="L-BFGS-B", options=options)
    weights = found.x.reshape(d + s + 1, k).astype(np.float32)
    values = {question.name: question.values for question in questions}
    several = frozenset(question.name for question in questions if question.several)
    return Heads(values, several, weights[:d], weights[d:-1], weights[-1])


def _pool(logits: np.ndarray, rows: Rows) -> np.ndarray:
    if len(rows.starts) == len(logits):
        return logits
    top = np.maximum.reduceat(logits, rows.starts, axis=0)
    total = np.add.reduceat(np.exp(logits - np.repeat(top, rows.lengths, axis=0)), rows.starts, axis=0)
    return top + np.log(total)


def _losses(
    logits: np.ndarray, targets: np.ndarray, known: np.ndarray, questions: Sequence[Question]
) -> tuple[float, np.ndarray]:
    value, slope, start = 0.0, np.zeros_like(logits), 0
    for question in questions:
        own = slice(start, start + len(question.values))
        start = own.stop
        logit, target, mask = logits[:, own], targets[:, own], known[:, own]
        if question.several:
            value += question.weight * float((np.logaddexp(0, logit) - target * logit)[mask].sum())
            slope[:, own] = question.weight * np.where(mask, expit(logit) - target, 0)
        else:
            surprise = logsumexp(logit, axis=1) - (target * logit).sum(axis=1)
            value += question.weight * float(surprise[mask[:, 0]].sum())
            slope[:, own] = question.weight * np.where(mask, softmax(logit) - target, 0)
    return value, slope
