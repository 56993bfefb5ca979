"""A pack as text that a person can read: timelines, windows, what is let in, who decides, gaps and departures."""
from __future__ import annotations

import textwrap
from collections.abc import Iterator

from policies.citations import spoken
from policies.clocks import rule_of
from policies.pack_model import Pack
from policies.pack_rules import Clock, CourtRule, Departure, Gap, Rule, Strict

_STAGES = (("Stage 1", ("stage_1_acknowledgement", "stage_1_response", "stage_1_extension_limit")),
           ("Stage 2", ("stage_2_acknowledgement", "stage_2_review", "stage_2_response", "stage_2_extension_limit")))
_WINDOWS = ("stage_2_request_window", "ombudsman_window", "reopen_window", "redress_offer_open_until", "alternative_format",
            "deemed_closed")


def show(pack: Pack) -> str:
    """The whole policy on a screen or two."""
    return "\n".join(_lines(pack)) + "\n"


def gaps(pack: Pack) -> list[tuple[str, Gap]]:
    """Every known gap with the path of the field it stands in."""
    return [(path, part) for path, part in walk(pack) if isinstance(part, Gap)]


def departures(pack: Pack) -> list[tuple[str, Departure]]:
    """Every departure from the Code that the pack itself notes, with the path of its rule."""
    return [(path.partition(".departs")[0], part) for path, part in walk(pack) if isinstance(part, Departure)]


def walk(part: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every block of a pack, depth first, with its dotted path."""
    if isinstance(part, Strict):
        yield path, part
        for name in type(part).model_fields:
            yield from walk(getattr(part, name), f"{path}.{name}" if path else name)
    elif isinstance(part, list):
        for number, item in enumerate(part):
            yield from walk(item, f"{path}.{number}")


def _lines(pack: Pack) -> Iterator[str]:
    yield f"{pack.resident_name or '(landlord not named)'} · {pack.document}"
    yield from _wrap(f"{pack.key}, version {pack.version}, in force from {pack.in_force_from:%d %B %Y}. {pack.dated}", "", "")
    for stage, names in _STAGES:
        yield from ("", stage, f"  {'received' if stage == 'Stage 1' else 'asked for'}")
        for name in names:
            if clock := getattr(pack.clocks, name):
                yield from _step(pack, name, clock)
    yield from ("", "Windows and limits")
    for name in _WINDOWS:
        clock = getattr(pack.clocks, name)
        yield f"  {_title(name):28}{_readings(pack, clock) if clock else 'none'}"
    yield from ("", "Who reviews")
    reviewer = pack.stage_2.reviewer
    yield from _wrap(f"reviewed by {reviewer.who or 'nobody named'} [{spoken(pack.cited(reviewer))}]", "  ", "    ")
    yield from ("", "What is let in, and as what")
    for name in type(pack.intake).model_fields:
        yield from _let_in(pack, name, getattr(pack.intake, name))
    yield from _noted("Known gaps", ((path, gap.gap) for path, gap in gaps(pack)))
    yield from _noted("Where the policy departs from the Code or the law",
                      ((path, f"{part.finding} [{spoken(pack.cited(part.provision))}] {part.safe_default}")
                       for path, part in departures(pack)))


def _step(pack: Pack, name: str, clock: Clock) -> Iterator[str]:
    yield from _wrap(f"├── {_title(name)}: {_readings(pack, clock)}", "    ", "    │     ")


def _readings(pack: Pack, clock: Clock) -> str:
    binding = [f"{rule_of(reading)} [{spoken(pack.cited(reading))}]" for reading in clock.spoken]
    text = ("the earliest of " if len(binding) > 1 else "") + "; ".join(binding)
    return text + (" (for staff)" if clock.staff_only else "")


def _let_in(pack: Pack, name: str, rule: object) -> Iterator[str]:
    if isinstance(rule, CourtRule):
        said = ", ".join(f"{step.replace('_', ' ')} → {_title(getattr(rule, step))}"
                         for step in ("threatened", "letter_before_claim", "claim_filed", "ended"))
    elif isinstance(rule, Rule) and hasattr(rule, "disposition"):
        said = _title(rule.disposition)
    elif name == "time_limit":
        said = rule.limit.time if rule.limit else "no limit"
        said += f", printed {rule.printed_limit.time}" if rule.printed_limit else ""
    else:
        return
    yield from _wrap(f"{_title(name):28}{said} [{spoken(pack.cited(rule))}]", "  ", " " * 30)


def _noted(heading: str, items) -> Iterator[str]:
    rows = [f"{path}: {text}" for path, text in items]
    if rows:
        yield from ("", heading)
        for row in rows:
            yield from _wrap(row, "  · ", "    ")


def _wrap(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, 118, initial_indent=first, subsequent_indent=rest)


def _title(name: str) -> str:
    return name.replace("_", " ").replace("stage1", "stage 1").replace("stage2", "stage 2")
