"""The trained model of understanding: what it learns from labelled messages and what it then says of a new one.

Three sets of heads on the same encoder. `whole` reads the message as a whole: subject and stance and the kind that follows,
and everything that is true of the message. `danger` reads the whole and every stretch, and the worst counts. `matters` reads
the stretches, to find which kinds are present and where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot import features, heads, lessons, wording
from bot.features import Read
from bot.heads import Heads
from bot.labels import KINDS, KINDS_OF_STANCE, STANCES, Labels

STRENGTH = 0.05


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
        kind = kind_with_stance(whole["kind"], sure["stance"])
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


def kind_with_stance(direct: np.ndarray, stance: np.ndarray) -> np.ndarray:
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
        whole=heads.fit(rows, lessons.of_the_whole(labels), STRENGTH),
        danger=heads.fit(rows_of_danger, lessons.of_danger(labels), STRENGTH),
        matters=heads.fit(bags, lessons.of_matters(labels), STRENGTH),
        times=heads.fit(times, [lessons.of_times(messages, labels)], STRENGTH),
        turn=heads.fit(
            features.wholes(own_words, words), [lessons.one_of("turn", tuple(sorted(set(intents))), intents)], STRENGTH
        ),
    )
