"""The training messages as the files under data/nlu hold them: the twelve kinds, with labels and the hand that wrote each."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.labels import KINDS, Labels, read_labels

NLU = Path(__file__).parents[1] / "data" / "nlu"


@dataclass(frozen=True)
class Written:
    """A labelled message, who wrote it, and how it came."""

    labels: Labels
    writer: str
    channel: str


def training(folder: Path = NLU) -> list[Written]:
    """Every labelled message, in the files' order."""
    parser = YAML(typ="safe")
    found = []
    for kind in KINDS:
        for example in parser.load((folder / f"{kind}.yml").read_text(encoding="utf-8"))["nlu"][0]["examples"]:
            found.append(_written(example["text"], kind, example["metadata"]))
    return found


def from_lines(path: Path) -> list[Labels]:
    """The labels of a file of JSON lines, such as an evaluation set."""
    given = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [read_labels(said["text"], said["kind"], said) for said in given]


def digest(messages: list[Written]) -> str:
    """SHA-256 of the texts and labels, in order, the same on every machine: it says on what a model was trained."""
    said = ({**asdict(message.labels), "flags": sorted(message.labels.flags)} for message in messages)
    return hashlib.sha256("\n".join(json.dumps(one, default=str) for one in said).encode()).hexdigest()


def _written(text: str, kind: str, metadata: dict[str, Any]) -> Written:
    return Written(read_labels(text, kind, metadata), metadata.get("writer", "staff"), metadata.get("channel", "web"))
