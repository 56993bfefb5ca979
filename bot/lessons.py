"""What the heads are taught: the questions about a message, with the answers that its labels give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from bot.heads import Question
from bot.labels import (
    ADJUSTMENTS,
    EMERGENCIES,
    FLAGS,
    KINDS,
    OUTCOMES,
    PROCEEDINGS,
    SAFEGUARDING,
    STANCES,
    SUBJECTS,
    Labels,
)

if TYPE_CHECKING:
    from bot.features import Read

WHEN = ("unsaid", "now", "before")  # whether a message says when it began


def of_the_whole(labels: Sequence[Labels]) -> list[Question]:
    return [
        one_of("kind", KINDS, [label.kind for label in labels]),
        one_of("subject", SUBJECTS, [label.subject for label in labels]),
        one_of("stance", STANCES, [label.stance for label in labels]),
        one_of("proceedings", PROCEEDINGS, [label.proceedings for label in labels]),
        one_of("when", WHEN, [_when(label.months_ago) for label in labels]),
        some_of("present", KINDS, [label.kinds for label in labels]),
        some_of("outcomes", OUTCOMES, [label.outcomes for label in labels]),
        some_of("adjustments", ADJUSTMENTS, [label.adjustments for label in labels]),
        some_of("flags", FLAGS, [label.flags for label in labels]),
    ]


def of_danger(labels: Sequence[Labels]) -> list[Question]:
    return [
        one_of("emergency", EMERGENCIES, [label.emergency for label in labels]),
        one_of("safeguarding", SAFEGUARDING, [label.safeguarding for label in labels]),
    ]


def of_matters(labels: Sequence[Labels]) -> list[Question]:
    def all_of(label: Labels, name: str) -> set[str]:
        return {getattr(label, name), *(getattr(matter, name) for matter in label.matters)}

    return [
        some_of("present", KINDS, [label.kinds for label in labels]),
        some_of("subject", SUBJECTS, [all_of(label, "subject") for label in labels]),
        some_of("stance", STANCES, [all_of(label, "stance") for label in labels]),
    ]


def of_times(messages: Sequence[Read], labels: Sequence[Labels]) -> Question:
    """Which of the times named is the one; not known where the label gives none."""
    right = [
        np.nan if label.months_ago is None else float(abs(named.months - label.months_ago) <= 1)
        for message, label in zip(messages, labels, strict=True)
        for named in message.signals.times
    ]
    return Question("right", ("right",), np.array(right).reshape(-1, 1), several=True)


def _when(months: int | None) -> str:
    return WHEN[0] if months is None else WHEN[1] if months == 0 else WHEN[2]


def one_of(name: str, values: tuple[str, ...], given: Sequence[str]) -> Question:
    return Question(name, values, np.array([[value == own for value in values] for own in given], float))


def some_of(name: str, values: tuple[str, ...], given: Sequence[Iterable[str]]) -> Question:
    return Question(name, values, np.array([[value in own for value in values] for own in given], float), several=True)
