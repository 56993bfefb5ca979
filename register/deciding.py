"""How a decision is made: the case taken up as the person saw it, duties met or ended, the resident told, one event written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from register import events, inbox, outbox, tasks
from register.cases import CaseError
from register.deadlines import DUTIES, PROMISED, london_date
from register.tables import Case, CaseEvent, Deadline

Words = Callable[[Case], str]
DUE_TASKS = ("due_soon", "due_today", "missed", "promise_changed")


class DecisionError(CaseError):
    """A decision that cannot be made as it stands; the message says why. `missing`: the fields that were left empty."""

    def __init__(self, message: str, missing: Collection[str] = ()) -> None:
        super().__init__(message)
        self.missing = tuple(missing)


class Stale(Exception):
    """Something happened to the case since the person looked at it. `newer`: the numbers of the events they have not seen."""

    def __init__(self, reference: str, newer: list[int]) -> None:
        super().__init__(f"Case {reference} has changed since you opened it. Read what is new, then decide again.")
        self.newer = newer


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides and when: the account's id, the clock of the case (`now`), the machine's (`wall`), and the last event seen."""

    by: str
    now: datetime
    wall: datetime
    seen_version: int

    @property
    def today(self) -> date:
        return london_date(self.now)


def take_up(session: Session, reference: str, who: Decider, landlords: Collection[str] = ()) -> Case:
    """The case, held until this transaction ends. `landlords` empty: of any landlord.

    Raises CaseError if there is no such case for this person, Stale if something happened since they looked.
    """
    query = select(Case.conversation_id).where(Case.reference == reference)
    if landlords:
        query = query.where(Case.landlord.in_(landlords))
    conversation_id = session.execute(query).scalar_one_or_none()
    if conversation_id is None:
        raise CaseError(f"There is no case {reference}.")
    inbox.lock(session, conversation_id)  # the conversation first and then its case, as a turn takes them: no deadlock
    case = session.execute(
        select(Case).where(Case.reference == reference).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    newer = [event.seq for event in case.events if event.seq > who.seen_version]
    if newer:
        raise Stale(reference, newer)
    return case


def promised(case: Case) -> dict[str, str]:
    """The unmet dates that the resident was told, as they now stand."""
    return {row.deadline: row.due_on.isoformat() for row in case.deadlines if row.deadline in PROMISED and row.met_on is None}


def record(session: Session, case: Case, who: Decider, kind: str, words: Words | None = None, **details: Any) -> CaseEvent:
    message_id = _tell(session, case, who, words(case)) if words else None
    return events.add(session, case, kind, at=who.now, by=who.by, message_id=message_id, details=details)


def _tell(session: Session, case: Case, who: Decider, text: str) -> str | None:
    """Say it in the conversation; to somebody who has said STOP, not by text: a person finds another way."""
    conversation = inbox.lock(session, case.conversation_id)
    if conversation.channel == "sms" and outbox.opted_out(session, conversation.landlord, conversation.address):
        tasks.raise_task(session, "opted_out", f"{case.id}:{case.version + 1}", conversation=conversation, case_id=case.id,
                         now=who.now)
        return None
    said = inbox.say(session, conversation, [inbox.Reply(text)], answers=None, wall=who.wall, author="staff", at=who.now)
    return said[0].id


def still_open(case: Case) -> None:
    if case.closed_at is not None:
        raise DecisionError("This case is closed. Notes and corrections can still be added.")


def running_stage(case: Case) -> int:
    still_open(case)
    if case.stage is None:
        raise DecisionError("This is not a complaint. If it should be one, correct what the resident told us first.")
    return case.stage


def required(**given: str) -> None:
    missing = [name for name, value in given.items() if not value.strip()]
    if missing:
        raise DecisionError(f"Fill in: {', '.join(name.replace('_', ' ') for name in missing)}.", missing)


def duty_of(case: Case, name: str) -> Deadline:
    row = next((row for row in case.deadlines if row.deadline == name), None)
    if row is None:
        raise DecisionError("This case has no such deadline. Open the case again and look at its deadlines.")
    return row


def meet(session: Session, case: Case, who: Decider, duty: Deadline) -> None:
    if duty.met_on is not None:
        raise DecisionError("This was done already. Open the case again to see when and by whom.")
    duty.met_on = who.today
    tasks.finish_of_case(session, case.id, DUE_TASKS, by=who.by, now=who.now, subject=duty.id)


def meet_if_open(session: Session, case: Case, who: Decider, name: str) -> None:
    for row in case.deadlines:
        if row.deadline == name and row.met_on is None:
            meet(session, case, who, row)


def end_duties(session: Session, case: Case, who: Decider) -> list[dict[str, str]]:
    """Take away what is no longer owed; the event keeps what it was."""
    ended = [row for row in case.deadlines if row.deadline in DUTIES and row.met_on is None]
    for row in ended:
        case.deadlines.remove(row)
    tasks.finish_of_case(session, case.id, DUE_TASKS, by=who.by, now=who.now)
    return [{"deadline": row.deadline, "due_on": row.due_on.isoformat()} for row in ended]
