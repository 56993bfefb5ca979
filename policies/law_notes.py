"""Notes for staff on the clocks that the law sets beside the complaint clock. Residents are never told these dates."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from policies import hazards, statements, workdays
from policies.hazards import LawDeadline
from policies.pack_model import Pack

_HAZARDS = ("damp_and_mould",)  # subjects that are hazards of the law


def law_notes(pack: Pack, subject: str | None, tenure: str | None, aware_at: datetime, *, emergency: bool) -> Iterator[str]:
    """What the law asks in a matter, counted from the aware datetime at which the message arrived."""
    calendar = workdays.england()
    if subject == "data_protection" and (acknowledge := hazards.data_protection_acknowledgement(aware_at, calendar)):
        yield _note(pack, acknowledge)
    if subject not in _HAZARDS:
        return
    if tenure is None and "tenant" in pack.awaabs_law.applies_to:
        yield statements.note(pack, "tenure_unknown")
    for found in hazards.hazard_deadlines(pack, tenure, subject, aware_at, calendar, emergency=emergency):
        yield _note(pack, found)


def _note(pack: Pack, found: LawDeadline) -> str:
    return statements.note(pack, "law_clock", document=found.citations[0].document, step=found.deadline.replace("_", " "),
                           due_on=found.due_on, rule=f"{found.rule}, {found.citations[0].paragraph}")
