"""What people decide about a case. The bot proposes; only a person acknowledges, refuses, extends, answers and closes.

Each decision is made inside one transaction that the caller opens: the case is taken up (locked, and refused if anything
happened since the person looked), deadlines are met or set by what actually happened, the resident is told in the
conversation where a message is due, and one event keeps who, when, what and why. `words` makes the resident's message
from the case as decided.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from register import tasks
from register.corrections import correct
from register.deadlines import STEPS, pack_of, set_deadlines
from register.deciding import (
    DUE_TASKS,
    Decider,
    DecisionError,
    Stale,
    Words,
    duty_of,
    end_duties,
    meet,
    meet_if_open,
    promised,
    record,
    required,
    running_stage,
    still_open,
    take_up,
)
from register.exclusions import accept_as_service_request, confirm_exclusion, reject_exclusion, undecided
from register.facts import Facts
from register.references import find_reference
from register.tables import Case, CaseEvent

__all__ = [
    "Decider", "DecisionError", "Stale", "accept_as_service_request", "acknowledge", "close", "confirm_exclusion", "correct",
    "extend", "hold_review", "note", "reject_exclusion", "respond", "step_done", "take_up", "undecided",
]
OUTCOMES = ("upheld", "partly_upheld", "not_upheld")
SENT = ("post", "electronic")


def acknowledge(
    session: Session, case: Case, who: Decider, *, handler: str, responsible_for: str, words: Words,
    not_responsible_for: str = "", job_title: str = "",
) -> CaseEvent:
    """The resident is told who deals with their complaint, what was understood and by when it is answered."""
    stage = running_stage(case)
    required(handler=handler, responsible_for=responsible_for)
    duty = duty_of(case, f"stage_{stage}_acknowledgement")
    if duty.met_on is not None:
        raise DecisionError("This case is acknowledged already. To add to what was said, write a note or correct it.")
    rule = pack_of(case).stage_1.acknowledgement if stage == 1 else pack_of(case).stage_2.acknowledgement
    if "job_title" in rule.contains and not job_title.strip():
        raise DecisionError("This landlord's policy names the handler's job title in the acknowledgement. Give the job title.")
    meet(session, case, who, duty)
    set_deadlines(session, case, **{"acknowledged" if stage == 1 else "stage_2_acknowledged": who.today})
    return record(session, case, who, "acknowledged", words, stage=stage, on=who.today.isoformat(), handler=handler.strip(),
                   job_title=job_title.strip(), responsible_for=responsible_for.strip(),
                   not_responsible_for=not_responsible_for.strip(), promised=promised(case))


def hold_review(session: Session, case: Case, who: Decider, *, note: str = "") -> CaseEvent:
    """The review of stage 2 was held today, where the policy knows one: the outcome's clock runs from it."""
    running_stage(case)
    meet(session, case, who, duty_of(case, "stage_2_review"))
    set_deadlines(session, case, stage_2_review=who.today)
    return record(session, case, who, "reviewed", stage=2, on=who.today.isoformat(), note=note.strip())


def step_done(session: Session, case: Case, who: Decider, *, deadline: str, note: str) -> CaseEvent:
    """One of STEPS was done today: a hazard investigated or made safe, another format sent. What runs from it is dated anew."""
    still_open(case)
    if deadline not in STEPS:
        raise DecisionError("Choose what was done.")
    required(note=note)
    meet(session, case, who, duty_of(case, deadline))
    event = record(session, case, who, "step_done", deadline=deadline, on=who.today.isoformat(), note=note.strip())
    set_deadlines(session, case)
    return event


def respond(
    session: Session, case: Case, who: Decider, *, outcome: str, reasons: str, words: Words, remedy: str = "",
    outstanding: str = "", sent: str = "post",
) -> CaseEvent:
    """The answer of the stage: the decision on every point, with reasons, and the way on, whatever the decision.

    What is upheld, even in part, has a remedy (Code 6.9, 6.19, 7.1).
    """
    stage = running_stage(case)
    if outcome not in OUTCOMES or sent not in SENT:
        raise DecisionError("Choose upheld, partly upheld or not upheld, and how the letter is sent.")
    required(reasons=reasons, **({} if outcome == "not_upheld" else {"remedy": remedy}))
    if undecided(case):
        raise DecisionError("A proposed exclusion is still open. Confirm or reject it first.")
    if stage == 2 and who.by in _answered_stage_1(session, case):
        raise DecisionError("You answered this complaint at stage 1. A different person answers at stage 2.")
    for duty in ("acknowledgement", "review"):
        meet_if_open(session, case, who, f"stage_{stage}_{duty}")
    meet(session, case, who, duty_of(case, f"stage_{stage}_response"))
    fact = {"stage_1_response": who.today, "stage_1_response_sent": sent} if stage == 1 else {"stage_2_response": who.today}
    set_deadlines(session, case, **fact)
    return record(session, case, who, "responded", words, stage=stage, on=who.today.isoformat(), outcome=outcome,
                   reasons=reasons.strip(), remedy=remedy.strip(), outstanding=outstanding.strip(), sent=sent)


def extend(
    session: Session, case: Case, who: Decider, *, new_on: date, reason: str, words: Words, updates: str = ""
) -> CaseEvent:
    """A later date for the response, with the reason and the Ombudsman's details; the date promised first is kept in the event.

    Beyond the policy's limit, or a second time, intervals for `updates` must be agreed (Code 5.9).
    """
    stage = running_stage(case)
    duty = duty_of(case, f"stage_{stage}_response")
    if duty.met_on is not None:
        raise DecisionError("The response was sent already. There is nothing to extend.")
    required(reason=reason)
    if new_on <= duty.due_on or new_on < who.today:
        raise DecisionError("The new date must be later than the present one, and not in the past.")
    limit = duty_of(case, f"stage_{stage}_extension_limit")
    again = any(event.kind == "extended" and event.details["deadline"] == duty.deadline for event in case.events)
    beyond = new_on > limit.due_on
    if (beyond or again) and not updates.strip():
        raise DecisionError("This is a second extension or beyond the policy's limit. Agree with the resident how often "
                            "they will hear from you, and write that down.")
    old, duty.due_on = duty.due_on, new_on
    tasks.finish_of_case(session, case.id, DUE_TASKS, by=who.by, now=who.now, subject=duty.id)
    return record(session, case, who, "extended", words, stage=stage, deadline=duty.deadline, old=old.isoformat(),
                   new=new_on.isoformat(), reason=reason.strip(), updates=updates.strip(), beyond_limit=beyond,
                   told_late=who.today > old)


def close(session: Session, case: Case, who: Decider, *, reason: str, words: Words) -> CaseEvent:
    """The end of a case. A complaint closes only when it was answered, excluded, or withdrawn by the resident."""
    still_open(case)
    required(reason=reason)
    kinds = {event.kind for event in case.events}
    if case.stage is not None and not kinds & {"responded", "withdrawal_asked"}:
        raise DecisionError("This complaint was not answered, and the resident has not withdrawn it. Answer it first.")
    ended = end_duties(session, case, who)
    case.closed_at = who.now
    tasks.finish_of_case(session, case.id, ("withdrawn",), by=who.by, now=who.now)
    return record(session, case, who, "closed", words, reason=reason.strip(), ended=ended)


def note(session: Session, case: Case, who: Decider, *, text: str) -> CaseEvent:
    """For staff only: the resident is not told."""
    required(text=text)
    return record(session, case, who, "note", text=text.strip())


def earlier_case(session: Session, case: Case) -> Case | None:
    """The case that a stage 2 request comes from, where the resident named it."""
    reference = find_reference(Facts.from_json(case.facts).earlier_reference or "")
    if reference is None:
        return None
    return session.execute(
        select(Case).where(Case.reference == reference, Case.landlord == case.landlord, Case.id != case.id)
    ).scalar_one_or_none()


def _answered_stage_1(session: Session, case: Case) -> set[str]:
    earlier = earlier_case(session, case)
    return {event.by for event in earlier.events if event.kind == "responded"} if earlier else set()
