"""The figures of an evaluation: how often right, with 95 % intervals. Plain functions on readings and labels."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.labels import KINDS

BINS = 10
RESAMPLES = 1000
UNHAPPY = {"complaint", "escalation"}
# What an error costs, in readings that staff must mend: a danger missed may cost a life, a complaint unheard its rights.
COSTS = {
    "danger missed": 50.0,
    "complaint not heard": 10.0,
    "wrong kind": 2.0,
    "false danger": 1.0,
    "false complaint": 1.0,
    "asked": 0.5,
}


@dataclass(frozen=True)
class Case:
    """A message of an evaluation set: what it is (`gold`, the fields of the glossary) and how it was read (`said`)."""

    gold: dict[str, Any]
    said: dict[str, Any]

    @property
    def right(self) -> bool:
        """The kind is the one given, or the fair second reading."""
        return self.said["kind"] in {self.gold["kind"], *self.gold.get("also", ())}

    @property
    def right_after_one_question(self) -> bool:
        fair = {self.gold["kind"], *self.gold.get("also", ())}
        return bool(fair & set(self.said["ask"]["settles"])) if self.said.get("ask") else self.right

    @property
    def kinds(self) -> set[str]:
        return {self.gold["kind"], *(matter["kind"] for matter in self.gold.get("matters", ()))}

    @property
    def danger(self) -> bool:
        return _danger(self.gold)

    @property
    def danger_said(self) -> bool:
        return _danger(self.said)

    @property
    def unhappy(self) -> bool:
        return bool(UNHAPPY & self.kinds)

    @property
    def heard(self) -> bool:
        """A complaint or escalation is the kind, a matter, or one of the two readings asked about."""
        asked = set((self.said.get("ask") or {}).get("settles", ()))
        return bool(UNHAPPY & {self.said["kind"], *(matter["kind"] for matter in self.said["matters"]), *asked})

    @property
    def false_complaint(self) -> bool:
        return any(matter["kind"] == "complaint" for matter in self.said["matters"])


@dataclass(frozen=True)
class Figure:
    """A value with its 95 % interval and the number of messages behind it."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}, n {self.n})"


def share(hits: Iterable[bool]) -> Figure:
    """A proportion with Wilson's interval."""
    hits = list(hits)
    n, z = len(hits), 1.96
    if not n:
        return Figure(math.nan, math.nan, math.nan, 0)
    p = sum(hits) / n
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Figure(p, max(0.0, middle - half), min(1.0, middle + half), n)


def resampled(cases: Sequence[Case], of: Callable[[Sequence[Case]], float]) -> Figure:
    """Any figure of a set, with the interval of a seeded bootstrap."""
    random = np.random.default_rng(1)
    draws = [of([cases[i] for i in random.integers(0, len(cases), len(cases))]) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Figure(of(cases), float(low), float(high), len(cases))


def headline(cases: Sequence[Case]) -> dict[str, Figure]:
    """The figures that the bar is set for, in the order of the report."""
    danger, other = [c for c in cases if c.danger], [c for c in cases if not UNHAPPY & {*c.kinds, *c.gold.get("also", ())}]
    said = [c for c in cases if c.gold.get("months_ago") is not None]
    return {
        "kind (fair second reading allowed)": share(c.right for c in cases),
        "kind, strictly": share(c.said["kind"] == c.gold["kind"] for c in cases),
        "kind, macro F1": resampled(cases, macro_f1),
        "right after at most one question": share(c.right_after_one_question for c in cases),
        "danger: recall": share(c.danger_said for c in danger),
        "danger: precision": share(c.danger for c in cases if c.danger_said),
        "complaints and escalations heard": share(c.heard for c in cases if c.unhappy),
        "others given a complaint matter": share(c.false_complaint for c in other),
        "asks": share(bool(c.said.get("ask")) for c in cases),
        "expected calibration error": resampled(cases, calibration_error),
        "kinds of all matters, F1": resampled(cases, kinds_f1),
        "outcomes, F1": resampled(cases, lambda some: values_f1(some, "outcomes")),
        "adjustments, F1": resampled(cases, lambda some: values_f1(some, "adjustments")),
        "months within one, where said": share(_near(c) for c in said),
        "months left empty, where not said": share(
            c.said.get("months_ago") is None for c in cases if c.gold.get("months_ago") is None
        ),
        "proceedings": share(c.said.get("proceedings", "none") == c.gold.get("proceedings", "none") for c in cases),
    }


def calibration_error(cases: Sequence[Case]) -> float:
    """Expected calibration error in ten bins of equal count."""
    return sum(n * abs(sure - right) for sure, right, n in reliability(cases)) / len(cases)


def reliability(cases: Sequence[Case]) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, count) of each bin, the least sure first."""
    order = sorted(cases, key=lambda c: c.said["confidence"])
    bins = [part for part in np.array_split(np.arange(len(order)), BINS) if len(part)]
    return [
        (float(np.mean([order[i].said["confidence"] for i in part])), float(np.mean([order[i].right for i in part])), len(part))
        for part in bins
    ]


def macro_f1(cases: Sequence[Case]) -> float:
    return float(np.nanmean([by_kind(cases)[kind][2] for kind in KINDS]))


def by_kind(cases: Sequence[Case]) -> dict[str, tuple[float, float, float, int]]:
    """(precision, recall, F1, count) of each kind; a fair second reading counts as the kind itself."""
    pairs = Counter((c.said["kind"] if c.right else c.gold["kind"], c.said["kind"]) for c in cases)
    found = {}
    for kind in KINDS:
        hit = pairs[kind, kind]
        given, said = sum(n for (g, _), n in pairs.items() if g == kind), sum(n for (_, s), n in pairs.items() if s == kind)
        precision, recall = hit / said if said else math.nan, hit / given if given else math.nan
        found[kind] = (precision, recall, 2 * hit / (given + said) if given + said else math.nan, given)
    return found


def kinds_f1(cases: Sequence[Case]) -> float:
    """Of the kinds of every matter in the messages."""
    return _f1(cases, lambda c: c.kinds, lambda c: {matter["kind"] for matter in c.said["matters"]})


def values_f1(cases: Sequence[Case], name: str) -> float:
    return _f1(cases, lambda c: set(c.gold.get(name, ())), lambda c: set(c.said.get(name, ())))


def confusion(cases: Sequence[Case]) -> np.ndarray:
    """Counts [given, read] in the order of KINDS; a fair second reading is on the diagonal."""
    table = np.zeros((len(KINDS), len(KINDS)), int)
    for c in cases:
        table[KINDS.index(c.said["kind"] if c.right else c.gold["kind"]), KINDS.index(c.said["kind"])] += 1
    return table


def costs(cases: Sequence[Case]) -> dict[str, tuple[int, float]]:
    """(count, cost) of each sort of error."""
    counts = {
        "danger missed": sum(c.danger and not c.danger_said for c in cases),
        "complaint not heard": sum(c.unhappy and not c.heard for c in cases),
        "wrong kind": sum(not c.right for c in cases),
        "false danger": sum(c.danger_said and not c.danger for c in cases),
        "false complaint": sum(c.false_complaint and not c.unhappy for c in cases),
        "asked": sum(bool(c.said.get("ask")) for c in cases),
    }
    return {name: (n, n * COSTS[name]) for name, n in counts.items()}


def _near(case: Case) -> bool:
    said = case.said.get("months_ago")
    return said is not None and abs(said - case.gold["months_ago"]) <= 1


def _danger(labels: dict[str, Any]) -> bool:
    return any(labels.get(name, "none") != "none" for name in ("emergency", "safeguarding"))


def _f1(cases: Sequence[Case], given: Callable[[Case], set], said: Callable[[Case], set]) -> float:
    hits = sum(len(given(c) & said(c)) for c in cases)
    total = sum(len(given(c)) + len(said(c)) for c in cases)
    return 2 * hits / total if total else math.nan
