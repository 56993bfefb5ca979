"""The pictures of the README, taken of the running house on the Friday evening before Christmas: `make pictures`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, sync_playwright

from putright.settings import ROOT
from tests.whole import residents
from tests.whole.house import EMAIL, PASSWORD, House, house

PLACE = ROOT / "docs" / "pictures"
NOW = "2026-12-18T18:30"  # the holidays lie before every date
DAMP = (
    "There is damp in the bedroom since October. I told you five times and nobody came. "
    "I want an apology and I want it put right."
)
FRIENDLY = {"viewport": {"width": 960, "height": 900}, "device_scale_factor": 2}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, house(Path(folder), now=NOW) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        reference = _conversation(browser, running)
        _case(browser, running, reference)
        browser.close()
    return 0


def _conversation(browser: Browser, running: House) -> str:
    page = browser.new_context(**FRIENDLY).new_page()
    page.goto(f"{running.url}/milestone")
    reference = residents.converse(residents.on_page(page), DAMP)
    page.locator(".turn.resident").nth(-2).evaluate("turn => turn.scrollIntoView()")
    page.screenshot(path=PLACE / "chat.png")
    return reference


def _case(browser: Browser, running: House, reference: str) -> None:
    page = browser.new_context(**{**FRIENDLY, "viewport": {"width": 1280, "height": 1100}}).new_page()
    page.goto(f"{running.url}/staff")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("rowheader").get_by_role("link", name=reference).click()
    page.get_by_role("heading", name=reference).wait_for()
    page.screenshot(path=PLACE / "case.png")


if __name__ == "__main__":
    sys.exit(main())
