"""Heads: they learn what can be learned, the worst stretch of a bag counts, and arrays come back as they were kept."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from bot.heads import Heads, Question, Rows, fit, softmax

RANDOM = np.random.default_rng(7)


def rows(dense: np.ndarray, starts: np.ndarray | None = None) -> Rows:
    starts = np.arange(len(dense)) if starts is None else starts
    return Rows(dense.astype(np.float32), csr_matrix((len(dense), 1), dtype=np.float32), starts)


def one_hot(which: np.ndarray, count: int) -> np.ndarray:
    return np.eye(count)[which]


def test_two_questions_are_answered_from_the_same_rows():
    x = RANDOM.normal(size=(200, 4))
    which, flags = (x[:, 0] > 0).astype(int), (x[:, 1:3] > 0).astype(float)
    questions = [Question("which", ("no", "yes"), one_hot(which, 2)), Question("flags", ("a", "b"), flags, several=True)]
    said = fit(rows(x), questions, strength=0.1).logits(rows(x))
    assert (said["which"].argmax(axis=1) == which).mean() > 0.97
    assert ((said["flags"] > 0) == flags).mean() > 0.97


def test_one_bad_stretch_makes_the_whole_message_bad():
    x = RANDOM.normal(size=(600, 4)) * 0.3
    starts = np.arange(0, 600, 6)
    bad = np.arange(100) % 2 == 0
    x[starts[bad] + RANDOM.integers(0, 6, size=50), 0] += 4  # one stretch of six, anywhere
    heads = fit(rows(x, starts), [Question("danger", ("none", "fire"), one_hot(bad.astype(int), 2))], strength=0.1)
    assert (heads.logits(rows(x, starts))["danger"].argmax(axis=1) == bad).mean() > 0.97


def test_rows_whose_answer_is_not_known_teach_nothing():
    x = RANDOM.normal(size=(100, 2))
    answers = (x[:, :1] > 0).astype(float)
    half = answers.copy()
    half[50:] = np.nan
    known = fit(rows(x[:50]), [Question("q", ("yes",), answers[:50], several=True)], strength=2.0)
    masked = fit(rows(x), [Question("q", ("yes",), half, several=True)], strength=2.0)
    assert np.allclose(known.dense, masked.dense, atol=0.02)


def test_kept_heads_come_back_the_same(tmp_path):
    x = RANDOM.normal(size=(30, 3))
    questions = [
        Question("z", ("p", "q", "r"), one_hot(np.arange(30) % 3, 3)),
        Question("a", ("s",), np.ones((30, 1)), several=True),
    ]
    heads = fit(rows(x), questions, strength=1.0)
    heads.save(tmp_path, "some")
    again = Heads.load(tmp_path, "some")
    assert again.values == heads.values and again.several == heads.several
    assert np.array_equal(again.logits(rows(x))["z"], heads.logits(rows(x))["z"])


def test_probabilities_add_up_even_for_large_logits():
    assert np.allclose(softmax(np.array([[1e4, 0.0], [-1e4, -1e4]])).sum(axis=1), 1)
