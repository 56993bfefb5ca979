"""The nightly sweep: what nobody did in time, what nobody finished saying, what got stuck. Run twice, it changes nothing.

Each finding is written in a short transaction of its own, together with the staff task whose uniqueness makes it happen once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, selectinload

from policies import workdays
from register import cases, deadlines, events, inbox, tasks
from register.engine import Register
from register.tables import Case, Conversation, Deadline, Intake, Matter, Message, StaffTask

logger = logging.getLogger(__name__)

MARKS = ("due_soon", "due_today", "missed")
SOON = 2  # working days before a deadline on which staff are reminded
# How long a resident may be silent before what they left is made a case: a text is often answered the next day, a page is not.
SILENCE = {"sms": timedelta(hours=48), "web": timedelta(hours=24)}
UNREAD = timedelta(minutes=15)  # thrice the relay's patience: a message that waits longer shows that nothing takes it
UNSENT = timedelta(hours=1)  # a text that still waits to be sent
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
    failed: list[str] = field(default_factory=list)  # cases or conversations that could not be swept; the others were
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
    run = _Run(register, Summary(), now)
    _open_silent(run)
    _recompute(run)
    _mark_duties(run, today)
    _mark_stuck(run)
    _check_calendar(run, today)
    return run.found


@dataclass(frozen=True, slots=True)
class _Run:
    register: Register
    found: Summary
    now: datetime

    def one(self, name: str, work: Callable[[Session], None]) -> None:
        """One finding in a transaction of its own. What fails steps aside: the others are swept, and it is named."""
        try:
            with self.register.writing() as session:
                work(session)
        except Exception as error:  # whatever it is, the rest of the night's work must be done
            logger.error("The sweep could not finish %s: %s", name, type(error).__name__)
            self.found.failed.append(name)


def _open_silent(run: _Run) -> None:
    """Drafts of residents who went silent become cases, received when first voiced; talk without a matter just ends."""
    silent = or_(*(
        (Conversation.channel == channel) & (Conversation.heard_at <= run.now - patience) for channel, patience in SILENCE.items()
    ))
    told = exists().where(Matter.intake_id == Intake.id)
    with run.register.reading() as session:
        drafts = session.execute(
            select(Intake.conversation_id, Conversation.public_id, Intake.number)
            .join(Conversation, Conversation.id == Intake.conversation_id)
            .where(Intake.state == "draft", silent, told).order_by(Intake.voiced_at)
        ).all()
    for conversation_id, name, number in drafts:
        run.one(name, partial(_open, run, conversation_id, number))
    unread = exists().where(Message.conversation_id == Conversation.id, Message.state == "new")
    draft = exists().where(Intake.conversation_id == Conversation.id, Intake.state == "draft", told)
    ended = select(Conversation).where(silent, Conversation.outcome.is_(None), ~Conversation.flagged, ~unread, ~draft)
    with run.register.writing() as session:
        for conversation in session.execute(ended).scalars():
            conversation.outcome = "no_case"
            run.found.ended_without_case += 1


def _open(run: _Run, conversation_id: str, number: int, session: Session) -> None:
    inbox.lock(session, conversation_id)
    run.found.opened.append(cases.open_case(session, conversation_id, number, now=run.now, by="sweep").reference)


def _recompute(run: _Run) -> None:
    """Open cases by today's calendar: a holiday that was added moves what is still owed, and both dates are kept."""
    with run.register.reading() as session:
        running = select(Case).where(Case.closed_at.is_(None)).order_by(Case.id)
        loaded = running.options(selectinload(Case.events), selectinload(Case.deadlines)).execution_options(yield_per=500)
        moved = [case.reference for case in session.execute(loaded).scalars() if _moves(case)]
    for reference in moved:
        run.one(reference, partial(_move, run, reference))


def _moves(case: Case) -> dict[str, date]:
    """The unmet deadlines that would fall on another day if they were worked out now, with that day."""
    kept = deadlines.extended(case)
    owed = {row.deadline: row.due_on for row in case.deadlines if row.met_on is None and row.deadline not in kept}
    return {new.deadline: new.due_on for new in deadlines.worked_out(case) if owed.get(new.deadline, new.due_on) != new.due_on}


def _move(run: _Run, reference: str, session: Session) -> None:
    case = cases.find(session, reference)
    moves, old = _moves(case), {row.deadline: row.due_on for row in case.deadlines}
    deadlines.set_deadlines(session, case)
    for row in case.deadlines:
        if row.deadline not in moves:
            continue
        details = {"deadline": row.deadline, "old": old[row.deadline].isoformat(), "new": row.due_on.isoformat()}
        events.add(session, case, "deadline_moved", at=run.now, by="sweep", details={**details, "why": "calendar"})
        if row.deadline in deadlines.PROMISED:
            _task(run, session, case, "promise_changed", row, details)
            run.found.moved.append(Moved(case.reference, row.deadline, old[row.deadline], row.due_on))


def _mark_duties(run: _Run, today: date) -> None:
    """The last two working days before a duty, its day, and from the day after it: each once."""
    horizon = workdays.england().add(today, SOON)
    with run.register.reading() as session:
        owed = session.execute(
            select(Case.reference, Deadline.id, Deadline.due_on).join(Deadline, Deadline.case_id == Case.id)
            .where(Case.closed_at.is_(None), Deadline.met_on.is_(None), Deadline.deadline.in_(deadlines.DUTIES))
            .where(Deadline.due_on <= horizon).order_by(Deadline.due_on, Case.received_at)
        ).all()
        known = {
            (kind, subject)
            for kind, subject in session.execute(select(StaffTask.kind, StaffTask.subject).where(StaffTask.kind.in_(MARKS)))
        }
    for reference, deadline_id, due_on in owed:
        kind = "missed" if due_on < today else "due_today" if due_on == today else "due_soon"
        if (kind, f"{deadline_id}:{due_on}") not in known:
            run.one(reference, partial(_mark, run, reference, deadline_id, kind))


def _mark(run: _Run, reference: str, deadline_id: str, kind: str, session: Session) -> None:
    case = cases.find(session, reference)
    row = next((row for row in case.deadlines if row.id == deadline_id and row.met_on is None), None)
    if row is None or case.closed_at is not None:  # done since we looked
        return
    details = {"deadline": row.deadline, "due_on": row.due_on.isoformat()}
    events.add(session, case, kind, at=run.now, by="sweep", details=details)
    tasks.finish_of_case(session, case.id, ("due_soon", "due_today"), by="sweep", now=run.now, subject=row.id)
    _task(run, session, case, kind, row, details)
    getattr(run.found, kind).append(reference)


def _task(run: _Run, session: Session, case: Case, kind: str, row: Deadline, details: dict[str, str]) -> None:
    tasks.raise_task(session, kind, f"{row.id}:{row.due_on}", conversation=case.conversation, case_id=case.id, now=run.now,
                     details=details)


def _mark_stuck(run: _Run) -> None:
    """Messages that nothing takes, and texts that do not leave: their state stays, a person is told."""
    unread = (Message.author == "resident") & (Message.state == "new") & (Message.at <= run.now - UNREAD)
    unsent = Message.state.in_(("queued", "sending")) & (Message.at <= run.now - UNSENT)
    told = exists().where(StaffTask.message_id == Message.id, StaffTask.kind.in_(("dead_letter", "unsent", "undelivered")))
    with run.register.writing() as session:
        stuck = session.execute(
            select(Message, Conversation).join(Conversation, Conversation.id == Message.conversation_id)
            .where(or_(unread, unsent), ~told, Conversation.taken_over_by.is_(None)).order_by(Message.at)
        ).all()
        for message, conversation in stuck:
            kind = "dead_letter" if message.author == "resident" else "unsent"
            tasks.raise_task(session, kind, message.id, conversation=conversation, message_id=message.id, now=run.now,
                             details={"code": "stuck"})
        run.found.stuck = len(stuck)


def _check_calendar(run: _Run, today: date) -> None:
    until = workdays.published_until()
    if until - today < CALENDAR_WARNING:
        run.found.calendar_until = until
        with run.register.writing() as session:
            tasks.raise_task(session, "calendar", until.isoformat(), now=run.now)
