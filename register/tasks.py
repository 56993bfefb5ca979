"""Staff tasks: what only a person can do. Raising the same task twice makes one task."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from register.tables import Conversation, StaffTask

KINDS = {  # in the order in which staff should see to them
    "danger": "words in a message spoke of danger to someone",
    "handover": "the resident is waiting for a person",
    "dead_letter": "a message could not be understood by the machine: a person must read it",
    "missed": "a deadline has passed",
    "due_today": "a deadline is today",
    "promise_changed": "a new bank holiday moved a date that the resident was told: tell them",
    "after_closing": "the resident wrote again about a case that was closed",
    "withdrawn": "the resident says they want to withdraw: a person closes, not the bot",
    "undelivered": "a text did not arrive: find another way to reach the resident",
    "opted_out": "the resident said STOP to texts: find another way to reach them",
    "unsent": "a text waits or failed without a reason: look at it",
    "due_soon": "a deadline is near",
    "enquiry": "the resident asked how a case is going",
    "authority": "someone writes for a resident: ask for their authority alongside",
    "managing_partner": "another landlord may manage this home: find out whose policy applies",
    "landlord_gap": "the landlord's own policy does not say something the resident needs",
    "calendar": "the list of bank holidays ends within a year: renew it",
}


def raise_task(
    session: Session,
    kind: str,
    subject: str,
    *,
    conversation: Conversation | None = None,
    landlord: str | None = None,
    case_id: str | None = None,
    message_id: str | None = None,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> StaffTask:
    if kind not in KINDS:
        raise ValueError(f"'{kind}' is not a kind of staff task. Known: {', '.join(sorted(KINDS))}.")
    known = session.execute(select(StaffTask).where(StaffTask.kind == kind, StaffTask.subject == subject)).scalar_one_or_none()
    if known is not None:
        return known
    task = StaffTask(
        kind=kind, subject=subject, landlord=landlord or (conversation.landlord if conversation else ""),
        conversation_id=conversation.id if conversation else None, case_id=case_id, message_id=message_id,
        raised_at=now, details=details or {},
    )
    try:
        with session.begin_nested():
            session.add(task)
    except IntegrityError:  # raised by another transaction since we looked
        return session.execute(select(StaffTask).where(StaffTask.kind == kind, StaffTask.subject == subject)).scalar_one()
    return task


def note(session: Session, kind: str, subject: str, **details: Any) -> None:
    """Add to what an open task says."""
    task = session.execute(select(StaffTask).where(StaffTask.kind == kind, StaffTask.subject == subject)).scalar_one_or_none()
    if task is not None:
        task.details = {**task.details, **details}


def open_tasks(session: Session, landlords: list[str] | None = None) -> list[StaffTask]:
    query = select(StaffTask).where(StaffTask.done_at.is_(None)).order_by(StaffTask.raised_at)
    if landlords:
        query = query.where(StaffTask.landlord.in_(landlords))
    return list(session.execute(query).scalars())


def finish(session: Session, task: StaffTask, *, by: str, now: datetime) -> None:
    """Done. Finishing again changes nothing."""
    if task.done_at is None:
        task.done_at, task.done_by = now, by


def finish_of_case(session: Session, case_id: str, kinds: tuple[str, ...], *, by: str, now: datetime, subject: str = "") -> None:
    """What a decision has settled is no task any more: those of these kinds whose subject begins with `subject`."""
    waiting = select(StaffTask).where(StaffTask.case_id == case_id, StaffTask.kind.in_(kinds), StaffTask.done_at.is_(None))
    waiting = waiting.where(StaffTask.subject.startswith(subject))
    for task in session.execute(waiting).scalars():
        finish(session, task, by=by, now=now)
