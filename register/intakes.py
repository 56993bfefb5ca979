"""The draft of an intake, saved on every turn, so that what a resident began to say is never lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.facts import Facts, MatterFacts
from register.inbox import lock
from register.tables import Intake, Matter


def note(session: Session, conversation_id: str, number: int, facts: Facts, *, at: datetime) -> Intake:
    """Save what is known so far. `at` counts only the first time that a matter is voiced: it is the received time."""
    lock(session, conversation_id)
    intake = find(session, conversation_id, number)
    if intake is None:
        intake = Intake(conversation_id=conversation_id, number=number, voiced_at=at, state="draft")
        session.add(intake)
    if intake.state != "draft":
        return intake
    intake.facts = facts.as_json()
    kept = {matter.position: matter for matter in intake.matters}
    for position, told in enumerate(facts.matters, start=1):
        row = kept.pop(position, None)
        if row is None:
            row = Matter(position=position)
            intake.matters.append(row)
        row.kind, row.subject, row.stance, row.text = told.kind, told.subject, told.stance, told.text
        row.about_handling = told.about_handling
    for gone in kept.values():
        intake.matters.remove(gone)
    session.flush()
    return intake


def find(session: Session, conversation_id: str, number: int) -> Intake | None:
    return session.execute(
        select(Intake).where(Intake.conversation_id == conversation_id, Intake.number == number)
    ).scalar_one_or_none()


def drop(session: Session, conversation_id: str, number: int) -> None:
    """The resident's words were no matter for the landlord, or they withdrew before sending: recorded, without a case."""
    intake = find(session, conversation_id, number)
    if intake is not None and intake.state == "draft":
        intake.state = "no_case"


def matter_facts(row: Matter) -> MatterFacts:
    return MatterFacts(kind=row.kind, subject=row.subject, stance=row.stance, text=row.text, about_handling=row.about_handling)
