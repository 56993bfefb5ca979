"""Clocks of the law: for renters only, only phases in force, hours through holidays; complaints about personal data."""
from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from policies import packs, workdays
from policies.hazards import data_protection_acknowledgement, hazard_deadlines

CHRISTMAS_EVE = datetime(2026, 12, 24, 18, 0, tzinfo=timezone.utc)
CALENDAR = workdays.england()


def pack_of(key: str):
    return packs.load()[key].versions[-1]


def found(key="millat", tenure="tenant", hazard="damp_and_mould", aware_at=CHRISTMAS_EVE, **more):
    return {d.deadline: d for d in hazard_deadlines(pack_of(key), tenure, hazard, aware_at, CALENDAR, **more)}


def test_significant_damp_and_mould_before_it_was_investigated():
    deadlines = found()
    assert {name: d.due_on.isoformat() for name, d in deadlines.items()} == {
        "investigate": "2027-01-12", "written_summary": "2027-01-15", "make_safe": "2027-01-19",
        "begin_further_work": "2027-01-19", "further_work_started_at_the_latest": "2027-04-06"}
    assert not deadlines["investigate"].at_latest and deadlines["make_safe"].at_latest
    assert all(d.citations[0].document.startswith("Hazards in Social Housing") for d in deadlines.values())


def test_an_early_investigation_brings_the_rest_forward_and_a_late_one_does_not_move_it_back():
    assert found(investigated=date(2026, 12, 30))["written_summary"].due_on == date(2027, 1, 5)
    assert found(investigated=date(2027, 2, 1))["written_summary"].due_on == date(2027, 1, 15)


def test_an_emergency_runs_in_hours_through_christmas_and_over_a_clock_change():
    [deadline] = found(emergency=True).values()
    assert deadline.due_at == datetime(2026, 12, 25, 18, 0, tzinfo=timezone.utc) and deadline.due_on == date(2026, 12, 25)
    saturday_night = datetime(2027, 3, 27, 23, 30, tzinfo=timezone.utc)
    [deadline] = found(emergency=True, aware_at=saturday_night).values()
    assert deadline.due_on == date(2027, 3, 29)
    assert deadline.as_json()["due_at"] == "2027-03-28T23:30:00+00:00"


@pytest.mark.parametrize(("key", "tenure"), [("milestone", "shared_owner"), ("mso", "shared_owner"), ("milestone", "tenant"),
                                             ("millat", "shared_owner"), ("millat", "leaseholder"), ("resolution", None)])
def test_never_promised_to_those_who_do_not_rent(key, tenure):
    assert found(key, tenure) == {} and found(key, tenure, emergency=True) == {}


def test_later_phases_are_off_until_a_date_is_set():
    assert found(hazard="excess_cold") == {} and found(hazard="excess_cold", emergency=True)
    assert found(hazard="overcrowding", emergency=True) == {}


@pytest.mark.parametrize(("on", "covered"), [((2025, 10, 26), False), ((2025, 10, 27), True)])
def test_phase_one_began_on_a_day(on, covered):
    assert bool(found(aware_at=datetime(*on, 12, tzinfo=timezone.utc))) is covered


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        found(aware_at=datetime(2026, 12, 24, 18))


@pytest.mark.parametrize(("received", "due"), [(date(2026, 6, 18), None), (date(2026, 6, 19), date(2026, 7, 19)),
                                               (datetime(2026, 7, 14, 23, 30, tzinfo=timezone.utc), date(2026, 8, 14))])
def test_a_complaint_about_personal_data_is_acknowledged_in_thirty_days(received, due):
    deadline = data_protection_acknowledgement(received, CALENDAR)
    assert (deadline and deadline.due_on) == due
