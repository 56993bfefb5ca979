"""The commands at the keyboard: what they print, and what they say of bad input, with exit 2."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from putright.chat import Clock
from putright.classify import with_safety
from putright.cli import main
from putright.settings import SettingError
from tests.casework import matter, open_case


@pytest.fixture
def reference(sqlite_register, monkeypatch) -> str:
    monkeypatch.setenv("PUTRIGHT_DATABASE_URL", sqlite_register.url)
    return open_case(sqlite_register, matter("The tap drips and nobody came"))


def test_a_case_as_json_and_to_read(reference, capsys):
    assert main(["case", reference, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["reference"] == reference and record["disposition"] == "stage1_complaint"
    assert {"stage_1_acknowledgement", "stage_1_response"} <= {row["deadline"] for row in record["deadlines"]}
    assert main(["case", reference]) == 0
    shown = capsys.readouterr().out
    assert reference in shown and all(row["due_on"] in shown for row in record["deadlines"])


def test_a_case_that_is_not_there_is_a_sentence(reference, capsys):
    assert main(["case", "PR26-AAAAA-AAAAA"]) == 2
    assert capsys.readouterr().err.startswith("putright: ")


def test_a_case_is_looked_for_in_a_register_that_is_new(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PUTRIGHT_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    assert main(["case", "PR26-AAAAA-AAAAA"]) == 2
    assert capsys.readouterr().err.startswith("putright: ")


@pytest.mark.parametrize("line", ["not json", "[]", '{"id": 1}', '{"text": "a"}', '{"id": 1, "text": null}'])
def test_classify_names_the_line_it_cannot_read(line, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(f'{{"id": 1, "text": "hello"}}\n\n{line}\n'))
    assert main(["classify"]) == 2
    assert "Line 3" in capsys.readouterr().err


def test_the_safety_net_adds_to_the_model_and_takes_nothing_away():
    found = with_safety({"id": 1, "emergency": "none", "safeguarding": "child", "because": []}, "I can smell gas")
    assert (found["emergency"], found["safeguarding"]) == ("gas", "child")
    assert any(because["for"] == "emergency" for because in found["because"])


def test_the_clock_of_a_chat_is_londons_and_moves_by_a_line():
    clock = Clock("2026-12-18T18:30")
    assert clock.now() == datetime(2026, 12, 18, 18, 30, tzinfo=UTC)
    clock.move("2026-07-01T09:00")
    assert clock.now() == datetime(2026, 7, 1, 8, tzinfo=UTC)
    with pytest.raises(SettingError, match="2026-99"):
        clock.move("2026-99")


def test_an_account_is_added_and_an_unknown_landlord_refused(reference, monkeypatch, capsys):
    add = ["staff", "add", "ben@example.org", "--name", "Ben"]
    monkeypatch.setattr("sys.stdin", io.StringIO("three quiet words\n"))
    assert main([*add, "--landlord", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err
    assert main(add) == 0
    assert "ben@example.org can sign in" in capsys.readouterr().out
