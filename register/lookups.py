"""Reading a case's state by its reference: status only, with a second fact, and only a few tries an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from register.deadlines import PROMISED
from register.facts import Facts
from register.references import find_reference
from register.tables import Case, LookUp

TRIES_AN_HOUR = 5


@dataclass(frozen=True, slots=True)
class State:
    reference: str
    next_deadline: str | None
    due_on: date | None


def look_up(session: Session, conversation_id: str, facts: Facts, *, channel: str, now: datetime) -> State | None:
    """The state of the case that `facts.earlier_reference` names, if the asker also knows its postcode, phone or email.

    Never by text: a sender's number can be forged. None says nothing about whether the case exists.
    """
    reference = find_reference(facts.earlier_reference or "")
    if reference is None or channel == "sms":
        return None
    tried = session.execute(
        select(func.count()).select_from(LookUp)
        .where(LookUp.conversation_id == conversation_id, LookUp.at > now - timedelta(hours=1))
    ).scalar_one()
    if tried >= TRIES_AN_HOUR:
        return None
    case = session.execute(select(Case).where(Case.reference == reference)).scalar_one_or_none()
    found = case is not None and _knows(Facts.from_json(case.facts), facts)
    session.add(LookUp(conversation_id=conversation_id, at=now, found=found))
    if not found:
        return None
    waiting = next((row for row in case.deadlines if row.met_on is None and row.deadline in PROMISED), None)
    return State(case.reference, waiting.deadline if waiting else None, waiting.due_on if waiting else None)


def _knows(case: Facts, asker: Facts) -> bool:
    pairs = ((case.postcode, asker.postcode), (case.phone, asker.phone), (case.email, asker.email))
    return any(one and other and one.replace(" ", "").lower() == other.replace(" ", "").lower() for one, other in pairs)
