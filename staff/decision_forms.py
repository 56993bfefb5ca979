"""From a posted form to a decision: what each form is called, which words go to the resident, which fields it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from register import decisions, vocabulary
from register.decisions import Decider, DecisionError, Words
from register.facts import Facts
from register.tables import Case, CaseEvent
from staff.letters import rests_on, words_for

Form = Mapping[str, Any]
Decide = Callable[[Session, Case, Decider, Form], CaseEvent]


def acknowledge(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    given = _given(form, "handler", "job_title", "responsible_for", "not_responsible_for")
    return decisions.acknowledge(session, case, who, words=_words("acknowledged", who, given), **given)


def service_request(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    given = _given(form, "reason")
    return decisions.accept_as_service_request(session, case, who, words=_words("service_request", who, given), **given)


def exclusion(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    positions = [int(number) for number in _all(form, "matter") if number.isdecimal()]
    given = _given(form, "reason")
    rows = [row for row in case.matters if row.position in positions]
    told = {**given, "rows": rows, "rests_on": rests_on(case, rows)}
    choice = form.get("choice")
    if choice == "confirm":
        return decisions.confirm_exclusion(session, case, who, positions=positions, words=_words("excluded", who, told), **given)
    if choice == "reject":
        return decisions.reject_exclusion(session, case, who, positions=positions, words=_words("let_in", who, told), **given)
    raise DecisionError("Choose whether the exclusion is confirmed or rejected.")


def review(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    return decisions.hold_review(session, case, who, **_given(form, "note"))


def step(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    return decisions.step_done(session, case, who, **_given(form, "deadline", "note"))


def respond(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    given = _given(form, "outcome", "reasons", "remedy", "outstanding", "sent")
    return decisions.respond(session, case, who, words=_words("responded", who, given), **given)


def extend(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    given = _given(form, "reason", "updates")
    try:
        new_on = date.fromisoformat(str(form.get("new_on", "")))
    except ValueError:
        raise DecisionError("Give the new date as a day, month and year.") from None
    told = {**given, "new_on": new_on}
    return decisions.extend(session, case, who, new_on=new_on, words=_words("extended", who, told), **given)


def close(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    given = _given(form, "reason")
    return decisions.close(session, case, who, words=_words("closed", who, given), **given)


def correct(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    """One form, one field: `field` names it and its value stands under that name; `kind:2` is the kind of the second matter."""
    field, _, position = str(form.get("field", "")).partition(":")
    value = _all(form, field) if field in ("outcomes", "adjustments") else str(form.get(str(form.get("field")), ""))
    return decisions.correct(session, case, who, field=field, value=value, reason=str(form.get("reason", "")),
                             position=int(position) if position.isdecimal() else None)


def note(session: Session, case: Case, who: Decider, form: Form) -> CaseEvent:
    return decisions.note(session, case, who, **_given(form, "text"))


DECISIONS: dict[str, Decide] = {
    "acknowledge": acknowledge, "service_request": service_request, "exclusion": exclusion, "review": review, "step": step,
    "respond": respond, "extend": extend, "close": close, "correct": correct, "note": note,
}


def corrections(case: Case) -> list[dict[str, Any]]:
    """The fields that can be corrected, with their present values and, where they are chosen from a list, the list."""
    facts = Facts.from_json(case.facts)
    fields = [{"field": f"kind:{row.position}", "name": "kind", "position": row.position, "value": row.kind,
               "choices": vocabulary.KINDS} for row in case.matters]
    fields.append({"field": "definition", "name": "definition", "value": case.definition, "long": True})
    for name, choices in (("outcomes", vocabulary.OUTCOMES), ("adjustments", vocabulary.ADJUSTMENTS)):
        fields.append({"field": name, "name": name, "value": getattr(facts, name), "choices": choices, "several": True})
    tenures = ("", *vocabulary.TENURES)
    fields.append({"field": "tenure", "name": "tenure", "value": facts.tenure or "", "choices": tenures})
    for name in ("name", "phone", "email", "address", "postcode", "months_ago"):
        value = getattr(facts, name)
        fields.append({"field": name, "name": name, "value": "" if value is None else str(value)})
    return fields


def _words(name: str, who: Decider, told: dict[str, Any]) -> Words:
    return lambda case: words_for(case, name, today=who.today, **told)


def _given(form: Form, *names: str) -> dict[str, str]:
    return {name: str(form.get(name, "")) for name in names}


def _all(form: Form, name: str) -> list[str]:
    return [str(value) for value in form.getall(name, [])] if hasattr(form, "getall") else list(form.get(name, []))
