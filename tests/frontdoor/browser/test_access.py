"""The chat page for eyes, ears, hands and small windows."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.frontdoor.browser.seeing import YES_NO, axe, box, send, turns
from tests.frontdoor.browser.site import picture
from tests.frontdoor.rasa_standin import said


def test_states_of_the_page_are_clean_for_axe_at_every_size(page, house):
    axe(page, "1-first-visit")
    house.rasa.script = lambda turn: said(
        "Thank you. I have written that down.", "Would you like us to treat this as a complaint?", options=YES_NO
    )
    send(page, "The lift has been out of order for three weeks, and nobody answers my calls.", "Would you like us")
    axe(page, "2-options")
    house.rasa.script = lambda turn: said(
        "This is what I have written down:\n1. What went wrong: the lift\n2. Home: Flat 2\nIs it right?",
        options={"yes": "Yes, send it", "change": "Change something"},
    )
    page.get_by_role("button", name="Yes, a complaint").click()
    expect(turns(page).filter(has_text="Is it right?")).to_be_visible()
    axe(page, "3-read-back")
    box(page).fill("a" * 4001)
    expect(page.locator("#left")).to_have_text("Characters too many: 1")
    axe(page, "4-over-the-limit")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    axe(page, "5-error")
    page.get_by_role("link", name="Read, print or save your conversation").click()
    axe(page, "6-transcript")
    for path in ("/", "/milestone/privacy", "/milestone/ended", "/nowhere", "/resolution"):
        page.goto(house.url + path)
        axe(page, f"7-{path.strip('/').replace('/', '-') or 'choose'}")
    assert [fault for fault in page.faults if "404" not in fault and "400" not in fault] == []


def test_a_live_region_is_there_before_anything_is_said(page):
    assert page.locator("[role=status]").inner_text() == "" == page.locator("p[role=alert]").inner_text()
    assert page.locator("[role=log]").get_attribute("aria-live") == "polite"
    assert page.locator("[role=log], [role=status]").evaluate_all(
        "nodes => nodes.every(node => node.checkVisibility() && !node.closest('[inert], [aria-hidden=true]'))"
    )


def test_each_turn_is_heard_once_and_history_never_again(page, house):
    house.rasa.script = lambda turn: said("One.", "Two.", "Three?", options=YES_NO)
    send(page, "hello", "Three?")
    page.wait_for_timeout(1500)
    heard = page.evaluate("window.heard.filter(([id]) => id === 'log').map(([, words]) => words)")
    assert [re.sub(r"\d\d:\d\d|\s", "", words) for words in heard] == ["Youhello", "Milestone,bycomputerOne.Two.Three?"]
    page.reload()
    page.wait_for_timeout(1500)
    assert page.evaluate("window.heard") == []


def test_working_on_it_is_heard_once_a_turn_and_never_as_an_alarm(page, house):
    house.rasa.slow = 4
    send(page, "slow one")
    working = ["status", "Your message is saved. The answer is on its way."]
    assert page.evaluate("window.heard.filter(([id]) => id !== 'log')") == [working]
    expect(page.locator("#status")).to_be_empty()


def test_focus_is_plain_to_see_and_never_hidden(page):
    for width, height in ((320, 256), (390, 500)):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        for _ in range(12):
            page.keyboard.press("Tab")
            seen = page.evaluate("""() => {
                const at = document.activeElement, area = at.getBoundingClientRect(), style = getComputedStyle(at);
                const points = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]];
                const hit = points.some(([x, y]) => {
                  const top = document.elementFromPoint(area.x + area.width * x, area.y + area.height * y);
                  return top && (top === at || at.contains(top));
                });
                return [at.tagName, hit, parseFloat(style.outlineWidth)];
            }""")
            assert seen[0] == "BODY" or (seen[1] and seen[2] >= 2), seen


def test_bare_minimum_of_bytes_and_no_third_parties(context, house):
    page = context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append((answer.url, len(answer.body()))))
    page.goto(f"{house.url}/milestone", wait_until="networkidle")
    assert all(url.startswith(house.url) for url, _ in answers)
    assert sum(size for _, size in answers) < 100_000


def test_text_spacing_and_double_text_size_lose_nothing(page, house):
    house.rasa.script = lambda turn: said("A complaint?", options=YES_NO)
    send(page, "hello", "A complaint?")
    page.set_viewport_size({"width": 640, "height": 800})
    clipped = """() => [...document.querySelectorAll('body *')].filter(node => {
        const area = node.getBoundingClientRect(), style = getComputedStyle(node);
        const cut = node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
        return area.width > 2 && style.overflow === 'hidden' && cut;
    }).map(node => node.outerHTML.slice(0, 80))"""
    for rule in (
        "html{font-size:200%}",
        "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important} p{margin-bottom:2em!important}",
    ):
        page.evaluate(
            "rule => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rule); document.adoptedStyleSheets = [sheet]; }", rule
        )
        assert page.evaluate(clipped) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_nothing_moves_and_forced_colours_keep_their_borders(chromium, house):
    opened = chromium.new_context(reduced_motion="reduce", forced_colors="active")
    page = opened.new_page()
    page.goto(f"{house.url}/milestone")
    send(page, "hello")
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.locator(".turn.resident").evaluate("node => parseFloat(getComputedStyle(node).borderTopWidth)") >= 1
    box(page).focus()
    assert box(page).evaluate("node => parseFloat(getComputedStyle(node).outlineWidth)") >= 2
    picture(page, "8-forced-colours")
    opened.close()


def test_targets_are_large_enough_for_thumbs(page, house):
    house.rasa.script = lambda turn: said("A complaint?", options=YES_NO)
    send(page, "hello", "A complaint?")
    page.set_viewport_size({"width": 390, "height": 844})
    heights = page.get_by_role("button").evaluate_all("nodes => nodes.map(node => node.getBoundingClientRect().height)")
    assert min(heights) >= 44
