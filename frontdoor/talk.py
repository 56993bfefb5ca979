"""A conversation as its resident sees it: turns, the options that may be chosen now, whether an answer is on its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from register import cases, conversations, inbox
from register.tables import Conversation, Message

LONGEST_TEXT = 4000  # characters, as the resident counts them: code points, a new line is one
MOST_PARTS = 10  # a longer text may be sent in so many messages


@dataclass(frozen=True, slots=True)
class Option:
    """`id` names the row it was said in and its place there: it can be chosen only while that question stands."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said at once, in parts."""

    author: str  # resident | bot | staff
    at: datetime
    seq: int  # of its last row
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    turns: tuple[Turn, ...] = ()
    options: tuple[Option, ...] = ()
    question: str = ""
    waiting: bool = False
    taken_over: bool = False
    case: str | None = None

    @property
    def last_seq(self) -> int:
        return self.turns[-1].seq if self.turns else 0

    def as_json(self) -> dict[str, Any]:
        turns = [{"author": turn.author, "at": turn.at.isoformat(), "seq": turn.seq, "parts": turn.parts} for turn in self.turns]
        options = [{"id": option.id, "label": option.label} for option in self.options]
        return {"turns": turns, "options": options, "question": self.question, "waiting": self.waiting,
                "last": self.last_seq, "case": self.case}


def look(session: Session, conversation: Conversation | None, *, after: int = 0) -> Talk:
    """The conversation from the row after `after` on. No options while an answer is on its way."""
    if conversation is None:
        return Talk()
    waiting = conversations.is_waiting(session, conversation)
    question = None if waiting else conversations.standing_question(session, conversation.id)
    opened = cases.of_conversation(session, conversation.id)
    return Talk(
        turns=turns(inbox.transcript(session, conversation.id, after=after)), options=options_of(question),
        question=question.text if question else "", waiting=waiting, taken_over=conversation.taken_over_by is not None,
        case=opened[-1].reference if opened else None,
    )


def turns(messages: Iterable[Message]) -> tuple[Turn, ...]:
    """Rows of one side that answer the same message, one after the other, are one turn."""
    grouped: list[list[Message]] = []
    for message in messages:
        last = grouped[-1][-1] if grouped else None
        together = last is not None and message.author == last.author != "resident" and message.answers_id == last.answers_id
        if together:
            grouped[-1].append(message)
        else:
            grouped.append([message])
    return tuple(Turn(rows[0].author, rows[0].at, rows[-1].seq, tuple(row.text for row in rows)) for rows in grouped)


def options_of(said: Message | None) -> tuple[Option, ...]:
    if said is None:
        return ()
    return tuple(Option(f"{said.seq}.{place}", option["label"]) for place, option in enumerate(said.options))


def pressed(session: Session, conversation: Conversation, option_id: str) -> tuple[str, str | None] | None:
    """(label, chosen) of an option that we gave out; None for an id that was never one.

    `chosen` is there only while its question stands. Pressed later, on an old page, its label still counts as words.
    """
    seq, _, place = option_id.partition(".")
    if not (seq.isdecimal() and place.isdecimal()):
        return None
    row = conversations.row_at(session, conversation.id, int(seq))
    if row is None or int(place) >= len(row.options):
        return None
    option = row.options[int(place)]
    question = conversations.standing_question(session, conversation.id)
    stands = question is not None and question.seq == int(seq) and not conversations.is_waiting(session, conversation)
    return option["label"], option["id"] if stands else None


def in_parts(text: str, longest: int = LONGEST_TEXT) -> list[str]:
    """A long text cut at paragraphs' or words' ends into messages that may be sent."""
    parts = []
    while len(text) > longest:
        cut = max(text.rfind("\n", longest // 2, longest), 0) or max(text.rfind(" ", longest // 2, longest), 0) or longest
        parts.append(text[:cut])
        text = text[cut:].lstrip()
    return [*parts, text]
