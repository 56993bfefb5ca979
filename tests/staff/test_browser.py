"""The pages in a real browser: accessible, narrow, printed, without scripts, and without a word from the content policy."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from register import cases, decisions, inbox, migrate, staff, sweep
from register.engine import Register
from staff.app import create_app
from staff.desk import StaffConfig
from tests.casework import LANDLORDS, decider, matter, open_case, plain
from tests.conftest import NOW
from tests.postgres import free_port
from tests.staff.conftest import MONDAY, PASSWORD

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    register = Register(f"sqlite:///{tmp_path_factory.mktemp('house')}/register.db")
    migrate.upgrade(register)
    yield register
    register.close()


@pytest.fixture(scope="module")
def references(house: Register) -> dict[str, str]:
    """A late case with everything in it, an acknowledged and extended one, a proposed exclusion, and one of each landlord."""
    with house.writing() as session:
        staff.add(session, email="asha@example.org", name="Asha Khan", password=PASSWORD, now=NOW)
    noise = matter(f"Loud music every night. {HOSTILE}", "asb", subject="neighbours")
    made = {
        "full": open_case(house, matter("I can smell gas and nobody came."), noise, landlord="millat", at=NOW - timedelta(days=9),
                          emergency="gas", handover="asked", name=HOSTILE, adjustments=["large_print"]),
        "extended": open_case(house), "excluded": open_case(house, noise, landlord="millat", channel="sms"),
        **{key: open_case(house, landlord=key) for key in LANDLORDS},
    }
    with house.writing() as session:
        case = cases.find(session, made["full"])
        message = inbox.transcript(session, case.conversation_id)[0]
        message.safety = {"emergency": "gas", "safeguarding": "none", "spans": [[0, 15, "emergency"]]}
        message.understanding = {"kind": "complaint", "confidence": 0.8, "because": [{"span": [20, 31], "for": "kind"}]}
        who = decider(1, MONDAY)
        decisions.acknowledge(session, decisions.take_up(session, made["extended"], who), who, handler="Asha Khan",
                              responsible_for="The boiler.", words=plain)
        who = decider(2, MONDAY)
        case = decisions.take_up(session, made["extended"], who)
        later = MONDAY.date() + timedelta(days=25)
        decisions.extend(session, case, who, new_on=later, reason="We need the surveyor.", words=plain)
    sweep.sweep(house, today=MONDAY.date(), now=MONDAY)
    return made


@pytest.fixture(scope="module")
def site(house: Register, references: dict[str, str]) -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app = create_app(StaffConfig(address, "a secret key for tests only, long enough"), house, lambda: MONDAY)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield address
    server.should_exit = True
    thread.join(10)


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/staff/sign-in")
    page.get_by_label("E-mail address").fill("asha@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}/staff")


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    """For axe, which is a script and so must be let past the content policy."""
    context = chromium.new_context(bypass_csp=True)
    sign_in(context.new_page(), site)
    yield context
    context.close()


@pytest.fixture(scope="module")
def paths(references: dict[str, str]) -> list[str]:
    letters = [f"/cases/{references[name]}/letter" for name in ("extended", "milestone")]
    return ["", "/tasks", *(f"/cases/{reference}" for reference in references.values()), *letters, "/cases/PR26-00000-00000"]


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")


@pytest.mark.parametrize("scheme", ["light", "forced"])
def test_axe_finds_nothing_on_any_page_with_every_part_open(signed_in, site, paths, scheme):
    page = signed_in.new_page()
    page.emulate_media(forced_colors="active" if scheme == "forced" else "none")
    found = {}
    for path in paths:
        page.goto(f"{site}/staff{path}")
        open_everything(page)
        violations = [(one["id"], [node["target"] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]]
        if violations:
            found[path] = violations
    page.close()
    assert found == {}


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_scrolls_sideways(signed_in, site, paths, width):
    page = signed_in.new_page()
    page.set_viewport_size({"width": width, "height": 640})
    wide = {}
    for path in paths:
        page.goto(f"{site}/staff{path}")
        open_everything(page)
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            wide[path] = needed
    page.close()
    assert wide == {}


def test_no_dialog_no_violation_of_the_content_policy_and_nothing_from_elsewhere(chromium, site, paths):
    context = chromium.new_context()
    page = context.new_page()
    said, dialogs, asked = [], [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, site)
    for path in paths[:-1]:
        page.goto(f"{site}/staff{path}")
        open_everything(page)
    context.close()
    assert (said, dialogs) == ([], [])
    assert all(url.startswith(site) for url in asked)


def test_a_case_is_decided_without_scripts_and_by_keyboard_alone(chromium, site, house, references):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/staff/sign-in")
    for key in ("Tab", "Tab"):  # past the skip link to the first field
        page.keyboard.press(key)
    page.keyboard.type("asha@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/staff")
    page.get_by_role("link", name=references["mso"]).first.press("Enter")
    page.locator("#decide-acknowledge > summary").press("Enter")
    page.get_by_label("Job title").fill("Complaints Officer")
    page.get_by_label("What the landlord is responsible for").fill("The boiler and its repair.")
    page.get_by_role("button", name="Acknowledge and tell the resident").press("Enter")
    page.wait_for_url("**?done=acknowledge")
    assert page.get_by_role("status").inner_text().strip() == "The case is acknowledged, and the resident is told."
    page.get_by_role("button", name="Sign out").press("Enter")
    page.wait_for_url("**/sign-in")
    context.close()
    with house.reading() as session:
        assert [event.kind for event in cases.find(session, references["mso"]).events][-1] == "acknowledged"


def test_the_skip_link_and_the_focus_can_be_seen(signed_in, site):
    page = signed_in.new_page()
    page.goto(f"{site}/staff")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the main part")
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.close()


def test_phrases_can_be_shown_without_marks_and_jumped_to(signed_in, site, references):
    page = signed_in.new_page()
    page.goto(f"{site}/staff/cases/{references['full']}")
    assert page.locator("mark").first.inner_text() == "I can smell gas (danger)"
    page.get_by_role("navigation", name="Marked phrases").get_by_role("link", name="2").click()
    assert page.url.endswith("#mark-2")
    page.get_by_label("Show without marked phrases").check()
    assert page.locator("mark").first.inner_text() == "I can smell gas"
    page.close()


def test_the_letter_prints_without_the_page_around_it(signed_in, site, references):
    page = signed_in.new_page()
    page.goto(f"{site}/staff/cases/{references['extended']}/letter")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="We have your complaint").is_visible()
    assert not page.get_by_role("button", name="Sign out").is_visible()
    assert not page.get_by_text("Print this page").is_visible()
    page.close()
