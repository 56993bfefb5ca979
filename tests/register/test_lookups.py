"""Asking how a case is going: with its reference and a second fact, a few times an hour, never by text."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from register import cases, lookups
from register.facts import Facts
from tests.casework import draft, matter, open_case
from tests.conftest import NOW

KNOWN = {"postcode": "TN1 2AB", "phone": "07700 900456", "email": "rosa@example.org"}


@pytest.fixture
def reference(register) -> str:
    return open_case(register, **KNOWN)


def ask(register, conversation: str, reference: str, *, channel: str = "web", after: float = 0, **facts: str):
    asker = Facts(earlier_reference=reference, **facts)
    with register.writing() as session:
        return lookups.look_up(session, conversation, asker, channel=channel, now=NOW + timedelta(minutes=after))


@pytest.mark.parametrize("fact", [{"postcode": "tn12ab"}, {"phone": "07700900456"}, {"email": "ROSA@example.org"}])
def test_whoever_knows_the_reference_and_a_second_fact_is_told_what_comes_next(register, reference, fact):
    state = ask(register, draft(register), reference.lower(), **fact)
    assert (state.reference, state.next_deadline, state.due_on) == (reference, "stage_1_acknowledgement", date(2026, 12, 29))


def test_what_the_law_asks_of_the_landlord_is_not_said_as_a_promise(register):
    told = matter("You sent my file to my neighbour", kind="complaint", subject="data_protection")
    reference = open_case(register, told, **KNOWN)
    with register.writing() as session:
        for row in cases.find(session, reference).deadlines:
            row.met_on = None if row.deadline == "data_protection_acknowledgement" else NOW.date()
    state = ask(register, draft(register), reference, postcode="TN1 2AB")
    assert (state.next_deadline, state.due_on) == (None, None)


@pytest.mark.parametrize("facts", [{}, {"postcode": "TN1 2AC"}, {"phone": "07700 900457"}, {"name": "Rosa Bell"}])
def test_without_it_nothing_is_said(register, reference, facts):
    assert ask(register, draft(register), reference, **facts) is None


def test_a_case_that_is_not_there_looks_like_one_that_is_not_yours(register, reference):
    for asked, postcode in (("PR26-00000-00000", "TN1 2AB"), (reference, "X1 1XX")):
        assert ask(register, draft(register), asked, postcode=postcode) is None


def test_never_by_text_because_a_number_can_be_forged(register, reference):
    assert ask(register, draft(register, channel="sms"), reference, channel="sms", **KNOWN) is None


def test_five_tries_an_hour_and_then_not_even_the_right_answer(register, reference):
    talk = draft(register)
    for _ in range(lookups.TRIES_AN_HOUR):
        assert ask(register, talk, reference, postcode="X1 1XX") is None
    assert ask(register, talk, reference, **KNOWN) is None
    assert ask(register, draft(register), reference, **KNOWN) is not None, "another conversation has its own tries"
    assert ask(register, talk, reference, after=59, **KNOWN) is None
    assert ask(register, talk, reference, after=61, **KNOWN) is not None


def test_when_nothing_is_owed_nothing_is_promised(register, reference):
    with register.writing() as session:
        for row in cases.find(session, reference).deadlines:
            row.met_on = date(2026, 12, 22)
    state = ask(register, draft(register), reference, **KNOWN)
    assert (state.next_deadline, state.due_on) == (None, None)
