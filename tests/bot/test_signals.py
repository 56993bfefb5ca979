"""What rules read: phrases by their names, and how to reach the resident."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import signals

TODAY = date(2026, 11, 20)


def contact(text: str) -> dict[str, str]:
    return signals.read(text, TODAY).contact


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("third time ive reported it", "reported_before"),
        ("rang you 4 times", "reported_before"),
        ("first time this happened", "first_time"),
        ("I am on the 14th floor", "high_rise"),
        ("you had my letter before claim", "letter_before_claim"),
        ("hearing at County Court", "claim_filed"),
        ("on behalf of my client", "for_another"),
        ("dont say it was me", "anonymous"),
    ],
)
def test_a_phrase_is_found_by_its_name(text, name):
    assert name in signals.read(text, TODAY).phrases


@pytest.mark.parametrize(("text", "name"), [("I am on the 6th floor", "high_rise"), ("once upon a time", "reported_before")])
def test_what_is_just_beside_it_is_not(text, name):
    assert name not in signals.read(text, TODAY).phrases


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring 07700 900 123 after 5", {"phone": "07700 900 123"}),
        ("+44 7700 900123", {"phone": "+44 7700 900123"}),
        ("jan@example.org is best", {"email": "jan@example.org"}),
        ("flat 3, Rowan Mews LS9 7QP", {"address": "flat 3, Rowan Mews", "postcode": "LS9 7QP"}),
        ("My name is Janet O'Neil", {"name": "Janet O'Neil"}),
        ("thanks, Maria", {"name": "Maria"}),
    ],
)
def test_what_is_offered_is_taken(text, found):
    assert contact(text) == found


@pytest.mark.parametrize(
    "text", ["I AM NOT SHOUTING", "it cost £07700", "I'm Polish and tired", "2 men came on Tuesday", "order 12345678"]
)
def test_what_is_not_offered_is_not_taken(text):
    assert contact(text) == {}


@given(st.text(max_size=200))
def test_nothing_that_can_be_typed_upsets_it(text):
    found = signals.read(text, TODAY)
    assert found.phrases <= set(signals.names())
    assert all(0 <= time.span[0] < time.span[1] <= len(text) for time in found.times)
