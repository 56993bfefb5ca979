"""`python -m bot.parse`: lines in, readings out in the same order; what cannot be used is said in a sentence, exit 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rasa.model_training import train_nlu

ROOT = Path(__file__).parents[2]
NLU = """
version: "3.1"
nlu:
- intent: complaint
  examples:
  - text: I told you three times and nobody came
    metadata: {subject: repairs, stance: dissatisfied}
  - text: your plumber never turned up since May
    metadata: {subject: leaks, stance: dissatisfied, months_ago: 6, written_on: "2026-11-20"}
  - text: still no answer since Easter about the lift
    metadata: {subject: lifts, stance: dissatisfied, months_ago: 8, written_on: "2026-11-20"}
- intent: service_request
  examples:
  - text: my tap drips, please send somebody
    metadata: {subject: leaks, stance: first_ask}
  - text: could someone mend the gate
    metadata: {subject: grounds, stance: first_ask}
- intent: affirm
  examples: |
    - yes
    - aye
"""


def parse(lines: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.parse", *arguments]
    return subprocess.run(command, input=lines, capture_output=True, text=True, cwd=ROOT)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("trained")
    (folder / "nlu.yml").write_text(NLU)
    config = "recipe: default.v1\nassistant_id: test\nlanguage: en\npipeline:\n- name: bot.understanding.Understanding\n"
    (folder / "config.yml").write_text(config)
    return train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"))


def test_lines_come_back_in_order_and_nothing_else_is_printed(model):
    lines = [{"id": i, "text": text} for i, text in enumerate(["nobody came 🙄", "", "send somebody\nplease"])]
    done = parse("\n".join(map(json.dumps, lines)) + "\n\n", "--model", model, "--today", "2026-11-20")
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in said] == [0, 1, 2]
    assert said[0]["kind"] == "complaint" and said[2]["kind"] == "service_request"
    assert done.stderr == ""


def test_a_folder_without_a_model_says_what_to_do(tmp_path):
    done = parse('{"id": 1, "text": "hello"}\n', "--model", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "make train" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("line", "words"),
    [("not json", "Line 1 is not JSON"), ('{"id": 1}', 'Line 1 needs "id" and "text"'), ("[1]", "Line 1 needs")],
)
def test_a_line_that_is_no_message_is_named(model, line, words):
    done = parse(line + "\n", "--model", model)
    assert done.returncode == 2
    assert words in done.stderr
