"""`python -m bot.parse [--model PATH] [--today DATE]`: messages in, readings out, by the trained model that Rasa serves.

Standard input: one JSON object a line, `{"id", "text", "metadata"?}`. Standard output, in the same order: `{"id", …}` with the
keys of `understanding`. Logs go to standard error. Exit 2 where a line or the model is not what it should be.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

BATCH = 64


class ParseError(Exception):
    """The input or the model cannot be used."""


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m bot.parse", description="Read messages with the trained model.")
    options.add_argument("--model", default="models", help="a model file, or the folder that holds the latest")
    options.add_argument("--today", type=date.fromisoformat, help="the date on which the messages were written")
    given = options.parse_args()
    try:
        for understood in parse(_lines(sys.stdin), given.model, given.today):
            print(json.dumps(understood, ensure_ascii=False), flush=True)
    except ParseError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def parse(messages: Iterable[dict[str, Any]], model: str, today: date | None) -> Iterator[dict[str, Any]]:
    """The understanding of each message, with its id. Raises ParseError where there is no model."""
    runner, target = _load(model)
    from rasa.core.channels.channel import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
    from rasa.shared.core.trackers import DialogueStateTracker

    clock = {"today": today.isoformat()} if today else {}
    nobody = DialogueStateTracker("parse", slots=[])
    for batch in _batches(messages):
        turns = [UserMessage(message["text"], metadata={**clock, **message.get("metadata", {})}) for message in batch]
        results = runner.run(inputs={PLACEHOLDER_MESSAGE: turns, PLACEHOLDER_TRACKER: nobody}, targets=[target])
        for message, parsed in zip(batch, results[target], strict=True):
            yield {"id": message["id"], **parsed.get("understanding")}


def _load(model: str) -> tuple[Any, str]:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    logging.captureWarnings(True)  # libraries warn through several doors; this is the one that they share
    logging.disable(logging.WARNING)
    from rasa.engine.loader import load_predict_graph_runner  # takes seconds: only once the arguments are good
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.model import get_latest_model

    path = Path(model) if Path(model).is_file() else get_latest_model(model)
    if path is None:
        raise ParseError(f"There is no trained model in {model}. Run `make train`.")
    with tempfile.TemporaryDirectory() as folder:
        metadata, runner = load_predict_graph_runner(Path(folder), Path(path), LocalModelStorage, DaskGraphRunner)
    return runner, metadata.nlu_target


def _lines(stream: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            message = json.loads(line)
        except ValueError as error:
            raise ParseError(f"Line {number} is not JSON: write one object a line.") from error
        if not isinstance(message, dict) or "id" not in message or not isinstance(message.get("text"), str):
            raise ParseError(f'Line {number} needs "id" and "text".')
        yield message


def _batches(messages: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for message in messages:
        batch.append(message)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


if __name__ == "__main__":
    sys.exit(main())
