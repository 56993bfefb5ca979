"""The dates of a case: worked out by the pack from what has happened, written down, spoken only as they are stored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from policies import clocks, packs, workdays
from register import law
from register.tables import Case, Deadline

LONDON = ZoneInfo("Europe/London")
# What a landlord must do by a date. The other deadlines are limits and windows: nobody is late for them.
DUTIES = (
    *law.DUTIES, "stage_1_acknowledgement", "stage_1_response", "stage_2_acknowledgement", "stage_2_review", "stage_2_response",
    "alternative_format",
)
PROMISED = ("stage_1_acknowledgement", "stage_1_response", "stage_2_acknowledgement", "stage_2_response")  # residents are told
FORMATS = {"large_print", "braille", "easy_read", "colour_contrast"}  # adjustments that are another format of what is sent
STEPS = (*law.DUTIES, "alternative_format")  # done by a person in the world, and recorded here
# The events that clocks run from, by the stage in which they happened.
CLOCK_FACTS = {
    ("acknowledged", 1): "acknowledged", ("responded", 1): "stage_1_response",
    ("acknowledged", 2): "stage_2_acknowledged", ("reviewed", 2): "stage_2_review", ("responded", 2): "stage_2_response",
}

BEGINS_ANEW = ("complaint_raised", "accepted_as_service_request")  # the clocks of what went before do not run on


def london_date(at: datetime) -> date:
    """The London calendar date of an instant: the day of receipt, whatever the hour."""
    return at.astimezone(LONDON).date()


def pack_of(case: Case) -> Any:
    """The pack version under which the case was opened: it keeps that version for life."""
    return packs.load()[case.landlord].version(case.pack_version)


def citation_json(citation: Any) -> dict[str, str]:
    return {"document": citation.document, "paragraph": citation.paragraph}


def happened(case: Case) -> dict[str, Any]:
    """What people have done in a case that clocks run from, as its events tell it: facts of `policies.clocks.ClockFacts`."""
    facts: dict[str, Any] = {}
    for event in case.events:
        if event.kind in BEGINS_ANEW:
            facts.clear()
        name = CLOCK_FACTS.get((event.kind, event.details.get("stage")))
        if name:
            facts.setdefault(name, date.fromisoformat(event.details["on"]))
            if name == "stage_1_response" and "sent" in event.details:
                facts["stage_1_response_sent"] = event.details["sent"]
    return facts


def extended(case: Case) -> set[str]:
    """The deadlines for which a person has given the resident a later date: no clock moves those."""
    names: set[str] = set()
    for event in case.events:
        if event.kind in BEGINS_ANEW:
            names.clear()
        if event.kind == "extended":
            names.add(event.details["deadline"])
    return names


def clock_facts(case: Case, **actual: Any) -> clocks.ClockFacts:
    """What fixes a case's deadlines: its receipt, what people have done, and what they do now (`actual`)."""
    facts = {**happened(case), **actual}
    if FORMATS & set(case.facts.get("adjustments") or ()):
        facts.setdefault("format_request", case.received_at)
    if case.stage == 2:
        return clocks.ClockFacts(stage_2_request=case.received_at, **facts)
    return clocks.ClockFacts(received=case.received_at, logged=london_date(case.received_at), **facts)


def worked_out(case: Case, **actual: Any) -> list[clocks.Deadline]:
    """Every deadline that the facts fix by today's calendar, not written down. What is no complaint has only the law's."""
    pack = pack_of(case)
    own = [] if case.stage is None else clocks.deadlines(pack, clock_facts(case, **actual), workdays.england())
    return [*own, *law.deadlines(case, pack)]


def set_deadlines(session: Session, case: Case, **actual: Any) -> list[Deadline]:
    """Work out the deadlines that the facts fix and write them down; those already met or extended stay as they are."""
    kept = {row.deadline: row for row in case.deadlines}
    fixed = extended(case)
    for found in worked_out(case, **actual):
        row = kept.pop(found.deadline, None)
        if row is None:
            row = Deadline(deadline=found.deadline)
            case.deadlines.append(row)
        elif row.met_on is not None or found.deadline in fixed:
            continue
        row.due_on, row.rule, row.from_what, row.from_on = found.due_on, found.rule, found.from_, found.from_on
        row.citations = [citation_json(c) for c in found.citations]
        row.also = [
            {
                "due_on": other.due_on.isoformat(), "reading": other.reading,
                "citations": [citation_json(c) for c in other.citations],
            }
            for other in found.also
        ]
    for gone in kept.values():
        if gone.met_on is None:
            case.deadlines.remove(gone)
    session.flush()
    return list(case.deadlines)
