"""A calendar and the five policies' clocks written a second time, by hand and by stepping, to check the real ones against.

It shares nothing with `policies`: Easter by arithmetic, bank holidays by the rules of the Act and the proclamations, and each
landlord's clock as plain steps from the text.
"""
from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

DAY = timedelta(days=1)
# Proclaimed once, or moved, in the years that the tests reach.
ONCE = {date(2020, 5, 8), date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)}
MOVED_AWAY = {date(2020, 5, 4), date(2022, 5, 30)}


def easter_sunday(year: int) -> date:
    """The anonymous Gregorian computus."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, off = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * off + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _first_monday(year: int, month: int) -> date:
    day = date(year, month, 1)
    while day.weekday():
        day += DAY
    return day


def _last_monday(year: int, month: int) -> date:
    day = date(year, month, 31)
    while day.weekday():
        day -= DAY
    return day


@lru_cache
def bank_holidays(year: int) -> frozenset[date]:
    days = {easter_sunday(year) - 2 * DAY, easter_sunday(year) + DAY, _first_monday(year, 5), _last_monday(year, 5),
            _last_monday(year, 8)}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while fixed.weekday() >= 5 or fixed in days:
            fixed += DAY
        days.add(fixed)
    return frozenset((days | {day for day in ONCE if day.year == year}) - MOVED_AWAY)


def worked(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def wd(start: date, number: int) -> date:
    """The end of the number-th working day after start."""
    while number:
        start += DAY
        number -= worked(start)
    return start


def cd(start: date, number: int) -> date:
    return start + number * DAY


def months(start: date, number: int) -> date:
    year, month = start.year + (start.month - 1 + number) // 12, (start.month - 1 + number) % 12 + 1
    day = start.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def london(moment: datetime) -> date:
    """British Summer Time by the rule of the Act: last Sunday of March to last Sunday of October, from 01:00 UTC."""
    utc = moment.astimezone(timezone.utc)

    def last_sunday(month: int) -> datetime:
        day = date(utc.year, month, 31)
        while day.weekday() != 6:
            day -= DAY
        return datetime(day.year, day.month, day.day, 1, tzinfo=timezone.utc)
    summer = last_sunday(3) <= utc < last_sunday(10)
    return (utc + timedelta(hours=1 if summer else 0)).date()


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def expected(landlord: str, facts: dict[str, date]) -> dict[str, date]:
    """The deadlines of one landlord for facts given as London dates, from the five texts and the Code."""
    got = facts.get
    found = _stage_1(landlord, facts) | _stage_2(landlord, facts)
    answered, reviewed = got("stage_1_response"), got("stage_2_response")
    if landlord == "milestone" and answered:
        found["stage_2_request_window"] = months(answered, 12)
    if landlord == "midlands_rural" and answered:
        found["stage_2_request_window"] = wd(answered, 20)
    if landlord == "millat" and (got("stage_1_response_received") or answered):
        found["stage_2_request_window"] = cd(got("stage_1_response_received") or wd(answered, 2), 30)
    if reviewed:
        found["ombudsman_window"] = months(reviewed, 12)
    if landlord == "mso" and got("decision"):
        found["reopen_window"] = months(got("decision"), 6)
    if landlord == "mso" and got("redress_offer"):
        found["redress_offer_open_until"] = months(got("redress_offer"), 6)
    if landlord == "milestone" and got("format_request"):
        found["alternative_format"] = cd(got("format_request"), 10)
    at_stage_2 = any(name.startswith("stage_2") for name in facts)
    full = reviewed or (None if at_stage_2 else answered)
    if landlord == "midlands_rural" and full:
        found["deemed_closed"] = wd(full, 20)
    return {name: day for name, day in found.items() if day}


def _stage_1(landlord: str, facts: dict[str, date]) -> dict[str, date | None]:
    got = facts.get
    received = got("received")
    acknowledge = received and wd(received, 3 if landlord == "midlands_rural" else 5)
    acknowledged = _earliest(got("acknowledged"), acknowledge)
    if landlord == "milestone":
        logged = _earliest(got("logged") or received, acknowledge)
        respond = _earliest(logged and wd(logged, 10), acknowledged and wd(acknowledged, 10))
    elif landlord == "resolution":
        respond = received and wd(received, 10)
    else:
        respond = acknowledged and wd(acknowledged, 10)
    due = got("due") or respond
    if got("due") and any(name.startswith("stage_2") for name in facts):
        due = None
    by_days = landlord in ("millat", "resolution", "midlands_rural")
    return {"stage_1_acknowledgement": acknowledge, "stage_1_response": respond,
            "stage_1_extension_limit": due and (cd(due, 10) if by_days else wd(due, 10))}


def _stage_2(landlord: str, facts: dict[str, date]) -> dict[str, date | None]:
    got = facts.get
    asked = got("stage_2_request")
    acknowledge = asked and wd(asked, {"mso": 2, "midlands_rural": 3}.get(landlord, 5))
    acknowledged = _earliest(got("stage_2_acknowledged"), acknowledge)
    review = None
    if landlord == "millat":
        respond = asked and wd(asked, 20)
    elif landlord == "midlands_rural":
        review = asked and wd(asked, 20)
        held = got("stage_2_review")
        respond = _earliest(held and wd(held, 5), review and wd(review, 5), acknowledged and wd(acknowledged, 20))
    else:
        respond = acknowledged and wd(acknowledged, 20)
    due = got("due") or respond
    longest = None
    if due:
        longest = {"milestone": wd(due, 10), "mso": wd(due, 20), "millat": wd(due, 10),
                   "resolution": min(cd(due, 30), wd(due, 20)), "midlands_rural": cd(due, 10)}[landlord]
    return {"stage_2_acknowledgement": acknowledge, "stage_2_review": review, "stage_2_response": respond,
            "stage_2_extension_limit": longest}
