"""Whole conversations from `conversations.yml`, and what each landlord does with the same words from `nine_matters.yml`."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import ruamel.yaml

from register.sweep import sweep
from tests.conversation.conftest import FRIDAY_BEFORE_CHRISTMAS
from tests.conversation.test_endings import answer_all

HERE = Path(__file__).parent
MOST_TURNS = 8  # of a resident, to a logged plain complaint


def loaded(name: str) -> Any:
    return ruamel.yaml.YAML(typ="safe", pure=True).load((HERE / name).read_text(encoding="utf-8"))


CONVERSATIONS = loaded("conversations.yml")
NINE = loaded("nine_matters.yml")


def says(person: Any, turn: str | dict[str, Any]) -> None:
    """One turn of the table, and what must be heard: `first` in the first reply, `hears` in any, `asked` in the last."""
    if turn == "...":
        answer_all(person)
        return
    told = {"say": turn} if isinstance(turn, str) else turn
    person.say(told["say"])
    assert told.get("first", "") in person.replies[0]["text"], person.heard
    assert told.get("asked", "") in person.question["text"], person.heard
    for words in told.get("hears", ()):
        assert words in person.heard, f"{words!r} is not in: {person.heard}"
    for words in told.get("never", ()):
        assert words not in person.heard, f"{words!r} is in: {person.heard}"


def assert_holds(found: Any, wanted: Any, where: str) -> None:
    """`found` holds `wanted`: keys of a mapping, each of a list in order, words in a text, else the same value."""
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            assert_holds(found[key], value, f"{where}.{key}")
    elif isinstance(wanted, list):
        assert len(found) == len(wanted), f"{where}: {found}"
        for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
            assert_holds(one, other, f"{where}[{number}]")
    elif isinstance(wanted, str) and isinstance(found, str):
        assert wanted in found, f"{where}: {found!r} does not hold {wanted!r}"
    else:
        assert found == wanted, f"{where}: {found!r} is not {wanted!r}"


@pytest.mark.parametrize("row", CONVERSATIONS, ids=[row["title"] for row in CONVERSATIONS])
def test_a_whole_conversation(resident, row):
    person = resident(row.get("landlord", "milestone"), row.get("channel", "web"))
    for turn in row["says"]:
        says(person, turn)
    ended = person.end()
    assert_holds(ended, row["ends"], row["title"])
    assert not row.get("plain") or person.turns <= MOST_TURNS
    assert ended["cases"] or ended["outcome"] in ("no_case", "handover", "draft"), "no path ends without a record"


def test_what_a_silent_resident_left_becomes_a_case_received_when_it_was_voiced(resident):
    person = resident()
    person.say("The bin store door has been broken since May and you did nothing though I told you")
    swept = sweep(person.register, today=date(2026, 12, 22), now=FRIDAY_BEFORE_CHRISTMAS + timedelta(days=4))
    case = person.end()["cases"][0]
    assert case["reference"] in swept.opened
    assert (case["received_at"][:10], case["definition"]) == ("2026-12-18", case["transcript"][0]["text"].join(("1. ", "")))


@pytest.mark.parametrize(
    ("kind", "landlord"), [(kind, landlord) for kind, row in NINE.items() for landlord in row["landlords"]]
)
def test_each_landlord_does_with_a_matter_what_its_policy_says(resident, kind, landlord):
    """Opened with "that's all", so that nothing but the one message decides."""
    row, wanted = NINE[kind], NINE[kind]["landlords"][landlord]
    person = resident(landlord)
    person.say(row["says"])
    person.say("that's all")
    case = person.end()["cases"][0]
    assert case["disposition"] == wanted["disposition"]
    cited = {citation["paragraph"] for matter in case["matters"] for citation in matter["citations"]}
    assert set(wanted["cites"]) <= cited, cited
    for words in (case["reference"], *wanted.get("hears", ())):
        assert words in person.heard, f"{words!r} is not in: {person.heard}"
    for words in row.get("never", ()):
        assert words not in person.heard, f"{words!r} is in: {person.heard}"
    assert_holds(case, row.get("record", {}), kind)
