"""`python -m evaluation.evaluate [--on dev|test] [--quick]`, in Rasa's environment: measures and writes reports/.

The development set is for tuning; the test set is for the last word. `--quick` leaves out Rasa's stock pipeline, which trains for
half an hour, and the public data.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from evaluation import contenders, public, report
from evaluation.contenders import ROOT, Reading
from evaluation.figures import Case
from evaluation.messages import training

REPORTS = ROOT / "reports"
WRITTEN_ON = date(2026, 11, 20)  # the day from which the sets' labels count months


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m evaluation.evaluate", description="Measures the understanding.")
    options.add_argument("--on", choices=("dev", "test"), default="dev")
    options.add_argument("--quick", action="store_true", help="only ours, TF-IDF and the parts")
    given = options.parse_args()
    gold = read_set(Path(__file__).with_name(f"{given.on}.jsonl"))
    texts, learn = [message["text"] for message in gold], [message.labels for message in training()]
    readers: dict[str, Sequence[Reading]] = {"ours": contenders.ours(texts, WRITTEN_ON)}
    print("\n".join(report.summary(_cases(gold, readers["ours"]))), flush=True)
    readers["TF-IDF and logistic regression"] = contenders.tf_idf(learn, texts)
    if not given.quick:
        readers["rasa init"] = contenders.stock(texts)
    parts = {part: contenders.without(part, learn, texts, WRITTEN_ON) for part in contenders.PARTS}
    folder = os.environ.get("PUTRIGHT_PUBLIC_NLU")
    figures = public.rows(Path(folder)) if folder and not given.quick else []
    named = [{name: _cases(gold, said) for name, said in group.items()} for group in (readers, parts)]
    path = report.write(REPORTS, given.on, *named, figures)
    print(path.read_text(encoding="utf-8").partition("## Where the hard ones")[2].strip())
    print(f"The report is in {path.relative_to(ROOT)} and beside it as HTML.", file=sys.stderr)
    return 0


def read_set(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _cases(gold: Sequence[dict[str, Any]], said: Sequence[Reading]) -> list[Case]:
    return [Case(one, other) for one, other in zip(gold, said, strict=True)]


if __name__ == "__main__":
    sys.exit(main())
