"""`python -m evaluation.thresholds`, in Rasa's environment: measures bot/thresholds.yml on the development set.

Reads the development set with the model that `make train` made last, and chooses what serves residents: a confidence that means
what it says, questions for no more messages than ASKS_AT_MOST, dangers heard up to the false alarms below.
Prints what each choice gives, beside its neighbours. The test set plays no part.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot import features, reading
from bot.model import Model
from bot.reading import THRESHOLDS, Settings
from evaluation.evaluate import WRITTEN_ON, read_set
from evaluation.figures import Case, calibration_error, kinds_f1, values_f1

ROOT = Path(__file__).parents[1]
ASKS_AT_MOST = 0.12  # of all messages, as hard as these are: a plain one is never asked about
FALSE_DANGERS_AT_MOST = 0.08  # of messages that hold none: a miss is far worse than words too many
SAFETY = "import json, sys; from policies import safety; print(json.dumps([bool(safety.read(t)) for t in json.load(sys.stdin)]))"
ABOUT = """\
# From which probability something is said, and how far the confidence is cooled (temperature) so that it means what it says.
# Measured on the development set, after every change of data or encoder: `python -m evaluation.thresholds` in Rasa's environment.
"""
Reader = Callable[[Settings], list[Case]]


def main() -> int:
    gold = read_set(ROOT / "evaluation" / "dev.jsonl")
    chosen = choose(reader(latest(), gold))
    THRESHOLDS.write_text(ABOUT + "".join(f"{name}: {value}\n" for name, value in asdict(chosen).items()), encoding="utf-8")
    return 0


def latest() -> Model:
    """The understanding of the newest model under models/."""
    newest = max((ROOT / "models").glob("putright-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(newest) as packed:
        packed.extractall(folder)
        return Model.load(next(Path(folder).rglob("wording.npz")).parent)


def reader(trained: Model, gold: Sequence[dict[str, Any]]) -> Reader:
    """A function that reads `gold` with given settings; what does not depend on them is worked out once."""
    reads = features.read([one["text"] for one in gold], [WRITTEN_ON] * len(gold))
    opinions = [trained.opinion(one) for one in reads]
    texts = json.dumps([one["text"] for one in gold])
    nets = json.loads(subprocess.check_output([ROOT / ".venv/bin/python", "-c", SAFETY], input=texts, text=True, cwd=ROOT))

    def read(settings: Settings) -> list[Case]:
        said = [reading.understanding(one, opinion, settings) for one, opinion in zip(reads, opinions, strict=True)]
        for own, net in zip(said, nets, strict=True):
            own["emergency"] = "other" if net else own["emergency"]  # that there is a danger is what is measured here
        return [Case(one, own) for one, own in zip(gold, said, strict=True)]

    return read


def choose(read: Reader) -> Settings:
    """Each setting in turn, from those in use."""
    now = Settings.measured()
    steps: list[tuple[str, np.ndarray, Callable[[list[Case]], float]]] = [
        ("temperature", np.arange(0.6, 3.01, 0.1), lambda cases: -calibration_error(cases)),
        ("ask_unheard", np.arange(0.01, 0.3, 0.01), lambda cases: _heard(cases) - 0.5 * _asks(cases)),
        ("ask_below", np.arange(0.3, 0.96, 0.01), lambda cases: _highest(_asks(cases), ASKS_AT_MOST)),
        ("present", np.arange(0.05, 0.96, 0.01), kinds_f1),
        ("danger", np.arange(0.02, 0.9, 0.01), lambda cases: _highest(_false_dangers(cases), FALSE_DANGERS_AT_MOST)),
        ("outcomes", np.arange(0.1, 0.7, 0.02), lambda cases: values_f1(cases, "outcomes")),
        ("adjustments", np.arange(0.1, 0.7, 0.02), lambda cases: values_f1(cases, "adjustments")),
        ("unsaid", np.arange(0.3, 0.98, 0.02), lambda cases: np.mean([_when_right(case) for case in cases])),
        ("flags", np.arange(0.1, 0.8, 0.02), lambda cases: np.mean([_flags_right(case) for case in cases])),
    ]
    for name, values, worth in steps:
        tried = [(worth(read(replace(now, **{name: float(value)}))), float(value)) for value in values]
        best = max(worth for worth, _ in tried)
        alike = [value for worth, value in tried if worth == best]
        now = replace(now, **{name: round(float(np.median(alike)), 2)})
        print(f"{name}: {getattr(now, name)} ({abs(best):.3f})", flush=True)
    return now


def _highest(value: float, limit: float) -> float:
    """Worth that grows up to a limit and is none beyond it."""
    return value if value <= limit else -np.inf


def _asks(cases: Sequence[Case]) -> float:
    return float(np.mean([bool(case.said["ask"]) for case in cases]))


def _heard(cases: Sequence[Case]) -> float:
    return float(np.mean([case.heard for case in cases if case.unhappy]))


def _false_dangers(cases: Sequence[Case]) -> float:
    return float(np.mean([case.danger_said for case in cases if not case.danger]))


def _flags_right(case: Case) -> float:
    names = ("representative", "anonymous", "already_decided", "high_rise")
    return float(np.mean([bool(case.gold.get(name)) == case.said[name] for name in names]))


def _when_right(case: Case) -> bool:
    given, said = case.gold.get("months_ago"), case.said["months_ago"]
    return said is None if given is None else said is not None and abs(said - given) <= 1


if __name__ == "__main__":
    sys.exit(main())
