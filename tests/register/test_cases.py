"""A case: opened once, received when first voiced, dated by the pack it was opened under."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from policies import clocks, workdays
from register import cases, deadlines, events, inbox, intakes, migrate, records, tasks
from register.cases import CaseError
from register.facts import Facts
from register.references import find_reference
from register.tables import Case, CaseEvent, Intake
from tests.casework import LANDLORDS, draft, matter, open_case
from tests.conftest import NOW

# The dates at the end of the clock section of the policies: acknowledge, respond at the latest, extension limit.
FIRST = {
    "milestone": ("2026-12-29", "2027-01-06", "2027-01-20"), "mso": ("2026-12-29", "2027-01-13", "2027-01-27"),
    "millat": ("2026-12-29", "2027-01-13", "2027-01-23"), "resolution": ("2026-12-29", "2027-01-06", "2027-01-16"),
    "midlands_rural": ("2026-12-23", "2027-01-11", "2027-01-21"),
}
SECOND = {
    "milestone": ("2026-12-29", "2027-01-27"), "mso": ("2026-12-22", "2027-01-22"), "millat": ("2026-12-29", "2027-01-20"),
    "resolution": ("2026-12-29", "2027-01-27"), "midlands_rural": ("2026-12-23", "2027-01-25"),
}


def stored(register, reference: str, *names: str) -> tuple[str, ...]:
    with register.reading() as session:
        due = {row.deadline: row.due_on.isoformat() for row in cases.find(session, reference).deadlines}
    return tuple(due[name] for name in names)


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_a_stage_1_complaint_gets_the_landlords_dates(sqlite_register, landlord):
    reference = open_case(sqlite_register, landlord=landlord)
    names = ("stage_1_acknowledgement", "stage_1_response", "stage_1_extension_limit")
    assert stored(sqlite_register, reference, *names) == FIRST[landlord]


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_a_stage_2_request_gets_the_landlords_dates(sqlite_register, landlord):
    reference = open_case(sqlite_register, matter("I want this looked at again.", "escalation"), landlord=landlord)
    assert stored(sqlite_register, reference, "stage_2_acknowledgement", "stage_2_response") == SECOND[landlord]


@pytest.mark.parametrize(("at", "due"), [
    (datetime(2026, 12, 17, 23, 59, tzinfo=UTC), date(2026, 12, 24)), (datetime(2026, 12, 18, tzinfo=UTC), date(2026, 12, 29)),
    (datetime(2026, 7, 5, 22, 59, tzinfo=UTC), date(2026, 7, 10)), (datetime(2026, 7, 5, 23, 0, tzinfo=UTC), date(2026, 7, 13)),
])
def test_the_day_of_receipt_is_londons(sqlite_register, at, due):
    reference = open_case(sqlite_register, at=at)
    assert stored(sqlite_register, reference, "stage_1_acknowledgement") == (due.isoformat(),)


def test_received_is_when_the_first_matter_was_voiced_however_late_the_case_is_opened(register):
    conversation = draft(register)
    with register.writing() as session:
        intakes.note(session, conversation, 1, Facts(matters=[matter(), matter("And the lift.")]), at=NOW + timedelta(days=1))
        case = cases.open_case(session, conversation, 1, now=NOW + timedelta(days=2), by="sweep")
        assert (case.received_at, case.opened_at) == (NOW, NOW + timedelta(days=2))
        assert [row.text for row in case.matters][1] == "And the lift."
        assert case.definition.splitlines()[1] == "2. And the lift."


def test_an_intake_makes_one_case_even_when_asked_at_once(register):
    conversation = draft(register)
    made = []

    def open_it() -> None:
        with register.writing() as session:
            inbox.lock(session, conversation)
            made.append(cases.open_case(session, conversation, 1, now=NOW).reference)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(made) == 8 and len(set(made)) == 1
    with register.reading() as session:
        assert session.query(Case).count() == session.query(CaseEvent).count() == 1


def test_without_a_matter_there_is_no_case(sqlite_register):
    with sqlite_register.writing() as session:
        talk = inbox.start(session, landlord="milestone", channel="web", now=NOW)
        intakes.note(session, talk.id, 1, Facts(name="Rosa"), at=NOW)
        with pytest.raises(CaseError):
            cases.open_case(session, talk.id, 1, now=NOW)


def test_the_first_note_of_an_intake_is_kept(register):
    conversation = draft(register, name="Rosa Bell")
    with register.reading() as session:
        intake = session.query(Intake).one()
        assert intake.conversation_id == conversation
        assert (intake.facts["name"], [row.kind for row in intake.matters]) == ("Rosa Bell", ["complaint"])


def test_a_matter_taken_back_leaves_the_draft(sqlite_register):
    conversation = draft(sqlite_register, matter("One."), matter("Two."))
    with sqlite_register.writing() as session:
        intake = intakes.note(session, conversation, 1, Facts(matters=[matter("Two.")]), at=NOW)
        assert [row.text for row in intake.matters] == ["Two."]


@pytest.mark.parametrize(("kinds", "shown", "stage"), [
    (("complaint", "service_request"), "stage1_complaint", 1), (("feedback", "service_request"), "service_request", None),
    (("asb", "complaint"), "stage1_complaint", 1), (("escalation", "complaint"), "stage2_escalation", 2),
    (("asb", "feedback"), "excluded_proposed", 1), (("case_enquiry",), "enquiry", None),
])
def test_the_case_shows_the_first_disposition_of_its_matters(sqlite_register, kinds, shown, stage):
    reference = open_case(sqlite_register, *(matter(kind, kind) for kind in kinds), landlord="millat")
    with sqlite_register.reading() as session:
        case = cases.find(session, reference)
        assert (case.disposition, case.stage) == (shown, stage)
        assert len(case.matters) == len(kinds) and all(row.disposition for row in case.matters)


def test_what_only_a_person_can_do_is_raised_with_the_case(sqlite_register):
    son = {"who": "son", "authority": "spoken"}
    open_case(sqlite_register, landlord="mso", emergency="gas", handover="asked", representative=son)
    with sqlite_register.reading() as session:
        assert {task.kind for task in tasks.open_tasks(session)} == {"danger", "handover", "authority", "managing_partner"}


def test_who_writes_for_another_and_was_not_asked_for_authority_has_a_case_all_the_same(sqlite_register):
    for landlord in LANDLORDS:
        reference = open_case(sqlite_register, landlord=landlord, representative={"who": None, "authority": None})
        with sqlite_register.reading() as session:
            assert cases.find(session, reference).disposition == "stage1_complaint"


@pytest.mark.parametrize("kind", ["service_request", "feedback", "case_enquiry", "asb"])
def test_what_is_made_a_complaint_is_routed_as_one(sqlite_register, kind):
    for landlord in ("milestone", "mso"):
        complained = open_case(sqlite_register, landlord=landlord)
        reference = open_case(sqlite_register, matter(kind=kind, subject="repairs"), landlord=landlord)
        with sqlite_register.writing() as session:
            case, other = cases.find(session, reference), cases.find(session, complained)
            cases.raise_complaint(session, case, at=NOW, message_id=None)
            assert (case.stage, case.matters[0].disposition) == (1, "stage1_complaint")
            if kind in ("service_request", "feedback"):
                assert case.matters[0].citations == other.matters[0].citations


def test_a_case_keeps_the_version_it_was_opened_under(sqlite_register):
    reference = open_case(sqlite_register)
    with sqlite_register.writing() as session:
        case = cases.find(session, reference)
        cases.raise_complaint(session, case, at=NOW, message_id=None)
        assert cases.pack_of(case).version == case.pack_version


def test_what_is_stored_is_what_the_clocks_say(sqlite_register):
    for landlord in LANDLORDS:
        reference = open_case(sqlite_register, landlord=landlord)
        with sqlite_register.reading() as session:
            case = cases.find(session, reference)
            said = clocks.deadlines(cases.pack_of(case), deadlines.clock_facts(case), workdays.england())
            stored = {row.deadline: (row.due_on, row.rule) for row in case.deadlines}
            assert stored == {one.deadline: (one.due_on, one.rule) for one in said}
            assert all(row.citations for row in case.deadlines)


def test_more_words_after_closing_are_a_task(sqlite_register):
    reference = open_case(sqlite_register, matter("Lovely gardener.", "feedback"))
    with sqlite_register.writing() as session:
        case = cases.find(session, reference)
        first, second = (
            inbox.accept(session, case.conversation_id, client_id=f"later{number}", text="And", now=NOW, wall=NOW).message.id
            for number in range(2)
        )
        cases.add_words(session, case, at=NOW, message_id=first)
        assert tasks.open_tasks(session) == []
        case.closed_at = NOW
        cases.add_words(session, case, at=NOW, message_id=second)
        assert [task.kind for task in tasks.open_tasks(session)] == ["after_closing"]


def test_the_record_of_a_case_is_whole(sqlite_register):
    reference = open_case(sqlite_register, months_ago=3, adjustments=["large_print"], postcode="TN1 2AB")
    with sqlite_register.reading() as session:
        record = records.case_record(session, cases.find(session, reference))
    assert record["incident"] == {"words": None, "months_ago": 3, "from_on": "2026-09-18"}
    assert record["contact"] == {"name": "Rosa Bell", "postcode": "TN1 2AB"}
    assert record["matters"][0]["citations"] and record["deadlines"][0]["citations"][0].keys() == {"document", "paragraph"}
    assert [line["text"] for line in record["transcript"]] == [record["matters"][0]["text"]]


def test_references_are_read_however_they_are_typed(sqlite_register):
    reference = open_case(sqlite_register)
    with sqlite_register.reading() as session:
        assert cases.find(session, find_reference(f"it is {reference.lower().replace('-', ' ')}")).reference == reference
        with pytest.raises(CaseError):
            cases.find(session, "PR26-00000-00000")


@pytest.mark.parametrize("statement", ["UPDATE case_events SET kind = 'closed'", "DELETE FROM case_events"])
def test_the_database_itself_refuses_to_rewrite_events(register, statement):
    open_case(register)
    with pytest.raises(DatabaseError, match="append only"), register.writing() as session:
        session.execute(text(statement))


def test_the_same_message_causes_the_same_event_once(register):
    reference = open_case(register)
    with register.writing() as session:
        case = cases.find(session, reference)
        message = inbox.transcript(session, case.conversation_id)[0].id
        made = [events.add(session, case, "added_to", at=NOW, by="resident", message_id=message) for _ in range(2)]
        assert made[0].id == made[1].id and case.version == 2
        with pytest.raises(ValueError, match="not a kind"):
            events.add(session, case, "vanished", at=NOW, by="bot")


def test_running_the_migrations_again_changes_nothing(register):
    reference = open_case(register)
    migrate.upgrade(register)
    with register.reading() as session:
        assert cases.find(session, reference).reference == reference
