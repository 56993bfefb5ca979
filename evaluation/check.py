"""`python -m evaluation.check [FILE.jsonl …]`: what is wrong with labelled messages, a line each; exit 1 where anything is.

Without files it checks everything that the repository holds: the training messages and the evaluation sets, also against each
other. Near-duplicates (more than half of the words in common), openings and stock phrases that come too often teach the model
a writer's habits and not residents' words, so none is let in.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import labels
from evaluation.to_rasa import OUT, UNSAFE, held

ROOT = Path(__file__).parents[1]
OVERLAP = 0.5
SHORT = 5  # different words
OPENING = 3  # words
OPENING_MOST = 3  # messages of one writer that may begin alike
STOCK_SHARE = 1 / 60  # of one writer's messages, but five are always allowed
STOCK_MOST = 5
STOCK = (
    "i am writing to", "i would like to", "i want to complain", "it's been", "this is unacceptable", "disgusted",
    "for the third time", "no one has got back to me", "still waiting", "please can you", "not good enough", "at my wits end",
    "fed up", "sick and tired",
)  # fmt: skip
ONE_OF = {
    "channel": ("web", "sms"), "kind": labels.KINDS, "subject": labels.SUBJECTS, "stance": labels.STANCES,
    "emergency": labels.EMERGENCIES, "safeguarding": labels.SAFEGUARDING, "proceedings": labels.PROCEEDINGS,
}  # fmt: skip
SOME_OF = {"also": labels.KINDS, "outcomes": labels.OUTCOMES, "adjustments": labels.ADJUSTMENTS}
OTHERS = {"text", "matters", "months_ago", "because", "id", "note", "writer", "written_on", "register", "second"}


@dataclass(frozen=True)
class Message:
    """One labelled message and where it stands."""

    place: str
    writer: str
    said: dict[str, Any]

    @property
    def text(self) -> str:
        return str(self.said.get("text", ""))

    @property
    def words(self) -> list[str]:
        return re.findall(r"[a-z0-9£']+", self.text.lower())


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m evaluation.check", description="What is wrong with labelled messages.")
    options.add_argument("files", nargs="*", type=Path)
    given = options.parse_args()
    messages = [message for path in given.files for message in from_lines(path)] if given.files else everything()
    found = findings(messages)
    print("\n".join([*found, f"{len(messages)} messages, {len(found)} to mend"]))
    return 1 if found else 0


def everything() -> list[Message]:
    """Every labelled message in the repository: training and evaluation."""
    numbers: Counter[str] = Counter()
    found = []
    for said in held(OUT):
        numbers[said["kind"]] += 1
        found.append(Message(f"{said['kind']}.yml#{numbers[said['kind']]}", said.get("writer", "staff"), said))
    return found + [message for path in sorted((ROOT / "evaluation").glob("*.jsonl")) for message in from_lines(path)]


def from_lines(path: Path) -> list[Message]:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    read = [(number, json.loads(line)) for number, line in lines if line.strip()]
    hands = [said.get("writer") or f"{path.stem} {str(said.get('id', ''))[:2]}".strip() for _, said in read]
    return [Message(f"{path.name}:{number}", hand, said) for hand, (number, said) in zip(hands, read, strict=True)]


def findings(messages: list[Message]) -> list[str]:
    """A sentence for everything that is to be mended, wrong labels first."""
    wrong = [f"{message.place}: {what}" for message in messages for what in wrong_labels(message.said)]
    return [*wrong, *near_duplicates(messages), *repeated_openings(messages), *stock_phrases(messages)]


def wrong_labels(said: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one message's labels."""
    text = str(said.get("text", ""))
    yield from (f"has no {name}" for name in ("text", "kind", "subject", "stance") if not said.get(name))
    yield from (f"has an unknown field {name}" for name in said if name not in {*ONE_OF, *SOME_OF, *OTHERS, *labels.FLAGS})
    yield from (f"{name} is {said[name]!r}" for name, values in ONE_OF.items() if name in said and said[name] not in values)
    yield from (
        f"{name} has {value!r}" for name, values in SOME_OF.items() for value in said.get(name, ()) if value not in values
    )
    yield from (f"{name} is not true or false" for name in labels.FLAGS if not isinstance(said.get(name, False), bool))
    if not isinstance(said.get("months_ago"), (int, type(None))):
        yield "months_ago is not a whole number"
    if UNSAFE.search(text):
        yield "Rasa would read a part of the text as markup"
    yield from (f"because is not in the text: {quote[:40]!r}" for quote in said.get("because", ()) if quote not in text)
    yield from _wrong_matters(said, text)


def _wrong_matters(said: dict[str, Any], text: str) -> Iterator[str]:
    matters = said.get("matters", [])
    if len(matters) == 1:
        yield "has one matter only: leave matters out"
    for matter in matters:
        if not matter.get("text") or matter["text"] not in text:
            yield f"a matter is not in the text: {matter.get('text', '')[:40]!r}"
        yield from (
            f"a matter's {name} is {matter.get(name)!r}"
            for name in ("kind", "subject", "stance")
            if matter.get(name) not in ONE_OF[name]
        )
    kinds = [matter["kind"] for matter in matters if matter.get("kind") in labels.KINDS]
    if len(kinds) > 1 and min(kinds, key=labels.PRECEDENCE.index) != said.get("kind"):
        yield f"leads with {min(kinds, key=labels.PRECEDENCE.index)}, by the order of several matters, not {said.get('kind')}"


def near_duplicates(messages: list[Message]) -> Iterator[str]:
    """Pairs whose sets of words overlap (shared / all) by more than half. What has fewer words than SHORT cannot differ.

    Exact and quick: such a pair must share one of each message's rarer half of words, so only these are looked up.
    """
    sets = [set(message.words) for message in messages]
    common = Counter(word for own in sets for word in own)
    holders: dict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(sets):
        rare = sorted(own, key=lambda word: (common[word], word))[: len(own) - int(len(own) * OVERLAP)]
        for j in sorted({j for word in rare for j in holders[word]}):
            few, many = sorted((len(own), len(sets[j])))
            if SHORT <= few and few > OVERLAP * many and len(own & sets[j]) > OVERLAP * len(own | sets[j]):
                yield f"{messages[i].place}: near-duplicate of {messages[j].place}: {messages[i].text[:60]!r}"
        for word in rare:
            holders[word].append(i)


def repeated_openings(messages: list[Message]) -> Iterator[str]:
    for writer, own in _by_writer(messages):
        openings = Counter(tuple(message.words[:OPENING]) for message in own if len(message.words) >= OPENING)
        yield from (f"{writer}: {n} messages open with {' '.join(words)!r}" for words, n in openings.items() if n > OPENING_MOST)


def stock_phrases(messages: list[Message]) -> Iterator[str]:
    for writer, own in _by_writer(messages):
        texts = [message.text.lower().replace("’", "'") for message in own]
        for phrase in STOCK:
            count = sum(phrase in text for text in texts)
            if count > max(STOCK_MOST, len(own) * STOCK_SHARE):
                yield f"{writer}: {count} messages hold {phrase!r}"


def _by_writer(messages: Iterable[Message]) -> list[tuple[str, list[Message]]]:
    groups: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        groups[message.writer].append(message)
    return sorted(groups.items())


if __name__ == "__main__":
    sys.exit(main())
