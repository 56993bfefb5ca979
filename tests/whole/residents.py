"""A resident at each door, who answers whatever is asked, in whatever order."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.chaos.questions import asked
from tests.whole.house import House

REFERENCE = re.compile(r"PR\d\d-\w{5}-\w{5}")
MOST_TURNS = 12
SECONDS = 60_000  # milliseconds, of a machine that does much else
ANSWERS = {
    "incident": "since October", "outcome": "I want it repaired, and an apology", "adjustments": "large print please",
    "contact": "Mary Jones, 07700 900123", "address": "14 Mill Lane, Lewes BN7 1AA", "confirmed": "yes", "wish": "yes",
    "managing_partner": "not sure", "bought_on": "not sure", "tenure": "I rent it", "about_case": "no, it is new", "reading": "1",
    "earlier_reference": "I do not have it", "authority": "yes, in writing",
}


def converse(say: Callable[[str], tuple[str, list[str]]], first: str) -> str:
    """The reference at the end. `say` brings a message in and returns the last part of the answer and its options."""
    said, options = say(first)
    for _ in range(MOST_TURNS):
        recorded = REFERENCE.search(said)
        if recorded:
            return recorded[0]
        said, options = say(ANSWERS[asked(said, options) or ""])
    raise AssertionError(f"no reference after {MOST_TURNS} turns; last heard: {said}")


def on_page(page: Page) -> Callable[[str], tuple[str, list[str]]]:
    """A resident at the chat page, with JavaScript or without."""

    def say(text: str) -> tuple[str, list[str]]:
        before = page.locator(".turn.bot").count()
        page.get_by_label("Your message").fill(text)
        page.get_by_role("button", name="Send message").click()
        _until_answered(page, before)
        parts = page.locator(".turn.bot").last.locator(".said").all_inner_texts()
        recorded = [part for part in parts if REFERENCE.search(part)]
        return (recorded or parts)[-1], page.locator("#options button").all_inner_texts()

    return say


def _until_answered(page: Page, before: int) -> None:
    look_again = page.get_by_role("link", name="Look for the answer")
    for _ in range(20):
        if not look_again.count():
            break
        page.wait_for_timeout(500)
        look_again.click()
    expect(page.locator(".turn.bot").nth(before)).to_be_visible(timeout=SECONDS)


def by_text(house: House, number: str) -> Callable[[str], tuple[str, list[str]]]:
    """A resident with a telephone. What is asked stands before the numbered options of a text."""

    def say(text: str) -> tuple[str, list[str]]:
        before = len(house.twilio.sent())
        house.text_in(text, from_=number)
        until = time.monotonic() + SECONDS / 1000
        while len(house.twilio.sent()) == before:
            assert time.monotonic() < until, f"no answer to {text}"
            time.sleep(0.1)
        body = house.twilio.sent()[-1]["body"]
        question, *options = re.split(r"\n(?:Reply )?(?=\d+ for )", body)
        return question if REFERENCE.search(question) else _asked(question), options

    return say


def _asked(body: str) -> str:
    """The question alone: the first text begins with an introduction of its own line."""
    return body.split("\n", 1)[1] if body.startswith("This is the automated") else body
