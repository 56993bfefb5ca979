"""`putright policy` as people and programs use it: what it prints, and what it says when the input is wrong."""
from __future__ import annotations

import json
from pathlib import Path

import pytest

from putright.cli import main

ANSWERS = Path(__file__).parents[1] / "policies" / "sixth" / "answers.yml"
KEYS = ["midlands_rural", "milestone", "millat", "mso", "resolution"]


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(["policy", *arguments])
    except SystemExit as stopped:
        code = stopped.code
    said = capsys.readouterr()
    return code, said.out, said.err


def test_list(capsys):
    code, out, _ = run(capsys, "list", "--json")
    assert code == 0 and [one["landlord"] for one in json.loads(out)] == KEYS
    code, out, _ = run(capsys, "list")
    assert [line.split()[0] for line in out.splitlines()] == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_show(capsys, key):
    code, out, _ = run(capsys, "show", key)
    assert code == 0 and "Stage 1" in out and "Known gaps" in out and max(map(len, out.splitlines())) <= 130
    code, out, _ = run(capsys, "show", key, "--json")
    assert json.loads(out)["key"] == key


def test_clocks_as_agreed(capsys):
    code, out, _ = run(capsys, "clocks", "millat", "--received", "2026-12-18T18:30", "--json")
    found = json.loads(out)
    assert code == 0 and [(one["deadline"], one["due_on"]) for one in found] == [
        ("stage_1_acknowledgement", "2026-12-29"), ("stage_1_response", "2027-01-13"), ("stage_1_extension_limit", "2027-01-23")]
    assert {"deadline", "due_on", "rule", "from", "from_on", "citations", "also"} <= found[0].keys()
    assert found[2]["also"][0]["due_on"] == "2027-01-27"
    code, out, _ = run(capsys, "clocks", "millat", "--received", "2026-12-18T18:30")
    assert "Wed 13 Jan 2027 at the latest" in out and "policy First Stage 3, Code 6.3" in out


def test_clocks_as_a_picture(capsys):
    code, out, _ = run(capsys, "clocks", "resolution", "--received", "2026-12-18T18:30", "--svg")
    assert code == 0 and out.startswith("<svg ") and "<title" in out and "Resolution Complaints Policy" in out


def test_a_time_with_a_zone_is_turned_into_londons_day(capsys):
    _, out, _ = run(capsys, "clocks", "mso", "--received", "2026-07-14T23:30+00:00", "--json")
    assert json.loads(out)[0]["from_on"] == "2026-07-15"


def test_due_answers_both_extensions_until_stage_2_has_begun(capsys):
    _, out, _ = run(capsys, "clocks", "midlands_rural", "--due", "2027-01-11", "--json")
    assert [(one["deadline"], one["due_on"]) for one in json.loads(out)] == [
        ("stage_1_extension_limit", "2027-01-21"), ("stage_2_extension_limit", "2027-01-21")]
    _, out, _ = run(capsys, "clocks", "midlands_rural", "--due", "2027-01-11", "--stage-2-acknowledged", "2026-12-23", "--json")
    assert [one["deadline"] for one in json.loads(out)] == ["stage_2_response", "stage_2_extension_limit"]


def test_explain(capsys):
    arguments = ("explain", "milestone", "--deadline", "stage_1_acknowledgement", "--received", "2026-12-18")
    code, out, _ = run(capsys, *arguments, "--json")
    days = json.loads(out)
    assert code == 0 and days[-1] == {"on": "2026-12-29", "counted": 5, "why": ""}
    assert {"on": "2026-12-25", "counted": None, "why": "Christmas Day"} in days
    _, out, _ = run(capsys, *arguments)
    assert "Mon 28 Dec 2026    –  Boxing Day (substitute day)" in out


@pytest.mark.parametrize(("arguments", "says"), [
    (("clocks", "acme", "--received", "2026-12-18"), 'There is no landlord "acme"'),
    (("show", "acme"), 'There is no landlord "acme"'),
    (("clocks", "mso"), "Give at least one fact"),
    (("clocks", "mso", "--received", "18/12/2026"), "write 2026-12-18"),
    (("clocks", "mso", "--received", "2026-02-30"), "write 2026-12-18"),
    (("clocks", "mso", "--received", "2010-01-01"), "is held from 01 January 2024"),
    (("clocks", "mso", "--stage-2-response", "9999-12-01"), "runs from 2015 to 2045"),
    (("clocks", "mso", "--received", "2026-12-18", "--acknowledged", "2026-12-01"), "is before received"),
    (("explain", "mso", "--received", "2026-12-18", "--deadline", "deemed_closed"), "do not fix deemed_closed"),
    (("explain", "mso", "--received", "2026-12-18", "--deadline", "nonsense"), "invalid choice"),
    (("explain", "mso", "--received", "2026-12-18"), "--deadline"),
    (("new", "Oak Homes", "--answers", str(ANSWERS), "--folder", "FOLDER"), "Use small letters"),
    (("new", "oak_homes", "--answers", "nowhere.yml", "--folder", "FOLDER"), "nowhere.yml"),
    ((), "the following arguments are required"),
])
def test_bad_input_is_a_sentence_and_exit_2(capsys, tmp_path, arguments, says):
    code, out, err = run(capsys, *(str(tmp_path) if part == "FOLDER" else part for part in arguments))
    assert (code, out) == (2, "") and says in err and "Traceback" not in err


def test_a_new_landlord_from_a_file_of_answers(capsys, tmp_path):
    code, out, _ = run(capsys, "new", "oak_homes", "--answers", str(ANSWERS), "--folder", str(tmp_path))
    assert code == 0 and "contacts.post: No postal address was given" in out and "Fri 8 Jan 2027" in out
    code, _, err = run(capsys, "new", "oak_homes", "--answers", str(ANSWERS), "--folder", str(tmp_path))
    assert code == 2 and "exists already" in err


def test_a_new_landlord_by_questions_asks_again_after_a_slip(capsys, tmp_path, monkeypatch):
    given = iter(["Elm", "Elm Policy", "soon", "2026-04-01", "tenant", "1.1; 1.2"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(given, ""))
    code, _, err = run(capsys, "new", "elm", "--folder", str(tmp_path))
    assert code == 0 and 'Write it as 2026-04-01' in err and (tmp_path / "elm.yml").exists()


def test_answers_that_end_too_soon(capsys, tmp_path, monkeypatch):
    def ended(prompt):
        raise EOFError
    monkeypatch.setattr("builtins.input", ended)
    code, _, err = run(capsys, "new", "elm", "--folder", str(tmp_path))
    assert code == 2 and "ended before the questions did" in err and list(tmp_path.iterdir()) == []


def test_an_answer_to_no_question_is_named_with_its_line(capsys, tmp_path):
    (tmp_path / "a.yml").write_text("name: Elm\ncolour: green\n")
    code, _, err = run(capsys, "new", "elm", "--answers", str(tmp_path / "a.yml"), "--folder", str(tmp_path))
    assert code == 2 and 'a.yml, line 2: there is no question "colour"' in err
