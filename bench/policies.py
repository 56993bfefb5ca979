"""How fast the policies answer: loading the five packs and `clocks` questions, beside a plain loop over `holidays`.

Run from the checkout: python -m bench.policies
"""
from __future__ import annotations

import random
from datetime import date, timedelta
from time import perf_counter

import holidays

from policies import clocks, packs, workdays

QUESTIONS = 10_000


def dates() -> list[date]:
    chance = random.Random(1)
    return [date(2026, 1, 1) + timedelta(days=chance.randrange(4 * 365)) for _ in range(QUESTIONS)]


def ours(days: list[date]) -> float:
    """Seconds to load and to answer, every deadline of a complaint, its rule, paragraphs and other readings."""
    started = perf_counter()
    landlords, england = list(packs.load().values()), workdays.england()
    for number, day in enumerate(days):
        pack = landlords[number % len(landlords)].in_force(day)
        clocks.deadlines(pack, clocks.ClockFacts(received=day), england)
    return perf_counter() - started


def plain(days: list[date]) -> float:
    """Seconds for the same three dates of a complaint by stepping over `holidays`, without rules or paragraphs."""
    started = perf_counter()
    england = holidays.country_holidays("GB", subdiv="ENG")
    for day in days:
        for number in (5, 10, 10):
            while number:
                day += timedelta(days=1)
                number -= day.weekday() < 5 and day not in england
    return perf_counter() - started


def main() -> None:
    days = dates()
    for name, seconds in (("putright, loading included", ours(days)), ("a plain loop over holidays", plain(days))):
        print(f"{name:28}{QUESTIONS:>7} questions in {seconds:.2f} s = {QUESTIONS / seconds:>8,.0f} a second")


if __name__ == "__main__":
    main()
