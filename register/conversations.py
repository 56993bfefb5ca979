"""Finding a conversation from outside: by the browser's public id, or by the number that texts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from register.inbox import KEPT_NO, lock, start
from register.tables import Conversation, Message

SILENCE = timedelta(days=14)  # after this, a text from the same number begins another conversation


def by_public_id(session: Session, landlord: str, public_id: str) -> Conversation | None:
    """The conversation that a browser holds, unless it was ended on that browser."""
    return session.execute(
        select(Conversation).where(
            Conversation.public_id == public_id, Conversation.landlord == landlord, Conversation.ended_at.is_(None)
        )
    ).scalar_one_or_none()


def open_on_web(session: Session, landlord: str, public_id: str, *, now: datetime) -> Conversation:
    """The browser's conversation, begun now if it has none: two posts at once make one. Under a new id if it was ended."""
    _alone(session, f"web:{public_id}")
    known = by_public_id(session, landlord, public_id)
    if known is not None:
        return known
    taken = session.execute(select(exists().where(Conversation.public_id == public_id))).scalar_one()
    return start(session, landlord=landlord, channel="web", now=now, public_id=None if taken else public_id)


def open_by_text(session: Session, landlord: str, address: str, *, now: datetime) -> Conversation:
    """The conversation of a number with a landlord: a new one after 14 days of silence, or when the last was ended."""
    _alone(session, f"sms:{landlord}:{address}")
    last = session.execute(
        select(Conversation)
        .where(Conversation.channel == "sms", Conversation.landlord == landlord, Conversation.address == address)
        .order_by(Conversation.started_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    if last is not None and last.ended_at is None and now - last.heard_at <= SILENCE:
        return last
    return start(session, landlord=landlord, channel="sms", now=now, address=address)


def by_client_id(session: Session, channel: str, client_id: str) -> Message | None:
    return session.execute(
        select(Message).where(Message.channel == channel, Message.client_id == client_id)
    ).scalar_one_or_none()


def standing_question(session: Session, conversation_id: str) -> Message | None:
    """What was asked last with options to choose from, if nothing else was said since.

    Holding words, safety words and help answer nothing and ask nothing, so they leave the question standing. The row may be
    followed by others of the same turn.
    """
    said = select(Message).where(
        Message.conversation_id == conversation_id, Message.author != "resident",
        (Message.answer_no < KEPT_NO) | Message.answer_no.is_(None),
    )
    last = session.execute(said.order_by(Message.seq.desc()).limit(1)).scalar_one_or_none()
    if last is None or last.options or last.answers_id is None:
        return last if last is not None and last.options else None
    turn = session.execute(said.where(Message.answers_id == last.answers_id).order_by(Message.seq.desc())).scalars()
    return next((row for row in turn if row.options), None)


def texts_since(session: Session, conversation_id: str, since: datetime) -> list[str]:
    """What the resident wrote after `since`, oldest first."""
    said = select(Message.text).where(
        Message.conversation_id == conversation_id, Message.author == "resident", Message.at > since
    )
    return list(session.execute(said.order_by(Message.seq)).scalars())


def row_at(session: Session, conversation_id: str, seq: int) -> Message | None:
    return session.execute(
        select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq)
    ).scalar_one_or_none()


def was_told(session: Session, message_id: str, answer_no: int) -> bool:
    return session.execute(
        select(exists().where(Message.answers_id == message_id, Message.answer_no == answer_no))
    ).scalar_one()


def answers_to(session: Session, message_id: str) -> list[Message]:
    return list(session.execute(select(Message).where(Message.answers_id == message_id).order_by(Message.seq)).scalars())


def is_waiting(session: Session, conversation: Conversation) -> bool:
    """True while a message of the resident's waits for its answer from the machine."""
    if conversation.taken_over_by is not None:
        return False
    return session.execute(
        select(exists().where(
            Message.conversation_id == conversation.id, Message.author == "resident", Message.state == "new"
        ))
    ).scalar_one()


def end(session: Session, conversation_id: str, *, now: datetime) -> None:
    """The resident cleared it from their device. What was told is kept; only the browser's hold on it ends."""
    lock(session, conversation_id).ended_at = now


def _alone(session: Session, key: str) -> None:
    """Until this transaction ends, nobody else looks for or begins the conversation of `key` (SQLite's writers are alone)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
