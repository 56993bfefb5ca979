"""What the policy says, in words for residents: templates of `policies/words/`, filled from the pack and the directory.

A template is a mapping with a `web` and an `sms` form (or `staff` for notes) and the paragraphs that bear it:
`cite` is said in brackets at the end, `also_cite` is kept for the record only. `forms` lists alternatives, of which the first
whose `when` fits the pack is used; `parts` joins other statements; `rule` names the pack's rule that a landlord may have set
back, in writing and signed, to its printed words. A value that is missing is an error and never an empty place.
"""
from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from policies import citations, directory, yaml_lines
from policies.citations import Citation
from policies.pack_model import Pack
from policies.pack_rules import Clock, Contact, Gap

WORDS = Path(__file__).parent / "words"
_SPOKEN = {"web": 2, "sms": 1, "staff": 0}  # how many paragraphs of a rule are said; the record keeps them all
_NAMES = "names"
_PATH = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_GIVEN = "given"


class StatementError(ValueError):
    """A statement that cannot be said: unknown, without a form for this pack, or with a value missing."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words to a resident, with every paragraph that bears them."""

    text: str
    citations: tuple[Citation, ...]

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "citations": [citation.as_json() for citation in self.citations]}


def say(pack: Pack, name: str, channel: str, **values: Any) -> Said:
    """The statement `name` for this landlord, in the `web` or `sms` form, its paragraphs in brackets at the end.

    Dates are given as dates and said "Tue 29 Dec 2026". Raises StatementError for an unknown name, a landlord that has no form
    of it, an unknown channel, or a missing value.
    """
    template = _template(name)
    if "parts" in template:
        return join([say(pack, part, channel, **values) for part in template["parts"]])
    override = _override(pack, template)
    if override is not None:
        cited = pack.cited(override.cite)
        return Said(_with_paragraphs(override.words, cited), cited)
    form = _form(pack, name, template)
    if channel not in form:
        raise StatementError(f"The statement '{name}' has no {channel} form. Forms: {', '.join(set(form) & set(_SPOKEN))}.")
    known = _Values(pack, values)
    cited = [_cited_by(pack, known.fill(item, item)) for item in form.get("cite", ())]
    silent = [_cited_by(pack, known.fill(item, item)) for item in form.get("also_cite", ())]
    spoken = [paragraph for item in cited for paragraph in item[:_SPOKEN[channel]]]
    text = _with_paragraphs(known.fill(form[channel], name), spoken)
    return Said(text, _once(paragraph for item in cited + silent for paragraph in item))


def note(pack: Pack, name: str, **values: Any) -> str:
    """A note for staff. Raises StatementError like `say`."""
    return say(pack, name, "staff", **values).text


def join(said: Sequence[Said]) -> Said:
    """Several statements as one."""
    return Said(" ".join(each.text for each in said), _once(citation for each in said for citation in each.citations))


def available(pack: Pack) -> tuple[str, ...]:
    """The statements that this landlord's pack has a form of, notes for staff included."""
    return tuple(name for name in _words() if _fits_somewhere(pack, _words()[name]))


def values_of(name: str) -> tuple[str, ...]:
    """The values that a caller gives for a statement."""
    template = _template(name)
    own = tuple(template.get("values", ()))
    return own + tuple(value for part in template.get("parts", ()) for value in values_of(part))


def value_at(pack: Any, path: str) -> Any:
    """What stands at a dotted path of a pack ("clocks.stage_1_response.spoken.0.start"); None beyond an absent rule."""
    here = pack
    for step in path.split("."):
        if here is None or isinstance(here, Gap) and not hasattr(here, step):
            return None
        here = here[int(step)] if step.isdigit() and isinstance(here, Sequence) else getattr(here, step)
    return here


class _Values(string.Formatter):
    """Named values for one template: the caller's, the pack, its times, and the directory's entries."""

    def __init__(self, pack: Pack, values: Mapping[str, Any]) -> None:
        self._values = {**directory.load(), "pack": pack, "times": _Times(pack), "landlord": pack.resident_name, **values}
        self._template = ""

    def fill(self, template: str, name: str) -> str:
        self._template = name
        return self.vformat(" ".join(template.split()), (), {})

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if self._values.get(key) is None:  # type: ignore[call-overload]
            raise StatementError(f"The statement '{self._template}' needs the value '{key}'. Give it to say().")
        return self._values[key]  # type: ignore[index]

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        try:
            value, first = super().get_field(field_name, args, kwargs)
        except AttributeError as missing:
            raise StatementError(f"The statement '{self._template}' needs '{field_name}': {missing}.") from None
        if value is None:
            raise StatementError(f"The statement '{self._template}' needs '{field_name}', which is empty. "
                                 "Fill it in the pack or the directory.")
        return value, first

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "capital":
            return value[:1].upper() + value[1:]
        if format_spec == "contact":
            return ", ".join(way for way in (value.phone, value.email, value.web, value.post) if way)
        if format_spec:
            names = _names(format_spec)
            try:
                return _listed([names[each] for each in value])
            except KeyError as unknown:
                raise StatementError(f"There are no words for the {format_spec} {unknown}. "
                                     "Add them to words/names.yml.") from None
        return _rendered(value)


class _Times:
    """`times.<clock>`: the time of the clock's first spoken reading, as the pack writes it."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def __getattr__(self, clock: str) -> str:
        found = getattr(self._pack.clocks, clock)
        return found.spoken[0].time if found else None  # type: ignore[return-value]


def spoken_date(day: date) -> str:
    """Tue 29 Dec 2026: how a date is said everywhere."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def _rendered(value: Any) -> str:
    if isinstance(value, datetime):
        raise StatementError("Give a London date and not a moment; convert it first.")
    if isinstance(value, date):
        return spoken_date(value)
    if isinstance(value, (list, tuple)):
        return _listed([_rendered(each) for each in value])
    if not isinstance(value, (str, int)):
        raise StatementError(f"A {type(value).__name__} cannot be said. Give text, a number, a date or a list of them.")
    return str(value)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _with_paragraphs(text: str, cited: Sequence[Citation]) -> str:
    if not cited:
        return text
    ending = text[-1] if text[-1] in ".!?" else ""
    return f"{text.removesuffix(ending)} ({citations.spoken(cited)}){ending}"


def _cited_by(pack: Pack, item: str) -> tuple[Citation, ...]:
    """The paragraphs of a rule of the pack by its path (one of them with a number at the end), or a paragraph as written."""
    if not _PATH.fullmatch(item):
        return (citations.parse(item, pack.document),)
    path, _, last = item.rpartition(".")
    if last.isdigit():
        return pack.cited(value_at(pack, path))[int(last):int(last) + 1]
    rule = value_at(pack, item)
    if rule is None or isinstance(rule, Gap):
        raise StatementError(f"The pack of {pack.key} has no rule at '{item}' to cite. Give the statement a form without it.")
    return tuple(cite for reading in rule.spoken for cite in pack.cited(reading)) if isinstance(rule, Clock) else pack.cited(rule)


def _once(cited: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(cited))


def _override(pack: Pack, template: Mapping[str, Any]) -> Any:
    return next((signed for signed in pack.spoken_overrides if signed.rule == template.get("rule")), None)


def _form(pack: Pack, name: str, template: Mapping[str, Any]) -> Mapping[str, Any]:
    for form in template.get("forms", (template,)):
        if _fits(pack, form):
            return {**template, **form}
    raise StatementError(f"The statement '{name}' has no form for {pack.key}. Add one to words/, or leave it unsaid there.")


def _fits(pack: Pack, form: Mapping[str, Any]) -> bool:
    return all(_is(value_at(pack, path), wanted) for path, wanted in form.get("when", {}).items())


def _fits_somewhere(pack: Pack, template: Mapping[str, Any]) -> bool:
    if "parts" in template:
        return all(_fits_somewhere(pack, _template(part)) for part in template["parts"])
    return any(_fits(pack, form) for form in template.get("forms", (template,)))


def _is(value: Any, wanted: Any) -> bool:
    if wanted == _GIVEN:
        return value is not None and not isinstance(value, Gap) and not (isinstance(value, Contact) and not value.known)
    return wanted in value if isinstance(value, list) else value == wanted


def _template(name: str) -> Mapping[str, Any]:
    try:
        return _words()[name]
    except KeyError:
        raise StatementError(f"There is no statement '{name}'. Known: {', '.join(_words())}.") from None


@cache
def _words() -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for file in sorted(WORDS.glob("*.yml")):
        if file.stem == _NAMES:
            continue
        for name, template in yaml_lines.read(file)[0].items():
            if name in found:
                raise StatementError(f"{file.name}: the statement '{name}' stands in another file too. Keep one.")
            found[name] = template
    return found


@cache
def _names(of: str) -> Mapping[str, str]:
    return yaml_lines.read(WORDS / f"{_NAMES}.yml")[0][of]
