"""BANKING77 and CLINC150 with few examples of each intent, to compare the encoder and heads with published figures.

The data is not part of the project: the setting PUTRIGHT_PUBLIC_NLU names a folder with banking_train.csv, banking_test.csv
(text, category) and clinc_full.json, as their authors publish them (https://github.com/PolyAI-LDN/task-specific-datasets,
https://github.com/clinc/oos-eval).
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot import heads, wording
from bot.encoder import encoder
from bot.model import STRENGTH

SHOTS = (10, 30)
SEED = 1
# Accuracy in percent, by data and examples of each intent.
KNOWN = {
    ("BANKING77", 10): "85.2 (best published of 2020: USE + ConveRT); 65.9 (stock rasa init)",
    ("BANKING77", 30): "81.9 (stock rasa init)",
    ("CLINC150", 10): "not published",
    ("CLINC150", 30): "87.7 (word counts + Rasa's logistic regression)",
}
Pairs = Sequence[tuple[str, str]]


def rows(folder: Path) -> list[list[str]]:
    """A line for each data set and number of examples: name, our accuracy, others'."""
    found = []
    for name, (train, test) in {"BANKING77": _banking(folder), "CLINC150": _clinc(folder)}.items():
        for shots in SHOTS:
            found.append([f"{name}, {shots} of each intent", f"{accuracy(few(train, shots), test):.1f}", KNOWN[name, shots]])
    return found


def few(pairs: Pairs, shots: int) -> list[tuple[str, str]]:
    """`shots` examples of each intent, chosen by a fixed seed."""
    chooser = random.Random(SEED)
    by_intent: dict[str, list[str]] = {}
    for text, intent in pairs:
        by_intent.setdefault(intent, []).append(text)
    return [
        (text, intent) for intent, texts in sorted(by_intent.items()) for text in chooser.sample(texts, min(shots, len(texts)))
    ]


def accuracy(train: Pairs, test: Pairs) -> float:
    """Percent right of the same encoder, words and heads as ours."""
    words = wording.learn([text for text, _ in train])
    intents = tuple(sorted({intent for _, intent in train}))
    answers = np.array([[intent == own for intent in intents] for _, own in train], float)
    learned = heads.fit(_rows(train, words), [heads.Question("intent", intents, answers)], STRENGTH)
    said = learned.logits(_rows(test, words))["intent"].argmax(axis=1)
    return 100 * float(np.mean([intents[i] == own for i, (_, own) in zip(said, test, strict=True)]))


def _rows(pairs: Pairs, words: wording.Wording) -> heads.Rows:
    texts = [text for text, _ in pairs]
    dense = np.stack([read.whole() for read in encoder().encode(texts)])
    return heads.Rows(dense, words.vectors(texts), np.arange(len(texts)))


def _banking(folder: Path) -> tuple[Pairs, Pairs]:
    def read(name: str) -> Pairs:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return [(row["text"], row["category"]) for row in csv.DictReader(file)]

    return read("banking_train.csv"), read("banking_test.csv")


def _clinc(folder: Path) -> tuple[Pairs, Pairs]:
    data = json.loads((folder / "clinc_full.json").read_text(encoding="utf-8"))
    return [tuple(pair) for pair in data["train"]], [tuple(pair) for pair in data["test"]]
