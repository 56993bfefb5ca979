"""The statutory Complaint Handling Code as data: what each provision asks, by when, and what a letter must hold."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from policies import yaml_lines
from policies.citations import Citation

_FILE = Path(__file__).with_name("code.yml")


class CodeError(Exception):
    """A provision that the Code does not have, or a Code file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Provision:
    """One numbered provision. `time` ("10 working days") and `start` are None where it sets no clock; `contains`
    lists what a letter must hold; `source` is the page that the rule was taken from."""

    number: str
    section: str
    force: Literal["must", "should", "statement"]
    rule: str
    time: str | None
    start: str | None
    contains: tuple[str, ...]
    source: str


class Code(Mapping[str, Provision]):
    """The provisions by number ("6.2"), in the order of the Code."""

    def __init__(self, raw: dict) -> None:
        self.title: str = raw["title"]
        self.in_force_from: date = raw["in_force_from"]
        self.checked_on: date = raw["checked_on"]
        self._provisions = {number: _provision(number, fields, raw) for number, fields in raw["provisions"].items()}

    def __getitem__(self, number: str) -> Provision:
        try:
            return self._provisions[number]
        except KeyError:
            raise CodeError(f"{self.title} has no provision {number}. Provisions run from {next(iter(self))} "
                            f"to {list(self)[-1]}; write the number alone, for example 6.2.") from None

    def __contains__(self, number: object) -> bool:
        return number in self._provisions

    def __iter__(self) -> Iterator[str]:
        return iter(self._provisions)

    def __len__(self) -> int:
        return len(self._provisions)

    def citation(self, number: str) -> Citation:
        """The citation of a provision; CodeError if there is none of that number."""
        return Citation(self.title, self[number].number)


def _provision(number: str, fields: dict, raw: dict) -> Provision:
    unknown = set(fields) - {"force", "rule", "clock", "contains", "source"}
    if unknown:
        raise CodeError(f"code.yml, provision {number}: unknown key {', '.join(sorted(unknown))}. Remove or rename it.")
    clock = fields.get("clock", {})
    try:
        return Provision(number, raw["sections"][number.split(".")[0]], fields["force"], fields["rule"], clock.get("time"),
                         clock.get("start"), tuple(fields.get("contains", ())), raw["sources"][fields["source"]])
    except KeyError as missing:
        raise CodeError(f"code.yml, provision {number}: {missing} is missing. Add it.") from None


@cache
def load() -> Code:
    """The Code of 1 April 2024 as shipped."""
    return Code(yaml_lines.read(_FILE)[0])
