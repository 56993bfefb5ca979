"""Learning from staff: what a person put right becomes an example for the next training, masked, once a person approved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.cases import CaseError
from register.deadlines import london_date
from register.facts import Facts
from register.masking import mask
from register.tables import Case, CaseEvent, Lesson, Matter, Staff

TAUGHT = ("kind", "outcomes", "adjustments", "months_ago")  # the corrections that say how a message is to be read
# Where the resident stands, for a kind that a person gave: the understanding is taught both.
STANCES = {
    "complaint": "dissatisfied", "service_request": "first_ask", "feedback": "opinion", "asb": "reports",
    "insurance": "claims_loss", "court": "in_proceedings", "service_charge": "disputes_amount", "building_safety": "reports",
    "outside_control": "first_ask", "escalation": "wants_review", "case_enquiry": "chases", "other": "none",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that could teach. `example`: masked text and labels, in the fields of the training messages."""

    id: str
    reference: str
    field: str
    before: Any
    after: Any
    reason: str
    example: dict[str, Any]


def waiting(session: Session) -> list[Correction]:
    """Corrections that nobody has decided on, the oldest first; of several of one matter and field only the last."""
    query = (
        select(Case, CaseEvent).join(CaseEvent, CaseEvent.case_id == Case.id)
        .outerjoin(Lesson, Lesson.event_id == CaseEvent.id)
        .where(CaseEvent.kind == "corrected", Lesson.event_id.is_(None)).order_by(CaseEvent.at, CaseEvent.seq)
    )  # fmt: skip
    last: dict[tuple[str, str, Any], Correction] = {}
    for case, event in session.execute(query):
        found = _correction(case, event)
        if found is not None:
            last[case.id, found.field, event.details.get("position")] = found
    return list(last.values())


def decide(session: Session, ids: Sequence[str], *, by: str, at: datetime, approve: bool) -> int:
    """Approve or refuse corrections, each by its id or the beginning of it; how many. CaseError where one is not waiting."""
    account = select(Staff).where(Staff.email == by.strip().lower(), Staff.disabled_at.is_(None))
    person = session.execute(account).scalar_one_or_none()
    if person is None:
        raise CaseError(f"There is no account for {by}. Give the e-mail address of the person who has read the examples.")
    open_ones = waiting(session)
    for wanted in ids:
        found = [one for one in open_ones if one.id.startswith(wanted)]
        if len(found) != 1:
            raise CaseError(f"No correction that waits is called {wanted}. `putright corrections` lists them.")
        session.add(Lesson(event_id=found[0].id, approved=approve, example=found[0].example, decided_by=person.id, decided_at=at))
    session.flush()
    return len(ids)


def approved(session: Session) -> list[dict[str, Any]]:
    """Every approved example, as it was when it was approved, in the order of approval."""
    query = select(Lesson).where(Lesson.approved).order_by(Lesson.decided_at, Lesson.event_id)
    return [lesson.example for lesson in session.execute(query).scalars()]


def _correction(case: Case, event: CaseEvent) -> Correction | None:
    """None where the correction does not say how words are to be read, or of which of several matters it speaks."""
    field, position = event.details["field"], event.details.get("position")
    rows = [row for row in case.matters if row.position == position] if field == "kind" else list(case.matters)
    if field not in TAUGHT or len(rows) != 1:
        return None
    return Correction(event.id, case.reference, field, event.details["before"], event.details["after"], event.details["reason"],
                      _example(case, rows[0]))


def _example(case: Case, row: Matter) -> dict[str, Any]:
    facts = Facts.from_json(case.facts)
    known = (facts.name, facts.address, facts.postcode, facts.email, facts.phone)
    example = {
        "text": mask(row.text, known), "channel": case.channel, "kind": row.kind, "subject": row.subject,
        "stance": STANCES[row.kind], "about_handling": row.about_handling or row.kind == "complaint",
    }
    if len(case.matters) == 1:  # what the case says beside is then said of this matter
        example |= {"outcomes": facts.outcomes, "adjustments": facts.adjustments}
        if facts.months_ago is not None:
            example |= {"months_ago": facts.months_ago, "written_on": london_date(case.received_at).isoformat()}
    return example
