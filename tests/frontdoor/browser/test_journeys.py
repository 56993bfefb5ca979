"""The chat page with JavaScript: whole journeys, and what happens when things go wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.frontdoor.browser.seeing import YES_NO, box, send, stored, turns
from tests.frontdoor.rasa_standin import said


def test_a_message_goes_and_its_answer_comes_without_leaving_the_page(page, house):
    page.evaluate("window.same = true")
    send(page, "my boiler is broken")
    send(page, "since monday")
    assert page.evaluate("window.same") is True
    assert [re.sub(r"\s+", " ", text).split(" ")[0] for text in turns(page).all_inner_texts()] == [
        "Milestone,",
        "You",
        "Milestone,",
        "You",
        "Milestone,",
    ]
    assert stored(house, "my boiler is broken") == 1
    assert page.faults == []


def test_focus_and_half_a_message_stay_when_an_answer_comes(page, house):
    house.rasa.slow = 1.5
    box(page).fill("first")
    page.get_by_role("button", name="Send message").click()
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("")
    page.keyboard.type("half a mess")
    page.keyboard.press("ArrowLeft")
    expect(turns(page).filter(has_text="You said: first")).to_be_visible()
    state = page.evaluate("[document.activeElement.id, document.activeElement.selectionStart, document.activeElement.value]")
    assert state == ["text", 10, "half a mess"]


def test_an_option_becomes_text_and_focus_goes_to_the_box(page, house):
    house.rasa.script = lambda turn: said("A complaint?", options=YES_NO)
    send(page, "hello", "A complaint?")
    group = page.get_by_role("group", name="A complaint?")
    assert group.get_by_role("button").all_inner_texts() == list(YES_NO.values())
    house.rasa.script = lambda turn: said("Recorded.")
    group.get_by_role("button", name="Yes, a complaint").focus()
    page.keyboard.press("Enter")
    expect(turns(page).filter(has_text="Recorded.")).to_be_visible()
    expect(box(page)).to_be_focused()
    expect(page.get_by_role("group")).to_have_count(0)
    assert house.rasa.turns[-1]["chosen"] == "yes"
    expect(turns(page).filter(has_text="Yes, a complaint")).to_have_count(1)


def test_the_whole_journey_by_keyboard(page, house, context):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the message box"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab") if page.evaluate("document.activeElement.id") != "text" else None
    expect(box(page)).to_be_focused()
    page.keyboard.type("line one")
    page.keyboard.press("Enter")
    page.keyboard.type("line two")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(turns(page).filter(has_text="You said: line one")).to_be_visible()
    assert stored(house, "line one\nline two") == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("Read, print or save")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your conversation with Milestone")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a text file").press("Enter")
    assert "line one\nline two" in download.value.path().read_text("utf-8")


def test_a_broken_or_missing_script_leaves_the_form_working(page, house):
    for fault in ("abort", "throw", "500"):
        page.unroute_all()
        page.route("**/chat.js", lambda route, kind=fault: _spoil(route, kind))
        page.goto(f"{house.url}/mso")
        box(page).fill(f"without a script: {fault}")
        page.get_by_role("button", name="Send message").click()
        expect(turns(page).filter(has_text=f"You said: without a script: {fault}")).to_be_visible()


def _spoil(route: Route, kind: str) -> None:
    if kind == "abort":
        route.abort()
    else:
        route.fulfill(status=500 if kind == "500" else 200, body="throw new Error('boot')", content_type="text/javascript")


def test_offline_the_words_stay_through_a_reload_and_go_once(page, house, context):
    send(page, "before")
    context.set_offline(True)
    box(page).fill("written in a tunnel")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("#alert")).to_contain_text("Not sent. You are offline.")
    expect(box(page)).to_have_value("written in a tunnel")
    context.set_offline(False)
    expect(page.locator("#alert")).to_contain_text("back online")
    page.reload()
    expect(box(page)).to_have_value("written in a tunnel")
    page.get_by_role("button", name="Send message").click()
    expect(turns(page).filter(has_text="You said: written in a tunnel")).to_be_visible()
    assert stored(house, "written in a tunnel") == 1


def test_when_nothing_can_be_saved_the_page_says_so_and_keeps_the_words(page, house):
    page.route("**/milestone", lambda route: route.fulfill(status=503) if route.request.method == "POST" else route.continue_())
    box(page).fill("try to save this")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("#alert")).to_contain_text("Not sent. We could not save your message just now.")
    expect(box(page)).to_have_value("try to save this")
    page.unroute_all()
    send(page, "try to save this")
    assert stored(house, "try to save this") == 1


def test_an_answer_lost_on_the_way_is_asked_for_again_and_not_sent_twice(page, house):
    """The server took the message; the browser never heard. The same once-id goes again."""

    def swallow(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/milestone", swallow)
    box(page).fill("did it arrive?")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("#alert")).to_contain_text("Not sent.")
    page.unroute_all()
    page.get_by_role("button", name="Send message").click()
    expect(turns(page).filter(has_text="You said: did it arrive?")).to_be_visible()
    assert stored(house, "did it arrive?") == 1


def test_rasa_away_and_back_on_an_open_page(page, house):
    house.rasa.mode = "not_ready"
    box(page).fill("is anyone there?")
    page.get_by_role("button", name="Send message").click()
    expect(turns(page).filter(has_text="Your message is safe")).to_be_visible(timeout=20_000)
    house.rasa.mode = "ok"
    expect(turns(page).filter(has_text="You said: is anyone there?")).to_be_visible(timeout=20_000)


def test_the_points_of_a_read_back_hang_and_it_still_reads_as_lines(page, house):
    house.rasa.script = lambda turn: said("I wrote:\n1. A leak\n2. A repair\nIs it right?")
    send(page, "it leaks", "Is it right?")
    for _ in range(2):
        assert turns(page).locator(".point").all_inner_texts() == ["1. A leak", "2. A repair"]
        assert turns(page).locator(".said").last.inner_text() == "I wrote:\n1. A leak\n2. A repair\nIs it right?"
        page.reload()


def test_what_is_written_is_shown_as_written(page, house):
    hostile = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) \u202egnp.exe {{7*7}}"
    page.on("dialog", lambda dialog: page.faults.append(dialog.message))
    send(page, hostile, "You said:")
    for _ in range(2):
        assert turns(page).filter(has_text="onerror").count() == 2
        assert page.locator("#turns img, #turns a, #turns script").count() == 0
        page.reload()
    assert page.faults == []


def test_end_and_clear(page, house):
    send(page, "the canary sings")
    box(page).fill("a draft")
    page.get_by_role("button", name="End and clear this device").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This device is cleared")
    page.go_back()
    expect(page.get_by_text("the canary sings")).to_have_count(0)
    page.goto(f"{house.url}/milestone")
    expect(page.get_by_text("the canary sings")).to_have_count(0)
    expect(box(page)).to_have_value("")


@pytest.mark.parametrize("how", ["link", "keys"])
def test_exit_this_page(page, house, how):
    page.unroute_all()
    page.context.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    send(page, "the canary sings")
    if how == "link":
        page.get_by_role("link", name="Exit this page").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("https://www.bbc.co.uk/weather")
    page.go_back()
    assert "milestone" not in page.url, "one step back does not lead here"
