"""The nightly sweep: marks each duty on its day, keeps what silent residents left, and changes nothing the second time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import text

from policies import workdays
from register import cases, decisions, inbox, intakes, outbox, sweep, tasks
from register.facts import Facts
from register.tables import Case, Conversation, Message, StaffTask
from tests.casework import decider, draft, matter, open_case, plain
from tests.conftest import NOW


def run(register, today: date, now: datetime | None = None) -> sweep.Summary:
    return sweep.sweep(register, today=today, now=now or datetime.combine(today, time(3), UTC))


def contents(register) -> dict[str, list]:
    """Every row of every table, to see whether anything changed."""
    tables = ("conversations", "messages", "intakes", "matters", "cases", "deadlines", "case_events", "staff_tasks")
    with register.reading() as session:
        return {table: sorted(map(str, session.execute(text(f"SELECT * FROM {table}")))) for table in tables}


def events_of(register, reference: str) -> list[str]:
    with register.reading() as session:
        return [event.kind for event in cases.find(session, reference).events]


@pytest.mark.parametrize(("today", "found"), [
    (date(2026, 12, 22), []), (date(2026, 12, 23), ["due_soon"]), (date(2026, 12, 24), ["due_soon"]),
    (date(2026, 12, 26), ["due_soon"]), (date(2026, 12, 29), ["due_today"]), (date(2026, 12, 30), ["missed"]),
])
def test_a_duty_is_marked_two_working_days_before_on_its_day_and_from_the_next(register, today, found):
    reference = open_case(register)  # acknowledge by Tuesday 29 December; 25 and 28 are holidays
    summary = run(register, today)
    assert [kind for kind in sweep.MARKS if reference in getattr(summary, kind)] == found
    assert events_of(register, reference) == ["received", *found]


def test_every_night_of_the_way_marks_each_once(register):
    reference = open_case(register)
    for day in range(20, 32):
        run(register, date(2026, 12, day))
    assert events_of(register, reference) == ["received", "due_soon", "due_today", "missed"]
    with register.reading() as session:
        assert [task.kind for task in tasks.open_tasks(session)] == ["missed"], "what was near is not near any more"


def test_run_twice_it_changes_nothing_the_second_time(register):
    open_case(register)
    open_case(register, landlord="midlands_rural", at=NOW - timedelta(days=9))
    draft(register, at=NOW - timedelta(days=3))
    talk = draft(register, channel="sms")
    with register.writing() as session:
        inbox.say(session, session.get_one(Conversation, talk), [inbox.Reply("Hello")], answers=None, wall=NOW, at=NOW)
        inbox.accept(session, talk, client_id="left", text="hello?", now=NOW, wall=NOW)
    first = run(register, date(2026, 12, 23))
    assert first.due_soon and first.missed and first.opened and first.stuck == 2
    before = contents(register)
    assert run(register, date(2026, 12, 23)) == sweep.Summary()
    assert contents(register) == before


def test_what_is_met_or_closed_is_not_missed(sqlite_register):
    met, closed = open_case(sqlite_register), open_case(sqlite_register)
    with sqlite_register.writing() as session:
        for row in cases.find(session, met).deadlines:
            row.met_on = date(2026, 12, 22)
        cases.find(session, closed).closed_at = NOW
    assert run(sqlite_register, date(2027, 3, 1)).missed == []


@pytest.mark.parametrize(("channel", "hours"), [("web", 24), ("sms", 48)])
def test_a_draft_becomes_a_case_when_the_resident_was_silent_long_enough(register, channel, hours):
    draft(register, channel=channel)
    limit = NOW + timedelta(hours=hours)
    assert run(register, date(2026, 12, 18), limit - timedelta(seconds=1)).opened == []
    (reference,) = run(register, date(2026, 12, 18), limit).opened
    with register.reading() as session:
        case = cases.find(session, reference)
        assert (case.received_at, case.opened_at, case.events[0].by) == (NOW, limit, "sweep")
        assert {row.deadline: row.due_on for row in case.deadlines}["stage_1_acknowledgement"] == date(2026, 12, 29)
        assert case.conversation.outcome == "case"


def test_a_withdrawn_draft_stays_withdrawn_and_talk_without_a_matter_just_ends(sqlite_register):
    withdrawn = draft(sqlite_register)
    with sqlite_register.writing() as session:
        intakes.drop(session, withdrawn, 1)
        greeting = inbox.start(session, landlord="mso", channel="web", now=NOW).id
        unread = inbox.start(session, landlord="mso", channel="web", now=NOW).id
        inbox.accept(session, unread, client_id="u", text="help", now=NOW, wall=NOW)
    summary = run(sqlite_register, date(2026, 12, 21))
    assert (summary.opened, summary.ended_without_case) == ([], 2)
    with sqlite_register.reading() as session:
        assert session.query(Case).count() == 0
        assert session.get_one(Conversation, greeting).outcome == "no_case"
        assert session.get_one(Conversation, unread).outcome is None, "nobody has read what they said"


def test_a_second_matter_left_as_a_draft_is_a_case_of_its_own(sqlite_register):
    reference = open_case(sqlite_register)
    with sqlite_register.writing() as session:
        intakes.note(session, cases.find(session, reference).conversation_id, 2, Facts(matters=[matter("And the lift.")]), at=NOW)
    assert len(run(sqlite_register, date(2026, 12, 21)).opened) == 1


def test_messages_that_nothing_takes_are_a_persons_task(register):
    web, sms = draft(register), draft(register, channel="sms")
    with register.writing() as session:
        inbox.accept(session, web, client_id="w", text="hello?", now=NOW, wall=NOW)
        inbox.say(session, session.get_one(Conversation, sms), [inbox.Reply("Hello")], answers=None, wall=NOW, at=NOW)
    assert run(register, date(2026, 12, 18), NOW + timedelta(minutes=14)).stuck == 0
    assert run(register, date(2026, 12, 18), NOW + timedelta(minutes=15)).stuck == 1
    assert run(register, date(2026, 12, 18), NOW + timedelta(minutes=60)).stuck == 1
    with register.reading() as session:
        assert {task.kind for task in tasks.open_tasks(session)} == {"dead_letter", "unsent"}
        assert {row.state for row in session.query(Message).filter(Message.text == "Hello")} == {"queued"}, "left as it was"


def test_a_text_given_up_is_not_reported_again(sqlite_register):
    talk = draft(sqlite_register, channel="sms")
    with sqlite_register.writing() as session:
        said = inbox.say(session, session.get_one(Conversation, talk), [inbox.Reply("Hello")], answers=None, wall=NOW, at=NOW)[0]
        outbox.give_up(session, said.id, code="30006", wall=NOW)
    assert run(sqlite_register, date(2026, 12, 19)).stuck == 0


@pytest.fixture
def a_holiday_is_proclaimed(monkeypatch, tmp_path):
    """Monday 4 January 2027 becomes a one-off bank holiday, as an operator would write it."""
    def proclaim() -> None:
        file = tmp_path / "one_off.yml"
        file.write_text('holidays:\n  - {on: 2027-01-04, name: "Day of thanks"}\n')
        monkeypatch.setattr(workdays, "ONE_OFF", file)

    return proclaim


def test_a_new_holiday_moves_what_is_owed_keeps_both_dates_and_lists_the_changed_promises(register, a_holiday_is_proclaimed):
    reference = open_case(register)
    today = date(2026, 12, 21)
    assert run(register, today).moved == []
    a_holiday_is_proclaimed()
    summary = run(register, today)
    assert summary.moved == [sweep.Moved(reference, "stage_1_response", date(2027, 1, 6), date(2027, 1, 7))]
    with register.reading() as session:
        case = cases.find(session, reference)
        moved = [event.details for event in case.events if event.kind == "deadline_moved"]
        assert {one["deadline"]: (one["old"], one["new"]) for one in moved} == {
            "stage_1_response": ("2027-01-06", "2027-01-07"), "stage_1_extension_limit": ("2027-01-20", "2027-01-21"),
        }
        assert {row.deadline: row.due_on for row in case.deadlines}["stage_1_acknowledgement"] == date(2026, 12, 29)
        assert [task.kind for task in tasks.open_tasks(session)] == ["promise_changed"]
    before = contents(register)
    assert run(register, today) == sweep.Summary()
    assert contents(register) == before


def test_what_was_met_or_extended_is_not_moved_by_a_holiday(sqlite_register, a_holiday_is_proclaimed):
    met, agreed = open_case(sqlite_register), open_case(sqlite_register)
    with sqlite_register.writing() as session:
        who, later = decider(1), date(2027, 1, 12)
        decisions.respond(session, decisions.take_up(session, met, who), who, outcome="not_upheld", reasons="No.", words=plain)
        decisions.extend(session, decisions.take_up(session, agreed, who), who, new_on=later, reason="Ill.", words=plain)
    a_holiday_is_proclaimed()
    assert run(sqlite_register, date(2026, 12, 21)).moved == []


def test_a_late_or_early_acknowledgement_is_no_movement_for_the_sweep(sqlite_register):
    reference = open_case(sqlite_register, landlord="mso")
    with sqlite_register.writing() as session:
        who = decider(1)
        decisions.acknowledge(session, decisions.take_up(session, reference, who), who, handler="A", job_title="B",
                              responsible_for="C", words=plain)
    assert run(sqlite_register, date(2026, 12, 23)).moved == []


def test_one_case_that_cannot_be_swept_does_not_stop_the_others(sqlite_register, caplog):
    bad, good = open_case(sqlite_register), open_case(sqlite_register)
    with sqlite_register.writing() as session:
        cases.find(session, bad).version = 0  # its next event would take a number that is taken
    summary = run(sqlite_register, date(2026, 12, 30))
    assert (summary.failed, summary.missed) == ([bad], [good])
    assert "boiler" not in caplog.text


@pytest.mark.parametrize(("today", "warned"), [(date(2027, 12, 31), False), (date(2028, 1, 1), True)])
def test_the_list_of_holidays_is_renewed_a_year_ahead(sqlite_register, monkeypatch, today, warned):
    monkeypatch.setattr(workdays, "published_until", lambda: date(2028, 12, 30))
    assert run(sqlite_register, today).calendar_until == (date(2028, 12, 30) if warned else None)
    with sqlite_register.reading() as session:
        assert session.query(StaffTask).filter_by(kind="calendar").count() == warned
