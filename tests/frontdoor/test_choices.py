"""Which option was meant: every way people type a number, and everything that is not a choice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdoor.choices import choose, mark_and_label
from frontdoor.spoken import option_lines, replies

YES_NO = [{"id": "no", "label": "No, just pass it on"}, {"id": "yes", "label": "Yes, a complaint"}]
WHEN = [
    {"id": "recent", "label": "Less than a year"},
    {"id": "old", "label": "More than a year"},
    {"id": "dunno", "label": "Not sure"},
]
POINTS = [{"id": "matter 1", "label": "a. What went wrong"}, {"id": "contact", "label": "b. Name and contact"}]
ESCAPE = [{"id": "skip", "label": "I would rather not say"}]

ONE = [
    "1", "1.", "(1)", "[1]", "1)", " 1 ", "one", "One.", "ONE", "no 1", "No. 1", "number 1", "option 1", "Option one",
    "1 please", "1 pls", "1 thanks", "1️⃣", "１", "reply 1", "answer 1", "I choose 1", "i want 1", "1!", "1\n", "\u200b1",
    "less than a year", "Less than a year.", "LESS THAN A YEAR", "less than a yaer", "less then a year",
]  # fmt: skip
THREE = [
    "3", "three", "(3)", "option 3", "3 please", "3️⃣", "not sure", "Not sure!", "not sur", "nto sure", "Nr. 3",
]  # fmt: skip
CONTENT = [
    "flat 2", "2 weeks", "14/02", "1 and 3", "2 or 3", "12", "0", "4", "11", "1 month ago", "the 1st", "1st of May", "no",
    "not", "one of my neighbours", "3 people", "2 Elm Road", "SW1 1AA", "", "   ", "?", "a year", "sure", "1-2", "1,2", "£1",
    "1.5", "number 10 Downing Street", "option", "please", "less than a year ago it began", "11 please", "it started 3",
    "07700900123",
]  # fmt: skip


@pytest.mark.parametrize("text", ONE)
def test_the_first_option_in_every_way_people_write_it(text):
    assert choose(text, WHEN) == "recent"


@pytest.mark.parametrize("text", THREE)
def test_the_third_option(text):
    assert choose(text, WHEN) == "dunno"


@pytest.mark.parametrize("text", CONTENT)
def test_content_chooses_nothing(text):
    assert choose(text, WHEN) is None


@pytest.mark.parametrize(("text", "meant"), [
    ("no", "no"), ("No.", "no"), ("yes", "yes"), ("YES", "yes"), ("yes a complaint", "yes"), ("yes, a complaint", "yes"),
    ("no just pass it on", "no"), ("a complaint", None), ("yess", None), ("not", None), ("yes but not now", None), ("2", "yes"),
])  # fmt: skip
def test_the_words_before_a_comma_stand_for_the_option(text, meant):
    assert choose(text, YES_NO) == meant


def test_words_that_fit_two_options_choose_neither():
    both = [{"id": "written", "label": "Yes, in writing"}, {"id": "spoken", "label": "Yes, they told me"}]
    assert choose("yes", both) is None and choose("yes in writing", both) == "written"


@pytest.mark.parametrize(
    ("text", "meant"),
    [("a", "matter 1"), ("B", "contact"), ("b.", "contact"), ("name and contact", "contact"), ("1", None), ("c", None)],
)
def test_an_option_with_its_own_mark_is_chosen_by_that_mark(text, meant):
    assert choose(text, POINTS) == meant


@pytest.mark.parametrize("text", ["Flat 1, 22 Elm Road", "2", "22", "the second floor flat"])
def test_a_text_answer_beside_a_way_out_is_content(text):
    assert choose(text, ESCAPE) is None


@given(st.text(max_size=40))
def test_without_options_nothing_is_chosen_and_nothing_breaks(text):
    assert choose(text, []) is None
    assert choose(text, WHEN) in {None, "recent", "old", "dunno"}


def test_options_are_numbered_in_one_text():
    assert option_lines(WHEN) == ["Reply 1 for Less than a year", "2 for More than a year", "3 for Not sure"]
    assert option_lines(POINTS) == ["Reply a for What went wrong", "b for Name and contact"]
    assert mark_and_label("12. Home", 3) == ("12", "Home")


def test_a_turn_is_one_text_with_its_segments_counted():
    turn = [{"text": "Thank you.", "options": []}, {"text": "Shall I send it – as it is?", "options": YES_NO}]
    (one,) = replies(turn, "sms")
    assert one.text == "Thank you.\nShall I send it - as it is?\nReply 1 for No, just pass it on\n2 for Yes, a complaint"
    assert (one.segments, [option["id"] for option in one.options]) == (1, ["no", "yes"])


def test_on_the_page_each_message_stays_itself():
    turn = [{"text": "Thank you – well done…", "options": []}, {"text": "Send?", "options": YES_NO}]
    first, second = replies(turn, "web")
    assert first.text == "Thank you – well done…" and first.segments is None and not first.options
    assert [option["id"] for option in second.options] == ["no", "yes"]
