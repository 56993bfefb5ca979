"""London dates and calendar arithmetic that needs no holidays."""
from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_date(moment: datetime | date) -> date:
    """The London calendar date of a moment, whatever the hour. A datetime without a zone is already London time."""
    if not isinstance(moment, datetime):
        return moment
    return moment.date() if moment.tzinfo is None else moment.astimezone(LONDON).date()


def add_months(start: date, months: int) -> date:
    """The same day of the month so many months on, or the last day of a shorter month (28 February for the 29th)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
