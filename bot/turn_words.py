"""The words of `turns.yml`, ready for the reader of turns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ruamel.yaml


@dataclass(frozen=True)
class Aside:
    name: str
    patterns: list[re.Pattern[str]]
    not_at: frozenset[str]  # questions to which the same words are an answer


@dataclass(frozen=True)
class Phrases:
    aside_words: int
    story_words: int
    before: re.Pattern[str]  # politeness at the beginning
    behind: re.Pattern[str]
    answers: dict[str, str]
    acknowledged: frozenset[str]
    further: re.Pattern[str]  # how a further matter begins
    asides: list[Aside]
    fields: list[tuple[str, list[re.Pattern[str]]]]
    ordinals: dict[str, int]
    around: frozenset[str]
    small: frozenset[str]


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    data = ruamel.yaml.YAML(typ="safe", pure=True).load(Path(__file__).with_name("turns.yml").read_text(encoding="utf-8"))
    polite = "|".join(re.escape(word) for word in sorted(data["polite"], key=len, reverse=True))
    return Phrases(
        aside_words=data["aside_words"],
        story_words=data["story_words"],
        before=re.compile(rf"^(?:(?:{polite})\b[\s,.!]*)+(?=\S)"),
        behind=re.compile(rf"(?:[\s,.!]+(?:{polite}))+$"),
        answers={tidied(text): name for name, texts in reversed(list(data["answers"].items())) for text in texts},
        acknowledged=frozenset(data["acknowledged"]),
        further=re.compile(data["further"]),
        asides=[
            Aside(aside["name"], [re.compile(pattern) for pattern in aside["patterns"]], frozenset(aside.get("not_at", ())))
            for aside in data["asides"]
        ],
        fields=[(name, [re.compile(pattern) for pattern in patterns]) for name, patterns in data["fields"].items()],
        ordinals={text: number for number, texts in enumerate(data["ordinals"]) for text in texts},
        around=frozenset(data["around"]),
        small=frozenset(data["small"]),
    )


def tidied(text: str) -> str:
    """Lower case, without punctuation that says nothing; apostrophes and full stops inside words stay."""
    lower = re.sub(r"[’`]", "'", text.lower())
    return re.sub(r"\s+", " ", re.sub(r"[!?,;:\"()]+|\.(?=\s|$)", " ", lower)).strip()
