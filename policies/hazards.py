"""Clocks of the law beside the complaint clock: hazards in rented homes (Awaab's Law) and complaints about personal data.

Times and dates of commencement are data (`law.yml`); who they apply to is in the landlord's pack.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from policies import yaml_lines
from policies.citations import Citation
from policies.dates import LONDON, london_date
from policies.pack_model import Pack
from policies.workdays import Calendar

LAW = Path(__file__).parent / "law.yml"
_SIGNIFICANT = ("investigate", "written_summary", "make_safe", "begin_further_work", "further_work_started_at_the_latest")


@dataclass(frozen=True, slots=True)
class LawDeadline:
    """A deadline that the law sets: a London date, and the moment (UTC) where it runs in hours.

    `at_latest`: counted from a step that has not happened yet, at its own last permitted day.
    """

    deadline: str
    due_on: date
    due_at: datetime | None
    rule: str
    from_on: date
    citations: tuple[Citation, ...]
    at_latest: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"deadline": self.deadline, "due_on": self.due_on.isoformat(), "due_at": self.due_at and self.due_at.isoformat(),
                "rule": self.rule, "from_on": self.from_on.isoformat(), "citations": [c.as_json() for c in self.citations],
                "at_latest": self.at_latest}


def hazard_deadlines(pack: Pack, tenure: str | None, hazard: str, aware_at: datetime, calendar: Calendar, *,
                     emergency: bool = False, investigated: datetime | date | None = None) -> list[LawDeadline]:
    """What Awaab's Law asks of the landlord from the moment a message made it aware (`aware_at`, aware datetime).

    Empty unless the resident rents (`tenure` "tenant"), the pack's landlord has tenants, and a phase in force on that day covers
    the hazard ("damp_and_mould", or another name of `law.yml`). An emergency runs in hours, through weekends and holidays.
    Raises ValueError for a moment without a zone.
    """
    if aware_at.tzinfo is None:
        raise ValueError("Give the moment of awareness with its time zone.")
    law, aware_on = _law()["awaabs_law"], london_date(aware_at)
    if tenure not in pack.awaabs_law.applies_to or tenure != "tenant" or not _covered(law, hazard, aware_on, emergency):
        return []
    if emergency:
        return [_in_hours(law, "emergency_make_safe", aware_at)]
    investigate = _in_days(law, "investigate", aware_on, calendar)
    done = london_date(investigated) if investigated else None
    start = min(day for day in (done, investigate.due_on) if day)
    return [investigate] + [_in_days(law, name, start, calendar, at_latest=done is None) for name in _SIGNIFICANT[1:]]


def any_may_apply(pack: Pack, subjects: Iterable[str], *, emergency: bool) -> bool:
    """Whether the law would set times for one of these, should the resident rent (hazards of phases with a date)."""
    named = {name for phase in _law()["awaabs_law"]["phases"] if phase["since"] for name in phase["significant"]}
    return "tenant" in pack.awaabs_law.applies_to and (emergency or bool(named & set(subjects)))


def data_protection_acknowledgement(received: datetime | date, calendar: Calendar) -> LawDeadline | None:
    """The day by which a complaint about personal data must be acknowledged; None before that law was in force."""
    law, on = _law()["data_protection"], london_date(received)
    if law["since"] is None or on < law["since"]:
        return None
    return _deadline(law["document"], "data_protection_acknowledgement", law["acknowledge"], on, calendar)


def _covered(law: dict, hazard: str, on: date, emergency: bool) -> bool:
    if hazard in law["not_covered"]:
        return False
    in_force = [phase for phase in law["phases"] if phase["since"] and phase["since"] <= on]
    return any(emergency or hazard in phase["significant"] for phase in in_force)


def _in_hours(law: dict, name: str, aware_at: datetime) -> LawDeadline:
    clock = law["clocks"][name]
    due_at = aware_at.astimezone(timezone.utc) + timedelta(hours=int(clock["time"].split()[0]))
    return LawDeadline(name, due_at.astimezone(LONDON).date(), due_at, clock["time"], london_date(aware_at),
                       (Citation(law["document"], clock["cite"]),))


def _in_days(law: dict, name: str, start: date, calendar: Calendar, at_latest: bool = False) -> LawDeadline:
    return _deadline(law["document"], name, law["clocks"][name], start, calendar, at_latest)


def _deadline(document: str, name: str, clock: dict, start: date, calendar: Calendar, at_latest: bool = False) -> LawDeadline:
    number, unit = clock["time"].split(" ", 1)
    due_on = calendar.add(start, int(number)) if unit == "working days" else start + timedelta(days=int(number))
    return LawDeadline(name, due_on, None, clock["time"], start, (Citation(document, clock["cite"]),), at_latest)


@cache
def _law() -> dict:
    return yaml_lines.read(LAW)[0]
