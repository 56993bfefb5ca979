"""Runs in Rasa's environment, called by `bench.understanding`: trains and serves one pipeline on one core, prints JSON.

`python -m bench._rasa train ours|stock FOLDER` · `python -m bench._rasa serve FOLDER`

Rasa's own pipeline is trained for one epoch on a tenth of the messages: its speed of serving hardly depends on how often
it saw how many, and a hundred epochs on all would take an hour.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from bot.labels import KINDS

ROOT = Path(__file__).parents[1]
NLU = ROOT / "data" / "nlu"
EXAMPLE = "\n  - text:"  # where an example begins in these files
WORDS = (60, 400)
ROUNDS = 60


def train(which: str, folder: Path) -> dict[str, float]:
    config, data = ROOT / "config.yml", NLU
    if which == "stock":
        from evaluation.contenders import STOCK

        config, data = folder / "config.yml", folder / "nlu"
        config.write_text(STOCK.replace("epochs: 100", "epochs: 1"))
        _a_tenth(data)
    command = [sys.executable, "-m", "rasa", "train", "nlu", "--nlu", str(data), "--config", str(config)]
    began = perf_counter()
    subprocess.run([*command, "--out", str(folder)], check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {"train_s": perf_counter() - began}


def _a_tenth(folder: Path) -> None:
    folder.mkdir()
    for kind in KINDS:
        head, *examples = (NLU / f"{kind}.yml").read_text(encoding="utf-8").split(EXAMPLE)
        (folder / f"{kind}.yml").write_text(EXAMPLE.join([head, *examples[::10]]) + "\n", encoding="utf-8")


def serve(folder: Path) -> dict[str, float]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = perf_counter()
    from rasa.core.agent import Agent

    agent = Agent.load(str(folder))
    found = {"load_s": perf_counter() - began}
    for length in WORDS:
        seconds = [_seconds(agent, text) for text in texts(length)]
        found[f"p50_{length}_ms"] = 1000 * statistics.median(seconds)
        found[f"p95_{length}_ms"] = 1000 * statistics.quantiles(seconds, n=20)[-1]
    return {**found, "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def texts(length: int) -> list[str]:
    """Messages of just `length` words, made of the development set's, no two alike."""
    lines = (ROOT / "evaluation" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    words = [word for line in lines for word in json.loads(line)["text"].split()]
    step = max(1, (len(words) - length) // ROUNDS)
    return [" ".join(words[first : first + length]) for first in range(0, step * ROUNDS, step)]


def _seconds(agent, text: str) -> float:
    began = perf_counter()
    asyncio.run(agent.parse_message(text))
    return perf_counter() - began


if __name__ == "__main__":
    action, *given = sys.argv[1:]
    print(json.dumps(train(given[0], Path(given[1])) if action == "train" else serve(Path(given[0]))))
