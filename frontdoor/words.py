"""The front door's own words, from words.yml: looked up by name and channel, and never said with a gap in them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("words.yml")


@cache
def all_words() -> dict[str, dict[str, str]]:
    return yaml.safe_load(FILE.read_text("utf-8"))


def say(name: str, channel: str, /, **values: Any) -> str:
    """The words of `name` for a channel. Raises KeyError for words or a value that is not there."""
    return all_words()[name][channel].format(**values)
