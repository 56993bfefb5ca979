"""`putright doctor`: what is missing, what is unsafe, and what to do."""

from __future__ import annotations

import pytest

from putright import doctor
from putright.cli import main
from putright.processes import free_port


@pytest.fixture(autouse=True)
def healthy(monkeypatch, sqlite_register):
    monkeypatch.setenv("PUTRIGHT_DATABASE_URL", sqlite_register.url)
    for name in ("WEB", "RASA", "ACTIONS"):
        monkeypatch.setenv(f"PUTRIGHT_{name}_PORT", str(free_port()))
    for name in ("PUTRIGHT_PUBLIC_URL", "PUTRIGHT_NOW", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBERS"):
        monkeypatch.delenv(name, raising=False)


def words(level: str) -> str:
    return "\n".join(finding.words for finding in doctor.look() if finding.level == level)


def test_nothing_fails_where_all_is_well(capsys):
    assert words("fail") == ""
    assert main(["doctor"]) == 0
    assert "The register is there and in its newest shape." in capsys.readouterr().out


@pytest.mark.parametrize(("name", "value", "says"), [
    ("PUTRIGHT_PUBLIC_URL", "http://tell.example.org", "Use https://"),
    ("PUTRIGHT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "Check PUTRIGHT_DATABASE_URL"),
    ("TWILIO_NUMBERS", "+447700900001=milestone", "TWILIO_AUTH_TOKEN"),
    ("TWILIO_NUMBERS", "+447700900001=nowhere", "names nowhere"),
])  # fmt: skip
def test_what_must_be_put_right_fails_and_says_how(monkeypatch, capsys, name, value, says):
    monkeypatch.setenv(name, value)
    assert says in words("fail")
    assert main(["doctor"]) == 1
    assert "fail" in capsys.readouterr().out


def test_a_rehearsal_clock_and_an_old_register_are_warned_of(monkeypatch, tmp_path):
    monkeypatch.setenv("PUTRIGHT_NOW", "+3d")
    monkeypatch.setenv("PUTRIGHT_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    assert "rehearsal only" in words("warn") and "putright migrate" in words("warn")
    assert words("fail") == ""
