"""The trained model of understanding: what it learns from labelled messages and what it then says of a new one.

Three sets of heads on the same encoder. `whole` reads the message as a whole: subject and stance and the kind that follows,
and everything that is true of the message. `danger` reads the whole and every stretch, and the worst counts. `matters` reads
the stretches, to find which kinds are present and where.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot import features, heads, lessons, wording
from bot.features import Read
from bot.heads import Heads
from bot.labels import KINDS, KINDS_OF_STANCE, STANCES, Labels

STRENGTH = 0.1


@dataclass(frozen=True)
class Opinion:
    """What the heads say of one message. Log-probabilities of kind; probabilities of the rest, in the order of the glossary.

    `times`: how likely each time named is the one that counts. `parts`: logits of each stretch, [stretches, values], for present,
    subject, stance, emergency, safeguarding. `pieces`: what each word piece adds to each kind, [pieces, kinds]."""

    kind: np.ndarray
    subject: np.ndarray
    stance: np.ndarray
    present: np.ndarray
    proceedings: np.ndarray
    when: np.ndarray
    times: np.ndarray
    emergency: np.ndarray
    safeguarding: np.ndarray
    outcomes: np.ndarray
    adjustments: np.ndarray
    flags: np.ndarray
    turn: np.ndarray
    parts: dict[str, np.ndarray]
    pieces: np.ndarray


SETS = ("whole", "danger", "matters", "times", "turn")


@dataclass(frozen=True)
class Model:
    wording: wording.Wording
    whole: Heads
    danger: Heads
    matters: Heads
    times: Heads
    turn: Heads

    def opinion(self, message: Read) -> Opinion:
        row = features.wholes([message], self.wording)
        whole = {name: logits[0] for name, logits in self.whole.logits(row).items()}
        parts = features.stretches([message], self.wording)
        everything = features.stretches([message], self.wording, with_whole=True)
        danger = {name: logits[0] for name, logits in self.danger.logits(everything).items()}
        stance = heads.softmax(whole["stance"])
        return Opinion(
            kind=kind_with_stance(whole["kind"], stance),
            stance=stance,
            present=heads.expit((self.matters.logits(parts)["present"][0] + whole["present"]) / 2),
            times=heads.expit(self.times.row_logits(features.named_times([message]))[:, 0]),
            turn=heads.softmax(self.turn.logits(row)["turn"][0]),
            parts=self.matters.by_row(parts) | {name: own[1:] for name, own in self.danger.by_row(everything).items()},
            pieces=message.encoded.hidden @ self.whole.dense[:, self.whole.columns("kind")],
            **{name: heads.softmax(whole[name]) for name in ("subject", "proceedings", "when")},
            **{name: heads.softmax(danger[name]) for name in ("emergency", "safeguarding")},
            **{name: heads.expit(whole[name]) for name in ("outcomes", "adjustments", "flags")},
        )

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
    all_turns = [*messages, *short]
    intents = [*(label.kind for label in labels), *turns]
    taught = {
        "whole": (features.wholes(messages, words), lessons.of_the_whole(labels)),
        "danger": (features.stretches(messages, words, with_whole=True), lessons.of_danger(labels)),
        "matters": (features.stretches(messages, words), lessons.of_matters(labels)),
        "times": (features.named_times(messages), [lessons.of_times(messages, labels)]),
        "turn": (features.wholes(all_turns, words), [lessons.one_of("turn", tuple(sorted(set(intents))), intents)]),
    }
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:  # the sums let go of Python's lock
        fitted = pool.map(lambda name: heads.fit(*taught[name], STRENGTH), SETS)
    return Model(words, *fitted)
