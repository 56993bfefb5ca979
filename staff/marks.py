"""A transcript to read: each message with the phrases that decided something marked, the words themselves untouched."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from register.tables import Message

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a message's text, and what it was taken as a sign of (nothing, for most)."""

    text: str
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a transcript."""

    message: Message
    pieces: tuple[Piece, ...]
    chosen: str | None  # the label of the option pressed
    joined: bool  # it goes on where the message before it stopped: parts of one answer
    evidence: bool  # a matter rests on it, so what the machine made of it is worth reading


def lines(messages: Iterable[Message], matters: Collection[str] | None = None) -> list[Line]:
    """`matters`: the words that a case rests on. A name or an address is read by the model too; to show that would mislead."""
    found: list[Line] = []
    offered: dict[str, str] = {}
    for message in messages:
        before = found[-1].message if found else None
        joined = before is not None and message.author == before.author == "bot" and message.answers_id == before.answers_id
        evidence = message.author == "resident" and _is_told(message, matters)
        marked = tuple(pieces(message.text, spans_of(message, evidence=evidence)))
        found.append(Line(message, marked, offered.get(message.chosen or ""), joined, evidence))
        if message.author != "resident":
            offered = {option["id"]: option["label"] for option in message.options}
    return found


def _is_told(message: Message, matters: Collection[str] | None) -> bool:
    if message.chosen is not None or (message.understanding or {}).get("kind") == "other":
        return False
    return matters is None or any(matter in message.text or message.text in matter for matter in matters)


def spans_of(message: Message, *, evidence: bool = True) -> list[Span]:
    """The because-phrases of what the model understood and of what the safety net heard, in code points of the text."""
    because = (message.understanding or {}).get("because", []) if evidence else []
    heard = (message.safety or {}).get("spans", [])
    return [(*one["span"], one["for"]) for one in because] + [(start, end, what) for start, end, what in heard]


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """The text cut where a phrase begins or ends; joined together again it is the text. Spans beyond it are cut off."""
    fitting = [(max(start, 0), min(end, len(text)), what) for start, end, what in spans]
    fitting = [span for span in fitting if span[0] < span[1]]
    edges = sorted({0, len(text), *(edge for start, end, _ in fitting for edge in (start, end))})
    return [
        Piece(text[start:end], tuple(dict.fromkeys(what for first, last, what in fitting if first <= start and end <= last)))
        for start, end in zip(edges, edges[1:], strict=False)
    ]
