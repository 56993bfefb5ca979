"""From the first message to the case that staff find: by the page, by the page without JavaScript, and by text."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from register import cases, inbox
from tests.chaos.questions import asked
from tests.frontdoor.browser.seeing import axe
from tests.whole import residents
from tests.whole.house import EMAIL, PASSWORD, House, house

LEAK = "My kitchen ceiling has leaked since October. I rang five times and nobody came."


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("whole")
    with house(folder) as running:
        yield running
    assert running.process.returncode == 0 and "Ending." in running.output.read_text()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def sign_in(page: Page, whole: House) -> None:
    page.goto(f"{whole.url}/staff")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_a_complaint_by_each_door_is_on_the_staff_page(whole, page, plain, chromium):
    page.goto(f"{whole.url}/milestone")
    scripted = residents.converse(residents.on_page(page), LEAK)
    axe(page, "whole-recorded")
    expect(page).to_have_title(re.compile(scripted))
    page.get_by_role("link", name="Read, print or save").click()
    expect(page.get_by_role("heading", name=scripted)).to_be_visible()

    plain.goto(f"{whole.url}/mso")
    unscripted = residents.converse(residents.on_page(plain), LEAK)

    phone = residents.by_text(whole, "+447700900456")
    texted = residents.converse(phone, "boiler broke, no hot water. called u 4 times, nobody came")

    sign_in(page, whole)
    for reference, channel in ((scripted, "web"), (unscripted, "web"), (texted, "sms")):
        with whole.register.reading() as session:
            case = cases.find(session, reference)
            assert (case.channel, case.disposition) == (channel, "stage1_complaint")
        page.goto(f"{whole.url}/staff")
        page.get_by_role("link", name=reference).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(reference)
        expect(page.locator(".talk .resident").first).to_contain_text("nobody came")
    axe(page, "whole-case")


def _started_again(whole: House, word: str, killed: int) -> int:
    """The process id of the part that the supervisor starts for the one that was killed."""
    end = time.monotonic() + residents.SECONDS / 1000
    while time.monotonic() < end:
        with suppress(StopIteration, FileNotFoundError):
            if (found := whole.part(word)) != killed:
                return found
        time.sleep(0.05)
    raise AssertionError(f"{word} was not started again")


def test_rasa_killed_nothing_is_lost_danger_is_answered_and_the_conversation_goes_on(whole, page):
    page.goto(f"{whole.url}/millat")
    say = residents.on_page(page)
    say(LEAK)
    killed = whole.part("rasa")
    os.kill(killed, signal.SIGKILL)
    again = _started_again(whole, "rasa", killed)
    os.kill(again, signal.SIGSTOP)  # or it might be back before the resident is told that it is away
    said, _ = say("I can smell gas in the kitchen now")
    assert "0800 111 999" in said, "danger is answered first, whoever is away"
    kept = page.locator(".turn.bot", has_text="Your message is safe")
    expect(kept).to_be_visible(timeout=residents.SECONDS)
    os.kill(again, signal.SIGCONT)
    answered = kept.locator("~ .turn.bot")
    expect(answered).to_be_visible(timeout=4 * residents.SECONDS)
    question = answered.locator(".said").last.inner_text()
    offered = page.locator("#options button").all_inner_texts()
    slot = asked(question, offered)
    reference = residents.converse(say, residents.ANSWERS[slot])
    with whole.register.reading() as session:
        case = cases.find(session, reference)
        told = [row.text for row in inbox.transcript(session, case.conversation_id) if row.author == "resident"]
        assert case.facts["emergency"] == "gas" and told[:2] == [LEAK, "I can smell gas in the kitchen now"]
    assert "rasa ended (code -9); starting it again" in whole.output.read_text()
