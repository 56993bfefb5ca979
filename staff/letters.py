"""What is said and written to a resident: messages of a decision, and the acknowledgement as a letter to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from policies import packs, statements
from register import deadlines
from register.facts import Facts
from register.tables import Case, CaseEvent, Matter
from staff.pages import text


def words_for(case: Case, name: str, **told: Any) -> str:
    """The message of a decision, in the form of the case's channel. Policy statements in it carry their paragraphs."""
    return text(f"messages/{name}.txt", **_common(case), **told)


def rests_on(case: Case, rows: list[Matter]) -> list[dict[str, str]]:
    """The paragraphs of the rules by which these matters may be left out, as citations."""
    pack = deadlines.pack_of(case)
    rules = [getattr(pack.intake, row.ground or "", None) for row in rows]
    cited = [pack.cited(rule) for rule in rules if rule is not None]
    return [deadlines.citation_json(one) for one in dict.fromkeys(each for some in cited for each in some)]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The letter's own values: as they were sent, or as a form would send them today."""

    on: date
    handler: str
    job_title: str
    responsible_for: str
    not_responsible_for: str
    issued: bool

    @property
    def missing(self) -> list[str]:
        """What must be filled in before it may be issued."""
        return [name for name in ("handler", "responsible_for") if not getattr(self, name).strip()]


def acknowledgement(case: Case, today: date, form: dict[str, Any]) -> Acknowledgement:
    """As sent, if the case was acknowledged; else a preview from what is typed in the form so far."""
    sent = _sent(case)
    values = sent.details if sent else form
    fields = {name: str(values.get(name, "")) for name in ("handler", "job_title", "responsible_for", "not_responsible_for")}
    return Acknowledgement(date.fromisoformat(sent.details["on"]) if sent else today, issued=sent is not None, **fields)


def letter_values(case: Case, letter: Acknowledgement) -> dict[str, Any]:
    """Everything that the letter's template needs; the response date is that of the day of acknowledgement."""
    stage = case.stage or 1
    sent = _sent(case)
    if sent:
        stored = next(row for row in case.deadlines if row.deadline == f"stage_{stage}_response")
        due_on, cited = date.fromisoformat(sent.details["promised"][stored.deadline]), stored.citations
    else:
        fact = "acknowledged" if stage == 1 else "stage_2_acknowledged"
        found = {one.deadline: one for one in deadlines.worked_out(case, **{fact: letter.on})}[f"stage_{stage}_response"]
        due_on, cited = found.due_on, [deadlines.citation_json(one) for one in found.citations]
    return {**_common(case), "letter": letter, "stage": stage, "response_on": due_on, "response_cited": cited}


def _sent(case: Case) -> CaseEvent | None:
    return next((event for event in reversed(case.events) if event.kind == "acknowledged"), None)


def _common(case: Case) -> dict[str, Any]:
    pack = deadlines.pack_of(case)
    return {
        "case": case,
        "facts": Facts.from_json(case.facts),
        "texting": case.channel == "sms",
        "landlord": packs.load()[case.landlord].name,
        "due": {row.deadline: row.due_on for row in case.deadlines},
        "owed": {row.deadline for row in case.deadlines if row.met_on is None},
        "say": partial(_say, pack, case.channel),
    }


def _say(pack: Any, channel: str, name: str, **values: Any) -> str:
    return statements.say(pack, name, channel, **values).text
