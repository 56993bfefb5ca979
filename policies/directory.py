"""Where residents can turn: dated contacts with their source, and the tribunal office for a postcode, county or council.

An operator's file of the same shape replaces entries by name, so that a changed number needs no new release.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from policies import yaml_lines

_FILE = Path(__file__).with_name("directory.yml")
_POSTCODE = re.compile(r"([A-Z]{1,2})([0-9]{1,2})([A-Z]?)(?:[0-9][A-Z]{2})?")
_AREA_NOISE = re.compile(
    r"\b(?:the|(?:county|city|borough)(?: of)?|council|unitary|royal|metropolitan|district|london borough)\b")


class DirectoryError(Exception):
    """An entry that the directory does not have, or a directory file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Old:
    """A contact that was once right: a text to look for, and what is wrong with it."""

    text: str
    what: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One body: what residents are given (each way absent where there is none), with source, day and how it was confirmed."""

    key: str
    name: str
    source: str
    confirmed: str
    checked_on: date
    phone: str | None = None
    text: str | None = None
    web: str | None = None
    web_short: str | None = None
    post: str | None = None
    email: str | None = None
    press: str | None = None
    mental_health: str | None = None
    note: str | None = None
    confirmed_note: str | None = None
    old: tuple[Old, ...] = ()

    @property
    def contact(self) -> str:
        """The ways to reach it, in one line, the web and phone first."""
        return ", ".join(way for way in (self.phone, self.web, self.email, self.post) if way)


class Directory(Mapping[str, Entry]):
    """Entries by name, tribunal offices by region, and the look-ups from a place to a region."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.checked_on: date = raw["checked_on"]
        self._entries = {key: _entry(key, given, self.checked_on) for key, given in raw["entries"].items()}
        self.tribunals = {region: _entry(region, given, self.checked_on) for region, given in raw["tribunals"].items()}
        self._areas = {_plain(area): region for region, areas in raw["tribunal_areas"].items() for area in areas}
        places = {place: (region,) for table in ("tribunal_postcodes", "tribunal_districts")
                  for region, listed in raw[table].items() for place in listed}
        self._postcodes = places | {district: tuple(regions) for district, regions in raw["tribunal_borders"].items()}
        self._postcodes |= dict.fromkeys(raw["not_england"], ())

    def __getitem__(self, key: str) -> Entry:
        try:
            return self._entries[key]
        except KeyError:
            raise DirectoryError(f"The directory has no entry '{key}'. Known: {', '.join(self._entries)}.") from None

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def regions(self, postcode: str | None = None, county: str | None = None) -> tuple[str, ...]:
        """The tribunal regions of a place: one; several where a border runs through the postcode district and no county
        settles it, the likelier first; none outside England or where the place is unknown."""
        named = self._areas.get(_plain(county)) if county else None
        listed = self._by_postcode(postcode) if postcode else None
        if listed is None:
            return (named,) if named else ()
        return (named,) if named in listed else listed

    def tribunal_for(self, postcode: str | None = None, county: str | None = None) -> tuple[Entry, ...]:
        """The offices to apply to, as `regions` finds them."""
        return tuple(self.tribunals[region] for region in self.regions(postcode, county))

    def old_contacts_in(self, words: str) -> tuple[tuple[Entry, Old], ...]:
        """Contacts known to be out of date that stand in some words, each with the entry that holds the present one."""
        squeezed = _squeeze(words)
        everyone = (*self._entries.values(), *self.tribunals.values())
        return tuple((entry, old) for entry in everyone for old in entry.old if _stands_in(_squeeze(old.text), squeezed))

    def _by_postcode(self, postcode: str) -> tuple[str, ...] | None:
        parts = _POSTCODE.fullmatch(re.sub(r"[^A-Z0-9]", "", postcode.upper()))
        if not parts:
            return None
        area, district = parts[1], parts[1] + _district_number(parts, postcode)
        return self._postcodes.get(district, self._postcodes.get(area))


def _district_number(parts: re.Match[str], postcode: str) -> str:
    """The number of the outward code. Written without a space, "SW19 8AB" and "SW1 98A" look alike only until the inward
    code (a digit and two letters) is taken off."""
    squeezed = re.sub(r"[^A-Z0-9]", "", postcode.upper())
    outward = squeezed[:-3] if re.search(r"[0-9][A-Z]{2}$", squeezed) and len(squeezed) >= 5 else squeezed
    return re.sub(r"[A-Z]+$", "", outward)[len(parts[1]):]


def _plain(area: str) -> str:
    words = re.sub(r"[^a-z ]", " ", area.casefold().replace("&", " and "))
    return " ".join(_AREA_NOISE.sub(" ", words).split())


def _squeeze(words: str) -> str:
    return re.sub(r"[\s,]+", "", words.casefold())


def _stands_in(old: str, words: str) -> bool:
    """Whole numbers only: a telephone number does not stand in a longer one."""
    before, after = (r"(?<!\d)" if old[0].isdigit() else ""), (r"(?!\d)" if old[-1].isdigit() else "")
    return re.search(before + re.escape(old) + after, words) is not None


def _entry(key: str, given: Mapping[str, Any], checked_on: date) -> Entry:
    unknown = set(given) - {field.name for field in fields(Entry)}
    if unknown:
        raise DirectoryError(f"Directory entry '{key}': unknown key {', '.join(sorted(unknown))}. Remove or rename it.")
    old = tuple(Old(**each) for each in given.get("old", ()))
    try:
        return Entry(**{"key": key, "checked_on": checked_on, **given, "old": old})
    except TypeError as missing:
        raise DirectoryError(f"Directory entry '{key}': {missing}. Each needs name, source and confirmed.") from None


_operators: list[Path] = []


def use(operator_file: Path | None) -> None:
    """From now on `load()` gives the directory with this operator's file. Said once, when the house is put together."""
    _operators[:] = [operator_file] if operator_file else []


def load(operator_file: Path | None = None) -> Directory:
    """The directory as shipped, with the operator's entries in place of ours where a file is given or in use."""
    return _load(operator_file or next(iter(_operators), None))


@lru_cache(maxsize=8)
def _load(operator_file: Path | None) -> Directory:
    raw = _read(_FILE)
    if operator_file is not None:
        theirs = _read(operator_file)
        unknown = set(theirs) - set(raw)
        if unknown:
            raise DirectoryError(f"{operator_file.name}: unknown part {', '.join(sorted(unknown))}. Known: {', '.join(raw)}.")
        raw = {part: _over(ours, theirs.get(part)) for part, ours in raw.items()}
    return Directory(raw)


def _over(ours: Any, theirs: Any) -> Any:
    if theirs is None:
        return ours
    return {**ours, **theirs} if isinstance(ours, dict) else theirs


def _read(path: Path) -> dict[str, Any]:
    try:
        return yaml_lines.read(path)[0]
    except OSError as problem:
        raise DirectoryError(f"{path.name} cannot be read: {problem.strerror}. Give the path of a directory file.") from problem
    except yaml_lines.YamlError as problem:
        raise DirectoryError(f"{path.name}, line {problem.line}: {problem.message}") from problem
