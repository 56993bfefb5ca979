"""Working days: the calculated holidays against the published list, a second calendar, one-off holidays, the edges."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies import workdays
from tests.policies import hand_calendar


def every_day(first: date, last: date):
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def test_the_calculated_holidays_are_the_published_ones():
    published, england = workdays.published(), workdays.england()
    calculated = dict(england.holidays_between(min(published), workdays.published_until()))
    assert calculated == published


def test_a_calendar_written_by_hand_agrees_on_every_day_to_2030_and_beyond():
    england = workdays.england()
    for day in every_day(date(2020, 1, 1), date(2040, 12, 31)):
        assert england.is_working_day(day) is hand_calendar.worked(day), day


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 60))
def test_adding_working_days_is_stepping(day, number):
    assert workdays.england().add(day, number) == hand_calendar.wd(day, number)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 60))
def test_counting_back_is_adding(day, number):
    england = workdays.england()
    assert england.between(day, england.add(day, number)) == number
    assert england.is_working_day(england.next_working_day(day)) and england.next_working_day(day) >= day


@pytest.mark.parametrize(("day", "why"), [
    (date(2026, 12, 24), None), (date(2026, 12, 25), "Christmas Day"), (date(2026, 12, 26), "Saturday"),
    (date(2026, 12, 27), "Sunday"), (date(2026, 12, 28), "Boxing Day (substitute day)"),
    (date(2027, 3, 26), "Good Friday"), (date(2027, 3, 29), "Easter Monday"),
    (date(2028, 2, 29), None), (date(2026, 5, 4), "Early May bank holiday")])
def test_why_a_day_is_not_worked(day, why):
    assert workdays.england().why_not(day) == why


def test_a_proclaimed_holiday_counts_from_the_day_it_is_in_the_file(tmp_path):
    file = tmp_path / "one_off.yml"
    file.write_text("holidays: []\n")
    before = workdays.england(file).add(date(2027, 6, 4), 1)
    file.write_text('holidays:\n  - {on: 2027-06-07, name: "A proclaimed holiday", source: Proclamation}\n')
    after = workdays.england(file)
    assert before == date(2027, 6, 7) and after.add(date(2027, 6, 4), 1) == date(2027, 6, 8)
    assert after.why_not(date(2027, 6, 7)) == "A proclaimed holiday"


def test_a_moved_holiday_leaves_its_ordinary_day_worked(tmp_path):
    file = tmp_path / "one_off.yml"
    file.write_text('holidays:\n  - {on: 2027-05-07, name: "Moved", instead_of: 2027-05-03}\n')
    calendar = workdays.england(file)
    assert calendar.is_working_day(date(2027, 5, 3)) and not calendar.is_working_day(date(2027, 5, 7))


@pytest.mark.parametrize(("text", "message"), [
    ("holidays: {}\n", "line 1: there is no list"),
    ("holidays:\n  - {on: May, name: X}\n", "line 2: write each holiday as"),
    ("holidays:\n  - {on: 2027-05-07, name: X, until: 2027-05-08}\n", 'line 2: "until" is not known'),
    ("holidays:\n  - {on: 2027-05-07, name: X, instead_of: Monday}\n", "line 2: `instead_of` is a date"),
    ("holidays:\n  - {on: 2027-02-30, name: X}\n", 'line 2: "2027-02-30" is not a day'),
])
def test_a_faulty_holiday_file_says_what_to_do(tmp_path, text, message):
    file = tmp_path / "one_off.yml"
    file.write_text(text)
    with pytest.raises(workdays.HolidayFileError, match=message):
        workdays.england(file)


def test_days_outside_the_calendar_are_refused_in_a_sentence():
    with pytest.raises(workdays.OutsideCalendar, match="from 2015 to 2045"):
        workdays.england().add(date(2099, 1, 1), 1)
    with pytest.raises(workdays.OutsideCalendar, match="end after 2045"):
        workdays.england().add(date(2045, 12, 29), 10)


def test_a_landlords_own_closures_are_left_out_and_nobody_elses():
    closed = workdays.england().with_closures({date(2026, 12, 29): "Office closed"})
    assert closed.why_not(date(2026, 12, 29)) == "Office closed" and workdays.england().is_working_day(date(2026, 12, 29))
    assert closed is workdays.england().with_closures({date(2026, 12, 29): "Office closed"})
    assert workdays.england().with_closures({}) is workdays.england()
