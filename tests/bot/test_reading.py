"""From opinions to a reading: thresholds from both sides, matters with their places, one question for any two kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from bot import features, reading
from bot.labels import ADJUSTMENTS, EMERGENCIES, FLAGS, KINDS, OUTCOMES, PROCEEDINGS, SAFEGUARDING, STANCES, SUBJECTS
from bot.lessons import WHEN
from bot.model import Opinion
from bot.reading import Settings

TODAY = date(2026, 11, 20)
SETTINGS = Settings.measured()
TEXT = "The lift is stuck 🙄 since May. My service charge went up by a third, I dispute that."
KEYS = {
    "kind", "confidence", "alternatives", "ask", "matters", "emergency", "safeguarding", "chances", "outcomes", "adjustments",
    "representative", "anonymous", "months_ago", "proceedings", "already_decided", "high_rise", "contact", "because",
}  # fmt: skip


@pytest.fixture(scope="module")
def message() -> features.Read:
    return features.read([TEXT], [TODAY])[0]


def chances(values, **said) -> np.ndarray:
    return np.array([said.get(value, 0.001) for value in values])


def opinion(kind: dict[str, float], **changed) -> Opinion:
    """Sure of nothing but the kind; two stretches, the second about a charge."""
    parts = {
        "present": np.stack([chances(KINDS, complaint=3.0), chances(KINDS, service_charge=3.0)]),
        "subject": np.stack([chances(SUBJECTS, lifts=3.0), chances(SUBJECTS, service_charge=3.0)]),
        "stance": np.stack([chances(STANCES, dissatisfied=3.0), chances(STANCES, disputes_amount=3.0)]),
        "emergency": np.stack([chances(EMERGENCIES), chances(EMERGENCIES, gas=3.0)]),
        "safeguarding": np.stack([chances(SAFEGUARDING), chances(SAFEGUARDING)]),
    }
    plain = Opinion(
        kind=np.log(chances(KINDS, **kind)),
        subject=chances(SUBJECTS, lifts=0.9),
        stance=chances(STANCES, dissatisfied=0.9),
        present=chances(KINDS),
        proceedings=chances(PROCEEDINGS, none=0.9),
        emergency=chances(EMERGENCIES, none=0.99),
        safeguarding=chances(SAFEGUARDING, none=0.99),
        outcomes=chances(OUTCOMES),
        adjustments=chances(ADJUSTMENTS),
        flags=chances(FLAGS),
        turn=np.ones(1),
        when=chances(WHEN, unsaid=0.9),
        times=np.array([0.9]),
        parts=parts,
        pieces=np.zeros((len(features.read([TEXT], [TODAY])[0].encoded.offsets), len(KINDS))),
    )
    return replace(plain, **changed)


def test_it_has_the_keys_of_classify_and_the_winner_first(message):
    said = reading.understanding(message, opinion({"complaint": 0.7, "service_request": 0.2}), SETTINGS)
    assert set(said) == KEYS
    assert [a["kind"] for a in said["alternatives"][:2]] == ["complaint", "service_request"]
    assert sum(a["confidence"] for a in said["alternatives"]) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("chance", "asks"), [(0.59, True), (0.61, False)])
def test_it_asks_below_the_threshold_only(message, chance, asks):
    unsure = opinion({"complaint": chance, "service_request": 1 - chance})
    said = reading.understanding(message, unsure, replace(SETTINGS, temperature=1.0, ask_below=0.6))
    assert (said["ask"] is not None) == asks


@pytest.mark.parametrize(("second", "chance", "asks"), [
    ("complaint", 0.06, True), ("complaint", 0.04, False), ("escalation", 0.06, True), ("feedback", 0.06, False),
])  # fmt: skip
def test_a_grievance_that_would_go_unheard_is_asked_about(message, second, chance, asks):
    sure = opinion({"service_request": 1 - chance, second: chance})
    settings = replace(SETTINGS, temperature=1.0, ask_below=0.5, ask_unheard=0.05)
    assert (reading.understanding(message, sure, settings)["ask"] is not None) == asks


@pytest.mark.parametrize(("chance", "found"), [(0.31, "gas"), (0.29, "none")])
def test_danger_is_said_from_its_threshold(message, chance, found):
    gas = opinion({"complaint": 0.9}, emergency=chances(EMERGENCIES, none=1 - chance, gas=chance))
    said = reading.understanding(message, gas, replace(SETTINGS, danger=0.3))
    assert said["emergency"] == found
    where = [TEXT[slice(*because["span"])] for because in said["because"] if because["for"] == "emergency"]
    assert where == (["My service charge went up by a third, I dispute that."] if found == "gas" else [])


@pytest.mark.parametrize("first, second", combinations(KINDS, 2))
def test_any_two_kinds_have_one_question_whose_options_settle_them(first, second):
    asked = reading.question(first, second)
    assert asked["question"].endswith(("?", "us"))
    assert 2 <= len(asked["options"]) == len(asked["settles"]) <= 3
    assert {first, second} <= set(asked["settles"]) <= {first, second, None}


def test_several_matters_stand_where_they_are_said(message):
    two = opinion({"complaint": 0.9}, present=chances(KINDS, complaint=0.9, service_charge=0.9))
    lift, charge = reading.understanding(message, two, SETTINGS)["matters"]
    assert (lift["kind"], lift["subject"], lift["stance"]) == ("complaint", "lifts", "dissatisfied")
    assert (charge["kind"], charge["subject"], charge["stance"]) == ("service_charge", "service_charge", "disputes_amount")
    assert TEXT[slice(*lift["span"])] == lift["text"] == "The lift is stuck 🙄 since May."
    assert charge["text"].startswith("My service charge")


def test_the_leading_kind_is_always_a_matter(message):
    """Even where other kinds hold every stretch more strongly."""
    others = dict.fromkeys(("service_charge", "asb", "feedback"), 0.9)
    said = opinion({"complaint": 0.9}, present=chances(KINDS, **others))
    said.parts["present"][:, KINDS.index("complaint")] = -5.0
    assert "complaint" in {matter["kind"] for matter in reading.understanding(message, said, SETTINGS)["matters"]}


def test_the_words_that_weigh_most_are_the_reason():
    text = "I have lived here since my wedding and you have never once answered any of my many letters about the gutter"
    (long,) = features.read([text], [TODAY])
    offsets = long.encoded.offsets
    worth = np.zeros((len(offsets), len(KINDS)))
    start = text.index("never once")
    worth[(offsets[:, 0] >= start) & (offsets[:, 0] < start + 20), KINDS.index("complaint")] = 1
    parts = {name: np.zeros((len(long.spans), 30)) for name in ("present", "subject", "stance", "emergency", "safeguarding")}
    said = reading.understanding(long, opinion({"complaint": 0.9}, parts=parts, pieces=worth, times=np.zeros(9)), SETTINGS)
    (because,) = said["because"]
    words = text[slice(*because["span"])]
    assert "never once answered" in words and len(words.split()) <= reading.PHRASE


def test_one_matter_is_the_whole_message(message):
    (only,) = reading.understanding(message, opinion({"complaint": 0.9}), SETTINGS)["matters"]
    assert only["span"] == [0, len(TEXT)]


@pytest.mark.parametrize(("when", "chance", "months"), [
    ("unsaid", 0.81, None), ("unsaid", 0.79, 6), ("now", 0.9, 0), ("before", 0.9, 6),
])  # fmt: skip
def test_when_it_began(message, when, chance, months):
    said = opinion({"complaint": 0.9}, when=chances(WHEN, **{when: chance}))
    assert reading.understanding(message, said, replace(SETTINGS, unsaid=0.8))["months_ago"] == months
