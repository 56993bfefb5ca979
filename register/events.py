"""The life of a case, one kind of event for each thing that can happen to it. Events are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.tables import Case, CaseEvent

KINDS = {
    "received": "the resident told us, by any channel; the case was opened from it",
    "added_to": "the resident said more about the case after it was opened",
    "complaint_raised": "a service request or feedback became a complaint, because the resident wished it",
    "handed_over": "the resident asked for a person, or the bot could not go on",
    "withdrawal_asked": "the resident said they want to withdraw; a person decides",
    "adjustment_asked": "the resident asked for a reasonable adjustment after the case was opened",
    "acknowledged": "a person acknowledged the case to the resident",
    "accepted_as_service_request": "a person took it as a service request, and told the resident of the right to complain",
    "exclusion_confirmed": "a person confirmed a proposed exclusion, with reasons, and told the resident of the Ombudsman",
    "exclusion_rejected": "a person rejected a proposed exclusion: it is a complaint",
    "step_done": "a person did what the law or the policy asks by a date, such as looking at a hazard",
    "reviewed": "the review of stage 2 was held",
    "responded": "a person sent the response of the stage",
    "extended": "a person extended a deadline, with the reason and the new date",
    "closed": "a person closed the case",
    "corrected": "a person corrected what the bot had understood",
    "deadline_moved": "a deadline was worked out again (a new bank holiday, a correction): old and new dates",
    "due_soon": "a deadline is near",
    "due_today": "a deadline is today",
    "missed": "a deadline passed without being met",
    "note": "a person's note",
}


def add(
    session: Session,
    case: Case,
    kind: str,
    *,
    at: datetime,
    by: str,
    message_id: str | None = None,
    details: dict[str, Any] | None = None,
) -> CaseEvent:
    """Add an event. The same message cannot cause the same kind of event twice: then the first one is returned."""
    if kind not in KINDS:
        raise ValueError(f"'{kind}' is not a kind of case event. Known: {', '.join(sorted(KINDS))}.")
    if message_id is not None:
        known = session.execute(
            select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.message_id == message_id, CaseEvent.kind == kind)
        ).scalar_one_or_none()
        if known is not None:
            return known
    seq = case.version + 1 if case.events else 1
    event = CaseEvent(case_id=case.id, seq=seq, kind=kind, at=at, by=by, message_id=message_id, details=details or {})
    case.version = seq
    case.events.append(event)
    session.flush()
    return event
