"""The clocks that the law sets beside the complaint clock: hazards in rented homes, and complaints about personal data.

They run from the first message, whatever the case is called. They are for staff, and those on hazards only for who rents.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policies import clocks, hazards, workdays
from policies.dates import LONDON
from policies.hazards import LawDeadline
from register.tables import Case

DUTIES = (
    "emergency_make_safe", "investigate", "written_summary", "make_safe", "begin_further_work",
    "further_work_started_at_the_latest", "data_protection_acknowledgement",
)  # fmt: skip
GRIEVANCES = ("complaint", "escalation")


def deadlines(case: Case, pack: object) -> Iterator[clocks.Deadline]:
    """What the law asks in this case, counted from the first message (Awaab's Law; Data Protection Act 2018 section 164A)."""
    calendar, aware_at = workdays.england(), case.intake.voiced_at
    tenure = case.facts.get("tenure") or (pack.tenures[0] if len(pack.tenures) == 1 else None)
    subjects = {row.subject for row in case.matters}
    if (case.facts.get("emergency") or "none") != "none":
        yield from map(_row, hazards.hazard_deadlines(pack, tenure, "emergency", aware_at, calendar, emergency=True))
    for subject in sorted(subjects):
        steps = hazards.hazard_deadlines(pack, tenure, subject, aware_at, calendar, investigated=_done(case, "investigate"))
        yield from map(_row, steps)
    if any(row.subject == "data_protection" and row.kind in GRIEVANCES for row in case.matters):
        acknowledge = hazards.data_protection_acknowledgement(aware_at, calendar)
        if acknowledge is not None:
            yield _row(acknowledge)


def _done(case: Case, step: str) -> date | None:
    """The day on which a person recorded that the step was done."""
    days = [event.details["on"] for event in case.events if event.kind == "step_done" and event.details["deadline"] == step]
    return date.fromisoformat(days[0]) if days else None


def _row(found: LawDeadline) -> clocks.Deadline:
    """As the other deadlines; one that runs in hours says the hour."""
    hour = f", {found.due_at.astimezone(LONDON):%H:%M}" if found.due_at else ""
    return clocks.Deadline(found.deadline, found.due_on, found.rule + hour, "received", found.from_on, found.citations,
                           at_latest=found.at_latest)
