"""The chat page with JavaScript off, and on paper."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.frontdoor.browser.seeing import YES_NO, box, send, stored, turns
from tests.frontdoor.browser.site import picture
from tests.frontdoor.rasa_standin import said


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
