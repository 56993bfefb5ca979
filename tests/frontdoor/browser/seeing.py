"""Finding one's way about the chat page, and looking at it closely."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from register.tables import Message
from tests.frontdoor.browser.site import Site, picture

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
SIZES = {"wide": (1280, 800), "phone": (390, 844), "zoomed": (320, 256)}
expect.set_options(timeout=30_000)  # a busy machine is not a fault of the page
YES_NO = {"no": "No, just pass it on", "yes": "Yes, a complaint"}


def box(page: Page):
    return page.get_by_label("Your message")


def send(page: Page, text: str, reply: str | None = None) -> None:
    box(page).fill(text)
    page.get_by_role("button", name="Send message").click()
    expect(turns(page).filter(has_text=reply or f"You said: {text}").last).to_be_visible()


def turns(page: Page):
    return page.locator("#turns > li")


def axe(page: Page, name: str) -> None:
    """No violation in this state at three sizes, and a picture to look at."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
        assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found["violations"]] == [], f"{name}, {size}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name}, {size}: wider than its window"
        picture(page, f"{name}-{size}")
    page.set_viewport_size({"width": 1280, "height": 800})


def stored(house: Site, text: str) -> int:
    with house.register.reading() as session:
        return session.query(Message).filter_by(text=text, author="resident").count()
