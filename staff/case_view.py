"""One case as its page shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from policies import clocks, timeline, workdays
from register import deadlines, decisions, inbox, law, queue
from register.facts import Facts
from register.tables import Case, Deadline, Matter, Staff, StaffTask
from staff.marks import lines
from staff.quotes import Quote, quotes


@dataclass(frozen=True, slots=True)
class Dated:
    """A deadline with its working. `duty`: the landlord is late without it. `moved_from`: the date before an extension."""

    row: Deadline
    duty: bool
    days: int
    late: bool
    moved_from: str | None
    working: list[clocks.DayWorking]


def find(session: Session, reference: str, landlords: Collection[str]) -> Case | None:
    """A case that this person may see; another landlord's is not there at all."""
    query = select(Case).where(Case.reference == reference)
    return session.execute(query.where(Case.landlord.in_(landlords)) if landlords else query).scalar_one_or_none()


def view(session: Session, case: Case, today: date, labels: dict[str, str]) -> dict[str, Any]:
    """Everything that the case page needs, by name. `labels`: what deadlines are called."""
    dated = dates(case, today)
    return {
        "case": case,
        "facts": Facts.from_json(case.facts),
        "pack": deadlines.pack_of(case),
        "matters": [(row, proposal(case, row)) for row in case.matters],
        "transcript": lines(inbox.transcript(session, case.conversation_id), [row.text for row in case.matters]),
        "dates": dated,
        "next_duty": next((one for one in dated if one.duty and one.row.met_on is None), None),
        "picture": picture(case, today, labels),
        "events": list(case.events),
        "people": people(session, case),
        "open_tasks": session.execute(
            select(StaffTask).where(StaffTask.case_id == case.id, StaffTask.done_at.is_(None)).order_by(StaffTask.raised_at)
        ).scalars().all(),
        "undecided": decisions.undecided(case),
        "earlier": decisions.earlier_case(session, case),
        "possible": possible(case), "steps": deadlines.STEPS,
    }


def proposal(case: Case, row: Matter) -> list[Quote]:
    return quotes(deadlines.pack_of(case), row.citations, row.ground)


def dates(case: Case, today: date) -> list[Dated]:
    """The deadlines by date, the unmet duties first, each with its day-by-day working."""
    facts, pack, calendar = deadlines.clock_facts(case), deadlines.pack_of(case), workdays.england()
    extended = {event.details["deadline"]: event.details["old"] for event in reversed(case.events) if event.kind == "extended"}
    found = []
    for row in sorted(case.deadlines, key=lambda row: row.due_on):
        duty = row.deadline in deadlines.DUTIES
        working = [] if row.deadline in law.DUTIES else clocks.explain(pack, facts, row.deadline, calendar)
        late = duty and row.met_on is None and today > row.due_on
        found.append(Dated(row, duty, queue.days_left(case, row.due_on, today), late, extended.get(row.deadline), working))
    return sorted(found, key=lambda one: (not one.duty, one.row.met_on is not None))


def picture(case: Case, today: date, labels: dict[str, str]) -> Markup:
    """The timeline as SVG. `policies.timeline` escapes what it writes and uses no styles."""
    rows = {row.deadline: row for row in case.deadlines}
    shown = [one for one in deadlines.worked_out(case) if one.deadline in rows and one.deadline in deadlines.DUTIES]
    met = {name: row.met_on for name, row in rows.items() if row.met_on}
    calendar = workdays.england().with_closures(deadlines.pack_of(case).working_days.closures)
    return Markup(timeline.svg(shown, calendar, title=labels["timeline"], met=met, today=today, labels=labels))


def people(session: Session, case: Case) -> dict[str, str]:
    """The names of the staff who appear in the events, by account."""
    ids = {event.by for event in case.events}
    return dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all())


def possible(case: Case) -> list[str]:
    """The decisions that the case is ready for, in the order in which they usually come."""
    owed = {row.deadline for row in case.deadlines if row.met_on is None}
    happened = {event.kind for event in case.events}
    running = case.closed_at is None and case.stage is not None
    undecided = bool(decisions.undecided(case))
    answered = not running or "responded" in happened or "withdrawal_asked" in happened
    asked = {
        "exclusion": case.closed_at is None and undecided,
        "acknowledge": running and f"stage_{case.stage}_acknowledgement" in owed,
        "service_request": case.closed_at is None and not happened & {"accepted_as_service_request", "complaint_raised"}
        and case.disposition not in ("feedback", "enquiry", "stage2_escalation"),
        "review": running and "stage_2_review" in owed,
        "step": case.closed_at is None and bool(owed & set(deadlines.STEPS)),
        "respond": running and f"stage_{case.stage}_response" in owed and not undecided,
        "extend": running and f"stage_{case.stage}_response" in owed,
        "close": case.closed_at is None and answered,
        "correct": True,
        "note": True,
    }
    return [name for name, ready in asked.items() if ready]
