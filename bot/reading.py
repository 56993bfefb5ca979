"""From what the heads say to what the house is told: one reading of a message, in the shape of `putright classify`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from bot import heads
from bot.features import Read
from bot.labels import (
    ADJUSTMENTS,
    EMERGENCIES,
    FLAGS,
    KINDS,
    KINDS_OF_STANCE,
    OUTCOMES,
    PRECEDENCE,
    PROCEEDINGS,
    SAFEGUARDING,
    STANCES,
    SUBJECTS,
)
from bot.lessons import WHEN
from bot.model import Opinion

UNHAPPY = ("complaint", "escalation")
QUESTIONS = Path(__file__).with_name("questions.yml")
NOW = 0.5  # from which probability it is happening now, whatever times are named
PHRASE = 8  # words of a message that are shown as the reason
THRESHOLDS = Path(__file__).with_name("thresholds.yml")


@dataclass(frozen=True)
class Settings:
    """Temperature of the kind's log-probabilities, and the probabilities above (below) which something is said or asked.
    Measured on writers whose messages were not learned from: see `thresholds.yml`."""

    temperature: float
    ask_below: float
    ask_unheard: float
    present: float
    danger: float
    outcomes: float
    adjustments: float
    flags: float
    unsaid: float

    @classmethod
    def measured(cls) -> Settings:
        return cls(**YAML(typ="safe").load(THRESHOLDS.read_text(encoding="utf-8")))


def understanding(message: Read, opinion: Opinion, settings: Settings) -> dict[str, Any]:
    """The keys of `putright classify` but `id`, and `chances` of danger."""
    chances = heads.softmax(opinion.kind / settings.temperature)
    order = np.argsort(-chances)
    kind, confidence = KINDS[order[0]], float(chances[order[0]])
    leading = (kind, KINDS[order[1]])
    flags = dict(zip(FLAGS, (opinion.flags >= settings.flags).tolist(), strict=True))
    matters = _matters(message, opinion, kind, settings, flags["about_handling"])
    emergency = _danger(opinion.emergency, EMERGENCIES, settings.danger)
    safeguarding = _danger(opinion.safeguarding, SAFEGUARDING, settings.danger)
    return {
        "kind": kind,
        "confidence": round(confidence, 4),
        "alternatives": [{"kind": KINDS[i], "confidence": round(float(chances[i]), 4)} for i in order],
        "ask": question(*leading) if _unsure(leading, chances[order], settings) else None,
        "matters": matters,
        "emergency": emergency,
        "safeguarding": safeguarding,
        "chances": {"emergency": _chance(opinion.emergency), "safeguarding": _chance(opinion.safeguarding)},
        "outcomes": _above(opinion.outcomes, OUTCOMES, settings.outcomes),
        "adjustments": _above(opinion.adjustments, ADJUSTMENTS, settings.adjustments),
        "representative": flags["representative"],
        "anonymous": flags["anonymous"],
        "months_ago": _months_ago(message, opinion, settings.unsaid),
        "proceedings": PROCEEDINGS[int(opinion.proceedings.argmax())],
        "already_decided": flags["already_decided"],
        "high_rise": flags["high_rise"],
        "contact": message.signals.contact,
        "because": [*_why_kind(message, opinion, order), *_why_danger(message, opinion, emergency, safeguarding)],
    }


def _unsure(leading: tuple[str, str], chances: np.ndarray, settings: Settings) -> bool:
    """The likeliest kind is not likely enough, or the next is a grievance that would go unheard. `chances`: likeliest first."""
    return chances[0] < settings.ask_below or (
        leading[1] in UNHAPPY and leading[0] not in UNHAPPY and chances[1] >= settings.ask_unheard
    )


def question(first: str, second: str) -> dict[str, Any]:
    """The one question that separates two kinds: its words, its options, and the kind that each option settles on
    (None: neither, so that a person reads the message)."""
    words = _words()
    for pair in words["pairs"]:
        if {first, second} == set(pair["between"]):
            return _asked(pair["question"], pair["options"])
    options = {words["readings"][first]: first, words["readings"][second]: second, words["neither"]: None}
    return _asked(words["otherwise"], options)


def _asked(words: str, options: dict[str, str | None]) -> dict[str, Any]:
    return {"question": words, "options": list(options), "settles": list(options.values())}


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return YAML(typ="safe").load(QUESTIONS.read_text(encoding="utf-8"))


def _above(chances: np.ndarray, values: Sequence[str], threshold: float) -> list[str]:
    return [value for value, chance in zip(values, chances, strict=True) if chance >= threshold]


def _chance(chances: np.ndarray) -> float:
    """That there is a danger of any sort; the first value is "none"."""
    return round(1 - float(chances[0]), 4)


def _danger(chances: np.ndarray, values: Sequence[str], threshold: float) -> str:
    """The likeliest danger where danger as such is likely enough."""
    return values[1 + int(chances[1:].argmax())] if _chance(chances) >= threshold else values[0]


def _matters(message: Read, opinion: Opinion, kind: str, settings: Settings, about_handling: bool) -> list[dict[str, Any]]:
    """Each kind that is present with the stretches that carry it; the leading kind is always one of them."""
    later = PRECEDENCE[PRECEDENCE.index(kind) + 1 :]
    present = [kind] + [k for k in later if opinion.present[KINDS.index(k)] >= settings.present]
    scores = opinion.parts["present"][:, [KINDS.index(k) for k in present]]
    owners = scores.argmax(axis=1)
    for i in reversed(range(len(present))):  # the leading kind last, so that no other takes its only stretch
        if i not in owners:
            owners[int(scores[:, i].argmax())] = i
    found = []
    for i, own in enumerate(present):
        rows = np.flatnonzero(owners == i)
        if not len(rows):
            continue
        start, end = (0, len(message.text)) if len(present) == 1 else _run(message, rows, scores[:, i])
        stances = [s for s in STANCES if own in KINDS_OF_STANCE[s]]
        stance = max(stances, key=lambda s: opinion.parts["stance"][rows, STANCES.index(s)].max())
        subject = opinion.subject if own == kind else opinion.parts["subject"][rows].max(axis=0)
        found.append({
            "kind": own,
            "subject": SUBJECTS[int(subject.argmax())],
            "stance": stance,
            "about_handling": own == kind and about_handling,
            "text": message.text[start:end],
            "span": [start, end],
        })  # fmt: skip
    return sorted(found, key=lambda matter: matter["span"])


def _run(message: Read, rows: np.ndarray, scores: np.ndarray) -> tuple[int, int]:
    """The unbroken run of stretches among `rows` that holds the highest score."""
    best = int(rows[scores[rows].argmax()])
    first = last = best
    while first - 1 in rows:
        first -= 1
    while last + 1 in rows:
        last += 1
    return message.spans[first][0], message.spans[last][1]


def _months_ago(message: Read, opinion: Opinion, unsaid: float) -> int | None:
    """The months to the likeliest of the times named, unless the message is all but sure not to say when it began; nought
    where it is happening now."""
    said = dict(zip(WHEN, opinion.when.tolist(), strict=True))
    if said["unsaid"] >= unsaid:
        return None
    if said["now"] >= max(said["before"], NOW):
        return 0
    return message.signals.times[int(opinion.times.argmax())].months if message.signals.times else None


def _why_kind(message: Read, opinion: Opinion, order: np.ndarray) -> list[dict[str, Any]]:
    """The words that speak most for the kind and against the next likeliest, in the stretch that carries it."""
    stretch = message.spans[int(opinion.parts["present"][:, order[0]].argmax())]
    worth = opinion.pieces[:, order[0]] - opinion.pieces[:, order[1]]
    return [{"span": list(_weightiest(message, stretch, worth)), "for": "kind"}]


def _why_danger(message: Read, opinion: Opinion, emergency: str, safeguarding: str) -> list[dict[str, Any]]:
    """The stretch in which each danger that is said lies."""
    found = []
    for name, values, said in (("emergency", EMERGENCIES, emergency), ("safeguarding", SAFEGUARDING, safeguarding)):
        if said != values[0]:
            worth = opinion.parts[name][:, values.index(said)] - opinion.parts[name][:, 0]
            found.append({"span": list(message.spans[int(worth.argmax())]), "for": name})
    return found


def _weightiest(message: Read, stretch: tuple[int, int], worth: np.ndarray) -> tuple[int, int]:
    """The run of words inside `stretch`, at most PHRASE of them, whose pieces are worth most."""
    start, end = stretch
    words = [(start + word.start(), start + word.end()) for word in re.finditer(r"\S+", message.text[start:end])]
    if len(words) <= PHRASE:
        return stretch
    offsets = message.encoded.offsets
    each = [worth[(offsets[:, 0] >= a) & (offsets[:, 1] <= b) & (offsets[:, 0] < offsets[:, 1])].sum() for a, b in words]
    first = int(np.convolve(each, np.ones(PHRASE), mode="valid").argmax())
    return words[first][0], words[first + PHRASE - 1][1]


def ranking(chances: np.ndarray, names: Sequence[str], length: int = 10) -> list[dict[str, Any]]:
    """The likeliest names, the likeliest first, in the shape of Rasa's intent ranking."""
    order = np.argsort(-chances)[:length]
    return [{"name": names[i], "confidence": round(float(chances[i]), 4)} for i in order]
