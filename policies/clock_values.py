"""The values of the clocks: what is given, what comes out, and how each is written as JSON."""
from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from policies.citations import Citation
from policies.dates import london_date
from policies.pack_sections import Clocks

NAMES = tuple(Clocks.model_fields)
Moment = datetime | date | None
START_WORDS = {
    "received": "receipt", "logged": "logging", "acknowledged": "acknowledgement", "due": "the present due date",
    "stage_1_response": "the stage 1 response", "stage_1_response_received": "receipt of the stage 1 response",
    "stage_2_request": "the stage 2 request", "stage_2_acknowledged": "the stage 2 acknowledgement",
    "stage_2_review": "the stage 2 review", "stage_2_response": "the stage 2 response", "full_response": "the full response",
    "decision": "the decision", "redress_offer": "the offer", "format_request": "the request"}


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What has happened in a case, each a London date or a moment (an aware datetime is turned into its London date).

    `due`: the present due date from which an extension runs. `stage_1_response_sent`: how the letter went, for the day on which
    it counts as received when nobody knows.
    """

    received: Moment = None
    logged: Moment = None
    acknowledged: Moment = None
    due: Moment = None
    stage_1_response: Moment = None
    stage_1_response_received: Moment = None
    stage_2_request: Moment = None
    stage_2_acknowledged: Moment = None
    stage_2_review: Moment = None
    stage_2_response: Moment = None
    decision: Moment = None
    redress_offer: Moment = None
    format_request: Moment = None
    stage_1_response_sent: str = "post"

    def dates(self) -> dict[str, date]:
        """The facts that are given, as London dates, in the order of a case."""
        return {name: london_date(moment) for name in FACTS if (moment := getattr(self, name)) is not None}


FACTS = tuple(field.name for field in fields(ClockFacts) if field.name != "stage_1_response_sent")


class FactsOutOfOrder(ValueError):
    """Two facts that cannot both be true."""


@dataclass(frozen=True, slots=True)
class OtherReading:
    """Another way to read the same clock, and the date that it gives."""

    due_on: date
    reading: str
    citations: tuple[Citation, ...]

    def as_json(self) -> dict[str, Any]:
        return {"due_on": self.due_on.isoformat(), "reading": self.reading, "citations": [c.as_json() for c in self.citations]}


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline: due by the end of `due_on`, counted from `from_on` (day 0), the day of the fact `from_`.

    `at_latest`: the start lies in the landlord's hands and has not happened, so the date can only come nearer.
    `for_staff`: not said to residents.
    """

    deadline: str
    due_on: date
    rule: str
    from_: str
    from_on: date
    citations: tuple[Citation, ...]
    also: tuple[OtherReading, ...] = ()
    at_latest: bool = False
    for_staff: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"deadline": self.deadline, "due_on": self.due_on.isoformat(), "rule": self.rule, "from": self.from_,
                "from_on": self.from_on.isoformat(), "citations": [c.as_json() for c in self.citations],
                "also": [other.as_json() for other in self.also], "at_latest": self.at_latest, "for_staff": self.for_staff}


@dataclass(frozen=True, slots=True)
class DayWorking:
    """One day of the working. `counted`: 0 for the start, 1… for days (or months) that count, None for a day left out.

    `why`: what the start is, or why a day is left out; empty for a day that counts.
    """

    on: date
    counted: int | None
    why: str

    def as_json(self) -> dict[str, Any]:
        return {"on": self.on.isoformat(), "counted": self.counted, "why": self.why}


def check_order(facts: ClockFacts) -> None:
    """Raises FactsOutOfOrder when something happened before what must come first."""
    given = facts.dates()
    before = (("received", "logged"), ("received", "acknowledged"), ("received", "stage_1_response"),
              ("stage_1_response", "stage_1_response_received"), ("received", "stage_2_request"),
              ("stage_2_request", "stage_2_acknowledged"), ("stage_2_request", "stage_2_review"),
              ("stage_2_request", "stage_2_response"))
    for first, second in before:
        if first in given and second in given and given[second] < given[first]:
            raise FactsOutOfOrder(f"{second} ({given[second]}) is before {first} ({given[first]}). Check the two dates.")
