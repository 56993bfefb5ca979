"""Deadlines of the five landlords: worked cases, an independent calendar, and properties that must always hold."""
from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies import clocks, packs, workdays, yaml_lines
from policies.clocks import ClockFacts
from policies.dates import LONDON
from policies.pack_rules import Override
from tests.policies import hand_calendar

CASES = Path(__file__).parent / "cases"
KEYS = ("milestone", "mso", "millat", "resolution", "midlands_rural")
LATER = date(2026, 1, 1)


def moment(value: date | str) -> date | datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def pack_of(key: str):
    return packs.load()[key].in_force(LATER)


def dates(key: str, facts: ClockFacts, calendar: workdays.Calendar | None = None) -> dict[str, date]:
    return {d.deadline: d.due_on for d in clocks.deadlines(pack_of(key), facts, calendar or workdays.england())}


def cases_of(key: str) -> list[dict]:
    return yaml_lines.read(CASES / f"{key}.yml")[0]


def worked_cases() -> list:
    return [pytest.param(key, case, id=f"{key}: {case['case']}") for key in KEYS for case in cases_of(key)]


@pytest.mark.parametrize(("key", "case"), worked_cases())
def test_worked_case(key, case):
    facts = ClockFacts(**{name: moment(value) for name, value in case["facts"].items()})
    found = dates(key, facts)
    assert {name: found.get(name) for name in case["due"]} == case["due"]
    by_hand = hand_calendar.expected(key, {name: _london(moment(value)) for name, value in case["facts"].items()})
    assert found == by_hand
    for done in case.get("done", ()):
        assert (done["on"] <= found[done["deadline"]]) is done["in_time"]


def _london(value: date | datetime) -> date:
    if not isinstance(value, datetime):
        return value
    return hand_calendar.london(value) if value.tzinfo else value.date()


def test_there_are_enough_worked_cases_for_every_landlord():
    counts = {key: len(cases_of(key)) for key in KEYS}
    assert min(counts.values()) >= 50 and sum(counts.values()) >= 250


@pytest.mark.parametrize(("key", "stage_1", "stage_2"), [
    ("milestone", ("2026-12-29", "2027-01-06", "2027-01-20"), ("2026-12-29", "2027-01-27")),
    ("mso", ("2026-12-29", "2027-01-13", "2027-01-27"), ("2026-12-22", "2027-01-22")),
    ("millat", ("2026-12-29", "2027-01-13", "2027-01-23"), ("2026-12-29", "2027-01-20")),
    ("resolution", ("2026-12-29", "2027-01-06", "2027-01-16"), ("2026-12-29", "2027-01-27")),
    ("midlands_rural", ("2026-12-23", "2027-01-11", "2027-01-21"), ("2026-12-23", "2027-01-25")),
])
def test_the_friday_before_christmas_2026(key, stage_1, stage_2):
    friday = datetime(2026, 12, 18, 18, 30, tzinfo=LONDON)
    found = dates(key, ClockFacts(received=friday))
    assert tuple(found[f"stage_1_{name}"].isoformat() for name in ("acknowledgement", "response", "extension_limit")) == stage_1
    found = dates(key, ClockFacts(stage_2_request=friday))
    assert tuple(found[f"stage_2_{name}"].isoformat() for name in ("acknowledgement", "response")) == stage_2


def random_facts(chance: random.Random) -> ClockFacts:
    """A moment of receipt in 2024 to 2030 in any zone, and later events in any number."""
    start = datetime(2024, 1, 5, tzinfo=timezone.utc) + timedelta(minutes=chance.randrange(6 * 365 * 24 * 60))
    facts: dict[str, datetime | date] = {}
    for name in clocks.FACTS:
        if chance.random() < 0.3:
            instant = start + timedelta(minutes=chance.randrange(120 * 24 * 60))
            facts[name] = instant.astimezone(timezone(timedelta(hours=chance.randrange(-11, 13))))
    return ClockFacts(**facts or {"received": start})


def test_an_independent_calendar_agrees_on_twenty_thousand_instants():
    chance = random.Random(20261218)
    for _ in range(20_000):
        key, facts = chance.choice(KEYS), random_facts(chance)
        by_hand = hand_calendar.expected(key, {name: hand_calendar.london(getattr(facts, name)) for name in facts.dates()})
        assert dates(key, facts) == by_hand, (key, facts)


days = st.dates(date(2024, 1, 5), date(2030, 6, 30))


@given(st.sampled_from(KEYS), st.sampled_from(clocks.FACTS), days, st.integers(0, 60))
def test_a_later_start_is_never_due_earlier(key, fact, day, later):
    before, after = dates(key, ClockFacts(**{fact: day})), dates(key, ClockFacts(**{fact: day + timedelta(days=later)}))
    assert before.keys() == after.keys()
    assert all(before[name] <= after[name] for name in before)


@given(st.sampled_from(KEYS), days, st.integers(0, 60), st.integers(0, 60))
def test_a_late_acknowledgement_never_moves_a_promise_back(key, received, first, later):
    def promised(acknowledged: date | None) -> dict[str, date]:
        return dates(key, ClockFacts(received=received, acknowledged=acknowledged))
    sooner, slower = promised(received + timedelta(days=first)), promised(received + timedelta(days=first + later))
    assert all(sooner[name] <= slower[name] <= promised(None)[name] for name in sooner)


@given(st.sampled_from(KEYS), st.sampled_from(clocks.FACTS), days, st.integers(1, 40))
def test_another_holiday_never_makes_a_date_earlier(key, fact, day, after):
    facts = ClockFacts(**{fact: day})
    more = workdays.Calendar(extra_holidays={day + timedelta(days=after): "A proclaimed holiday"})
    ordinary, with_holiday = dates(key, facts), dates(key, facts, more)
    assert all(ordinary[name] <= with_holiday[name] for name in ordinary)


@given(st.sampled_from(KEYS), st.sampled_from(clocks.NAMES), days, st.sampled_from(clocks.FACTS))
def test_the_working_ends_on_the_due_date_with_every_day_accounted_for(key, name, day, fact):
    pack, facts, calendar = pack_of(key), ClockFacts(**{fact: day}), workdays.england()
    working = clocks.explain(pack, facts, name, calendar)
    due = dates(key, facts).get(name)
    assert bool(working) is (due is not None)
    if working:
        assert working[-1].on == due
        assert [row.counted for row in working if row.counted is not None] == list(range(working[-1].counted + 1))
        assert all(row.why for row in working if row.counted is None)


def test_the_working_names_each_day_left_out():
    facts = ClockFacts(received=date(2026, 12, 18))
    working = clocks.explain(pack_of("milestone"), facts, "stage_1_acknowledgement", workdays.england())
    assert [(row.on.day, row.counted, row.why) for row in working] == [
        (18, 0, "receipt"), (19, None, "Saturday"), (20, None, "Sunday"), (21, 1, ""), (22, 2, ""), (23, 3, ""), (24, 4, ""),
        (25, None, "Christmas Day"), (26, None, "Saturday"), (27, None, "Sunday"), (28, None, "Boxing Day (substitute day)"),
        (29, 5, "")]


def test_a_start_in_the_landlords_hands_is_said_at_the_latest_until_it_has_happened():
    facts = ClockFacts(received=date(2026, 11, 23))
    def response(facts):
        return {d.deadline: d for d in clocks.deadlines(pack_of("mso"), facts, workdays.england())}["stage_1_response"]
    assert response(facts).at_latest and response(facts).from_on == date(2026, 11, 30)
    told = response(ClockFacts(received=date(2026, 11, 23), acknowledged=date(2026, 11, 25)))
    assert not told.at_latest and told.from_on == date(2026, 11, 25)


def test_where_the_bots_confirmation_is_the_acknowledgement_the_answer_runs_from_receipt():
    pack = pack_of("mso").model_copy(update={"version": "confirmed", "bot_confirmation_acknowledges": True})
    found = {d.deadline: d for d in clocks.deadlines(pack, ClockFacts(received=date(2026, 11, 23)), workdays.england())}
    assert found["stage_1_response"].due_on == date(2026, 12, 7) and not found["stage_1_response"].at_latest


def test_a_signed_override_sets_a_clock_back_to_what_is_printed():
    signed = Override(rule="clocks.stage_2_extension_limit", words="As printed", signed_by="Ann Oak", role="Director",
                      on=date(2026, 4, 1), why="The board decided so", cite=["Resolving complaints"])
    pack = pack_of("resolution").model_copy(update={"version": "signed", "spoken_overrides": [signed]})
    facts = ClockFacts(due=date(2026, 9, 1), stage_2_request=date(2026, 7, 30))
    assert dates("resolution", facts)["stage_2_extension_limit"] == date(2026, 9, 29)
    found = {d.deadline: d for d in clocks.deadlines(pack, facts, workdays.england())}
    assert found["stage_2_extension_limit"].due_on == date(2026, 10, 1)


def test_json_has_the_agreed_names():
    [first, *_] = clocks.deadlines(pack_of("millat"), ClockFacts(due=date(2027, 1, 13)), workdays.england())
    assert first.as_json() == {
        "deadline": "stage_1_extension_limit", "due_on": "2027-01-23", "rule": "10 calendar days of the present due date",
        "from": "due", "from_on": "2027-01-13",
        "citations": [{"document": "Millat Housing Complaints Policy", "paragraph": "First Stage 3"}],
        "also": [{"due_on": "2027-01-27",
                  "reading": "The longest that the Code allows without good reason: 10 working days of the present due date",
                  "citations": [{"document": "Complaint Handling Code 2024", "paragraph": "6.4"}]}],
        "at_latest": False, "for_staff": False}


def test_other_readings_are_never_more_than_two_and_always_cited():
    chance = random.Random(3)
    for _ in range(500):
        for deadline in clocks.deadlines(pack_of(chance.choice(KEYS)), random_facts(chance), workdays.england()):
            assert len(deadline.also) <= 2
            assert deadline.citations and all(other.citations for other in deadline.also)


def test_a_letter_sent_electronically_is_received_the_same_day():
    found = dates("millat", ClockFacts(stage_1_response=date(2026, 11, 20), stage_1_response_sent="electronic"))
    assert found["stage_2_request_window"] == date(2026, 12, 20)


def test_facts_out_of_order_are_named():
    with pytest.raises(clocks.FactsOutOfOrder, match="acknowledged .* is before received"):
        clocks.check_order(ClockFacts(received=date(2026, 11, 23), acknowledged=date(2026, 11, 20)))
    clocks.check_order(ClockFacts(received=date(2026, 11, 23), acknowledged=date(2026, 11, 23)))
