"""Short replies and asides by what was asked: what a person would take them for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import ruamel.yaml

from bot.turns import read


def options(*pairs: str) -> list[dict[str, str]]:
    """options("yes: Yes, send it", ...)"""
    return [{"id": pair.split(": ")[0], "label": pair.split(": ")[1]} for pair in pairs]


# What each question of the house offers, by its name.
OFFERED = {
    "confirmed": options("yes: Yes, send it", "change: Change something"),
    "wish": options("no: No, just pass it on", "yes: Yes, a complaint"),
    "about_case": options("add: Yes, add it", "new: No, it is new"),
    "authority": options("written: Yes, in writing", "spoken: Yes, they told me", "unknown: Not yet"),
    "reading": options("service_request: No, this is the first time", "complaint: Yes, and it is not put right"),
    "change_point": options(
        "matter 1: 1. What went wrong", "outcome: 2. What you would like done", "adjustments: 3. What you need",
        "contact: 4. How to reach you", "address: 5. Your home",
    ),
    "adjustments": options("none: No, nothing"),
    "outcome": options("dunno: Not sure yet"),
    "contact": options("skip: I would rather not say"),
    "address": options("skip: I would rather not say"),
    "earlier_reference": options("skip: I do not have it"),
    "managing_partner": options("dunno: Not sure"),
    "bought_on": options("dunno: Not sure"),
    "tenure": options("tenant: I rent it", "shared_owner: I own part of it", "leaseholder: I own the lease", "dunno: Not sure"),
    "incident": [], "details": [], "change_text": [],
}

CASES = ruamel.yaml.YAML(typ="safe", pure=True).load(Path(__file__).with_name("turns.yml").read_text(encoding="utf-8"))
TELLS = {"kind": "complaint"}


def triples(name: str) -> list[tuple[Any, ...]]:
    """(asked, meaning, said)"""
    return [(asked, meaning, said) for asked, table in CASES[name].items() for meaning, texts in table.items() for said in texts]


def pairs(name: str) -> list[tuple[str, str]]:
    """(asked or intent, said)"""
    return [(key, said) for key, texts in CASES[name].items() for said in texts]


@pytest.mark.parametrize(("asked", "value", "said"), triples("choices"))
def test_a_choice(asked, value, said):
    turn = read(said, asked=asked, options=OFFERED[asked], understanding=TELLS)
    assert (turn.intent, turn.value) == ("answer", value)


@pytest.mark.parametrize(("asked", "said"), pairs("own_words"))
def test_an_answer_in_the_residents_own_words(asked, said):
    turn = read(said, asked=asked, options=OFFERED[asked], understanding=TELLS)
    assert (turn.intent, turn.value) == ("answer", None)


@pytest.mark.parametrize(("asked", "value", "said"), triples("nothing_to_say"))
def test_nothing_to_say(asked, value, said):
    turn = read(said, asked=asked, options=OFFERED[asked], understanding=TELLS)
    assert (turn.intent, turn.value) == ("answer", value)


@pytest.mark.parametrize("asked", ["outcome", "contact", "address", "confirmed", "incident", "adjustments", "reading"])
@pytest.mark.parametrize(("intent", "said"), pairs("asides"))
def test_an_aside_at_a_question(asked, intent, said):
    assert read(said, asked=asked, options=OFFERED[asked]).intent == intent


@pytest.mark.parametrize(("intent", "said"), pairs("asides"))
def test_an_aside_when_nothing_is_asked(intent, said):
    assert read(said, asked=None).intent == intent


@pytest.mark.parametrize(("asked", "field", "said"), triples("corrections"))
def test_a_correction_of_what_was_said_before(asked, field, said):
    turn = read(said, asked=asked, options=OFFERED[asked], understanding=TELLS)
    assert (turn.intent, turn.field) == ("correct", field)


@pytest.mark.parametrize(("intent", "said"), pairs("openings"))
def test_an_opening(intent, said):
    kind = {"kind": "complaint" if intent == "tell" else "other"}
    assert read(said, asked=None, understanding=kind).intent == intent


@pytest.mark.parametrize(("asked", "said"), pairs("no_answer"))
def test_what_is_no_answer_is_asked_again(asked, said):
    assert read(said, asked=asked, options=OFFERED[asked], understanding={"kind": "other"}).intent == "unclear"


LONG = "also my neighbour upstairs plays loud music every single night until four in the morning"


@pytest.mark.parametrize("asked", ["contact", "address", "confirmed", "wish", "managing_partner"])
def test_a_further_matter_in_the_middle_of_the_questions(asked):
    assert read(LONG, asked=asked, options=OFFERED[asked], understanding={"kind": "asb"}).intent == "tell"


FURTHER = "also your receptionist was rude"


@pytest.mark.parametrize(("said", "needs", "intent"), [
    (FURTHER, [], "tell"),  # five words are a matter
    ("also very rude people", [], "answer"),  # four are not
    ("also your receptionist was rude to me on the phone last week", [], "tell"),  # "phone" and "week" correct nothing
    ("also my number is 07700 900123", [], "answer"),
    ("also please ring me, not letters", ["phone_not_writing"], "answer"),  # a need is the answer
    ("the caretaker you sent is very rude to the older tenants here", [], "tell"),  # twelve words, of no need at all
    ("the caretaker you sent is very rude to the older tenants", [], "answer"),  # eleven
])
def test_a_further_matter_where_needs_are_asked_for(said, needs, intent):
    understanding = {"kind": "complaint", "adjustments": needs, "outcomes": []}
    assert read(said, asked="adjustments", options=OFFERED["adjustments"], understanding=understanding).intent == intent


@pytest.mark.parametrize("asked", ["details", "change_text"])
def test_a_story_that_was_asked_for_is_the_answer(asked):
    assert read(LONG, asked=asked, understanding={"kind": "asb"}).intent == "answer"


@pytest.mark.parametrize(("words", "intent"), [(16, "ask_person"), (17, "answer")])
def test_an_aside_is_short(words, intent):
    said = " ".join(["really"] * (words - 5) + ["speak", "to", "a", "person", "now"])
    assert read(said, asked="outcome").intent == intent


@pytest.mark.parametrize(("confidence", "intent"), [(0.8, "ask_privacy"), (0.79, "answer")])
def test_a_learned_aside_counts_when_it_is_sure(confidence, intent):
    learned = {"kind": "other", "turn_ranking": [{"name": "ask_privacy", "confidence": confidence}]}
    assert read("do they get shown this", asked="outcome", understanding=learned).intent == intent


@pytest.mark.parametrize(("chosen", "intent"), [("yes", "answer"), ("make_complaint", "make_complaint"), ("ask_person",) * 2])
def test_what_was_pressed_is_certain(chosen, intent):
    turn = read("whatever it says", asked="confirmed", chosen=chosen)
    assert (turn.intent, turn.value) == (intent, chosen)
