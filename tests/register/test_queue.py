"""The list: soonest unmet duty first, ties by receipt, nothing owed last; the same few queries for any number of cases."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from register import cases, queue, tasks
from register.tables import Case, Conversation, Deadline, Intake
from tests.casework import matter, open_case
from tests.conftest import NOW

TODAY = date(2026, 12, 21)


@contextmanager
def counted(register):
    """The statements that are sent to the database."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    event.listen(register.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(register.engine, "before_cursor_execute", note)


def listed(register, **kwargs) -> list[queue.Row]:
    with register.reading() as session:
        return queue.page(session, today=TODAY, **kwargs).rows


def test_the_soonest_unmet_duty_comes_first_and_met_ones_do_not_count(register):
    late = open_case(register, landlord="midlands_rural", at=NOW - timedelta(days=4))
    soon = open_case(register, landlord="mso")
    nothing = open_case(register, matter("Thank you!", "feedback"))
    answered = open_case(register, at=NOW - timedelta(days=9))
    with register.writing() as session:
        for row in cases.find(session, answered).deadlines:
            row.met_on = TODAY if row.deadline == "stage_1_acknowledgement" else None
    assert [(row.case.reference, row.duty, row.days, row.late) for row in listed(register)] == [
        (late, "stage_1_acknowledgement", -2, True), (answered, "stage_1_response", 2, False),
        (soon, "stage_1_acknowledgement", 4, False), (nothing, None, None, False),
    ]


def test_limits_and_windows_are_nobodys_duty(sqlite_register):
    reference = open_case(sqlite_register)
    with sqlite_register.writing() as session:
        for row in cases.find(session, reference).deadlines:
            row.met_on = TODAY if row.deadline.endswith(("acknowledgement", "response")) else None
    assert [row.duty for row in listed(sqlite_register)] == [None]


@pytest.mark.parametrize(("today", "days", "late"), [
    (date(2026, 12, 28), 1, False), (date(2026, 12, 29), 0, False), (date(2026, 12, 30), -1, True), (date(2027, 1, 2), -2, True),
])
def test_a_duty_is_late_from_the_next_day(sqlite_register, today, days, late):
    open_case(sqlite_register)
    with sqlite_register.reading() as session:
        row = queue.page(session, today=today).rows[0]
    assert (row.due_on, row.days, row.late) == (date(2026, 12, 29), days, late)


def test_the_weekend_after_a_date_is_late_though_no_working_day_has_passed(sqlite_register):
    open_case(sqlite_register, at=datetime(2026, 11, 13, 12, tzinfo=UTC))
    with sqlite_register.reading() as session:
        row = queue.page(session, today=date(2026, 11, 21)).rows[0]
    assert (row.due_on, row.days, row.late) == (date(2026, 11, 20), 0, True)


def test_a_person_sees_their_landlords_and_no_closed_case(register):
    mine, theirs, closed = open_case(register), open_case(register, landlord="millat"), open_case(register)
    with register.writing() as session:
        cases.find(session, closed).closed_at = NOW
    assert [row.case.reference for row in listed(register, landlords=["milestone"])] == [mine]
    assert {row.case.reference for row in listed(register)} == {mine, theirs}


def test_danger_and_waiting_are_flagged_until_somebody_has_seen_to_them(sqlite_register):
    open_case(sqlite_register, emergency="gas", handover="asked")
    row = listed(sqlite_register)[0]
    assert (row.danger, row.waiting) == (True, True)
    with sqlite_register.writing() as session:
        for task in tasks.open_tasks(session):
            tasks.finish(session, task, by="asha", now=NOW)
    row = listed(sqlite_register)[0]
    assert (row.danger, row.waiting) == (False, False)


def test_pages_hold_everything_once(sqlite_register):
    many = [_bare(number, date(2027, 1, 1 + number % 20), NOW) for number in range(queue.PAGE + 7)]
    with sqlite_register.writing() as session:
        session.add_all([row for rows in many for row in rows])
    with sqlite_register.reading() as session:
        pages = [queue.page(session, today=TODAY, number=number) for number in (1, 2, 99)]
    assert [(len(page.rows), page.number, page.pages) for page in pages] == [(queue.PAGE, 1, 2), (7, 2, 2), (7, 2, 2)]
    assert len({row.case.id for page in pages for row in page.rows}) == queue.PAGE + 7


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.none() | st.integers(0, 30), st.integers(0, 5)), max_size=40))
def test_any_cases_are_ordered_by_date_then_receipt_and_listing_again_is_the_same(sqlite_register, plan):
    with sqlite_register.writing() as session:
        for table in (Deadline, Case, Intake, Conversation):
            session.query(table).delete()
        for number, (days, age) in enumerate(plan):
            due = None if days is None else TODAY + timedelta(days=days)
            session.add_all(_bare(number, due, NOW - timedelta(days=age)))
    rows = listed(sqlite_register)
    keys = [(row.due_on is None, row.due_on or TODAY, row.case.received_at, row.case.id) for row in rows]
    assert keys == sorted(keys) and len(rows) == len(plan)
    assert [row.case.id for row in listed(sqlite_register)] == [row.case.id for row in rows]


def test_a_thousand_cases_cost_as_many_queries_as_one(sqlite_register):
    open_case(sqlite_register)
    with counted(sqlite_register) as few:
        listed(sqlite_register)
    with sqlite_register.writing() as session:
        session.add_all([row for number in range(1000) for row in _bare(number, TODAY, NOW)])
    with counted(sqlite_register) as many:
        listed(sqlite_register)
    assert len(many) == len(few) <= 6


def _bare(number: int, due_on: date | None, received) -> list:
    """The rows of a case, without the conversation that leads to it."""
    talk = Conversation(id=f"t{number}", landlord="milestone", channel="web", started_at=received, heard_at=received)
    intake = Intake(id=f"i{number}", conversation_id=talk.id, number=1, voiced_at=received, state="case")
    case = Case(
        id=f"c{number:04}", reference=f"PR26-{number:05}", intake_id=intake.id, conversation_id=talk.id, landlord="milestone",
        pack_version="1", disposition="stage1_complaint", stage=1, received_at=received, opened_at=received, channel="web",
        definition="1. x",
    )
    owed = [Deadline(case_id=case.id, deadline="stage_1_response", due_on=due_on, rule="r", from_what="received", from_on=TODAY)]
    return [talk, intake, case, *(owed if due_on else [])]
