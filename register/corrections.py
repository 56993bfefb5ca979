"""What the bot understood, put right by a person: before, after, who, when and why stay in the event."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from register import cases, intakes, vocabulary
from register.deadlines import pack_of
from register.deciding import Decider, DecisionError, record, required
from register.exclusions import confirmed_positions
from register.facts import Facts
from register.tables import Case, CaseEvent, Matter

WORDS = ("name", "phone", "email", "address", "postcode")
LISTS = {"outcomes": vocabulary.OUTCOMES, "adjustments": vocabulary.ADJUSTMENTS}
ROUTED = ("months_ago", "tenure")  # what the policy or the law decides by
FIELDS = (*WORDS, *LISTS, *ROUTED, "definition", "kind")


def correct(
    session: Session, case: Case, who: Decider, *, field: str, value: str | list[str], reason: str, position: int | None = None
) -> CaseEvent:
    """One field of FIELDS. `value` is text, or a list for outcomes and adjustments; empty text takes the field away.

    `kind` is of the matter at `position`. A new kind or age is routed again by the policy; deadlines follow.
    What a person has excluded or let in is not proposed again.
    """
    required(reason=reason)
    if field not in FIELDS:
        raise DecisionError(f"'{field}' cannot be corrected here. Choose one of: {', '.join(FIELDS)}.")
    if field == "kind":
        before, after = _kind(session, case, position, value)
    elif field == "definition":
        required(definition=str(value))
        before, case.definition = case.definition, str(value).strip()
        after = case.definition
    else:
        before, after = _fact(session, case, field, value)
    if before == after:
        raise DecisionError("That is what it says already. Nothing was changed.")
    return record(session, case, who, "corrected", field=field, position=position, before=before, after=after,
                  reason=reason.strip())


def _kind(session: Session, case: Case, position: int | None, value: Any) -> tuple[str, str]:
    row = next((row for row in case.matters if row.position == position), None)
    if row is None or value not in vocabulary.KINDS:
        raise DecisionError("Choose the matter and what it is.")
    before, row.kind = row.kind, value
    _route_again(session, case, [row])
    return before, row.kind


def _fact(session: Session, case: Case, field: str, value: Any) -> tuple[Any, Any]:
    facts = Facts.from_json(case.facts)
    before, after = getattr(facts, field), _read(field, value)
    case.facts = {**case.facts, field: after}
    if field in ROUTED and before != after:
        decided = confirmed_positions(case) | _let_in(case)
        _route_again(session, case, [row for row in case.matters if row.position not in decided])
    return before, after


def _read(field: str, value: Any) -> Any:
    if field in LISTS:
        unknown = set(value) - set(LISTS[field])
        if isinstance(value, str) or unknown:
            raise DecisionError(f"Choose {field} from the list.")
        return [name for name in LISTS[field] if name in value]
    text = str(value).strip()
    if field == "tenure" and text not in ("", *vocabulary.TENURES):
        raise DecisionError("Choose rented or owned from the list.")
    if field == "months_ago":
        if text and not text.isdecimal():
            raise DecisionError("Give how long ago it was in whole months, such as 3, or leave it empty.")
        return int(text) if text else None
    return text or None


def _route_again(session: Session, case: Case, rows: list[Matter]) -> None:
    """The wish voiced at intake is not applied again: a person has now said what the matter is."""
    facts = Facts.from_json({**case.facts, "wish": None})
    for row in rows:
        cases.route_matter(pack_of(case), facts, intakes.matter_facts(row), row, case.channel)
    cases.settle(session, case, without=confirmed_positions(case))


def _let_in(case: Case) -> set[int]:
    return {position for event in case.events if event.kind == "exclusion_rejected" for position in event.details["matters"]}
