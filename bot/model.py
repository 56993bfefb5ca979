"""The trained model of understanding: what it learns from labelled messages and what it then says of a new one.

Three sets of heads on the same encoder. `whole` reads the message as a whole: subject and stance and the kind that follows,
and everything that is true of the message. `danger` reads the whole and every stretch, and the worst counts. `matters` reads
the stretches, to find which kinds are present and where.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Sequence

import numpy as np

from bot import features, heads, wording
from bot.features import Read
from bot.heads import Heads, Question
from bot.labels import (
    ADJUSTMENTS,
    EMERGENCIES,
    FLAGS,
    KINDS,
    KINDS_OF_STANCE,
    OUTCOMES,
    PROCEEDINGS,
    SAFEGUARDING,
    STANCES,
    SUBJECTS,
    Labels,
)
from bot.when import DAYS_IN_MONTH

STRENGTH = 0.05
WHEN = ("unsaid", "now", "before")  # whether a message says when it began


@dataclass(frozen=True)
class Opinion:
    """What the heads say of one message. Log-probabilities of kind; probabilities of the rest.

    `times` says of each time named how likely it is the one; `parts` holds logits of each stretch, [stretches, values]."""

    kind: np.ndarray
    subject: np.ndarray
    stance: np.ndarray
    present: np.ndarray
    proceedings: np.ndarray
    emergency: np.ndarray
    safeguarding: np.ndarray
    outcomes: np.ndarray
    adjustments: np.ndarray
    flags: np.ndarray
    turn: np.ndarray
    when: np.ndarray
    times: np.ndarray
    parts: dict[str, np.ndarray]


SETS = ("whole", "danger", "matters", "times", "turn")


@dataclass(frozen=True)
class Model:
    wording: wording.Wording
    whole: Heads
    danger: Heads
    matters: Heads
    times: Heads
    turn: Heads

    def opinions(self, messages: Sequence[Read]) -> list[Opinion]:
        if not messages:
            return []
        rows = features.wholes(messages, self.wording)
        whole, turn = self.whole.logits(rows), self.turn.logits(rows)["turn"]
        danger = self.danger.logits(features.stretches(messages, self.wording, with_whole=True))
        parts = features.stretches(messages, self.wording)
        per_part, pooled = self.matters.row_logits(parts), self.matters.logits(parts)
        ends = np.append(parts.starts[1:], len(parts.dense))
        sure = {name: heads.softmax(whole[name]) for name in ("subject", "stance", "proceedings", "when")}
        sure |= {name: heads.expit(whole[name]) for name in ("outcomes", "adjustments", "flags")}
        sure |= {name: heads.softmax(danger[name]) for name in ("emergency", "safeguarding")}
        kind = _kind(whole["kind"], sure["stance"])
        present = heads.expit((pooled["present"] + whole["present"]) / 2)
        times = heads.expit(self.times.row_logits(features.named_times(messages))[:, 0])
        ends_of_times = np.cumsum([len(message.signals.times) for message in messages])
        columns = {name: self.matters.columns(name) for name in ("present", "subject", "stance")}
        return [
            Opinion(
                kind=kind[i],
                present=present[i],
                turn=heads.softmax(turn[i]),
                times=times[ends_of_times[i] - len(messages[i].signals.times) : ends_of_times[i]],
                parts={name: per_part[parts.starts[i] : ends[i], own] for name, own in columns.items()},
                **{name: values[i] for name, values in sure.items()},
            )
            for i in range(len(messages))
        ]

    def save(self, folder: Path) -> None:
        self.wording.save(folder)
        for name in SETS:
            getattr(self, name).save(folder, name)

    @classmethod
    def load(cls, folder: Path) -> Model:
        return cls(wording.Wording.load(folder), *(Heads.load(folder, name) for name in SETS))


def _kind(direct: np.ndarray, stance: np.ndarray) -> np.ndarray:
    """Log-probability of each kind: the kind's own head and what the stance allows, halves of one opinion."""
    allowed = np.array([[kind in KINDS_OF_STANCE[name] for kind in KINDS] for name in STANCES], float)
    by_stance = np.log(stance @ allowed + 1e-6)
    mixed = np.log(heads.softmax(direct) + 1e-9) + 0.5 * by_stance
    return mixed - heads.logsumexp(mixed, axis=-1, keepdims=True)


def train(messages: Sequence[Read], labels: Sequence[Labels], short: Sequence[Read], turns: Sequence[str]) -> Model:
    """A model from labelled messages; `short` are turns of conversation that are no message, `turns` what each is."""
    words = wording.learn([message.text for message in messages])
    rows = features.wholes(messages, words)
    bags = features.stretches(messages, words)
    times = features.named_times(messages)
    rows_of_danger = features.stretches(messages, words, with_whole=True)
    own_words = [*messages, *short]
    intents = [*(label.kind for label in labels), *turns]
    return Model(
        wording=words,
        whole=heads.fit(rows, of_the_whole(labels), STRENGTH),
        danger=heads.fit(rows_of_danger, of_danger(labels), STRENGTH),
        matters=heads.fit(bags, of_matters(labels), STRENGTH),
        times=heads.fit(times, [of_times(messages, labels)], STRENGTH),
        turn=heads.fit(features.wholes(own_words, words), [_one("turn", tuple(sorted(set(intents))), intents)], STRENGTH),
    )


def of_the_whole(labels: Sequence[Labels]) -> list[Question]:
    return [
        _one("kind", KINDS, [label.kind for label in labels]),
        _one("subject", SUBJECTS, [label.subject for label in labels]),
        _one("stance", STANCES, [label.stance for label in labels]),
        _one("proceedings", PROCEEDINGS, [label.proceedings for label in labels]),
        _one("when", WHEN, [_when(label.months_ago) for label in labels]),
        _some("present", KINDS, [label.kinds for label in labels]),
        _some("outcomes", OUTCOMES, [label.outcomes for label in labels]),
        _some("adjustments", ADJUSTMENTS, [label.adjustments for label in labels]),
        _some("flags", FLAGS, [label.flags for label in labels]),
    ]


def of_danger(labels: Sequence[Labels]) -> list[Question]:
    return [
        _one("emergency", EMERGENCIES, [label.emergency for label in labels]),
        _one("safeguarding", SAFEGUARDING, [label.safeguarding for label in labels]),
    ]


def of_matters(labels: Sequence[Labels]) -> list[Question]:
    def all_of(label: Labels, name: str) -> set[str]:
        return {getattr(label, name), *(getattr(matter, name) for matter in label.matters)}

    return [
        _some("present", KINDS, [label.kinds for label in labels]),
        _some("subject", SUBJECTS, [all_of(label, "subject") for label in labels]),
        _some("stance", STANCES, [all_of(label, "stance") for label in labels]),
    ]


def of_times(messages: Sequence[Read], labels: Sequence[Labels]) -> Question:
    """Which of the times named is the one; not known where the label gives none."""
    right = [
        np.nan if label.months_ago is None else float(abs(round(named.days / DAYS_IN_MONTH) - label.months_ago) <= 1)
        for message, label in zip(messages, labels)
        for named in message.signals.times
    ]
    return Question("right", ("right",), np.array(right).reshape(-1, 1), several=True)


def _when(months: int | None) -> str:
    return WHEN[0] if months is None else WHEN[1] if months == 0 else WHEN[2]


def _one(name: str, values: tuple[str, ...], given: Sequence[str]) -> Question:
    return Question(name, values, np.array([[value == own for value in values] for own in given], float))


def _some(name: str, values: tuple[str, ...], given: Sequence[Iterable[str]]) -> Question:
    return Question(name, values, np.array([[value in own for value in values] for own in given], float), several=True)
