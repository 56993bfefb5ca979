"""The tables. Times are aware and UTC (`..._at`); London dates are plain dates (`..._on`)."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone was given to the register: pass an aware time.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: JSON, list[Any]: JSON, str: String(200)}


def new_id() -> str:
    return secrets.token_hex(16)


class Conversation(Table):
    """One resident's talk with one landlord over one channel. Never leaves the house under this id: see `public_id`."""

    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    landlord: Mapped[str]
    channel: Mapped[str]  # web | sms
    address: Mapped[str | None]  # the resident's number, for texts
    started_at: Mapped[datetime]
    heard_at: Mapped[datetime]  # when the resident last wrote
    next_seq: Mapped[int] = mapped_column(default=1)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None]  # None while open | case | no_case | handover
    flagged: Mapped[bool] = mapped_column(default=False)  # a person must look: the understanding was away
    taken_over_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    messages: Mapped[list[Message]] = relationship(back_populates="conversation", order_by="Message.seq")
    __table_args__ = (Index("ix_conversations_address", "channel", "address"),)


class Message(Table):
    """Inbox, transcript and outbox in one. `seq` is the order in the conversation, given under the row's lock."""

    __tablename__ = "messages"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    author: Mapped[str]  # resident | bot | staff
    channel: Mapped[str]
    client_id: Mapped[str | None]  # the browser's own id, or Twilio's MessageSid
    text: Mapped[str] = mapped_column(Text)
    options: Mapped[list[Any]] = mapped_column(default=list)  # said: [{"id", "label"}]
    chosen: Mapped[str | None]  # heard: the option's id
    at: Mapped[datetime]  # by the conversation's clock: the time that counts in law
    accepted_at: Mapped[datetime]  # by the wall clock: for leases and patience
    provider_at: Mapped[datetime | None]
    answers_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    answer_no: Mapped[int | None]
    state: Mapped[str]  # heard: new, done, dead; said: said; texts: queued, sending, sent, delivered, undelivered, dead
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    provider_sid: Mapped[str | None]
    segments: Mapped[int | None]
    safety: Mapped[dict[str, Any] | None]
    understanding: Mapped[dict[str, Any] | None]
    conversation: Mapped[Conversation] = relationship(back_populates="messages")
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("channel", "client_id"),
        UniqueConstraint("answers_id", "answer_no"),
        Index("ix_messages_state", "state", "next_at"),
    )


class Intake(Table):
    """What one conversation is telling us, while it is being told: the draft, saved on every turn."""

    __tablename__ = "intakes"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    number: Mapped[int]
    voiced_at: Mapped[datetime]  # when the first matter was voiced: this is the received time
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # register.facts.Facts
    state: Mapped[str] = mapped_column(default="draft")  # draft | case | no_case
    matters: Mapped[list[Matter]] = relationship(order_by="Matter.position", cascade="all, delete-orphan")
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)


class Matter(Table):
    """One issue in a conversation, with its kind; a draft until its case is opened."""

    __tablename__ = "matters"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    intake_id: Mapped[str] = mapped_column(ForeignKey("intakes.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int]
    kind: Mapped[str]
    subject: Mapped[str]
    stance: Mapped[str]
    about_handling: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    disposition: Mapped[str | None]
    ground: Mapped[str | None]
    citations: Mapped[list[Any]] = mapped_column(default=list)
    for_staff: Mapped[list[Any]] = mapped_column(default=list)
    __table_args__ = (UniqueConstraint("intake_id", "position"),)


class Case(Table):
    __tablename__ = "cases"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(unique=True)
    intake_id: Mapped[str] = mapped_column(ForeignKey("intakes.id"), unique=True)  # one intake, one case
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    landlord: Mapped[str]
    pack_version: Mapped[str]
    disposition: Mapped[str]
    ground: Mapped[str | None]
    stage: Mapped[int | None]
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    channel: Mapped[str]
    definition: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    signposts: Mapped[list[Any]] = mapped_column(default=list)
    handover: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)  # the number of the last event: two editors cannot both be right
    deadlines: Mapped[list[Deadline]] = relationship(order_by="Deadline.due_on", cascade="all, delete-orphan")
    events: Mapped[list[CaseEvent]] = relationship(order_by="CaseEvent.seq")
    matters: Mapped[list[Matter]] = relationship(order_by="Matter.position")
    conversation: Mapped[Conversation] = relationship()
    intake: Mapped[Intake] = relationship()


class Deadline(Table):
    __tablename__ = "deadlines"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    deadline: Mapped[str]
    due_on: Mapped[date]
    met_on: Mapped[date | None]
    rule: Mapped[str] = mapped_column(Text)
    from_what: Mapped[str]
    from_on: Mapped[date]
    citations: Mapped[list[Any]] = mapped_column(default=list)
    also: Mapped[list[Any]] = mapped_column(default=list)
    __table_args__ = (UniqueConstraint("case_id", "deadline"), Index("ix_deadlines_due", "met_on", "due_on"))


class CaseEvent(Table):
    """What happened to a case, by whom and why. Append only: the migration forbids change and removal."""

    __tablename__ = "case_events"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    kind: Mapped[str]  # register.events.KINDS
    at: Mapped[datetime]
    by: Mapped[str]  # bot | resident | sweep | a member of staff's id
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (UniqueConstraint("case_id", "seq"), UniqueConstraint("case_id", "message_id", "kind"))


class StaffTask(Table):
    """Something only a person can do. `subject` makes the same task unique however often it is raised."""

    __tablename__ = "staff_tasks"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]  # register.tasks.KINDS
    subject: Mapped[str]
    landlord: Mapped[str]
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    raised_at: Mapped[datetime]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    __table_args__ = (UniqueConstraint("kind", "subject"),)


class Staff(Table):
    __tablename__ = "staff"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    landlords: Mapped[list[Any]] = mapped_column(default=list)  # keys; empty: all
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None]


class StaffSession(Table):
    """A signed-in browser. Only the hash of its token is kept."""

    __tablename__ = "staff_sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OptOut(Table):
    """A number that has said STOP to a landlord's texts."""

    __tablename__ = "opt_outs"
    landlord: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Quarantine(Table):
    """A text whose signature we could not trust: not acted on, but not thrown away either."""

    __tablename__ = "quarantine"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    reason: Mapped[str]
    body: Mapped[str] = mapped_column(Text)


class LookUp(Table):
    """A try at reading a case's state by its reference: counted, so that references cannot be guessed."""

    __tablename__ = "look_ups"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    at: Mapped[datetime]
    found: Mapped[bool]


class Lesson(Table):
    """What a person decided about a correction of staff: whether it may teach, and the masked example as it was then."""

    __tablename__ = "lessons"
    event_id: Mapped[str] = mapped_column(ForeignKey("case_events.id"), primary_key=True)
    approved: Mapped[bool]
    example: Mapped[dict[str, Any]]
    decided_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime]
