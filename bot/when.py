"""How long ago: the times that a message names, as days before the day on which it was written.

Residents say it in every way there is: "3 wks ago", "since xmas", "last winter", "01/02/26", "two and a half years". Each way is
one pattern and one reader below; their words are in `times.yml`. Times of something else (an age, a tenancy, a time limit) do not
count. Which of several is the one that matters is learned: see `bot.model`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DAYS_IN_MONTH = 30.44
WORDS = Path(__file__).with_name("times.yml")
JUST_GONE = 75  # days: in November "last autumn" is not the one that is ending
REACH = 40  # characters around a length of time in which something else may claim it

Reader = Callable[["re.Match[str]", date], "float | None"]


@dataclass(frozen=True)
class Named:
    """A time that a message names: days before the day of writing, and where it stands."""

    days: float
    span: tuple[int, int]

    @property
    def months(self) -> int:
        """Whole months, nearest; 0 for less than about two weeks."""
        return round(self.days / DAYS_IN_MONTH)


def months_ago(text: str, today: date) -> int | None:
    """Months to the earliest time named; None where none is."""
    return max((named.months for named in times(text, today)), default=None)


def times(text: str, today: date) -> Iterator[Named]:
    """Every past time in `text`, by pattern and then by place. What an earlier pattern has read, a later one does not."""
    patterns = _patterns()
    taken: list[tuple[int, int]] = []
    for name, reader in READERS.items():
        for found in patterns[name].finditer(text):
            if any(found.start() < end and start < found.end() for start, end in taken):
                continue
            days = reader(found, today)
            if days is None or days < 0 or (name in ("length", "vague") and _about_something_else(text, found)):
                continue
            taken.append(found.span())
            yield Named(days, found.span())


def _about_something_else(text: str, found: re.Match[str]) -> bool:
    before, after = text[max(0, found.start() - REACH) : found.start()], text[found.end() : found.end() + REACH]
    return bool(_patterns()["not_after"].search(before) or _patterns()["not_before"].search(after))


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return YAML(typ="safe").load(WORDS.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    words = _words()
    number = rf"(?:\d+(?:\.\d)?|{_any(words['numbers'])})"
    unit = rf"(?:{_any(words['units'])})s?"
    month = rf"(?:{_any(name for names in words['months'] for name in names)})"
    year = r"(?:20\d\d|'?[12]\d(?![\d:.]))"
    nth = r"(?:st|nd|rd|th)?"
    lead = r"(?:in|since|from|back in|of|last|early|mid|late|(?:end|start|beginning) of|during|until|till?|by|around|about|this)"
    written = {
        "numeric": r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?![\d/-])|(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)",
        "dated": rf"\b(\d{{1,2}}){nth}(?: of)? ({month})\b\.?,? ?({year})?"
        rf"|\b({month}) (?:the )?(\d{{1,2}}){nth}\b(?![\d:.])(?:,? ?({year}))?",
        "ordinal": r"\b(?:on|since|from|of|dated?|back on) the (\d{1,2})(?:st|nd|rd|th)\b",
        "length": rf"\b({number})(?: of)?(?: (?:whole|full|long|good|bloody|solid))?[ -]?(and a half |½)? ?({unit})\b"
        r"( and a half)?",
        "month": rf"\b({lead} (?:the )?)?({month})\b(?:'?s)?(?:,? (last year|this year|{year}))?",
        "year": r"\b(?:since|in|from|back in|of|early|late|mid) (20[012]\d)\b",
        "every_year": rf"\b(last )?({_any(words['every_year'])})(?:s|'s|time)?\b( (?:before last|last year|20\d\d))?",
        "once": rf"\b({_any(words['once'])})\b",
        "last": r"\b(last|this) (month|year)\b(?! before)",
        "vague": r"\b(?:for|in|been|over|these|the last|took) (weeks|months|years)\b"
        r"|\b(weeks|months|years) (?:ago|now|of (?:this|asking|ringing|waiting|emails|calls))\b",
        "lately": rf"\b(?:{'|'.join(words['lately'])})\b",
        "not_after": rf"\b(?:{'|'.join(words['not_after'])})\W*$",
        "not_before": rf"^\W*(?:{'|'.join(words['not_before'])})",
    }
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in written.items()}


def _any(words: Any) -> str:
    return "|".join(re.escape(word) for word in sorted(map(str, words), key=len, reverse=True))


def _numeric(found: re.Match[str], today: date) -> float | None:
    if found[4]:
        return _days(int(found[4]), int(found[5]), int(found[6]), today)
    if found[3] is None and found[0][len(found[1])] != "/":
        return None  # a time of day, or a sum of money
    return _days(_year(found[3]), int(found[2]), int(found[1]), today)


def _dated(found: re.Match[str], today: date) -> float | None:
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    return _days(_year(year), _month(month), int(day), today)


def _ordinal(found: re.Match[str], today: date) -> float | None:
    """The last day of that number, in this month or the one before."""
    day = int(found[1])
    return float(today.day - day) if day <= today.day else today.day + DAYS_IN_MONTH - day


def _length(found: re.Match[str], today: date) -> float | None:
    number = _words()["numbers"].get(found[1].lower())
    number = float(found[1]) if number is None else number
    return (number + (0.5 if found[2] or found[4] else 0)) * _words()["units"][found[3].lower().rstrip("s")]


def _month_named(found: re.Match[str], today: date) -> float | None:
    before, name, year = found[1], found[2], found[3]
    if not before and name in _words()["never_alone"]:
        return None
    relative = {"last year": today.year - 1, "this year": today.year}
    named = relative[year.lower()] if year and year.lower() in relative else _year(year)
    month = _month(name)
    years = today.year - named if named else int(month > today.month)
    if not named and "last" in (before or "").lower() and (today.month - month) % 12 <= 1:
        years += 1  # who means the October just gone says "in October"
    return max(0.0, (years * 12 + today.month - month) * DAYS_IN_MONTH)


def _year_named(found: re.Match[str], today: date) -> float | None:
    return _days(int(found[1]), 7, 1, today)


def _every_year(found: re.Match[str], today: date) -> float | None:
    month, day = _words()["every_year"][found[2].lower()]
    which = (found[3] or "").strip().lower()
    if which.isdigit():
        return _days(int(which), month, day, today)
    days = _days(None, month, day, today)
    earlier = which == "before last" or (which == "last year" and month <= today.month)
    earlier = earlier or (found[1] and days is not None and days < JUST_GONE)
    return days if days is None or not earlier else days + 365


def _once(found: re.Match[str], today: date) -> float | None:
    return float((today - _words()["once"][found[1].lower()]).days)


def _last(found: re.Match[str], today: date) -> float | None:
    if found[1].lower() == "this":
        return 0.0 if found[2].lower() == "month" else None
    return DAYS_IN_MONTH if found[2].lower() == "month" else 365.0


def _vague(found: re.Match[str], today: date) -> float | None:
    return float(_words()["vague"][(found[1] or found[2]).lower()])


def _lately(found: re.Match[str], today: date) -> float | None:
    return 0.0


def _days(year: int | None, month: int, day: int, today: date) -> float | None:
    """Days from that date to today; without a year, its last coming. None where there is no such date."""
    try:
        then = date(year or today.year, month, day)
        if year is None and then > today + timedelta(days=1):
            then = date(today.year - 1, month, day)
    except ValueError:
        return None
    return float((today - then).days)


def _month(name: str) -> int:
    months: Sequence[Sequence[str]] = _words()["months"]
    return 1 + next(i for i, names in enumerate(months) if name.lower() in names)


def _year(given: str | None) -> int | None:
    return int(given.strip("'")) % 100 + 2000 if given else None


READERS: dict[str, Reader] = {
    "numeric": _numeric,
    "dated": _dated,
    "ordinal": _ordinal,
    "length": _length,
    "month": _month_named,
    "year": _year_named,
    "every_year": _every_year,
    "once": _once,
    "last": _last,
    "vague": _vague,
    "lately": _lately,
}
