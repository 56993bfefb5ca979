"""Messages cut into stretches: nothing lost, nothing torn, long runs cut where a new point opens."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sentences import LONG, split

letters = st.text(alphabet="abc .,!?\n-•😀éÜ'", max_size=300)


def said(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@given(letters)
def test_every_word_is_in_one_stretch_and_stretches_stand_in_order(text):
    spans = split(text)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    inside = {i for a, b in spans for i in range(a, b)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in inside)


def test_a_stop_ends_a_stretch():
    assert said("The tap drips all night. The lift is stuck again.") == ["The tap drips all night.", "The lift is stuck again."]


@pytest.mark.parametrize("text", ["Ring Mrs. Brown about my tap please", "It cost approx. 40 pounds to mend it"])
def test_an_abbreviation_does_not(text):
    assert said(text) == [text]


def test_lines_of_a_list_are_stretches():
    assert len(said("the kitchen tap drips\nthe back door sticks badly\nno reply from repairs")) == 3


def test_a_run_without_stops_is_cut_where_a_new_point_opens():
    text = (
        "the boiler went off on sunday and i rang and nobody picked up and i have two kids here freezing also the front door "
        "does not lock and that lad from upstairs keeps trying the handle at night"
    )
    assert len(text.split()) > LONG
    assert any(part.startswith("also the front door") for part in said(text))


def test_a_scrap_joins_its_neighbour():
    assert said("No. I told you in March that the damp was back.") == ["No. I told you in March that the damp was back."]
