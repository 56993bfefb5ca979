"""A message cut into the stretches that may each carry a matter of their own, with their places in the message.

Residents often write without full stops, so where a stretch runs on, the words that open a new point ("also", "plus",
"and another thing", "anyway") end it too, and at last its length.
"""

from __future__ import annotations

import re

LONG = 30  # words: beyond this a stretch without a stop is cut again
SHORT = 3  # words: less than this is not a stretch of its own

_STOP = re.compile(r"[.!?…]+[\"')\]]*(?=\s)|\n+|(?<=\s)[-•*]\s|;\s|\s[-–—]+\s")
_ABBREVIATION = re.compile(r"\b(?:mr|mrs|ms|dr|st|no|nr|tel|ref|approx|e\.g|i\.e|etc|[a-z])\.$", re.IGNORECASE)
_OPENERS = (
    "also", "plus", "another thing", "anyways?", "btw", "ps", "secondly", "thirdly", "lastly", "on top of (?:that|this)",
    "as well as", "while i'?m (?:on|at it)", "then there'?s", "and then", "but now", "and now", "now (?:the|my|there)",
    "not to mention", "because", "cos", "so (?:i|we|can)",
)  # fmt: skip
_TURN = re.compile(rf"[,\s]+(?=(?:and |an |oh |but )*(?:{'|'.join(_OPENERS)})\b)", re.IGNORECASE)
_COMMA = re.compile(r",\s+|\s+(?=(?:and|an|but|so|cos|then)\s)", re.IGNORECASE)


def split(text: str) -> list[tuple[int, int]]:
    """[start, end) of each stretch, in order, trimmed of space; together they hold every word of `text`.
    A text without words gives an empty list."""
    spans = _joined(text, _cut(text, (0, len(text)), _STOP), SHORT)
    for pattern, least in ((_TURN, SHORT), (_COMMA, LONG // 2)):
        pieces = [_joined(text, _cut(text, span, pattern), least) if _words(text, span) > LONG else [span] for span in spans]
        spans = [span for own in pieces for span in own]
    return [span for span in (_trim(text, span) for span in spans) if span[0] < span[1]]


def _cut(text: str, span: tuple[int, int], pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    start, end = span
    pieces = []
    for found in pattern.finditer(text, start, end):
        abbreviated = pattern is _STOP and _ABBREVIATION.search(text[max(start, found.start() - 8) : found.end()].rstrip())
        if found.end() > start and not abbreviated:
            pieces.append((start, found.end()))
            start = found.end()
    return [*pieces, (start, end)]


def _joined(text: str, spans: list[tuple[int, int]], least: int) -> list[tuple[int, int]]:
    """Pieces of fewer words than `least` belong to the piece before (the first one to the piece after)."""
    joined: list[tuple[int, int]] = []
    for span in spans:
        if joined and min(_words(text, span), _words(text, joined[-1])) < least:
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


def _words(text: str, span: tuple[int, int]) -> int:
    return len(text[span[0] : span[1]].split())


def _trim(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
