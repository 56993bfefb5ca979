"""The law's clocks beside the complaint clock: for renters from the first message, for shared owners never."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from register import cases, corrections, decisions, law
from register.deadlines import STEPS
from register.decisions import DecisionError
from tests.casework import decider, matter, open_case, plain
from tests.conftest import NOW

DAMP = {"text": "Black mould over the cot", "subject": "damp_and_mould"}
MONDAY = datetime(2026, 12, 21, 10, tzinfo=UTC)
LATEST = {
    "investigate": date(2027, 1, 6), "written_summary": date(2027, 1, 11), "make_safe": date(2027, 1, 13),
    "begin_further_work": date(2027, 1, 13), "further_work_started_at_the_latest": date(2027, 3, 31),
}


def due(register, reference: str) -> dict[str, date]:
    with register.reading() as session:
        return {row.deadline: row.due_on for row in cases.find(session, reference).deadlines if row.deadline in STEPS}


def decide(register, reference: str, decision, at: datetime = MONDAY, **given):
    with register.writing() as session:
        who = decider(cases.find(session, reference).version, at)
        return decision(session, decisions.take_up(session, reference, who), who, **given)


def notes(register, reference: str) -> str:
    with register.reading() as session:
        return " ".join(note for row in cases.find(session, reference).matters for note in row.for_staff)


def test_a_renters_mould_opens_its_clocks_from_the_message(register):
    assert due(register, open_case(register, matter(**DAMP), landlord="millat", tenure="tenant")) == LATEST


@pytest.mark.parametrize(("landlord", "tenure"), [
    ("millat", "shared_owner"), ("millat", "leaseholder"), ("milestone", None), ("mso", None),
])
def test_an_owner_has_none(register, landlord, tenure):
    told = {"landlord": landlord, "tenure": tenure, "emergency": "electrical"}
    assert due(register, open_case(register, matter(**DAMP), **told)) == {}


def test_an_emergency_runs_in_hours_through_the_weekend(sqlite_register):
    reference = open_case(sqlite_register, landlord="resolution", tenure="tenant", emergency="electrical")
    assert due(sqlite_register, reference) == {"emergency_make_safe": date(2026, 12, 19)}
    with sqlite_register.reading() as session:
        rule = next(row.rule for row in cases.find(session, reference).deadlines if row.deadline == "emergency_make_safe")
    assert rule == "24 hours, 18:30"


def test_a_first_report_is_no_complaint_and_has_the_laws_clocks_all_the_same(sqlite_register):
    told = matter(kind="service_request", **DAMP)
    reference = open_case(sqlite_register, told, landlord="midlands_rural", tenure="tenant")
    assert due(sqlite_register, reference) == LATEST
    with sqlite_register.writing() as session:
        case = cases.find(session, reference)
        assert case.stage is None
        cases.raise_complaint(session, case, at=NOW + timedelta(days=9), message_id=None)
    assert due(sqlite_register, reference) == LATEST, "the law counts from the first message"


def test_a_complaint_taken_as_a_request_keeps_the_laws_clocks(sqlite_register):
    reference = open_case(sqlite_register, matter(**DAMP), landlord="millat", tenure="tenant")
    decide(sqlite_register, reference, decisions.accept_as_service_request, reason="First report.", words=plain)
    assert due(sqlite_register, reference) == LATEST


def test_unknown_tenure_is_for_a_person_to_find_out_and_then_counts_from_the_message(register):
    reference = open_case(register, matter(**DAMP), landlord="millat")
    assert due(register, reference) == {} and "whether the resident rents" in notes(register, reference)
    decide(register, reference, corrections.correct, field="tenure", value="tenant", reason="Tenancy found.")
    assert due(register, reference) == LATEST and "whether the resident rents" not in notes(register, reference)
    decide(register, reference, corrections.correct, field="tenure", value="leaseholder", reason="Wrong file.")
    assert due(register, reference) == {}


def test_what_was_done_moves_what_runs_from_it(register):
    reference = open_case(register, matter(**DAMP), landlord="millat", tenure="tenant")
    event = decide(register, reference, decisions.step_done, deadline="investigate", note="Surveyor went, extractor dead.")
    assert (event.kind, event.details["on"]) == ("step_done", "2026-12-21")
    after = due(register, reference)
    assert (after["written_summary"], after["make_safe"]) == (date(2026, 12, 24), date(2026, 12, 30))
    assert after["investigate"] == LATEST["investigate"]
    with pytest.raises(DecisionError, match="done already"):
        decide(register, reference, decisions.step_done, deadline="investigate", note="Again.")


@pytest.mark.parametrize(("deadline", "note"), [("stage_1_response", "done"), ("investigate", " ")])
def test_only_steps_are_recorded_so_and_with_what_was_found(sqlite_register, deadline, note):
    reference = open_case(sqlite_register, matter(**DAMP), landlord="millat", tenure="tenant")
    with pytest.raises(DecisionError):
        decide(sqlite_register, reference, decisions.step_done, deadline=deadline, note=note)


@pytest.mark.parametrize(("kind", "days"), [
    ("complaint", {"data_protection_acknowledgement": date(2027, 1, 17)}), ("service_request", {}),
])
def test_a_complaint_about_personal_data_has_its_own_clock(sqlite_register, kind, days):
    told = matter("You sent my file to my neighbour", kind=kind, subject="data_protection")
    assert due(sqlite_register, open_case(sqlite_register, told)) == days


@pytest.mark.parametrize(("needs", "days"), [(["large_print"], {"alternative_format": date(2026, 12, 28)}), (["extra_time"], {})])
def test_another_format_is_owed_where_the_policy_gives_a_day(sqlite_register, needs, days):
    assert due(sqlite_register, open_case(sqlite_register, landlord="milestone", adjustments=needs)) == days


def test_every_clock_of_the_law_is_a_duty_with_a_step():
    assert set(law.DUTIES) < set(STEPS)
