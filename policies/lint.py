"""Lint of a landlord's pack against the Code: every departure, with its paragraph, provision, severity and the safe default.

Two sources: what the fields show by themselves (`lint_checks`) and what the pack's author noted where reading was needed
(`departs`). Where both speak of one rule and provision, the author's words are used. A finding accepted in writing stays on the
report as accepted: `landlords/accepted/<key>.yml` holds who, when and why.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from policies import lint_checks, show, yaml_lines
from policies.lint_checks import Seen
from policies.pack_model import Pack
from policies.pack_rules import Clock, Contact, Departure, Rule
from policies.statements import value_at

_FILE = Path(__file__).with_name("lint.yml")
ACCEPTED = Path(__file__).parent / "landlords" / "accepted"
_SEVERITIES = ("high", "medium", "low")


class LintError(ValueError):
    """An acceptance that cannot be used."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that the landlord accepts in writing: who, when, why."""

    by: str
    on: date
    why: str

    def as_json(self) -> dict[str, str]:
        return {"by": self.by, "on": self.on.isoformat(), "why": self.why}


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure. `paragraph`: of the landlord's policy; `provision`: of the Code, or of a law by its name."""

    landlord: str
    severity: Literal["high", "medium", "low"]
    paragraph: str
    provision: str
    finding: str
    safe_default: str
    accepted: Accepted | None = None

    @property
    def stops(self) -> bool:
        """A high finding that nobody has accepted."""
        return self.severity == "high" and self.accepted is None

    def as_json(self) -> dict[str, Any]:
        return {"landlord": self.landlord, "severity": self.severity, "paragraph": self.paragraph, "provision": self.provision,
                "finding": self.finding, "safe_default": self.safe_default, "accepted": self.accepted and self.accepted.as_json()}


def lint(pack: Pack, accepted_in: Path = ACCEPTED) -> list[Finding]:
    """Every departure of a pack, the gravest first. Raises LintError for an acceptance that fits no finding."""
    accepted = _accepted(accepted_in / f"{pack.key}.yml")
    found = [replace(finding, accepted=accepted.get((finding.paragraph, finding.provision))) for finding in _findings(pack)]
    for paragraph, provision in accepted:
        if not any((finding.paragraph, finding.provision) == (paragraph, provision) for finding in found):
            raise LintError(f"{pack.key}.yml accepts {paragraph} against {provision}, which is not a finding. "
                            "Remove it, or correct it.")
    return sorted(found, key=lambda finding: _SEVERITIES.index(finding.severity))


def _findings(pack: Pack) -> list[Finding]:
    noted = show.departures(pack)
    notes = {(path, departs.provision[0].removeprefix("Code ")) for path, departs in noted}
    found = [_from_author(pack, path, departs) for path, departs in noted]
    found += [_from_fields(pack, seen) for seen in lint_checks.seen(pack, _data())
              if (seen.path, seen.provision) not in notes or seen.what == "override"]
    return list(dict.fromkeys(found))


def _from_author(pack: Pack, path: str, departs: Departure) -> Finding:
    return Finding(pack.key, departs.severity, (departs.at or _paragraphs(pack, path))[0], departs.provision[0],
                   departs.finding, departs.safe_default)


def _from_fields(pack: Pack, seen: Seen) -> Finding:
    words = _data()["findings"][seen.what]
    return Finding(pack.key, words["severity"], (seen.at or _paragraphs(pack, seen.path))[0], f"Code {seen.provision}",
                   words["finding"].format(**seen.values), words["safe_default"].format(**seen.values))


def _paragraphs(pack: Pack, path: str) -> list[str]:
    """The policy's own paragraphs of a rule; where it is silent, of the rule where it would belong."""
    where = _data()["where_it_belongs"]
    for place in (path, where.get(path), where.get(where.get(path)), where["everything_else"]):
        if own := [paragraph for paragraph in _cites(place and value_at(pack, place)) if paragraph in pack.paragraphs]:
            return own
    return [_data()["not_printed"]]


def _cites(rule: Any) -> Iterator[str]:
    if isinstance(rule, Clock):
        for reading in (*rule.printed, *rule.spoken):
            yield from reading.cite
    elif isinstance(rule, (Rule, Contact)):
        yield from rule.cite


def _accepted(file: Path) -> dict[tuple[str, str], Accepted]:
    """The acceptances of one landlord by paragraph and provision; none where there is no file."""
    if not file.exists():
        return {}
    try:
        listed, lines = yaml_lines.read(file)
    except yaml_lines.YamlError as error:
        raise LintError(f"{file.name}, line {error.line}: {error.message}") from error
    found = {}
    for number, given in enumerate(listed):
        if set(given) != {"paragraph", "provision", "by", "on", "why"} or not isinstance(given["on"], date):
            raise LintError(f"{file.name}, line {lines[(number,)]}: give paragraph, provision, by, on (a day) and why, "
                            "and nothing else.")
        if len(given["by"].split()) < 2 or not given["why"].strip():
            raise LintError(f"{file.name}, line {lines[(number,)]}: give the full name of who accepts, and the reason.")
        found[(given["paragraph"], given["provision"])] = Accepted(given["by"], given["on"], given["why"])
    return found


@cache
def _data() -> dict[str, Any]:
    return yaml_lines.read(_FILE)[0]
