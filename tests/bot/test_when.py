"""How long ago, in the ways that residents say it. Today is Friday 20 November 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.when import months_ago, times

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("3 wks ago", 1),
        ("2 weeks ago", 0),
        ("been like this for 16 days", 1),
        ("15 days now", 0),
        ("two and a half years", 30),
        ("a year and a half", 18),
        ("18 mths", 18),
        ("a couple of months back", 2),
        ("since xmas", 11),
        ("since Easter", 8),
        ("last winter", 10),
        ("in feb", 9),
        ("told you March 3rd", 9),
        ("reported 01/02/26", 10),
        ("on 2026-05-20", 6),
        ("October 2025", 13),
        ("in october", 1),
        ("this november", 0),
        ("last december", 11),
        ("last october", 13),
        ("last September", 2),
        ("last autumn", 14),
        ("last summer", 4),
        ("last halloween", 13),
        ("in march last year", 20),
        ("April this year", 7),
        ("since 2024", 29),
        ("last month", 1),
        ("yesterday", 0),
        ("since Sunday", 0),
        ("since the clocks went back", 1),
        ("before the coronation", 43),
    ],
)
def test_ways_of_saying_when(text, months):
    assert months_ago(text, TODAY) == months


@pytest.mark.parametrize(
    "text",
    [
        "my 3 year old is cold",
        "I have lived here 20 years",
        "reply within 10 working days",
        "she is 8 months pregnant",
        "you may come in",
        "I march up those stairs",
        "£12.50 a go",
        "no heating",
    ],
)
def test_times_of_something_else_do_not_count(text):
    assert months_ago(text, TODAY) is None


def test_the_longest_ago_is_taken():
    assert months_ago("told you in feb, a man came in march, nothing since", TODAY) == 9


def test_each_time_named_has_its_place():
    text = "first in feb 🙄 then 3 weeks ago"
    assert [text[slice(*named.span)] for named in times(text, TODAY)] == ["3 weeks", "in feb"]


@given(st.integers(min_value=0, max_value=3000))
def test_a_written_date_is_counted_to_the_nearest_month(days):
    then = TODAY - timedelta(days=days)
    assert months_ago(f"on {then:%d/%m/%Y}", TODAY) == round(days / 30.44)


@given(st.text(max_size=200))
def test_nothing_that_can_be_typed_upsets_it(text):
    found = months_ago(text, TODAY)
    assert found is None or found >= 0
