"""Those who read the evaluation messages: ours, stock Rasa, TF-IDF with logistic regression, ours without each part."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from bot import features, heads, lessons, model, wording
from bot.encoder import encoder, weights
from bot.labels import KINDS, Labels
from evaluation.messages import NLU

ROOT = Path(__file__).parents[1]
Reading = dict[str, Any]
# As `rasa init` writes it (3.6).
STOCK = """
recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
  constrain_similarities: true
- name: EntitySynonymMapper
- name: ResponseSelector
  epochs: 100
  constrain_similarities: true
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
"""


def ours(texts: Sequence[str], today: date) -> list[Reading]:
    """As `putright classify` says it: the trained model and the safety net."""
    lines = "".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate(texts))
    command = [str(ROOT / ".venv/bin/putright"), "classify", "--json", "--today", today.isoformat()]
    done = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def stock(texts: Sequence[str]) -> list[Reading]:
    """Rasa's own pipeline, trained on the same messages."""
    with tempfile.TemporaryDirectory() as folder:
        config, data = Path(folder, "config.yml"), Path(folder, "nlu")
        config.write_text(STOCK)
        data.mkdir()
        for kind in KINDS:
            (data / f"{kind}.yml").write_text((NLU / f"{kind}.yml").read_text(encoding="utf-8"), encoding="utf-8")
        command = [sys.executable, "-m", "rasa", "train", "nlu", "--nlu", str(data), "--config", str(config), "--out", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        return [_kind_only(parsed["intent_ranking"]) for parsed in _parsed(Path(folder), texts)]


def _parsed(folder: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    from rasa.core.agent import Agent  # seconds to import

    agent = Agent.load(str(folder))
    return [asyncio.run(agent.parse_message(text)) for text in texts]


def tf_idf(learn: Sequence[Labels], texts: Sequence[str]) -> list[Reading]:
    """Words and pairs of words, weighed, and scikit-learn's logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    reader = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2), LogisticRegression(C=20, max_iter=300)
    )
    reader.fit([labels.text for labels in learn], [labels.kind for labels in learn])
    return [_ranked(dict(zip(reader.classes_, chances, strict=True))) for chances in reader.predict_proba(texts)]


def without(part: str, learn: Sequence[Labels], texts: Sequence[str], today: date) -> list[Reading]:
    """The kind by ours with one part left out: see PARTS."""
    if part == "fine-tuning":
        with _published_encoder():
            return _kinds(learn, texts, today, part)
    return _kinds(learn, texts, today, part)


PARTS = ("nothing", "fine-tuning", "words", "phrases", "stance", "embeddings")


def _kinds(learn: Sequence[Labels], texts: Sequence[str], today: date, part: str) -> list[Reading]:
    words = wording.learn([labels.text for labels in learn])
    known, new = (
        features.read([labels.text for labels in learn], [today] * len(learn)),
        features.read(texts, [today] * len(texts)),
    )
    trained = heads.fit(_rows(known, words, part), lessons.of_the_whole(learn), model.STRENGTH)
    said = trained.logits(_rows(new, words, part))
    stance = heads.softmax(said["stance"])
    chances = heads.softmax(said["kind"] if part == "stance" else model.kind_with_stance(said["kind"], stance))
    return [_ranked(dict(zip(KINDS, own.tolist(), strict=True))) for own in chances]


def _rows(messages: Sequence[features.Read], words: wording.Wording, part: str) -> heads.Rows:
    rows = features.wholes(messages, words)
    keep = np.ones(rows.sparse.shape[1])
    if part == "words":
        keep[: len(words.terms)] = 0
    if part == "phrases":
        keep[len(words.terms) :] = 0
    dense = rows.dense * 0 if part == "embeddings" else rows.dense
    return heads.Rows(dense, csr_matrix(rows.sparse.multiply(keep), dtype=np.float32), rows.starts)


@contextmanager
def _published_encoder() -> Iterator[None]:
    """The encoder as it was published, for as long as this lasts."""
    tuned = weights.TUNED
    weights.TUNED = Path("no changed tensors")
    encoder.cache_clear()
    try:
        yield
    finally:
        weights.TUNED = tuned
        encoder.cache_clear()


def _kind_only(ranking: Sequence[dict[str, Any]]) -> Reading:
    return _ranked({entry["name"]: entry["confidence"] for entry in ranking if entry["name"] in KINDS})


def _ranked(chances: dict[str, float]) -> Reading:
    """A reading that says the kind and nothing else."""
    order = sorted(chances, key=lambda kind: -chances[kind])
    alternatives = [{"kind": kind, "confidence": chances[kind]} for kind in order]
    return {
        "kind": order[0],
        "confidence": chances[order[0]],
        "alternatives": alternatives,
        "ask": None,
        "matters": [{"kind": order[0]}],
    }
