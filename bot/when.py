"""How long ago: the whole months between today and the earliest time that a message names for what went wrong.

Residents say it in every way there is: "3 wks ago", "since xmas", "last winter", "01/02/26", "two and a half years". Each way
is one pattern and one reader below. Times of something else (an age, a tenancy, a time limit, the future) do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Callable, Iterator

DAYS_IN_MONTH = 30.44
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS_OF = {"day": 1, "night": 1, "week": 7, "wk": 7, "fortnight": 14, "month": DAYS_IN_MONTH, "mth": DAYS_IN_MONTH, "mnth": DAYS_IN_MONTH, "year": 365.25, "yr": 365.25}
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "eighteen": 18,
    "twenty": 20, "couple": 2, "few": 3, "several": 4, "half": 0.5, "best part of a": 1,
}  # fmt: skip
# Month and day of what comes every year; the month's middle where no day is meant.
FEASTS = {
    "christmas": (12, 25), "xmas": (12, 25), "crimbo": (12, 25), "boxing day": (12, 26), "new year": (1, 1), "valentine": (2, 14),
    "pancake day": (2, 17), "mother's day": (3, 15), "mothers day": (3, 15), "easter": (4, 5), "halloween": (10, 31),
    "bonfire night": (11, 5), "guy fawkes": (11, 5), "fireworks night": (11, 5), "remembrance": (11, 11), "bank holiday": (8, 31),
    "clocks went back": (10, 25), "clocks changed": (10, 25), "clocks went forward": (3, 29), "back to school": (9, 3),
    "schools went back": (9, 3), "school holidays": (8, 1), "summer holidays": (8, 1), "half term": (10, 28), "half-term": (10, 28),
    "harvest": (9, 20), "lent": (3, 15), "carnival": (8, 30), "all hallows": (10, 31), "conkers": (10, 1), "daffodil": (3, 15), "diwali": (11, 8), "ramadan": (2, 25), "eid": (3, 20), "st patrick": (3, 17), "wimbledon": (7, 5),
    "glastonbury": (6, 26), "heatwave": (7, 10), "spring": (4, 5), "summer": (7, 15), "autumn": (10, 1), "winter": (1, 15),
}  # fmt: skip
# What came once.
EVENTS = {
    "coronation": date(2023, 5, 6), "the queen died": date(2022, 9, 8), "jubilee": date(2022, 6, 4),
    "lockdown": date(2020, 3, 26), "covid": date(2020, 4, 15), "pandemic": date(2020, 4, 15), "world cup": date(2026, 7, 1),
    "grenfell": date(2017, 6, 14),
}  # fmt: skip
LATELY = r"just now|right now|today|tonight|tonite|this (?:morning|mornin|afternoon|evening|week|minute)|yesterday|yest|last (?:night|nite|week|mon|tue|wed|thu|fri|sat|sun)\w*|(?:mon|tue|wed|weds|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?|the weekend|the other (?:day|night)|an hour|half an hour|\d+ (?:hours?|hrs?|mins?|minutes?)"

_N = r"(?:\d+(?:\.\d)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + r")"
_UNIT = r"(?:days?|nights?|weeks?|wks?|fortnights?|months?|mths?|mnths?|years?|yrs?)"
_MONTH = r"(?:january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep|october|oct|november|nov|december|dec)"
_YEAR = r"(?:20\d\d|'?[12]\d(?![\d:.]))"

LENGTH = re.compile(rf"\b({_N})(?: of)?(?: (?:whole|full|long|good|bloody|flipping|solid))?[ -]?(and a half |and a half|½)? ?({_UNIT})\b( and a half)?", re.I)
VAGUE = re.compile(r"\b(?:for|in|been|over|these|the last|took) (weeks|months|years)\b|\b(weeks|months|years) (?:ago|now|of (?:this|asking|ringing|waiting|emails|calls))\b", re.I)
NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?![\d/-])|(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
ORDINAL = re.compile(r"\b(?:on|since|from|of|dated?|back on) the (\d{1,2})(?:st|nd|rd|th)\b", re.I)
DATED = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b\.?,? ?({_YEAR})?|\b({_MONTH}) (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d:.])(?:,? ?({_YEAR}))?", re.I)
MONTH = re.compile(rf"\b((?:in|since|from|back in|of|last|early|mid|late|end of|start of|beginning of|during|until|till|til|by|around|about|this|every week since) (?:the )?)?({_MONTH})\b(?:'?s)?(?:,? (last year|this year|{_YEAR}))?", re.I)
YEAR = re.compile(r"\b(?:since|in|from|back in|of|early|late|mid) (20[012]\d)\b", re.I)
FEAST = re.compile(r"\b(last |this |the |before |after |since |over |at )?((?:before |the )*)(" + "|".join(sorted(map(re.escape, FEASTS), key=len, reverse=True)) + r")(?:s|'s|time)?\b( (?:before last|last year|20\d\d))?", re.I)
EVENT = re.compile("|".join(EVENTS), re.I)
LAST = re.compile(r"\b(last|this) (month|year)\b(?! before)", re.I)
RECENT = re.compile(rf"\b(?:{LATELY})\b", re.I)

# What stands before or after a length of time that is about something else.
_NOT_BEFORE = re.compile(r"(?:within|every|next|another|in under|aged?|each|up to|at least|tenants?(?: here)?(?: for)?|lived? (?:here|there|in [^.]{0,25})(?: for)?|been here(?: for)?|married(?: for)?|worked[^.]{0,20} for|service|paid|paying rent for|sober(?: for)?|clean(?: for)?|old|tenancy of|per|nearest|less than|give (?:you|u|them|me)|have|got|due in|is in|baby in|takes?|lease (?:of|has)|guarantee)\W*$", re.I)
_NOT_AFTER = re.compile(r"^\W*(?:olds?\b|of age|pregnant|notice|from now|time\b|warrant|guarantee|lease|left|a week|a month|a year|in (?:a|the) row|per|tenan|sober|clean|early|late\b|working|to (?:go|reply|respond|pay|answer|fix|move|leave)|response|wait for|free|'? ?rent|(?:i|we|he|she|they)(?:'ve| have|ve)? (?:lived|been (?:a tenant|here|living)|paid)|in (?:this|the) (?:flat|house|property|bungalow|job|army|mines?|pit))", re.I)


@dataclass(frozen=True)
class Named:
    """A time that a message names: days before today, and where it stands."""

    days: float
    span: tuple[int, int]


def months_ago(text: str, today: date) -> int | None:
    """Whole months, nearest; 0 for less than about two weeks; None where no time is named."""
    named = list(times(text, today))
    return None if not named else round(max(one.days for one in named) / DAYS_IN_MONTH)


def times(text: str, today: date) -> Iterator[Named]:
    """Every past time in `text` that may be when something went wrong."""
    taken: list[tuple[int, int]] = []
    for pattern, reader in READERS:
        for found in pattern.finditer(text):
            if any(found.start() < end and start < found.end() for start, end in taken):
                continue
            days = reader(found, today)
            if days is not None and days >= 0 and not _about_something_else(text, found):
                taken.append(found.span())
                yield Named(days, found.span())


def _about_something_else(text: str, found: re.Match[str]) -> bool:
    if found.re not in (LENGTH, VAGUE):
        return False
    return bool(_NOT_BEFORE.search(text[max(0, found.start() - 40) : found.start()]) or _NOT_AFTER.search(text[found.end() : found.end() + 30]))


def _length(found: re.Match[str], today: date) -> float | None:
    number = NUMBERS.get(found[1].lower())
    number = float(found[1]) if number is None else number
    unit = found[3].lower().rstrip("s")
    return (number + (0.5 if found[2] or found[4] else 0)) * DAYS_OF[unit]


def _vague(found: re.Match[str], today: date) -> float | None:
    return {"weeks": 30.0, "months": 120.0, "years": 800.0}[(found[1] or found[2]).lower()]


def _numeric(found: re.Match[str], today: date) -> float | None:
    if found[4]:
        return _days(int(found[4]), int(found[5]), int(found[6]), today)
    if found[3] is None and found[0][len(found[1])] != "/":
        return None  # a time or a sum of money
    year = None if found[3] is None else int(found[3]) % 100 + 2000
    return _days(year, int(found[2]), int(found[1]), today)


def _dated(found: re.Match[str], today: date) -> float | None:
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    return _days(_year(year), _month(month), int(day), today)


def _month_named(found: re.Match[str], today: date) -> float | None:
    before, name, year = found[1], found[2], found[3]
    if not before and name in ("may", "march", "mar", "sep", "dec", "jan"):
        return None  # the verbs, and people
    whole = _month(name)
    if year and year.lower() == "last year":
        year = str(today.year - 1)
    elif year and year.lower() == "this year":
        year = str(today.year)
    years = today.year - _year(year) if year else int(whole > today.month)
    return max(0.0, (years * 12 + today.month - whole) * DAYS_IN_MONTH)


def _ordinal(found: re.Match[str], today: date) -> float | None:
    """The last day of that number, this month or the one before."""
    day = int(found[1])
    return float(today.day - day) if day <= today.day else today.day + DAYS_IN_MONTH - day


def _year_named(found: re.Match[str], today: date) -> float | None:
    return _days(int(found[1]), 7, 1, today)


def _feast(found: re.Match[str], today: date) -> float | None:
    name = found[3].lower()
    month, day = FEASTS[name]
    days = _days(None, month, day, today)
    if days is not None and found[4]:
        tail = found[4].strip()
        if tail.isdigit():
            return _days(int(tail), month, day, today)
        days += 365 if tail == "before last" or month <= today.month else 0
    return days


def _event(found: re.Match[str], today: date) -> float | None:
    return float((today - EVENTS[found[0].lower()]).days)


def _last(found: re.Match[str], today: date) -> float | None:
    if found[2].lower() == "month":
        return DAYS_IN_MONTH if found[1].lower() == "last" else 0.0
    return 365.0 if found[1].lower() == "last" else None


def _recent(found: re.Match[str], today: date) -> float | None:
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
    return MONTHS.index(name[:3].lower()) + 1


def _year(given: str | None) -> int | None:
    return int(given.strip("'")) % 100 + 2000 if given else None


# In this order: what an earlier pattern has read, a later one does not read again.
READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], float | None]], ...] = (
    (NUMERIC, _numeric),
    (DATED, _dated),
    (ORDINAL, _ordinal),
    (LENGTH, _length),
    (MONTH, _month_named),
    (YEAR, _year_named),
    (FEAST, _feast),
    (EVENT, _event),
    (LAST, _last),
    (VAGUE, _vague),
    (RECENT, _recent),
)
