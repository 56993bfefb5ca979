"""What the shape of a pack cannot say by itself (clocks that cannot run, unknown paragraphs), and errors in plain words."""
from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import ValidationError

from policies.pack_model import Pack
from policies.pack_rules import Contact, Strict

Path_ = tuple[str | int, ...]
_STARTS: dict[str, set[str]] = {
    "stage_1_acknowledgement": {"received"},
    "stage_1_response": {"received", "logged", "acknowledged"},
    "stage_1_extension_limit": {"due"},
    "stage_2_request_window": {"stage_1_response", "stage_1_response_received"},
    "stage_2_acknowledgement": {"stage_2_request"},
    "stage_2_review": {"stage_2_request", "stage_2_acknowledged"},
    "stage_2_response": {"stage_2_request", "stage_2_acknowledged", "stage_2_review"},
    "stage_2_extension_limit": {"due"},
    "ombudsman_window": {"stage_2_response"},
    "reopen_window": {"decision"},
    "redress_offer_open_until": {"redress_offer"},
    "alternative_format": {"format_request"},
    "deemed_closed": {"full_response"},
}
_CODE = re.compile(r"Code [1-9]\.\d{1,2}\Z")
_MOST_OTHER_READINGS = 2


def faults(pack: Pack) -> Iterator[tuple[Path_, str]]:
    """Every fault with the path of the key at fault."""
    yield from _citations(pack, pack, ())
    for name in type(pack.clocks).model_fields:
        if clock := getattr(pack.clocks, name):
            yield from _clock(pack, name, clock)
    for number, override in enumerate(pack.spoken_overrides):
        if not _resolves(pack, override.rule):
            yield (
                ("spoken_overrides", number, "rule"),
                f'There is no rule "{override.rule}". Write its path, for example clocks.stage_2_request_window.')
        elif override.rule.startswith("clocks.") and not _printed(pack, override.rule):
            yield ("spoken_overrides", number, "rule"), f"{override.rule} has no `printed` reading to set it back to. Add one."
    if pack.working_days.closures and not pack.working_days.cite:
        yield ("working_days",), "These closures have no paragraph. Add `cite:` with the paragraph that says so."


def _clock(pack: Pack, name: str, clock) -> Iterator[tuple[Path_, str]]:
    where = ("clocks", name)
    for kind in ("spoken", "also"):
        for number, reading in enumerate(getattr(clock, kind)):
            path = (*where, kind, number)
            if reading.start is None:
                yield path, f"{name} has no start. Add `start:` with one of: {', '.join(sorted(_STARTS[name]))}."
            elif reading.start not in _STARTS[name]:
                yield (
                    (*path, "start"),
                    f'{name} cannot start at "{reading.start}". Choose one of: {", ".join(sorted(_STARTS[name]))}.')
            elif reading.start == "stage_2_review" and pack.clocks.stage_2_review is None:
                yield (*path, "start"), "This clock starts at the review, but stage_2_review is null. Give it its time."
            if reading.number == 0:
                yield (*path, "time"), f"{name} has no time to run. Write for example `time: 5 working days`."
    if len(clock.spoken) - 1 + len(clock.also) > _MOST_OTHER_READINGS:
        yield (*where, "also"), f"{name} shows more than two other readings. Keep the two that matter most."


def _citations(pack: Pack, part: object, path: Path_) -> Iterator[tuple[Path_, str]]:
    """Walks the pack; every `cite` and `provision` must name a paragraph that exists."""
    if isinstance(part, Strict):
        for field in type(part).model_fields:
            value = getattr(part, field)
            if field in ("cite", "provision", "at"):
                for number, written in enumerate(value):
                    if message := _unknown_paragraph(pack, written):
                        yield (*path, field, number), message
            else:
                yield from _citations(pack, value, (*path, field))
        if isinstance(part, Contact) and not part.known:
            yield path, "This contact has no phone, email, post or web. Add one, or write `gap:` and `instead:` in its place."
    elif isinstance(part, list):
        for number, item in enumerate(part):
            yield from _citations(pack, item, (*path, number))


def _unknown_paragraph(pack: Pack, written: str) -> str | None:
    if written.startswith("Code "):
        return None if _CODE.match(written) else f'"{written}" is not a provision of the Code. Write for example "Code 6.3".'
    if written.startswith("Scheme ") or ": " in written or written in pack.paragraphs:
        return None
    return (f'This policy has no paragraph "{written}". Correct it, or add it to `paragraphs` if the policy has it. Another '
            'document is written with its name and a colon, for example "Equality Act 2010: section 20".')


def _printed(pack: Pack, path: str) -> bool:
    return bool(getattr(getattr(pack.clocks, path.split(".")[1], None), "printed", None))


def _resolves(pack: Pack, path: str) -> bool:
    part: object = pack
    for step in path.split("."):
        part = getattr(part, step, None)
    return part is not None


def first_fault(error: ValidationError) -> tuple[Path_, str]:
    """The first fault that the shape of a pack shows: its path, and a sentence."""
    fault = error.errors()[0]
    path = tuple(step for step in fault["loc"] if not _branch(step))
    name = ".".join(str(step) for step in path)
    return path, _sentence(fault, name, path)


def _branch(step: str | int) -> bool:
    """Pydantic names the branch of a union in the path ("Contact", "str"); a pack has no such key."""
    return step in ("Contact", "Gap", "Words")


def _sentence(fault: dict, name: str, path: Path_) -> str:
    kind, last = fault["type"], str(path[-1])
    if kind == "missing" and last == "cite":
        return f'{name} is missing: nothing is said without its paragraph. Add for example `cite: ["4.8"]`.'
    if kind == "missing" and path[:1] == ("contacts",):
        return (f"{name} is missing. Give a phone, email, post or web; if nobody knows it yet, write `gap:` (what is missing) "
                "and `instead:` (where a resident can look).")
    if kind == "union_tag_invalid":
        return f"{name} is not clear. Give it as listed in docs/new-landlord.md, or write `gap:` and `instead:`."
    if kind == "missing":
        return f"{name} is missing. Add it; where the policy is silent, write null or cite the Code."
    if kind == "extra_forbidden" and " " in last:
        return f'"{last}" looks like part of a sentence. Put the whole sentence in double quotes, because it holds a comma.'
    if kind == "extra_forbidden":
        return f'"{last}" is not a key that a pack knows here. Check the spelling, or remove it.'
    if kind == "string_type" and isinstance(fault["input"], int):
        return f'{name}: write "{fault["input"]}" in quotes, so that it is read as text.'
    if kind == "literal_error":
        return f'{name} cannot be "{fault["input"]}". Choose one of: {fault["ctx"]["expected"]}.'
    if kind == "string_pattern_mismatch" and last == "time":
        return f'{name} cannot be "{fault["input"]}". Write for example 5 working days, 30 days, 6 months or 1 year.'
    if kind == "too_short":
        return f"{name} is empty. Give at least one."
    if kind == "value_error":
        return f"{name}: {str(fault['ctx']['error'])}."
    return f"{name}: {fault['msg']}. The value given is {fault['input']!r}."
