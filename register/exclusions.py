"""Proposed exclusions and late matters: the bot proposes, a person confirms or rejects, or takes it as a request for service."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from register import cases
from register.deadlines import set_deadlines
from register.deciding import (
    Decider,
    DecisionError,
    Words,
    end_duties,
    meet_if_open,
    promised,
    record,
    required,
    still_open,
)
from register.tables import Case, CaseEvent, Matter

PROPOSED = ("excluded_proposed", "late_discretion")


def undecided(case: Case) -> list[Matter]:
    """The matters for which the bot proposed an exclusion, or found them late, and nobody has decided yet."""
    confirmed = confirmed_positions(case)
    return [row for row in case.matters if row.disposition in PROPOSED and row.position not in confirmed]


def confirmed_positions(case: Case) -> set[int]:
    """The matters that a person has excluded."""
    return {position for event in case.events if event.kind == "exclusion_confirmed" for position in event.details["matters"]}


def confirm_exclusion(
    session: Session, case: Case, who: Decider, *, positions: Sequence[int], reason: str, words: Words
) -> CaseEvent:
    """A person refuses these matters, with reasons; the resident is told them and of the Ombudsman (Code 2.4).

    The case closes when nothing else is left in it.
    """
    rows = _proposed(case, positions)
    required(reason=reason)
    excluded = confirmed_positions(case) | set(positions)
    ended: list[dict[str, str]] = []
    if any(row.position not in excluded for row in case.matters):
        cases.settle(session, case, without=excluded)
    else:
        meet_if_open(session, case, who, "stage_1_acknowledgement")
        ended = end_duties(session, case, who)
        case.closed_at = who.now
    return record(session, case, who, "exclusion_confirmed", words, matters=sorted(positions), reason=reason.strip(),
                   grounds=[row.ground for row in rows], ended=ended, closed=case.closed_at is not None)


def reject_exclusion(
    session: Session, case: Case, who: Decider, *, positions: Sequence[int], reason: str, words: Words
) -> CaseEvent:
    """A person takes these matters as a complaint after all; its clock has run from the receipt all the time."""
    rows = _proposed(case, positions)
    required(reason=reason)
    grounds = [row.ground for row in rows]
    for row in rows:
        row.disposition, row.ground = "stage1_complaint", None
    cases.settle(session, case, without=confirmed_positions(case))
    return record(session, case, who, "exclusion_rejected", words, matters=sorted(positions), reason=reason.strip(),
                   grounds=grounds, promised=promised(case))


def accept_as_service_request(session: Session, case: Case, who: Decider, *, reason: str, words: Words) -> CaseEvent:
    """It is a request, not a complaint: work follows, and the resident is told that they can make it a complaint any time."""
    still_open(case)
    required(reason=reason)
    if any(event.kind == "complaint_raised" for event in case.events):
        raise DecisionError("The resident asked for this to be a complaint. Acknowledge it as one.")
    ended = end_duties(session, case, who)
    case.disposition, case.ground, case.stage = "service_request", None, None
    for row in case.matters:
        if row.disposition in cases.CLOCKED:
            row.disposition, row.ground = "service_request", None
    case.deadlines.clear()
    set_deadlines(session, case)  # what the law asks goes on
    return record(session, case, who, "accepted_as_service_request", words, reason=reason.strip(), ended=ended)


def _proposed(case: Case, positions: Sequence[int]) -> list[Matter]:
    still_open(case)
    rows = [row for row in undecided(case) if row.position in positions]
    if not rows or len(rows) != len(set(positions)):
        raise DecisionError("Choose at least one matter whose exclusion was proposed and is not decided.")
    return rows
