"""The Code as data: whole, sourced, and with the clocks and contents that the house relies on."""
from __future__ import annotations

import pytest

from policies import code
from policies.citations import CODE, Citation

ALL = ([f"1.{n}" for n in range(1, 7)] + [f"2.{n}" for n in range(1, 6)] + [f"3.{n}" for n in range(1, 8)]
       + [f"4.{n}" for n in range(1, 4)] + [f"5.{n}" for n in range(1, 16)] + [f"6.{n}" for n in range(1, 21)]
       + [f"7.{n}" for n in range(1, 5)] + [f"8.{n}" for n in range(1, 6)] + [f"9.{n}" for n in range(1, 9)])


def test_every_provision_is_there_once_and_in_order():
    assert list(code.load()) == ALL


@pytest.mark.parametrize("number", ALL)
def test_a_provision_says_what_it_asks_and_where_that_was_found(number):
    provision = code.load()[number]
    assert provision.force in {"must", "should", "statement"}
    assert provision.rule.endswith(".") and len(provision.rule) > 25
    assert provision.source.startswith("https://") or "memory" in provision.source


@pytest.mark.parametrize(("number", "time", "start"), [
    ("6.2", "5 working days", "received"), ("6.3", "10 working days", "acknowledged"), ("6.4", "10 working days", "due"),
    ("6.11", "5 working days", "stage_2_request"), ("6.14", "20 working days", "stage_2_acknowledged"),
    ("6.15", "20 working days", "due"), ("2.3", "12 months", "matter_or_awareness"),
])
def test_the_clocks(number, time, start):
    assert (code.load()[number].time, code.load()[number].start) == (time, start)


def test_the_letters_hold_seven_items_and_differ_in_where_to_turn():
    first, second = code.load()["6.9"].contains, code.load()["6.19"].contains
    assert len(first) == len(second) == 7
    assert set(first) ^ set(second) == {"next_stage", "ombudsman"}


def test_the_title_is_the_one_that_citations_use():
    assert code.load().title == CODE
    assert code.load().citation("6.2") == Citation(CODE, "6.2")


def test_a_provision_that_is_not_there_is_an_error_that_says_how_to_write_one():
    with pytest.raises(code.CodeError, match="has no provision 10.1.*for example 6.2"):
        code.load()["10.1"]
