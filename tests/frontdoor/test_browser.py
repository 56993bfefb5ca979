"""The chat page in headless Chromium: with a keyboard, a screen reader's ears, a narrow window, and when things go wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from register.tables import Message
from tests.frontdoor import rasa_standin
from tests.frontdoor.browsing import Site, chromium, picture, site
from tests.frontdoor.rasa_standin import said

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
SIZES = {"wide": (1280, 800), "phone": (390, 844), "zoomed": (320, 256)}
YES_NO = {"no": "No, just pass it on", "yes": "Yes, a complaint"}

HEAR = """
window.heard = [];
document.addEventListener("DOMContentLoaded", () => {
  for (const live of document.querySelectorAll("[aria-live], [role=status], [role=alert], [role=log]")) {
    new MutationObserver((changes) => {
      const words = changes.flatMap((change) => [...change.addedNodes]).map((node) => node.textContent.replace(/\\s+/g, " ").trim());
      const said = words.filter(Boolean).join(" ");
      if (said) window.heard.push([live.id, said]);
    }).observe(live, {childList: true, subtree: live.id === "log"});
  }
});
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(autouse=True)
def script(house: Site) -> Iterator[None]:
    """Each test begins with a Rasa that repeats what it is told."""
    fresh = rasa_standin.Rasa()
    house.rasa.script, house.rasa.mode, house.rasa.slow = fresh.script, "ok", 0.0
    yield
    house.rasa.mode, house.rasa.slow = "ok", 0.0


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, house: Site) -> Page:
    opened = context.new_page()
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("console", lambda line: opened.faults.append(line.text) if line.type == "error" else None)
    opened.on("request", lambda request: None if request.url.startswith(house.url) else opened.faults.append(request.url))
    opened.add_init_script(HEAR)
    opened.goto(f"{house.url}/milestone")
    return opened


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


# with JavaScript


def test_states_of_the_page_are_clean_for_axe_at_every_size(page, house):
    axe(page, "1-first-visit")
    house.rasa.script = lambda turn: said("Thank you. I have written that down.", "Would you like us to treat this as a complaint?", options=YES_NO)
    send(page, "The lift has been out of order for three weeks, and nobody answers my calls.", "Would you like us")
    axe(page, "2-options")
    house.rasa.script = lambda turn: said("This is what I have written down:\n1. What went wrong: the lift\n2. Home: Flat 2\nIs it right?",
                                          options={"yes": "Yes, send it", "change": "Change something"})
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


def test_a_message_goes_and_its_answer_comes_without_leaving_the_page(page, house):
    page.evaluate("window.same = true")
    send(page, "my boiler is broken")
    send(page, "since monday")
    assert page.evaluate("window.same") is True
    assert [re.sub(r"\s+", " ", text).split(" ")[0] for text in turns(page).all_inner_texts()] == ["Milestone,", "You", "Milestone,", "You", "Milestone,"]
    assert stored(house, "my boiler is broken") == 1
    assert page.faults == []


def test_a_live_region_is_there_before_anything_is_said(page):
    assert page.locator("[role=status]").inner_text() == "" == page.locator("p[role=alert]").inner_text()
    assert page.locator("[role=log]").get_attribute("aria-live") == "polite"
    assert page.locator("[role=log], [role=status]").evaluate_all(
        "nodes => nodes.every(node => !node.closest('[hidden], [inert], [aria-hidden=true]') && getComputedStyle(node).display !== 'none')"
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


def test_working_on_it_is_heard_at_most_once_and_only_when_it_takes_long(page, house):
    send(page, "quick one")
    page.wait_for_timeout(2500)
    assert page.evaluate("window.heard.filter(([id]) => id === 'status')") == []
    house.rasa.slow = 4
    send(page, "slow one")
    assert page.evaluate("window.heard.filter(([id]) => id === 'status')") == [["status", "Your message is saved. The answer is on its way."]]
    assert page.locator("#status").inner_text() == ""


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
        return area.width > 2 && style.overflow === 'hidden' && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1);
    }).map(node => node.outerHTML.slice(0, 80))"""
    for rule in ("html{font-size:200%}", "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important} p{margin-bottom:2em!important}"):
        page.evaluate("rule => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rule); document.adoptedStyleSheets = [sheet]; }", rule)
        assert page.evaluate(clipped) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_nothing_moves_and_forced_colours_keep_their_borders(browser, house):
    opened = browser.new_context(reduced_motion="reduce", forced_colors="active")
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


# without JavaScript


@pytest.fixture
def plain(browser: Browser, house: Site) -> Iterator[Page]:
    opened = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = opened.new_page()
    page.goto(f"{house.url}/milestone")
    yield page
    opened.close()


def test_the_whole_journey_without_javascript(plain, house):
    house.rasa.script = lambda turn: said("Would you like us to treat this as a complaint?", options=YES_NO)
    plain.get_by_role("button", name="Send message").click()
    expect(plain.get_by_role("alert", name="There is a problem")).to_contain_text("Write your message before you send it")
    assert plain.title().startswith("Error: ")
    box(plain).fill("The lift is broken.\nAgain.")
    plain.get_by_role("button", name="Send message").click()
    expect(turns(plain).filter(has_text="Would you like us")).to_be_visible()
    picture(plain, "9-plain-options")
    house.rasa.script = lambda turn: said("Thank you. It is recorded. Your reference is PR26-7K2QH-9XW4T.")
    plain.get_by_role("button", name="Yes, a complaint").click()
    expect(turns(plain).filter(has_text="PR26-7K2QH-9XW4T")).to_be_visible()
    assert stored(house, "The lift is broken.\nAgain.") == 1
    plain.reload()
    assert stored(house, "Yes, a complaint") >= 1
    assert turns(plain).filter(has_text="PR26-7K2QH-9XW4T").count() == 1
    plain.get_by_role("link", name="Read, print or save your conversation").click()
    expect(plain.get_by_text("PR26-7K2QH-9XW4T")).to_be_visible()
    plain.go_back()
    plain.get_by_role("button", name="End and clear this device").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("This device is cleared")


def test_a_slow_answer_without_javascript_is_one_link_away(plain, house, monkeypatch):
    house.rasa.slow = 6
    box(plain).fill("slow one without a script")
    plain.get_by_role("button", name="Send message").click()
    expect(plain.get_by_text("Your message is saved. The answer is on its way.")).to_be_visible()
    picture(plain, "10-plain-waiting")
    plain.wait_for_timeout(4000)
    plain.get_by_role("link", name="Look for the answer").click()
    expect(turns(plain).filter(has_text="You said: slow one without a script")).to_be_visible()


def test_too_long_without_javascript_goes_as_two(plain, house):
    long = "word " * 1000
    box(plain).fill(long)
    plain.get_by_role("button", name="Send message").click()
    expect(box(plain)).to_have_value(long)
    picture(plain, "11-plain-too-long")
    plain.get_by_role("button", name="Send as 2 messages").click()
    expect(turns(plain).filter(has_text="You said: word")).to_have_count(2)


def test_the_printed_copy_has_no_furniture(page, house):
    send(page, "print this")
    page.goto(f"{house.url}/milestone/transcript")
    page.emulate_media(media="print")
    expect(page.get_by_text("Exit this page", exact=True)).to_be_hidden()
    expect(page.get_by_text("You said: print this")).to_be_visible()
    picture(page, "12-print")
