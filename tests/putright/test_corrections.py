"""`putright corrections` at the keyboard: nothing leaves before a person has said so."""

from __future__ import annotations

import json

import pytest

from putright.cli import main
from register import cases, corrections, decisions, staff
from tests.casework import decider, matter, open_case
from tests.conftest import NOW


@pytest.fixture
def corrected(sqlite_register, monkeypatch) -> str:
    """A register with one correction; the reference of its case."""
    monkeypatch.setenv("PUTRIGHT_DATABASE_URL", sqlite_register.url)
    reference = open_case(sqlite_register, matter("Rosa again, tap still drips", kind="service_request"))
    with sqlite_register.writing() as session:
        staff.add(session, email="asha@example.org", name="Asha Khan", password="a long enough password", now=NOW)
        case = cases.find(session, reference)
        who = decider(case.version)
        corrections.correct(session, decisions.take_up(session, reference, who), who, field="kind", value="complaint",
                            position=case.matters[0].position, reason="It was reported before.")
    return reference


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["corrections", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_listed_masked_approved_exported(corrected, capsys):
    code, out, _ = run(capsys)
    assert code == 0 and corrected in out and "service_request -> complaint" in out and "NAME again, tap still drips" in out
    assert run(capsys, "export") == (0, "", "")
    assert run(capsys, "approve", out.split()[0], "--by", "asha@example.org") == (0, "1 approved.\n", "")
    code, out, _ = run(capsys, "export")
    assert (code, json.loads(out)["text"], json.loads(out)["kind"]) == (0, "NAME again, tap still drips", "complaint")
    assert "0 waiting" in run(capsys, "list")[1]


def test_an_approval_needs_an_account_and_an_id_that_waits(corrected, capsys):
    code, _, error = run(capsys, "approve", "zz", "--by", "asha@example.org")
    assert code == 2 and "putright corrections" in error
    code, _, error = run(capsys, "approve", "zz", "--by", "nobody@example.org")
    assert code == 2 and "account" in error
