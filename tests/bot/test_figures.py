"""The figures of an evaluation, on cases small enough to count by hand."""

from __future__ import annotations

import pytest

from evaluation import figures
from evaluation.figures import Case, share


def case(gold: dict, **said) -> Case:
    read = {"kind": "complaint", "confidence": 0.9, "ask": None, "matters": [], "emergency": "none", "safeguarding": "none"}
    return Case({"text": "a b c", "kind": "complaint", **gold}, {**read, **said})


def test_a_fair_second_reading_is_right():
    assert case({"kind": "asb", "also": ["complaint"]}).right
    assert not case({"kind": "asb"}).right


def test_one_question_may_settle_it():
    asked = {"question": "?", "options": ["a", "b"], "settles": ["complaint", "asb"]}
    assert case({"kind": "asb"}, ask=asked).right_after_one_question
    assert not case({"kind": "court"}, ask=asked).right_after_one_question
    assert not case({"kind": "asb"}).right_after_one_question


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "escalation"},
        {"kind": "asb", "matters": [{"kind": "complaint"}]},
        {"kind": "asb", "ask": {"settles": ["asb", "complaint"]}},
    ],
)
def test_a_complaint_is_heard_as_kind_as_matter_or_as_a_reading_asked_about(said):
    assert case({}, **said).heard


def test_it_is_not_heard_otherwise():
    assert not case({}, kind="asb", matters=[{"kind": "asb"}], ask={"settles": ["asb", "court"]}).heard


def test_danger_is_either_field():
    assert case({"safeguarding": "child"}).danger and not case({}).danger
    assert case({}, emergency="gas").danger_said


@pytest.mark.parametrize(("hits", "n", "low", "high"), [(0, 10, 0.0, 0.278), (50, 100, 0.404, 0.596), (10, 10, 0.722, 1.0)])
def test_wilson_s_interval(hits, n, low, high):
    figure = share([True] * hits + [False] * (n - hits))
    assert (figure.n, round(figure.low, 3), round(figure.high, 3)) == (n, low, high)


def test_confidence_that_means_what_it_says_has_no_error():
    honest = [case({"kind": "complaint" if i % 4 else "asb"}, confidence=0.75) for i in range(400)]
    assert figures.calibration_error(honest) == pytest.approx(0, abs=0.02)
    boasting = [case({"kind": "asb"}, confidence=1.0) for _ in range(20)]
    assert figures.calibration_error(boasting) == 1


def test_the_confusion_table_counts_every_case_once():
    cases = [case({}), case({"kind": "asb"}), case({"kind": "asb", "also": ["complaint"]})]
    table = figures.confusion(cases)
    assert table.sum() == 3
    assert table[0, 0] == 2  # the fair second reading stands on the diagonal


def test_f1_of_sets_of_values():
    cases = [case({"outcomes": ["repair", "apology"]}, outcomes=["repair"]), case({}, outcomes=["refund"])]
    assert figures.values_f1(cases, "outcomes") == pytest.approx(2 * 1 / (2 + 2))


def test_each_error_has_its_cost():
    cases = [case({"emergency": "gas"}), case({"kind": "asb"}, matters=[{"kind": "complaint"}])]
    costs = figures.costs(cases)
    assert costs["danger missed"] == (1, figures.COSTS["danger missed"])
    assert costs["wrong kind"][0] == costs["false complaint"][0] == 1


def test_an_interval_holds_the_value_and_is_the_same_each_time():
    cases = [case({"kind": "asb" if i % 3 else "complaint"}) for i in range(60)]
    one, other = (figures.resampled(cases, lambda some: sum(c.right for c in some) / len(some)) for _ in range(2))
    assert one == other
    assert one.low <= one.value <= one.high
