"""Cases: opened once for an intake, dated by the pack, in one transaction; spoken only as they are stored."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from policies import hazards, packs, routing, statements
from register import events, intakes, tasks
from register.deadlines import citation_json, london_date, pack_of, set_deadlines
from register.facts import Facts, MatterFacts
from register.references import new_reference
from register.tables import Case, Conversation, Intake, Matter

# A case shows the first of these that any of its matters has.
ORDER = (
    "stage2_escalation", "stage1_complaint", "late_discretion", "excluded_proposed", "service_request", "feedback", "enquiry",
)
CLOCKED = {"stage1_complaint", "late_discretion", "excluded_proposed"}


class CaseError(Exception):
    """Something about a case that the caller can put right; the message says how."""


def open_case(
    session: Session,
    conversation_id: str,
    intake_number: int,
    *,
    now: datetime,
    by: str = "bot",
    message_id: str | None = None,
    handover: str | None = None,
) -> Case:
    """Make the case of an intake, with its matters, deadlines and first event; or return the one already made.

    Received is when the first matter was voiced, however late the case is opened.
    Raises CaseError if the intake holds no matter.
    """
    intake = intakes.find(session, conversation_id, intake_number)
    if intake is None or not intake.matters:
        raise CaseError("There is nothing to open a case from: note a matter first.")
    known = session.execute(select(Case).where(Case.intake_id == intake.id)).scalar_one_or_none()
    if known is not None:
        return known
    conversation = session.get_one(Conversation, conversation_id)
    facts = Facts.from_json(intake.facts)
    pack = packs.load()[conversation.landlord].in_force(london_date(intake.voiced_at))
    routes = [
        route_matter(pack, facts, told, row, conversation.channel)
        for told, row in zip(facts.matters, intake.matters, strict=True)
    ]
    lead = min(routes, key=lambda route: ORDER.index(route.disposition))
    case = Case(
        reference=new_reference(london_date(now).year), intake_id=intake.id, conversation_id=conversation_id,
        landlord=conversation.landlord, pack_version=pack.version, disposition=lead.disposition, ground=lead.ground,
        stage=_stage(lead.disposition), received_at=intake.voiced_at, opened_at=now, channel=conversation.channel,
        definition=definition(facts.matters), facts={key: value for key, value in intake.facts.items() if key != "matters"},
        signposts=_signposts(routes), handover=handover, version=1,
    )
    session.add(case)
    session.flush()
    for row in intake.matters:
        row.case_id = case.id
    set_deadlines(session, case)
    events.add(session, case, "received", at=now, by=by, message_id=message_id, details={"channel": conversation.channel})
    intake.state = "case"
    conversation.outcome = "handover" if handover else "case"
    _raise_tasks(session, case, facts, conversation, now)
    return case


def _stage(disposition: str) -> int | None:
    if disposition == "stage2_escalation":
        return 2
    return 1 if disposition in CLOCKED else None


def route_matter(pack: Any, facts: Facts, told: MatterFacts, row: Matter, channel: str) -> routing.Route:
    """What the policy proposes for one matter, written on its row."""
    route = routing.route(pack, route_facts(facts, told), channel)
    row.disposition, row.ground = route.disposition, route.ground
    row.citations = [citation_json(c) for said in route.statements for c in said.citations]
    row.for_staff = list(route.for_staff)
    hazard = hazards.any_may_apply(pack, [told.subject], emergency=facts.emergency != "none")
    if hazard and facts.tenure is None and len(pack.tenures) > 1:
        row.for_staff.append(statements.note(pack, "tenure_unknown"))
    return route


def route_facts(facts: Facts, told: MatterFacts) -> routing.RouteFacts:
    """What the routing rules need to know of one matter. A resident who wants no complaint is heard (design: wish)."""
    kind, about_handling = told.kind, told.about_handling
    if facts.wish in ("service_request", "feedback") and kind == "complaint":
        kind, about_handling = facts.wish, False
    if facts.wish == "complaint" and kind in ("service_request", "feedback", "other"):
        kind = "complaint"
    return routing.RouteFacts(
        kind=kind, months_ago=facts.months_ago, postcode=facts.postcode,
        bought_on=date.fromisoformat(facts.bought_on) if facts.bought_on else None, tenure=facts.tenure,
        proceedings=facts.proceedings, already_decided=facts.already_decided, high_rise=facts.high_rise,
        about_handling=about_handling, anonymous=facts.anonymous, subject=told.subject,
        representative=facts.representative.get("authority") or "unknown" if facts.representative else "none",
    )


def definition(matters: list[MatterFacts]) -> str:
    """The complaint in numbered points, in the resident's own words (Code 5.6)."""
    return "\n".join(f"{number}. {matter.text.strip()}" for number, matter in enumerate(matters, start=1))


def _signposts(routes: list[routing.Route]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for signpost in (signpost for route in routes for signpost in route.signposts):
        found.setdefault(signpost.name, {
            "name": signpost.name, "why": signpost.why, "contact": signpost.contact,
            "citations": [citation_json(c) for c in signpost.citations],
        })
    return list(found.values())


def settle(session: Session, case: Case, *, without: Set[int] = frozenset()) -> None:
    """The case after its matters changed: the first disposition of the order leads, its stage and deadlines follow.

    `without`: positions of matters that a person has excluded.
    """
    lead = min((row for row in case.matters if row.position not in without), key=lambda row: ORDER.index(row.disposition))
    case.disposition, case.ground, case.stage = lead.disposition, lead.ground, _stage(lead.disposition)
    set_deadlines(session, case)


def _raise_tasks(session: Session, case: Case, facts: Facts, conversation: Conversation, now: datetime) -> None:
    def raise_task(kind: str, **details: Any) -> None:
        tasks.raise_task(session, kind, case.id, conversation=conversation, case_id=case.id, now=now, details=details)

    if facts.emergency != "none" or facts.safeguarding != "none":
        raise_task("danger", emergency=facts.emergency, safeguarding=facts.safeguarding)
    if case.handover:
        raise_task("handover", reason=case.handover)
    if facts.representative and facts.representative.get("authority") != "written":
        raise_task("authority")
    if getattr(pack_of(case), "managing_partners", None):
        raise_task("managing_partner", named=facts.managing_partner)


def raise_complaint(session: Session, case: Case, *, at: datetime, message_id: str | None, by: str = "resident") -> Case:
    """The resident wants a service request or feedback to be a complaint: it is one from that message on (Code 1.3, 1.5)."""
    if case.stage is not None:
        return case
    case.disposition, case.ground, case.stage = "stage1_complaint", None, 1
    case.received_at, case.closed_at = at, None
    case.facts = {**case.facts, "wish": "complaint"}
    for row in case.matters:
        if row.disposition in ("service_request", "feedback", "enquiry"):
            route_matter(pack_of(case), Facts.from_json(case.facts), intakes.matter_facts(row), row, case.channel)
            row.disposition, row.ground = "stage1_complaint", None
    events.add(session, case, "complaint_raised", at=at, by=by, message_id=message_id)
    set_deadlines(session, case)
    return case


def hand_over(session: Session, case: Case, *, reason: str, at: datetime, message_id: str | None) -> None:
    """A person takes it from here; the reason is one word for staff."""
    case.handover = reason
    conversation = session.get_one(Conversation, case.conversation_id)
    conversation.outcome = "handover"
    events.add(session, case, "handed_over", at=at, by="bot", message_id=message_id, details={"reason": reason})
    tasks.raise_task(session, "handover", case.id, conversation=conversation, case_id=case.id, now=at, details={"reason": reason})


def note_contact(session: Session, case: Case, facts: Facts, *, at: datetime, message_id: str | None) -> None:
    """How to reach the resident, said after the case was opened."""
    told = {name: value for name in ("name", "phone", "email", "address", "postcode") if (value := getattr(facts, name))}
    case.facts = {**case.facts, **told, "anonymous": facts.anonymous and not told.get("name")}
    events.add(session, case, "added_to", at=at, by="resident", message_id=message_id)


def ask_withdrawal(session: Session, case: Case, *, at: datetime, message_id: str | None) -> None:
    """The resident wants to withdraw an open case: noted, and a person closes it."""
    events.add(session, case, "withdrawal_asked", at=at, by="resident", message_id=message_id)
    conversation = session.get_one(Conversation, case.conversation_id)
    tasks.raise_task(session, "withdrawn", case.id, conversation=conversation, case_id=case.id, now=at)


def add_words(session: Session, case: Case, *, at: datetime, message_id: str) -> None:
    """The resident said more after the case was opened: staff see it marked as new, and as a task if it was closed."""
    events.add(session, case, "added_to", at=at, by="resident", message_id=message_id)
    if case.closed_at is not None:
        conversation = session.get_one(Conversation, case.conversation_id)
        tasks.raise_task(session, "after_closing", message_id, conversation=conversation, case_id=case.id, now=at)


def find(session: Session, reference: str) -> Case:
    """Raises CaseError if there is no such case."""
    case = session.execute(select(Case).where(Case.reference == reference)).scalar_one_or_none()
    if case is None:
        raise CaseError(f"There is no case {reference}. References look like PR26-7K2QH-9XW4T.")
    return case


def of_conversation(session: Session, conversation_id: str) -> list[Case]:
    return list(
        session.execute(select(Case).where(Case.conversation_id == conversation_id).order_by(Case.opened_at)).scalars()
    )


def of_intake(session: Session, conversation_id: str, number: int) -> Case | None:
    return session.execute(
        select(Case)
        .join(Intake, Intake.id == Case.intake_id)
        .where(Intake.conversation_id == conversation_id, Intake.number == number)
    ).scalar_one_or_none()
