"""The messages in the repository: enough of each kind, from many hands, no two alike, nothing wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.labels import KINDS
from evaluation.check import Message, everything, findings


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return everything()


@pytest.fixture(scope="module")
def training(messages) -> list[Message]:
    return [message for message in messages if "#" in message.place]


def test_nothing_is_to_be_mended(messages):
    assert findings(messages) == []


def test_there_are_five_thousand_and_three_hundred_of_each_kind(training):
    counts = Counter(message.said["kind"] for message in training)
    assert sum(counts.values()) >= 5000
    assert {kind: n for kind, n in counts.items() if n < 300} == {}
    assert set(counts) == set(KINDS)


def test_about_a_third_are_texts(training):
    assert 0.25 < sum(message.said.get("channel") == "sms" for message in training) / len(training) < 0.45


def test_many_hands_wrote_them(training):
    writers = Counter(message.writer for message in training)
    assert len(writers) >= 8
    assert max(writers.values()) < len(training) / 5
