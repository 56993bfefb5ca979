"""Which option a resident meant, by its number, its mark or its label, when they say nothing besides.

A number inside other words is content ("flat 2", "2 weeks") and chooses nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz.distance import OSA

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MARKED = re.compile(r"([A-Za-z]|\d{1,2})[.)]\s+(.+)", re.DOTALL)
_CHOICE = re.compile(
    r"(?:(?:i(?:'d| would)? (?:choose|pick|like|want) |reply |answer |option |number |no\.? |nr\.? )*)"
    r"[(\[]?(?P<mark>\d{1,2}|[a-z]+)[)\].:]*(?: (?:please|pls|plz|thanks|thank you|ta))?[.!]*"
)
_MISSPELT = 4  # a shorter word with one letter changed is another word


def mark_and_label(label: str, number: int) -> tuple[str, str]:
    """How an option is shown in a text: its own mark where the label begins with one ("b. Home"), else its number."""
    marked = _MARKED.fullmatch(label)
    return (marked[1], marked[2]) if marked else (str(number), label)


def choose(text: str, options: Sequence[dict[str, str]]) -> str | None:
    """The id of the option that the whole text means, or None."""
    said = fold(text)
    if not said or not options:
        return None
    shown = [mark_and_label(option["label"], number) for number, option in enumerate(options, start=1)]
    by_label = _by_label(said, [label for _, label in shown])
    if by_label is not None:
        return options[by_label]["id"]
    meant = _CHOICE.fullmatch(said)
    if meant is None:
        return None
    mark = str(NUMBERS.index(meant["mark"]) + 1) if meant["mark"] in NUMBERS else meant["mark"]
    marks = [own.lower() for own, _ in shown]
    place = marks.index(mark) if mark in marks else None
    return options[place]["id"] if place is not None else None


def _by_label(said: str, labels: list[str]) -> int | None:
    """The label itself, its words before a comma, or a slip of one letter, where only one option fits."""
    folded = [fold(label) for label in labels]
    heads = [fold(label.split(",")[0]) for label in labels]
    for forms in (folded, heads):
        hits = [place for place, form in enumerate(forms) if _words(form) == _words(said)]
        if len(hits) == 1:
            return hits[0]
    if len(said) < _MISSPELT:
        return None
    near = [place for place, form in enumerate(folded) if OSA.distance(form, said, score_cutoff=1) <= 1]
    return near[0] if len(near) == 1 else None


def _words(folded: str) -> list[str]:
    return re.findall(r"[\w']+", folded)


def fold(text: str) -> str:
    """Small letters, plain digits (keycaps and full-width ones too), one space between words."""
    letters = (letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) not in {"Mn", "Me", "Cf"})
    return " ".join("".join(letters).casefold().replace("’", "'").split())
