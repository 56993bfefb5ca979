"""A small run of chaos on the real system: a few kills of each process while residents talk."""

from __future__ import annotations

from tests.chaos.kill import run
from tests.chaos.report import Plan


def test_a_few_kills_lose_nothing_and_double_nothing(tmp_path):
    said: list[str] = []
    figures = run(Plan(kills=8, messages=40, seconds=600, residents=6, hurry=0.3, seed=8), tmp_path, say=said.append)
    assert figures["faults"] == {}, "\n".join(said)
    assert figures["ok"], figures
