"""`python -m evaluation.agreement`: how far two people who labelled the same messages independently agree.

Each message of dev.jsonl and test.jsonl carries the writer's labels and, under `second`, those of a reader who saw the text
alone. `also` is the fair second reading, settled from both before anything was measured.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from evaluation.evaluate import read_set

LISTS = ("outcomes", "adjustments")


def main() -> int:
    for name in ("dev", "test"):
        messages = read_set(Path(__file__).with_name(f"{name}.jsonl"))
        figures = ", ".join(f"{what} {value:.3f}" for what, value in agreement(messages).items())
        print(f"{name}: {len(messages)} messages, {figures}")
    return 0


def agreement(messages: list[dict[str, Any]]) -> dict[str, float]:
    """Shares of messages alike in kind, alike with a fair second reading, alike in danger; F1 of the listed values."""
    n = len(messages)
    pairs = [(message, message["second"]) for message in messages]
    found = {
        "kind": sum(one["kind"] == two["kind"] for one, two in pairs) / n,
        "kind with a second reading": sum(two["kind"] in (one["kind"], *one.get("also", ())) for one, two in pairs) / n,
        "subject": sum(one["subject"] == two["subject"] for one, two in pairs) / n,
        "danger": sum(_danger(one) == _danger(two) for one, two in pairs) / n,
    }
    return {**found, **{name: _f1([(set(one.get(name, ())), set(two.get(name, ()))) for one, two in pairs]) for name in LISTS}}


def _danger(labels: dict[str, Any]) -> bool:
    return labels.get("emergency", "none") != "none" or labels.get("safeguarding", "none") != "none"


def _f1(pairs: list[tuple[set[str], set[str]]]) -> float:
    both = sum(len(one & two) for one, two in pairs)
    return 2 * both / max(1, sum(len(one) + len(two) for one, two in pairs))


if __name__ == "__main__":
    sys.exit(main())
