"""The list that staff work from: open cases by their next unmet duty, the soonest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from policies import workdays
from register.deadlines import DUTIES, pack_of
from register.tables import Case, Deadline, StaffTask

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list. `days`: working days left to the duty's date, negative when late, None if nothing is owed.

    `late`: the date has passed, though perhaps no working day since. `danger`: somebody may not be safe, and nobody has seen
    to it. `waiting`: the resident is waiting for a person.
    """

    case: Case
    duty: str | None
    due_on: date | None
    days: int | None
    late: bool
    danger: bool
    waiting: bool


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def page(session: Session, *, today: date, landlords: Collection[str] = (), number: int = 1) -> Page:
    """One page of the open cases: the soonest unmet duty first, then the earlier received; those that owe nothing come last.

    `landlords` empty: of all. The same few queries however many cases there are.
    """
    total = session.execute(_open(select(func.count()).select_from(Case), landlords)).scalar_one()
    number = min(max(number, 1), max(1, -(-total // PAGE)))
    soonest = (
        select(Deadline.case_id, func.min(Deadline.due_on).label("due_on"))
        .where(Deadline.met_on.is_(None), Deadline.deadline.in_(DUTIES))
        .group_by(Deadline.case_id)
        .subquery()
    )
    query = (
        _open(select(Case, soonest.c.due_on), landlords)
        .outerjoin(soonest, soonest.c.case_id == Case.id)
        .order_by(sql_case((soonest.c.due_on.is_(None), 1), else_=0), soonest.c.due_on, Case.received_at, Case.id)
        .limit(PAGE).offset((number - 1) * PAGE)
    )
    found = session.execute(query).all()
    names = _duties(session, [case.id for case, _ in found])
    flags = _flags(session, [case.id for case, _ in found])
    rows = [_row(case, due_on, names.get(case.id, {}), flags.get(case.id, set()), today) for case, due_on in found]
    return Page(rows, total, number)


def days_left(case: Case, due_on: date, today: date) -> int:
    """Working days of the case's landlord from today to a date; negative when the date has passed."""
    return workdays.england().with_closures(pack_of(case).working_days.closures).between(today, due_on)


def _open(query: Select, landlords: Collection[str]) -> Select:
    query = query.where(Case.closed_at.is_(None))
    return query.where(Case.landlord.in_(landlords)) if landlords else query


def _duties(session: Session, case_ids: list[str]) -> dict[str, dict[date, str]]:
    """What is owed on which day, by case; of two duties on one day the one that comes first in a case's life."""
    rows = session.execute(
        select(Deadline.case_id, Deadline.due_on, Deadline.deadline)
        .where(Deadline.case_id.in_(case_ids), Deadline.met_on.is_(None), Deadline.deadline.in_(DUTIES))
    ).all()
    owed: dict[str, dict[date, str]] = {}
    for case_id, due_on, name in sorted(rows, key=lambda row: DUTIES.index(row[2])):
        owed.setdefault(case_id, {}).setdefault(due_on, name)
    return owed


def _flags(session: Session, case_ids: list[str]) -> dict[str, set[str]]:
    open_tasks = session.execute(
        select(StaffTask.case_id, StaffTask.kind)
        .where(StaffTask.case_id.in_(case_ids), StaffTask.done_at.is_(None), StaffTask.kind.in_(("danger", "handover")))
    )
    flags: dict[str, set[str]] = {}
    for case_id, kind in open_tasks:
        flags.setdefault(case_id, set()).add(kind)
    return flags


def _row(case: Case, due_on: date | None, duties: dict[date, str], flags: set[str], today: date) -> Row:
    seen = {"danger": "danger" in flags, "waiting": "handover" in flags}
    if due_on is None:
        return Row(case, None, None, None, False, **seen)
    return Row(case, duties[due_on], due_on, days_left(case, due_on, today), today > due_on, **seen)
