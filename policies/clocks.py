"""When a landlord must do what: every deadline that the facts of a case fix, with its rule, start and paragraphs.

The rules are the pack's. What is general stands here: the day of receipt is day 0 and the next working day is day 1; a start that
lies in the landlord's hands counts from the event or from its last permitted day, whichever is earlier; of several readings that
bind, the earliest date is the deadline.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter

from policies.citations import Citation
from policies.clock_values import (
    FACTS,
    NAMES,
    START_WORDS,
    ClockFacts,
    DayWorking,
    Deadline,
    FactsOutOfOrder,
    OtherReading,
    check_order,
)
from policies.dates import add_months
from policies.hazards import data_protection_acknowledgement, hazard_deadlines
from policies.pack_model import Pack
from policies.pack_rules import Reading
from policies.workdays import Calendar

__all__ = ["FACTS", "NAMES", "ClockFacts", "DayWorking", "Deadline", "FactsOutOfOrder", "OtherReading", "check_order",
           "data_protection_acknowledgement", "deadlines", "explain", "hazard_deadlines", "rule_of"]
_LAST_PERMITTED = {"logged": "stage_1_acknowledgement", "acknowledged": "stage_1_acknowledgement",
                   "stage_2_acknowledged": "stage_2_acknowledgement", "stage_2_review": "stage_2_review"}
_RESPONSE = {"stage_1_extension_limit": "stage_1_response", "stage_2_extension_limit": "stage_2_response"}


def deadlines(pack: Pack, facts: ClockFacts, calendar: Calendar) -> list[Deadline]:
    """Every deadline that the facts fix, in the order of a case. Raises OutsideCalendar for days far away."""
    case = _Case(pack, facts, calendar)
    return [deadline for name in _plan(pack) if (deadline := case.deadline(name))]


def explain(pack: Pack, facts: ClockFacts, deadline_name: str, calendar: Calendar) -> list[DayWorking]:
    """The day-by-day working of one deadline, its start first, its due date last. Empty if the facts do not fix it.

    Limits in months or years are counted in months.
    """
    case = _Case(pack, facts, calendar)
    deadline = case.deadline(deadline_name)
    if deadline is None:
        return []
    reading = case.binding[deadline_name]
    supposed = case.supposed(deadline.from_, deadline.from_on)
    start = START_WORDS[deadline.from_] + (" (its last permitted day)" if supposed else "")
    return [DayWorking(deadline.from_on, 0, start), *_days(deadline.from_on, reading, case.calendar)]


class _Case:
    """The facts of one case read with one pack: starts and deadlines, each worked out once."""

    def __init__(self, pack: Pack, facts: ClockFacts, calendar: Calendar):
        self.calendar = calendar.with_closures(pack.working_days.closures)
        self._pack, self._sent_by = pack, facts.stage_1_response_sent
        self._plan, self._given = _plan(pack), facts.dates()
        self._found: dict[str, Deadline | None] = {}
        self.binding: dict[str, Reading] = {}
        self._at_stage_2 = any(name.startswith("stage_2") for name in self._given)

    def deadline(self, name: str) -> Deadline | None:
        if name not in self._found:
            self._found[name] = self._work_out(name)
        return self._found[name]

    def _work_out(self, name: str) -> Deadline | None:
        clock = self._plan.get(name)
        if clock is None:
            return None
        dated = [(timed.end(start, self.calendar), start, timed)
                 for timed in clock.binding if (start := self._start(name, timed.reading.start))]
        if not dated:
            return None
        due_on, from_on, timed = min(dated, key=itemgetter(0)) if len(dated) > 1 else dated[0]
        from_ = timed.reading.start
        others = [OtherReading(on, other.words, other.citations) for on, _, other in dated if other is not timed]
        others += [OtherReading(other.end(start, self.calendar), other.words, other.citations)
                   for other in clock.also if (start := self._start(name, other.reading.start))]
        self.binding[name] = timed.reading
        return Deadline(name, due_on, timed.rule, from_, from_on, timed.citations, tuple(o for o in others if o.due_on != due_on),
                        self._at_latest(name, from_), clock.staff_only)

    def _start(self, name: str, start: str) -> date | None:
        """Day 0 of a clock."""
        if start == "due":
            return self._due(name)
        if start == "full_response":
            answered_once = None if self._at_stage_2 else self._given.get("stage_1_response")
            return self._given.get("stage_2_response", answered_once)
        if start == "stage_1_response_received":
            return self._given.get(start) or self._delivered()
        happened = self._happened(start)
        if start not in _LAST_PERMITTED:
            return happened
        last = self.deadline(_LAST_PERMITTED[start])
        if last is None or happened is None:
            return happened or (last and last.due_on)
        return min(happened, last.due_on)

    def _happened(self, start: str) -> date | None:
        """The day of an event. The house logs at receipt; where a pack says so, its confirmation is the acknowledgement."""
        if start == "logged":
            return self._given.get("logged") or self._given.get("received")
        if self._pack.bot_confirmation_acknowledges and start in ("acknowledged", "stage_2_acknowledged"):
            receipt = self._given.get("received" if start == "acknowledged" else "stage_2_request")
            return receipt or self._given.get(start)
        return self._given.get(start)

    def _due(self, name: str) -> date | None:
        """The present due date: as given (for stage 2 only, once stage 2 has begun), or else the response's."""
        if "due" in self._given:
            return None if self._at_stage_2 and name == "stage_1_extension_limit" else self._given["due"]
        response = self.deadline(_RESPONSE[name])
        return response and response.due_on

    def _delivered(self) -> date | None:
        sent = self._given.get("stage_1_response")
        if sent is None:
            return None
        time = getattr(self._pack.delivery, self._sent_by)
        return _add(sent, time.number, time.unit, self.calendar)

    def _at_latest(self, name: str, start: str) -> bool:
        if start == "due" and "due" not in self._given:
            response = self.deadline(_RESPONSE[name])
            return bool(response and response.at_latest)
        return start in _LAST_PERMITTED and self._happened(start) is None

    def supposed(self, start: str, on: date) -> bool:
        """Whether a start that lies in the landlord's hands is taken from its last permitted day."""
        return start in _LAST_PERMITTED and self._happened(start) != on


@dataclass(frozen=True, slots=True)
class _Timed:
    """A reading ready to run."""

    reading: Reading
    number: int
    unit: str
    rule: str
    words: str
    citations: tuple[Citation, ...]

    def end(self, start: date, calendar: Calendar) -> date:
        return _add(start, self.number, self.unit, calendar)


@dataclass(frozen=True, slots=True)
class _Plan:
    binding: tuple[_Timed, ...]
    also: tuple[_Timed, ...]
    staff_only: bool


@lru_cache(maxsize=64)
def _plan(pack: Pack) -> dict[str, _Plan]:
    """A pack's clocks ready to run. A signed override sets a clock back to its printed reading."""
    overridden = {override.rule for override in pack.spoken_overrides}
    plans = {}
    for name in NAMES:
        if clock := getattr(pack.clocks, name):
            binding = clock.printed if f"clocks.{name}" in overridden and clock.printed else clock.spoken
            usual = clock.spoken[0].start
            plans[name] = _Plan(tuple(_timed(pack, reading, usual) for reading in binding),
                                tuple(_timed(pack, reading, usual) for reading in clock.also), clock.staff_only)
    return plans


def rule_of(reading: Reading) -> str:
    """A reading in words: "10 working days of receipt"."""
    kind = "calendar day" if reading.unit == "day" else reading.unit
    return f"{reading.number} {kind}{'' if reading.number == 1 else 's'} of {START_WORDS[reading.start]}"


def _timed(pack: Pack, reading: Reading, usual_start: str) -> _Timed:
    reading = reading if reading.start else reading.model_copy(update={"start": usual_start})
    rule = rule_of(reading)
    words = f"{reading.words}: {rule}" if reading.words else rule
    return _Timed(reading, reading.number, reading.unit, rule, words, pack.cited(reading))


def _add(start: date, number: int, unit: str, calendar: Calendar) -> date:
    if unit == "working day":
        return calendar.add(start, number)
    if unit == "day":
        return start + timedelta(days=number)
    return add_months(start, number if unit == "month" else 12 * number)


def _days(start: date, reading: Reading, calendar: Calendar) -> Iterator[DayWorking]:
    number, day, counted = reading.number, start, 0
    if reading.unit in ("month", "year"):
        months = number if reading.unit == "month" else 12 * number
        yield from (DayWorking(add_months(start, month), month, "") for month in range(1, months + 1))
        return
    while counted < number:
        day += timedelta(days=1)
        why_not = calendar.why_not(day) if reading.unit == "working day" else None
        counted += why_not is None
        yield DayWorking(day, None if why_not else counted, why_not or "")
