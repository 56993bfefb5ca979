"""A case as JSON: the case record that the command line prints and other programs read."""

from __future__ import annotations

from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from register.cases import london_date
from register.facts import Facts
from register.inbox import transcript
from register.tables import Case, CaseEvent, Deadline, Matter, Message


def case_record(session: Session, case: Case) -> dict[str, Any]:
    facts = Facts.from_json(case.facts)
    return {
        "reference": case.reference,
        "landlord": case.landlord,
        "pack_version": case.pack_version,
        "disposition": case.disposition,
        "ground": case.ground,
        "stage": case.stage,
        "received_at": case.received_at.isoformat(),
        "channel": case.channel,
        "definition": case.definition,
        "matters": [_matter(row) for row in case.matters],
        "outcomes": facts.outcomes,
        "outcome_words": facts.outcome_words,
        "adjustments": facts.adjustments,
        "adjustment_words": facts.adjustment_words,
        "representative": facts.representative,
        "anonymous": facts.anonymous,
        "contact": {
            key: getattr(facts, key) for key in ("name", "phone", "email", "address", "postcode") if getattr(facts, key)
        },
        "incident": _incident(case, facts),
        "emergency": facts.emergency,
        "safeguarding": facts.safeguarding,
        "handover": case.handover,
        "deadlines": [_deadline(row) for row in case.deadlines],
        "signposts": case.signposts,
        "events": [_event(row) for row in case.events],
        "transcript": [message_json(row) for row in transcript(session, case.conversation_id)],
    }


def _matter(row: Matter) -> dict[str, Any]:
    return {
        "kind": row.kind, "subject": row.subject, "stance": row.stance, "about_handling": row.about_handling, "text": row.text,
        "disposition": row.disposition, "ground": row.ground, "citations": row.citations, "for_staff": row.for_staff,
    }


def _incident(case: Case, facts: Facts) -> dict[str, Any]:
    from_on = None
    if facts.months_ago is not None:
        from_on = (london_date(case.received_at) - relativedelta(months=facts.months_ago)).isoformat()
    return {"words": facts.incident_words, "months_ago": facts.months_ago, "from_on": from_on}


def _deadline(row: Deadline) -> dict[str, Any]:
    return {
        "deadline": row.deadline, "due_on": row.due_on.isoformat(), "met_on": row.met_on.isoformat() if row.met_on else None,
        "rule": row.rule, "from": row.from_what, "from_on": row.from_on.isoformat(), "citations": row.citations, "also": row.also,
    }


def _event(row: CaseEvent) -> dict[str, Any]:
    return {"seq": row.seq, "kind": row.kind, "at": row.at.isoformat(), "by": row.by, "details": row.details}


def message_json(row: Message) -> dict[str, Any]:
    """One line of a transcript. `safety` and `understanding` stay inside."""
    return {
        "seq": row.seq, "author": row.author, "channel": row.channel, "at": row.at.isoformat(), "text": row.text,
        "options": row.options, "chosen": row.chosen, "state": row.state,
    }
