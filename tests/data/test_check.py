"""The checks of labelled messages: each says what is wrong, and lets pass what is just right."""

from __future__ import annotations

import json

import pytest

from evaluation.check import STOCK_MOST, Message, findings, from_lines, near_duplicates, wrong_labels

GOOD = {"text": "The gutter over my door has come away", "kind": "service_request", "subject": "repairs", "stance": "first_ask"}


def message(text: str, number: int = 0, writer: str = "w1") -> Message:
    return Message(f"{writer}:{number}", writer, {**GOOD, "text": text})


def test_a_good_message_has_nothing_wrong():
    assert list(wrong_labels(GOOD)) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "moan"}, "kind is 'moan'"),
        ({"stance": ""}, "no stance"),
        ({"outcomes": ["biscuits"]}, "outcomes has 'biscuits'"),
        ({"high_rise": "yes"}, "high_rise is not true or false"),
        ({"months_ago": "two"}, "months_ago is not a whole number"),
        ({"because": ["the roof"]}, "because is not in the text"),
        ({"colour": "green"}, "unknown field colour"),
        ({"text": "look [here](there)"}, "markup"),
        ({"text": "it cost ${MONEY}"}, "markup"),
        ({"matters": [{"kind": "asb", "subject": "neighbours", "stance": "reports", "text": "The gutter"}]}, "one matter only"),
    ],
)
def test_what_is_wrong_is_said(changed, words):
    assert any(words in what for what in wrong_labels({**GOOD, **changed}))


def test_of_several_matters_the_first_in_order_must_lead():
    matters = [
        {"kind": "service_request", "subject": "repairs", "stance": "first_ask", "text": "The gutter"},
        {"kind": "complaint", "subject": "repairs", "stance": "dissatisfied", "text": "come away"},
    ]
    assert any("leads with complaint" in what for what in wrong_labels({**GOOD, "matters": matters}))
    assert list(wrong_labels({**GOOD, "kind": "complaint", "stance": "dissatisfied", "matters": matters})) == []


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ("one two three four nine", 1),  # four words of six shared: more than half
        ("one two three eight nine", 0),  # three of seven
    ],
)
def test_near_duplicates_share_more_than_half_of_their_words(other, found):
    assert len(list(near_duplicates([message("one two three four five"), message(other, 1)]))) == found


@pytest.mark.parametrize(("count", "found"), [(3, 0), (4, 1)])
def test_an_opening_may_come_three_times(count, found):
    endings = ["roof leaks badly", "hall stinks of paint", "gate swings all night", "meter reads nothing today"]
    said = findings([message(f"You told me {ending}", i) for i, ending in enumerate(endings[:count])])
    assert sum("open with" in what for what in said) == found


@pytest.mark.parametrize(("count", "found"), [(STOCK_MOST, 0), (STOCK_MOST + 1, 1)])
def test_a_stock_phrase_may_come_five_times(count, found):
    said = findings([message(f"w{i}a w{i}b w{i}c w{i}d w{i}e w{i}f so fed up", i) for i in range(count)])
    assert sum("fed up" in what for what in said) == found


def test_each_writer_is_counted_alone():
    said = findings([message(f"w{i}a w{i}b w{i}c w{i}d w{i}e w{i}f fed up", i, f"w{i % 2}") for i in range(2 * STOCK_MOST)])
    assert said == []


def test_lines_are_read_with_their_place(tmp_path):
    path = tmp_path / "w9.jsonl"
    path.write_text("\n" + json.dumps(GOOD) + "\n", encoding="utf-8")
    (read,) = from_lines(path)
    assert (read.place, read.writer, read.text) == ("w9.jsonl:2", "w9", GOOD["text"])
