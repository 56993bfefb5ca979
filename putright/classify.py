"""`putright classify`: the trained model that `run` uses, with the safety net merged as the relay merges it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import TextIO

from policies import safety
from putright import rasa
from putright.settings import ROOT, SettingError


def classify(source: TextIO, out: TextIO, *, today: str | None = None) -> int:
    """JSON lines `{"id", "text", "channel"?, "landlord"?}` in, understanding out, in the same order (contract: classify)."""
    lines = list(_checked(source))
    for understanding, line in zip(understand(lines, today=today), lines, strict=True):
        out.write(json.dumps(with_safety(understanding, line["text"]), ensure_ascii=False) + "\n")
    return 0


def _checked(source: TextIO) -> Iterator[dict]:
    for number, text in enumerate(source, start=1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except ValueError:
            such_as = '{"id": 1, "text": "…"}'
            raise SettingError(f"Line {number} is not JSON. Give one object a line, such as {such_as}.") from None
        if not isinstance(line, dict) or "id" not in line or not isinstance(line.get("text"), str):
            raise SettingError(f"Line {number} needs an \"id\" and a \"text\".")
        yield line


def understand(lines: list[dict], *, today: str | None = None) -> list[dict]:
    model = rasa.ensure_model()
    command = [str(rasa.PYTHON), "-m", "bot.parse", "--model", str(model)] + (["--today", today] if today else [])
    done = subprocess.run(
        command, cwd=ROOT, env=rasa.environment(), input="\n".join(json.dumps(line) for line in lines) + "\n", text=True,
        capture_output=True,
    )
    if done.returncode != 0:
        reasons = done.stderr.strip().splitlines() or ["no reason given"]
        raise rasa.RasaError(f"The understanding did not run: {reasons[-1]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]


def with_safety(understanding: dict, text: str) -> dict:
    """The model's reading of danger joined with the safety net's, which never needs a model."""
    rules = safety.read(text)
    model = safety.Safety(understanding.get("emergency") or "none", understanding.get("safeguarding") or "none", ())
    merged = safety.merge(rules, model)
    because = list(understanding.get("because") or [])
    because += [{"span": [start, end], "for": what} for start, end, what in rules.spans]
    return {**understanding, "emergency": merged.emergency, "safeguarding": merged.safeguarding, "because": because}
