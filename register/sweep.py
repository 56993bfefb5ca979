"""The nightly sweep: what nobody did in time, what nobody finished saying, what got stuck. Run twice, it changes nothing.

Each finding is written in a short transaction of its own, together with the staff task whose uniqueness makes it happen once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, selectinload

from policies import workdays
from register import cases, deadlines, events, inbox, tasks
from register.engine import Register
from register.tables import Case, Conversation, Deadline, Intake, Matter, Message, StaffTask

SOON = 2  # working days before a deadline on which staff are reminded
# How long a resident may be silent before what they left is made a case: a text is often answered the next day, a page is not.
SILENCE = {"sms": timedelta(hours=48), "web": timedelta(hours=24)}
UNREAD = timedelta(minutes=15)  # thrice the relay's patience: a message that waits longer shows that nothing takes it
UNSENT = timedelta(hours=1)  # a text still waiting, or sent without a word from the network
CALENDAR_WARNING = timedelta(days=365)


@dataclass(slots=True)
class Summary:
    """What this run found and wrote; all empty when there was nothing new. Cases are named by reference."""

    due_soon: list[str] = field(default_factory=list)
    due_today: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    ended_without_case: int = 0
    stuck: int = 0
    moved: list[Moved] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)  # cases that could not be swept; the others were
    calendar_until: date | None = None  # set when the list of bank holidays ends within a year


@dataclass(frozen=True, slots=True)
class Moved:
    """A promise that a new holiday changed: the resident was told the old date."""

    reference: str
    deadline: str
    old: date
    new: date


def sweep(register: Register, *, today: date, now: datetime) -> Summary:
    """`today`: the London date whose duties are looked at. `now`: the clock for silence and for what is written."""
    found = Summary()
    _open_silent(register, found, now)
    _recompute(register, found, now)
    _mark_duties(register, found, today, now)
    _mark_stuck(register, found, now)
    _check_calendar(register, found, today, now)
    return found


def _open_silent(register: Register, found: Summary, now: datetime) -> None:
    """Drafts of residents who went silent become cases, received when first voiced; talk without a matter just ends."""
    silent = or_(*(
        (Conversation.channel == channel) & (Conversation.heard_at <= now - patience) for channel, patience in SILENCE.items()
    ))
    told = exists().where(Matter.intake_id == Intake.id)
    with register.reading() as session:
        drafts = session.execute(
            select(Intake.conversation_id, Intake.number).join(Conversation, Conversation.id == Intake.conversation_id)
            .where(Intake.state == "draft", silent, told).order_by(Intake.voiced_at)
        ).all()
    for conversation_id, number in drafts:
        with register.writing() as session:
            inbox.lock(session, conversation_id)
            case = cases.open_case(session, conversation_id, number, now=now, by="sweep")
            found.opened.append(case.reference)
    with register.writing() as session:
        ended = session.execute(select(Conversation).where(silent, Conversation.outcome.is_(None), ~Conversation.flagged)).scalars()
        for conversation in ended:
            conversation.outcome = "no_case"
            found.ended_without_case += 1


def _recompute(register: Register, found: Summary, now: datetime) -> None:
    """Open cases by today's calendar: a holiday that was added moves what is still owed, and both dates are kept."""
    with register.reading() as session:
        moved = [case.reference for case in _running(session) if any(_moves(case))]
    for reference in moved:
        with register.writing() as session:
            case = cases.find(session, reference)
            for row, new in list(_moves(case)):
                old, row.due_on = row.due_on, new.due_on
                row.from_on = new.from_on
                details = {"deadline": row.deadline, "old": old.isoformat(), "new": row.due_on.isoformat(), "why": "calendar"}
                events.add(session, case, "deadline_moved", at=now, by="sweep", details=details)
                if row.deadline in deadlines.DUTIES:
                    _task(session, case, "promise_changed", row, now, details)
                    found.moved.append(Moved(case.reference, row.deadline, old, row.due_on))


def _running(session: Session) -> Iterator[Case]:
    query = select(Case).where(Case.closed_at.is_(None), Case.stage.is_not(None)).order_by(Case.id)
    yield from session.execute(
        query.options(selectinload(Case.events), selectinload(Case.deadlines)).execution_options(yield_per=500)
    ).scalars()


def _moves(case: Case) -> Iterator[tuple[Deadline, deadlines.clocks.Deadline]]:
    """The unmet deadlines that would fall on another day if they were worked out now, with what they would be."""
    rows = {row.deadline: row for row in case.deadlines if row.met_on is None}
    kept = deadlines.extended(case)
    for new in deadlines.worked_out(case):
        row = rows.get(new.deadline)
        if row is not None and new.deadline not in kept and row.due_on != new.due_on:
            yield row, new


def _mark_duties(register: Register, found: Summary, today: date, now: datetime) -> None:
    calendar = workdays.england()
    horizon = calendar.add(today, SOON)
    with register.reading() as session:
        owed = session.execute(
            select(Case.reference, Deadline.id, Deadline.due_on).join(Deadline, Deadline.case_id == Case.id)
            .where(Case.closed_at.is_(None), Deadline.met_on.is_(None), Deadline.deadline.in_(deadlines.DUTIES))
            .where(Deadline.due_on <= horizon).order_by(Deadline.due_on, Case.received_at)
        ).all()
        known = set(session.execute(
            select(StaffTask.kind, StaffTask.subject).where(StaffTask.kind.in_(("due_soon", "due_today", "missed")))
        ).tuples())
    for reference, deadline_id, due_on in owed:
        kind = "missed" if due_on < today else "due_today" if due_on == today else "due_soon"
        if (kind, f"{deadline_id}:{due_on}") in known:
            continue
        with register.writing() as session:
            if _mark(session, reference, deadline_id, kind, now):
                getattr(found, kind).append(reference)


def _mark(session: Session, reference: str, deadline_id: str, kind: str, now: datetime) -> bool:
    """False if the duty was met since we looked."""
    case = cases.find(session, reference)
    row = next((row for row in case.deadlines if row.id == deadline_id and row.met_on is None), None)
    if row is None or case.closed_at is not None:
        return False
    details = {"deadline": row.deadline, "due_on": row.due_on.isoformat()}
    events.add(session, case, kind, at=now, by="sweep", details=details)
    tasks.finish_of_case(session, case.id, ("due_soon", "due_today"), by="sweep", now=now, subject=row.id)
    _task(session, case, kind, row, now, details)
    return True


def _task(session: Session, case: Case, kind: str, row: Deadline, now: datetime, details: dict[str, str]) -> None:
    tasks.raise_task(session, kind, f"{row.id}:{row.due_on}", conversation=case.conversation, case_id=case.id, now=now,
                     details=details)


def _mark_stuck(register: Register, found: Summary, now: datetime) -> None:
    """Messages that nothing takes, and texts that do not leave: their state stays, a person is told."""
    unread = (Message.author == "resident") & (Message.state == "new") & (Message.accepted_at <= now - UNREAD)
    unsent = Message.state.in_(("queued", "sending")) & (Message.accepted_at <= now - UNSENT)
    with register.writing() as session:
        stuck = session.execute(
            select(Message, Conversation).join(Conversation, Conversation.id == Message.conversation_id)
            .where(or_(unread, unsent), Conversation.taken_over_by.is_(None)).order_by(Message.accepted_at)
        ).all()
        for message, conversation in stuck:
            kind = "dead_letter" if message.author == "resident" else "unsent"
            task = tasks.raise_task(session, kind, message.id, conversation=conversation, message_id=message.id, now=now,
                                    details={"code": "stuck"})
            found.stuck += task.raised_at == now


def _check_calendar(register: Register, found: Summary, today: date, now: datetime) -> None:
    until = workdays.published_until()
    if until - today < CALENDAR_WARNING:
        found.calendar_until = until
        with register.writing() as session:
            tasks.raise_task(session, "calendar", until.isoformat(), now=now)
