"""Accounts: hashed, slowed down, silent about who exists; sessions that end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from register import staff
from register.staff import StaffError
from register.tables import Staff, StaffSession
from tests.conftest import NOW

PASSWORD = "three or four words together"


@pytest.fixture
def asha(register) -> str:
    with register.writing() as session:
        return staff.add(session, email=" Asha@Example.org ", name="Asha Khan", password=PASSWORD, now=NOW).id


def enter(register, password: str = PASSWORD, *, after: float = 0, email: str = "asha@example.org"):
    return staff.sign_in(register, email=email, password=password, now=NOW + timedelta(seconds=after))


def test_the_right_password_opens_a_session_and_only_its_hash_is_kept(register, asha):
    account, token = enter(register, email="ASHA@example.org ")
    assert account.id == asha
    assert staff.signed_in(register, token, now=NOW).id == asha
    with register.reading() as session:
        assert token not in session.query(StaffSession).one().token_hash
        assert session.query(Staff).one().password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(("password", "email"), [("wrong", "asha@example.org"), (PASSWORD, "nobody@example.org"), ("", "")])
def test_what_does_not_match_says_nothing(register, asha, password, email):
    assert enter(register, password, email=email) is None


def test_an_unknown_address_is_hashed_all_the_same(register, asha, monkeypatch):
    verified = []

    class Hasher:
        def verify(self, known: str, password: str) -> bool:
            verified.append(known)
            return True

    monkeypatch.setattr(staff, "_hasher", Hasher())
    assert enter(register, email="nobody@example.org") is None
    assert len(verified) == 1


def test_after_five_wrong_tries_the_wait_doubles_and_the_right_password_waits_too(register, asha):
    for _ in range(staff.FREE_TRIES):
        assert enter(register, "wrong") is None
    assert enter(register, after=29) is None
    assert enter(register, "wrong", after=30) is None
    assert enter(register, after=89) is None
    assert enter(register, after=90) is not None
    for _ in range(staff.FREE_TRIES - 1):
        enter(register, "wrong", after=91)
    assert enter(register, after=92) is not None, "a success forgets the failures"


def test_an_hour_of_guessing_gets_a_dozen_tries(register, asha, monkeypatch):
    class Hasher:
        def verify(self, known: str, password: str) -> bool:
            raise staff.VerifyMismatchError

    monkeypatch.setattr(staff, "_hasher", Hasher())
    with register.reading() as session:
        assert session.get_one(Staff, asha).failures == 0
    for second in range(0, 3600, 10):
        enter(register, "guess", after=second)
    with register.reading() as session:
        assert session.get_one(Staff, asha).failures <= 20


@pytest.mark.parametrize(("minutes", "there"), [(30, True), (30.02, False)])
def test_a_session_ends_when_it_is_idle(register, asha, minutes, there):
    _, token = enter(register)
    assert (staff.signed_in(register, token, now=NOW + timedelta(minutes=minutes)) is not None) is there


def test_use_keeps_a_session_alive_but_not_for_ever(register, asha):
    _, token = enter(register)
    for minutes in range(20, 481, 20):
        assert staff.signed_in(register, token, now=NOW + timedelta(minutes=minutes)) is not None
    assert staff.signed_in(register, token, now=NOW + timedelta(minutes=481)) is None


def test_signing_out_and_disabling_end_it_at_once(register, asha):
    (_, first), (_, second) = enter(register), enter(register)
    with register.writing() as session:
        staff.sign_out(session, first, now=NOW)
    assert staff.signed_in(register, first, now=NOW) is None
    assert staff.signed_in(register, second, now=NOW) is not None
    with register.writing() as session:
        session.get_one(Staff, asha).disabled_at = NOW
    assert staff.signed_in(register, second, now=NOW) is None
    assert enter(register) is None
    assert staff.signed_in(register, "made up", now=NOW) is None


@pytest.mark.parametrize(("email", "password"), [("new@example.org", "x" * 14), ("asha@EXAMPLE.org", PASSWORD)])
def test_a_short_password_or_a_second_account_is_refused_in_words(register, asha, email, password):
    with register.writing() as session, pytest.raises(StaffError, match=r"\w+ .+\."):
        staff.add(session, email=email, name="New", password=password, now=NOW)


def test_a_password_of_fifteen_characters_is_enough(register):
    with register.writing() as session:
        assert staff.add(session, email="new@example.org", name="New", password="x" * 15, now=NOW).id
