"""Working days in England: not Saturdays, Sundays or bank holidays. All dates are London dates."""
from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

import holidays

from policies import yaml_lines

ONE_OFF = Path(__file__).parent / "one_off_holidays.yml"
PUBLISHED = Path(__file__).parent / "published_holidays.yml"
FIRST_YEAR, LAST_YEAR = 2015, 2045
_NAMES = {"May Day": "Early May bank holiday", "Spring Bank Holiday": "Spring bank holiday",
          "Late Summer Bank Holiday": "Summer bank holiday"}


class HolidayFileError(ValueError):
    """A file of holidays that cannot be used; the message names file, line and what to do."""


class OutsideCalendar(ValueError):
    """A day outside the years that the calendar covers."""


class Calendar:
    """England's working days from 2015 to 2045. Two calendars are equal only if they are the same object.

    `extra_holidays`: further days that are not worked, with their names. `moved_from`: ordinary bank holidays that are worked.
    """

    def __init__(self, extra_holidays: Mapping[date, str] | None = None, moved_from: Iterable[date] = ()):
        self._extra = dict(extra_holidays or {})
        self._moved_from = frozenset(moved_from)
        self._with: dict[frozenset[tuple[date, str]], Calendar] = {}

    @cached_property
    def _holidays(self) -> dict[date, str]:
        return {on: name for on, name in _ordinary().items() if on not in self._moved_from} | self._extra

    @cached_property
    def _working_days(self) -> list[date]:
        first = date(FIRST_YEAR, 1, 1)
        days = (first + timedelta(days=n) for n in range((date(LAST_YEAR + 1, 1, 1) - first).days))
        return [day for day in days if day.weekday() < 5 and day not in self._holidays]

    def is_working_day(self, day: date) -> bool:
        """Raises OutsideCalendar."""
        return self.why_not(day) is None

    def why_not(self, day: date) -> str | None:
        """Why a day is not worked: "Saturday", "Sunday" or the holiday's name; None for a working day. Raises OutsideCalendar."""
        _within(day)
        if day.weekday() >= 5:
            return f"{day:%A}"
        return self._holidays.get(day)

    def add(self, start: date, working_days: int) -> date:
        """The end of the `working_days`-th working day after `start`, which is day 0 whatever kind of day it is.

        Zero or fewer gives `start`. Raises OutsideCalendar.
        """
        _within(start)
        if working_days <= 0:
            return start
        try:
            return self._working_days[bisect_right(self._working_days, start) + working_days - 1]
        except IndexError:
            raise OutsideCalendar(f"{working_days} working days from {start:%d %B %Y} end after {LAST_YEAR}.") from None

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative if `end` is earlier."""
        def count(day: date) -> int:
            return bisect_right(self._working_days, day)
        return count(end) - count(start)

    def holidays_between(self, start: date, end: date) -> list[tuple[date, str]]:
        """The bank holidays and closures on weekdays from `start` to `end`, both included."""
        return sorted((on, name) for on, name in self._holidays.items() if start <= on <= end and on.weekday() < 5)

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is worked, or else the next day that is."""
        return self._working_days[bisect_left(self._working_days, day)]

    def with_closures(self, closures: Mapping[date, str]) -> Calendar:
        """This calendar with a landlord's own closures; the same object when there are none, and each built once."""
        if not closures:
            return self
        key = frozenset(closures.items())
        if key not in self._with:
            self._with[key] = Calendar(self._extra | dict(closures), self._moved_from)
        return self._with[key]


def _within(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise OutsideCalendar(f"The calendar of working days runs from {FIRST_YEAR} to {LAST_YEAR}; "
                              f"{day:%d %B %Y} is outside it.")


@lru_cache(maxsize=1)
def _ordinary() -> dict[date, str]:
    calculated = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return {on: _name(name) for on, name in calculated.items()}


def _name(name: str) -> str:
    name = name.replace("(observed)", "(substitute day)")
    return _NAMES.get(name, name)


def england(one_off: Path | None = None) -> Calendar:
    """England's calendar with the one-off holidays of the file. Read again when it changes. Raises HolidayFileError."""
    file = one_off or ONE_OFF
    return _england(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _england(file: Path, _stamp: int) -> Calendar:
    entries = _entries(file)
    moved = [entry["instead_of"] for entry in entries if "instead_of" in entry]
    return Calendar({entry["on"]: entry["name"] for entry in entries}, moved)


def published(file: Path | None = None) -> dict[date, str]:
    """The dated copy of the published list, day to name."""
    return {entry["on"]: entry["name"] for entry in _entries(file or PUBLISHED)}


def published_until(file: Path | None = None) -> date:
    """The last day that the published list covers: within a year of it, the list must be renewed."""
    return yaml_lines.read(file or PUBLISHED)[0]["until"]


def _entries(file: Path) -> list[dict]:
    try:
        data, lines = yaml_lines.read(file)
    except yaml_lines.YamlError as error:
        raise HolidayFileError(f"{file.name}, line {error.line}: {error.message}") from error
    entries = data.get("holidays") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise HolidayFileError(f"{file.name}, line 1: there is no list `holidays:`. Write `holidays: []` if there are none.")
    for number, entry in enumerate(entries):
        line = lines[("holidays", number)]
        if not isinstance(entry, dict) or not isinstance(entry.get("on"), date) or not isinstance(entry.get("name"), str):
            raise HolidayFileError(f"{file.name}, line {line}: write each holiday as {{on: 2027-05-10, name: \"…\"}}.")
        if unknown := set(entry) - {"on", "name", "instead_of", "source"}:
            raise HolidayFileError(f'{file.name}, line {line}: "{min(unknown)}" is not known here. '
                                   "Use on, name, instead_of and source.")
        if not isinstance(entry.get("instead_of", entry["on"]), date):
            raise HolidayFileError(f"{file.name}, line {line}: `instead_of` is a date, for example 2027-05-03.")
    return entries
