"""Messages in: accepted once, taken in order, one turn of a conversation at a time, ended for certain.

Five short transactions carry a message (see docs/adr/0003): accept, claim, [the relay's call], finish or fail.
`now` is the conversation's clock (it dates the complaint); `wall` is the machine's (it runs leases and patience).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from register import tasks
from register.tables import Conversation, Message, new_id

LEASE = timedelta(seconds=40)
PATIENCE = timedelta(minutes=5)
ATTEMPTS = 5
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=3), timedelta(seconds=10), timedelta(seconds=30))


@dataclass(frozen=True, slots=True)
class Accepted:
    message: Message
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A conversation held by one worker until its lease ends. `fence` proves at commit that it still holds it."""

    conversation: Conversation
    message: Message
    fence: int


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    options: tuple[dict[str, str], ...] = ()
    segments: int | None = None


def start(
    session: Session, *, landlord: str, channel: str, now: datetime, address: str | None = None, public_id: str | None = None
) -> Conversation:
    conversation = Conversation(
        landlord=landlord, channel=channel, address=address, started_at=now, heard_at=now, public_id=public_id or new_id()
    )
    session.add(conversation)
    session.flush()
    return conversation


def lock(session: Session, conversation_id: str) -> Conversation:
    """The conversation's row, held until this transaction ends (SQLite's writers are alone already)."""
    return session.execute(
        select(Conversation).where(Conversation.id == conversation_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()


def accept(
    session: Session,
    conversation_id: str,
    *,
    client_id: str,
    text: str,
    now: datetime,
    wall: datetime,
    chosen: str | None = None,
    safety: dict[str, Any] | None = None,
    provider_at: datetime | None = None,
) -> Accepted:
    """Write a resident's message down. The same `client_id` twice is the same message.

    The caller says "received" only after this transaction is committed.
    """
    conversation = lock(session, conversation_id)
    known = session.execute(
        select(Message).where(Message.channel == conversation.channel, Message.client_id == client_id)
    ).scalar_one_or_none()
    if known is not None:
        return Accepted(known, duplicate=True)
    message = Message(
        conversation_id=conversation.id, seq=take_seq(conversation), author="resident", channel=conversation.channel,
        client_id=client_id, text=text, chosen=chosen, at=now, accepted_at=wall, provider_at=provider_at,
        state="new", next_at=wall, safety=safety,
    )
    conversation.heard_at = now
    conversation.ended_at = None
    session.add(message)
    session.flush()
    if safety and (safety.get("emergency", "none") != "none" or safety.get("safeguarding", "none") != "none"):
        tasks.raise_task(session, "danger", message.id, conversation=conversation, message_id=message.id, now=now,
                         details={key: safety[key] for key in ("emergency", "safeguarding") if key in safety})
    return Accepted(message, duplicate=False)


def take_seq(conversation: Conversation) -> int:
    seq = conversation.next_seq
    conversation.next_seq = seq + 1
    return seq


def claim(session: Session, *, worker: str, wall: datetime) -> Claim | None:
    """Take the conversation whose oldest open message has waited longest, and that message."""
    found = session.execute(_due(wall).with_for_update(of=Conversation, skip_locked=True)).first()
    if found is None:
        return None
    message, conversation = found
    won = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.fence == conversation.fence)
        .values(lease_owner=worker, lease_until=wall + LEASE, fence=Conversation.fence + 1)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:
        return None
    session.refresh(conversation)
    session.refresh(message)
    if message.state != "new":
        conversation.lease_until = None
        return None
    return Claim(conversation, message, conversation.fence)


def is_due(session: Session, *, wall: datetime) -> bool:
    """True if there is something to claim: a look that takes no lock, so that idle workers disturb nobody."""
    return session.execute(_due(wall)).first() is not None


def _due(wall: datetime) -> Select[tuple[Message, Conversation]]:
    earlier = aliased(Message)
    blocked = exists().where(
        earlier.conversation_id == Message.conversation_id, earlier.state == "new", earlier.author == "resident",
        earlier.seq < Message.seq,
    )
    return (
        select(Message, Conversation)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.author == "resident", Message.state == "new", Message.next_at <= wall, ~blocked)
        .where(or_(Conversation.lease_until.is_(None), Conversation.lease_until <= wall))
        .where(Conversation.taken_over_by.is_(None))
        .order_by(Message.accepted_at)
        .limit(1)
    )


def finish(
    session: Session, claimed: Claim, replies: list[Reply], *, wall: datetime, understanding: dict[str, Any] | None = None
) -> bool:
    """The turn is done: its replies and its end in one commit. False if the lease was lost: then nothing is written."""
    conversation = _still_ours(session, claimed)
    if conversation is None:
        return False
    message = session.get_one(Message, claimed.message.id)
    if message.state == "new":
        message.state, message.error_code, message.understanding = "done", None, understanding
        say(session, conversation, replies, answers=message, wall=wall)
    conversation.lease_owner = conversation.lease_until = None
    return True


def say(
    session: Session, conversation: Conversation, replies: list[Reply], *, answers: Message | None, wall: datetime,
    author: str = "bot", first_no: int = 0, at: datetime | None = None,
) -> list[Message]:
    """Put replies into the transcript; a text also waits there to be sent."""
    texting = conversation.channel == "sms"
    said = [
        Message(
            conversation_id=conversation.id, seq=take_seq(conversation), author=author, channel=conversation.channel,
            text=reply.text, options=list(reply.options), at=at or _said_at(answers, wall), accepted_at=wall,
            answers_id=answers.id if answers else None, answer_no=first_no + number if answers else None,
            state="queued" if texting else "said", next_at=wall if texting else None, segments=reply.segments,
        )
        for number, reply in enumerate(replies)
    ]
    session.add_all(said)
    session.flush()
    return said


def _said_at(answers: Message | None, wall: datetime) -> datetime:
    """By the conversation's clock: as long after the message as the answer took on the wall clock."""
    if answers is None:
        return wall
    return answers.at + max(wall - (answers.provider_at or answers.accepted_at), timedelta())


def fail(session: Session, claimed: Claim, *, code: str, wall: datetime, holding: list[Reply]) -> str:
    """The turn did not succeed: `retry` later, or `dead` and a person's task, with `holding` said to the resident."""
    conversation = _still_ours(session, claimed)
    if conversation is None:
        return "lost"
    message = session.get_one(Message, claimed.message.id)
    conversation.lease_owner = conversation.lease_until = None
    if message.state != "new":
        return "done"
    message.attempts += 1
    message.error_code = code
    conversation.flagged = True
    if message.attempts < ATTEMPTS and wall - message.accepted_at < PATIENCE:
        message.next_at = wall + BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
        return "retry"
    message.state = "dead"
    say(session, conversation, holding, answers=message, wall=wall, first_no=DEAD_LETTER_NO)
    tasks.raise_task(session, "dead_letter", message.id, conversation=conversation, message_id=message.id, now=message.at,
                     details={"code": code})
    return "dead"


# reply numbers: the turn's own from 0, "it is kept" from 700, what the safety net said from 800, the dead letter's from 900
KEPT_NO, SAFETY_NO, DEAD_LETTER_NO = 700, 800, 900


def release(session: Session, claimed: Claim, *, wall: datetime, after: timedelta) -> None:
    """Give the conversation back without counting an attempt: the other side is not there at all."""
    conversation = _still_ours(session, claimed)
    if conversation is not None:
        conversation.lease_owner = conversation.lease_until = None
        session.get_one(Message, claimed.message.id).next_at = wall + after


def _still_ours(session: Session, claimed: Claim) -> Conversation | None:
    conversation = lock(session, claimed.conversation.id)
    return conversation if conversation.fence == claimed.fence else None


def last_said(session: Session, conversation_id: str) -> Message | None:
    """The last thing said to the resident: it stores the options that their next message may choose from."""
    return session.execute(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.author != "resident")
        .order_by(Message.seq.desc())
        .limit(1)
    ).scalar_one_or_none()


def transcript(session: Session, conversation_id: str, *, after: int = 0) -> list[Message]:
    return list(
        session.execute(
            select(Message).where(Message.conversation_id == conversation_id, Message.seq > after).order_by(Message.seq)
        ).scalars()
    )
