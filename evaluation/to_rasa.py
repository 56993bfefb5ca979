"""`python -m evaluation.to_rasa FILE.jsonl … [--add] [--out data/nlu]`: labelled messages (JSON lines) to Rasa's training files.

This is the way to add training messages: write them as JSON lines (the fields are those of the glossary; leave out what has
its default), check them (`python -m evaluation.check`), and run this with `--add`; without it the given files are all there is.
`putright corrections export` gives such lines of what staff put right. One file for each kind is written, sorted by text, so that
the same messages always give the same files. Only files of the twelve kinds are replaced.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.labels import KINDS

OUT = Path(__file__).parents[1] / "data" / "nlu"
LEFT_OUT = ("id", "note", "text", "kind")
# What Rasa would read as an entity (`[word](name)`, `[word]{…}`, `[word][…]`) or as an environment variable (`${…}`).
UNSAFE = re.compile(r"\]\s?[(\[{]|\$\{")


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m evaluation.to_rasa", description="JSON lines to Rasa's training files.")
    options.add_argument("files", nargs="+", type=Path)
    options.add_argument("--add", action="store_true", help="keep the messages that are there")
    options.add_argument("--out", type=Path, default=OUT)
    options.add_argument("--written-on", default="2026-11-20", help="the day from which the labels count months_ago")
    given = options.parse_args()
    try:
        messages = held(given.out) if given.add else []
        messages += [message for path in given.files for message in read(path, given.written_on)]
        counts = write(messages, given.out)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(f"{kind}: {count}" for kind, count in counts.items()))
    return 0


def read(path: Path, written_on: str) -> list[dict[str, Any]]:
    """Messages of one file. Raises ValueError naming the file and line of what cannot be read or would not be safe."""
    messages = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            message = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{path}:{number}: not JSON. Write one object a line.") from error
        if message.get("kind") not in KINDS or not str(message.get("text", "")).strip():
            raise ValueError(f"{path}:{number}: needs a text and one of the twelve kinds.")
        if UNSAFE.search(message["text"]):
            raise ValueError(f"{path}:{number}: Rasa would change this text; take out the bracket after ']' or the '${{'.")
        since = {"written_on": written_on} if message.get("months_ago") is not None else {}
        messages.append({"writer": path.stem, **since, **message})
    return messages


def held(folder: Path) -> list[dict[str, Any]]:
    """The messages that the training files hold now."""
    parser = YAML(typ="safe")
    files = [(kind, folder / f"{kind}.yml") for kind in KINDS if (folder / f"{kind}.yml").exists()]
    return [
        {"text": example["text"], "kind": kind, **example["metadata"]}
        for kind, path in files
        for example in parser.load(path.read_text(encoding="utf-8"))["nlu"][0]["examples"] or ()
    ]


def write(messages: Iterable[dict[str, Any]], out: Path) -> dict[str, int]:
    """Writes `out`/KIND.yml for each kind; gives the count of each. A text that comes twice is written once."""
    by_kind: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
    for message in messages:
        text = clean(message["text"])
        by_kind[message["kind"]][text] = {
            k: v for k, v in sorted(message.items()) if k not in LEFT_OUT and (k == "stance" or not _is_default(v))
        }
    out.mkdir(parents=True, exist_ok=True)
    for kind, examples in by_kind.items():
        body = "".join(_example(text, examples[text]) for text in sorted(examples))
        (out / f"{kind}.yml").write_text(f'version: "3.1"\nnlu:\n- intent: {kind}\n  examples:\n{body}', encoding="utf-8")
    return {kind: len(examples) for kind, examples in by_kind.items()}


def _is_default(value: Any) -> bool:
    """None, false, an empty list, "none"; not 0, which is a number of months."""
    return value in (None, [], "none") or value is False


def clean(text: str) -> str:
    """As Rasa will give it back: no space around, `\\n` for every kind of line break."""
    return re.sub(r"[^\S\n]+\n", "\n", "\n".join(text.splitlines())).strip()


def _example(text: str, labels: dict[str, Any]) -> str:
    """One example in block style: the text as a literal block, each label as a line of JSON (which is YAML)."""
    # The mark 2 fixes the indentation, so that a line that begins with spaces cannot upset it.
    lines = "\n".join(f"      {line}" if line else "" for line in text.split("\n"))
    said = "".join(f"      {name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in labels.items())
    return f"  - text: |2-\n{lines}\n    metadata:\n{said}"


if __name__ == "__main__":
    sys.exit(main())
