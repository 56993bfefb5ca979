"""Texts out: sent in order, at least once, and twice only if both the answer and the listing were unavailable.

A text found `sending` was cut off between our request and Twilio's answer: it is looked for before it is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from register import tasks
from register.tables import Conversation, Message, OptOut, Quarantine

RESEND_AFTER = timedelta(seconds=60)
GIVE_UP_AFTER = timedelta(hours=24)
BACK_OFF = (1, 2, 4, 8, 16, 32, 60, 120, 300)  # seconds
RANK = {"queued": 0, "sending": 1, "sent": 2, "delivered": 3, "undelivered": 3, "dead": 3}


@dataclass(frozen=True, slots=True)
class ToSend:
    message: Message
    conversation: Conversation
    uncertain: bool  # it may have been sent already: look first


def is_due(session: Session, *, wall: datetime) -> bool:
    """True if a text waits to be sent: a look that takes no lock."""
    return session.execute(_due(wall)).first() is not None


def _due(wall: datetime) -> Select[tuple[Message, Conversation]]:
    earlier = aliased(Message)
    blocked = exists().where(
        earlier.conversation_id == Message.conversation_id, earlier.seq < Message.seq, earlier.state.in_(("queued", "sending"))
    )
    return (
        select(Message, Conversation)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.state.in_(("queued", "sending")), Message.next_at <= wall, ~blocked)
        .order_by(Message.next_at)
        .limit(1)
    )


def take(session: Session, *, wall: datetime) -> ToSend | None:
    """The next text to send, now marked `sending`; texts to one number leave in order."""
    found = session.execute(_due(wall).with_for_update(of=Message, skip_locked=True)).first()
    if found is None:
        return None
    message, conversation = found
    uncertain = message.state == "sending"
    message.state = "sending"
    message.attempts += 1
    message.next_at = wall + RESEND_AFTER
    return ToSend(message, conversation, uncertain)


def sent(session: Session, message_id: str, *, sid: str) -> None:
    _advance(session, message_id, "sent", provider_sid=sid, error_code=None)


def is_known_sid(session: Session, sid: str) -> bool:
    """True if one of our texts already goes by Twilio's `sid`: the same words may be said twice."""
    return session.execute(select(exists().where(Message.provider_sid == sid))).scalar_one()


def retry(session: Session, message_id: str, *, code: str, wall: datetime) -> None:
    """Not sent for certain (too many requests, no connection): again later, or a person's task after a day."""
    message = session.get_one(Message, message_id)
    if wall - message.accepted_at > GIVE_UP_AFTER:
        give_up(session, message_id, code=code, wall=wall)
        return
    message.state = "queued"
    message.error_code = code
    message.next_at = wall + timedelta(seconds=BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1])


def unknown(session: Session, message_id: str, *, code: str) -> None:
    """Perhaps sent: it stays `sending`, and is looked for before it is sent again."""
    session.get_one(Message, message_id).error_code = code


def give_up(session: Session, message_id: str, *, code: str, wall: datetime, kind: str = "undelivered") -> None:
    """Trying again cannot help: a person finds another way."""
    if not _advance(session, message_id, "dead", error_code=code):
        return
    message = session.get_one(Message, message_id)
    tasks.raise_task(session, kind, message.id, conversation=session.get_one(Conversation, message.conversation_id),
                     message_id=message.id, now=wall, details={"code": code})


def report(session: Session, message_id: str, status: str, *, sid: str, code: str | None, wall: datetime) -> None:
    """A status from the network. Reports arrive in any order and again: states only move forward."""
    if status in ("delivered", "read"):
        _advance(session, message_id, "delivered", provider_sid=sid)
    elif status in ("undelivered", "failed"):
        if _advance(session, message_id, "undelivered", provider_sid=sid, error_code=code):
            message = session.get_one(Message, message_id)
            tasks.raise_task(session, "undelivered", message.id, message_id=message.id, now=wall, details={"code": code},
                             conversation=session.get_one(Conversation, message.conversation_id))
    elif status in ("accepted", "queued", "sending", "sent"):
        _advance(session, message_id, "sent", provider_sid=sid)


def _advance(session: Session, message_id: str, state: str, **values: str | None) -> bool:
    lower = [known for known, rank in RANK.items() if rank < RANK[state]]
    moved = session.execute(
        update(Message).where(Message.id == message_id, Message.state.in_(lower)).values(state=state, **values)
        .execution_options(synchronize_session="fetch")
    )
    return moved.rowcount == 1


def opt_out(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """STOP: no more texts to this number from this landlord. The case goes on by another way, which a person finds."""
    remember_opt_out(session, conversation, now=now)
    waiting = update(Message).where(Message.conversation_id == conversation.id, Message.state == "queued")
    session.execute(waiting.values(state="dead", error_code="opted_out").execution_options(synchronize_session="fetch"))
    tasks.raise_task(session, "opted_out", f"{conversation.id}:{now.isoformat()}", conversation=conversation, now=now)


def remember_opt_out(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """The network told us that this number has said STOP (the text that ran into it is given up by its own task)."""
    if not opted_out(session, conversation.landlord, conversation.address):
        session.add(OptOut(landlord=conversation.landlord, address=conversation.address, at=now))


def opt_in(session: Session, conversation: Conversation) -> bool:
    """START. True if the number had opted out."""
    known = session.get(OptOut, (conversation.landlord, conversation.address))
    if known is None:
        return False
    session.delete(known)
    return True


def quarantined_since(session: Session, wall: datetime) -> int:
    """How many texts were put in quarantine in the hour before `wall`."""
    recent = select(func.count()).select_from(Quarantine).where(Quarantine.at > wall - timedelta(hours=1))
    return session.execute(recent).scalar_one()


def opted_out(session: Session, landlord: str, address: str | None) -> bool:
    return address is not None and session.get(OptOut, (landlord, address)) is not None
