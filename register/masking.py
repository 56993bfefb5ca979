"""Words of a resident without what says who they are: for examples that leave the register."""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST = 3  # letters of a known name or place worth hiding: "Li" would take "Li" out of "Listen"

# In order: what holds others comes first. Quantifiers are bounded, so that no text takes long.
_PATTERNS = (
    ("EMAIL", re.compile(r"[^\s@,;<>()]{1,64}@[^\s@,;<>()]{1,190}\.[a-z]{2,24}", re.IGNORECASE)),
    ("POSTCODE", re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b", re.IGNORECASE)),
    ("REFERENCE", re.compile(r"\b[a-z]{2,4}[-/]?\d[a-z\d/-]{4,30}\b", re.IGNORECASE)),
    ("PHONE", re.compile(r"(?:\+44|\b0)(?:[\s()-]{0,2}\d){8,11}\b")),
    ("NUMBER", re.compile(r"\b\d{5,30}\b")),
    ("NAME", re.compile(r"\b(?:mr|mrs|ms|miss|dr|cllr)\.?\s+[a-z][\w'’-]{1,40}", re.IGNORECASE)),
    ("NAME", re.compile(r"(?<=\bmy name is )[a-z][\w'’-]{1,40}(?:\s+[A-Z][\w'’-]{1,40})?", re.IGNORECASE)),
    ("ADDRESS", re.compile(r"\b(?:flat|apartment|unit|room)\s+\d{1,4}[a-z]?\b", re.IGNORECASE)),
    (
        "ADDRESS",
        re.compile(
            r"\b\d{1,4}[a-z]?,?\s+(?:[a-z'’]{2,30}\s+){1,3}"
            r"(?:road|rd|street|st|avenue|ave|close|lane|drive|way|court|terrace|place|gardens|crescent|house|walk|grove)\b",
            re.IGNORECASE,
        ),
    ),
)


def mask(text: str, known: Iterable[str | None] = ()) -> str:
    """`text` with a word in capitals (NAME, PHONE …) in place of what is `known` of the resident and of whatever looks alike.

    Names of other people that nothing announces are not found: so a person reads every example before it is used.
    """
    for part in sorted(_parts(known), key=len, reverse=True):
        word = "NAME" if part.replace(" ", "").isalpha() else "ADDRESS"
        text = re.sub(rf"\b{re.escape(part)}\b", word, text, flags=re.IGNORECASE)
    for word, pattern in _PATTERNS:
        text = pattern.sub(word, text)
    return re.sub(r"\b([A-Z]{4,9})(?:[\s,]+\1\b)+", r"\1", text)


def _parts(known: Iterable[str | None]) -> set[str]:
    """Each known value whole, and each of its words or lines that can tell somebody apart."""
    parts = set()
    for value in known:
        pieces = re.split(r"[,\n]", value or "")
        words = [word for piece in pieces for word in piece.split() if word.isalpha()]
        parts |= {piece.strip() for piece in (value or "", *pieces, *words)}
    return {part for part in parts if sum(letter.isalnum() for letter in part) >= SHORTEST and part.lower() not in _COMMON}


_COMMON = set("road street flat house the and close lane court avenue drive way place not said".split())
