"""A new landlord's pack from a page of answers: what a policy prints is cited by its paragraph, where it is silent the Code is.

Questions and the pack's template are data (`new_landlord_files/`).
"""
from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from policies import packs, yaml_lines
from policies.pack_model import Pack

_FILES = Path(__file__).parent / "new_landlord_files"
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
_WITH_PARAGRAPHS = re.compile(r"(?P<said>.*?)\s*\[(?P<cite>[^\]]+)\]\s*\Z")
_TIME = re.compile(r"\d+ (working days?|days?|months?|years?)\Z")
_TENURES = ("tenant", "shared_owner", "leaseholder")


class AnswerError(ValueError):
    """An answer that cannot be used; the message says how to write it."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `shape`: how it is answered and what it becomes (see questions.yml)."""

    id: str
    shape: str
    ask: str
    start: str = ""
    code: object = None
    way: str = ""
    gap: str = ""
    instead: str = ""
    silent: str = ""
    may_be_empty: bool = False


@cache
def questions() -> tuple[Question, ...]:
    """The questions in their order."""
    return tuple(Question(**entry) for entry in yaml_lines.read(_FILES / "questions.yml")[0])


def check(question: Question, answer: str) -> None:
    """Raises AnswerError when an answer cannot be used."""
    _SHAPES[question.shape](question, answer.strip())


def draft(key: str, answers: Mapping[str, str]) -> str:
    """The text of the pack. A question without an answer counts as answered by nothing. Raises AnswerError."""
    if not _KEY.match(key):
        raise AnswerError(f'"{key}" cannot name a pack. Use small letters, figures and _, for example oak_homes.')
    tokens = {"key": key}
    for question in questions():
        tokens |= _SHAPES[question.shape](question, answers.get(question.id, "").strip())
    template = (_FILES / "pack.yml.template").read_text(encoding="utf-8")
    return re.sub(r"@([a-z0-9_.]+)@", lambda match: tokens[match.group(1)], template)


def write(key: str, answers: Mapping[str, str], folder: Path) -> tuple[Path, Pack]:
    """Writes the pack into a folder once it loads. Raises AnswerError, PackError, or FileExistsError for a key in use."""
    file = folder / f"{key}.yml"
    if file.exists():
        raise FileExistsError(f"{file.name} exists already. Choose another key, or edit that file.")
    trial = folder / f".{key}-trial"
    trial.mkdir()
    try:
        (trial / file.name).write_text(draft(key, answers), encoding="utf-8")
        pack = packs.read(trial / file.name)
        (trial / file.name).rename(file)
    finally:
        (trial / file.name).unlink(missing_ok=True)
        trial.rmdir()
    return file, pack


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(items: list[str]) -> str:
    return "[" + ", ".join(_quoted(item) for item in items) + "]"


def _split(question: Question, answer: str) -> tuple[str, list[str]]:
    """An answer like "5 working days [4.1, 4.2]": what is said and its paragraphs."""
    match = _WITH_PARAGRAPHS.match(answer)
    if not match:
        raise AnswerError(f'"{answer}" has no paragraph. Add it in square brackets, for example {answer} [4.1].')
    return match["said"], [part.strip() for part in match["cite"].split(",")]


def _text(question: Question, answer: str) -> dict[str, str]:
    if not answer and not question.may_be_empty:
        raise AnswerError("This is needed. Write a few words.")
    return {question.id: _quoted(answer) if answer else "null"}


def _date(question: Question, answer: str) -> dict[str, str]:
    try:
        return {question.id: date.fromisoformat(answer).isoformat()}
    except ValueError:
        raise AnswerError(f'"{answer}" is not a day. Write it as 2026-04-01.') from None


def _tenures(question: Question, answer: str) -> dict[str, str]:
    chosen = [part.strip() for part in answer.split(",") if part.strip()]
    if not chosen or set(chosen) - set(_TENURES):
        raise AnswerError(f"Choose from {', '.join(_TENURES)}, separated by commas.")
    return {question.id: _list(chosen), "tenures.renting": _list([tenure for tenure in chosen if tenure == "tenant"])}


def _paragraphs(question: Question, answer: str) -> dict[str, str]:
    listed = [part.strip() for part in answer.split(";") if part.strip()]
    if not listed:
        raise AnswerError("List the policy's paragraphs, separated by semicolons, for example 1.1; 1.2; 2.1.")
    return {question.id: _list(listed)}


def _contact(question: Question, answer: str) -> dict[str, str]:
    if not answer:
        return {question.id: f"{{gap: {_quoted(question.gap)}, instead: {_quoted(question.instead)}}}"}
    said, cite = _split(question, answer)
    return {question.id: f"{{{question.way}: {_quoted(said)}, cite: {_list(cite)}}}"}


def _time(question: Question, answer: str) -> tuple[str, list[str]]:
    said, cite = _split(question, answer)
    if not _TIME.match(said):
        raise AnswerError(f'"{said}" is not a time. Write for example 5 working days, 30 days, 6 months or 1 year.')
    return said, cite


def _reading(question: Question, answer: str) -> dict[str, str]:
    """The landlord's time and the Code's: the same time is one reading with both paragraphs, otherwise the earlier counts."""
    law = question.code
    if not answer:
        return {question.id: f"[{_clock(law['time'], question.start, [law['cite']])}]"}
    said, cite = _time(question, answer)
    if said == law["time"]:
        return {question.id: f"[{_clock(said, question.start, [*cite, law['cite']])}]"}
    return {question.id: f"[{_clock(said, question.start, cite)}, {_clock(law['time'], question.start, [law['cite']])}]"}


def _clock(time: str, start: str, cite: list[str]) -> str:
    return f"{{time: {time}, start: {start}, cite: {_list(cite)}}}"


def _window(question: Question, answer: str) -> dict[str, str]:
    if not answer:
        return {question.id: "null"}
    said, cite = _time(question, answer)
    return {question.id: f"{{spoken: [{_clock(said, question.start, cite)}], staff_only: true}}"}


def _limit(question: Question, answer: str) -> dict[str, str]:
    """The kinder of the landlord's limit and the Code's is applied; a shorter printed one is kept for staff."""
    law = question.code
    if not answer:
        return {question.id: f"{{cite: {_list([law['cite']])}}}"}
    said, cite = _time(question, answer)
    applied = f"{{time: {law['time']}, cite: {_list([law['cite']])}}}"
    printed = f"{{time: {said}, cite: {_list(cite)}}}"
    longer = _rough_days(said) >= _rough_days(law["time"])
    limits = f"limit: {printed}" if longer else f"limit: {applied}, printed_limit: {printed}"
    return {question.id: f"{{cite: {_list([*cite, law['cite']])}, {limits}, counts_from: matter}}"}


def _rough_days(time: str) -> float:
    """For telling a longer limit from a shorter one only."""
    number, unit = time.split(" ", 1)
    return int(number) * {"working day": 7 / 5, "day": 1, "month": 30.4, "year": 12 * 30.4}[unit.removesuffix("s")]


def _exclusion(question: Question, answer: str) -> dict[str, str]:
    cite = _list(_cites(answer) or [str(question.code)])
    disposition = "excluded_proposed" if answer else question.silent
    excludes = ", excludes: true" if answer else ""
    return {question.id: f"{{cite: {cite}, disposition: {disposition}{excludes}}}", f"{question.id}.cite": cite,
            f"{question.id}.disposition": disposition}


def _rule(question: Question, answer: str) -> dict[str, str]:
    return {question.id: _list([*_cites(answer), str(question.code)]), f"{question.id}.printed": "true" if answer else "false"}


def _cites(answer: str) -> list[str]:
    return [part.strip() for part in answer.strip("[] ").split(",") if part.strip()]


_SHAPES = {"text": _text, "date": _date, "tenures": _tenures, "paragraphs": _paragraphs, "contact": _contact, "reading": _reading,
           "window": _window, "limit": _limit, "exclusion": _exclusion, "rule": _rule}
