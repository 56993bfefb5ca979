"""The chat page without JavaScript, by its forms alone; and what no page may ever do."""

from __future__ import annotations

import re
import threading
from html import unescape

import pytest
from sqlalchemy.exc import OperationalError

from register.tables import Conversation
from tests.frontdoor.conftest import carry, client_of, rows
from tests.frontdoor.forms import once_of, write
from tests.frontdoor.rasa_standin import said

pytestmark = pytest.mark.usefixtures("no_waiting")


LANDLORDS = ["midlands_rural", "millat", "milestone", "mso", "resolution"]
YES_NO = {"no": "No, just pass it on", "yes": "Yes, a complaint"}


def test_a_message_is_stored_before_the_page_says_so(door, web):
    answer = write(web, "my boiler is broken")
    assert (answer.status_code, answer.headers["location"]) == (303, "/milestone?sent=1#latest")
    (message,) = rows(door.register)
    assert (message.text, message.state) == ("my boiler is broken", "new")
    page = web.get("/milestone?sent=1").text
    assert "my boiler is broken" in page and "Your message is saved" in page


def test_a_whole_conversation_by_forms_alone(sqlite_door, sqlite_web, sqlite_relay, rasa):
    rasa.script = lambda turn: said("Thank you.", "Would you like us to treat this as a complaint?", options=YES_NO)
    write(sqlite_web, "the lift is broken")
    carry(sqlite_relay)
    page = sqlite_web.get("/milestone").text
    assert "Welcome back" in page and page.count("Would you like us to treat this as a complaint?") == 2
    (yes,) = re.findall(r'name="option" value="([^"]+)"[^>]*>Yes, a complaint', page)
    rasa.script = lambda turn: said("It is recorded.")
    assert write(sqlite_web, option=yes).status_code == 303
    carry(sqlite_relay)
    assert (rasa.turns[-1]["text"], rasa.turns[-1]["chosen"]) == ("Yes, a complaint", "yes")
    page = sqlite_web.get("/milestone").text
    assert "It is recorded." in page and once_of(page) and "-option" not in page


def test_an_option_of_an_old_page_counts_as_words_only(sqlite_door, sqlite_web, sqlite_relay, rasa):
    rasa.script = lambda turn: said("A complaint?", options=YES_NO)
    write(sqlite_web, "the lift is broken")
    carry(sqlite_relay)
    (old,) = re.findall(r'name="option" value="([^"]+)"[^>]*>Yes, a complaint', sqlite_web.get("/milestone").text)
    rasa.script = lambda turn: said("Is it right?", options={"yes": "Yes, send it", "change": "Change something"})
    write(sqlite_web, "yes")
    carry(sqlite_relay)
    write(sqlite_web, option=old)
    carry(sqlite_relay)
    assert (rasa.turns[-1]["text"], rasa.turns[-1]["chosen"]) == ("Yes, a complaint", None), "not taken for the Yes of today"
    assert rows(sqlite_door.register, author="resident")[-1].text == "Yes, a complaint"


@pytest.mark.parametrize("forged", ["yes", "99.0", "1.7", "0.0", "-1.0", "1.0'", "²." + "²", "/restart"])
def test_a_forged_option_is_only_text(sqlite_door, sqlite_web, sqlite_relay, rasa, forged):
    rasa.script = lambda turn: said("A complaint?", options=YES_NO)
    write(sqlite_web, "the lift is broken")
    carry(sqlite_relay)
    write(sqlite_web, option=forged)
    last = rows(sqlite_door.register, author="resident")[-1]
    assert (last.text, last.chosen) == (forged, None)


def test_sent_twice_or_again_after_back_is_one_message(door, web):
    page = web.get("/milestone").text
    form = {"text": "hello", "once": once_of(page)}
    assert [web.post("/milestone", data=form, follow_redirects=False).status_code for _ in range(3)] == [303] * 3
    assert len(rows(door.register)) == 1


def test_a_double_click_on_the_first_message_is_one_conversation(door, web):
    page = web.get("/milestone").text
    form = {"text": "hello", "once": once_of(page)}
    threads = [threading.Thread(target=lambda: web.post("/milestone", data=form, follow_redirects=False)) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(rows(door.register)) == 1
    with door.register.reading() as session:
        assert session.query(Conversation).count() == 1


def test_another_browser_with_the_same_once_id_is_another_message(sqlite_door, sqlite_web):
    with client_of(sqlite_door) as other:
        for browser, text in ((sqlite_web, "mine"), (other, "theirs")):
            browser.get("/milestone")
            browser.post("/milestone", data={"text": text, "once": "the same"}, follow_redirects=False)
        assert "theirs" not in sqlite_web.get("/milestone").text and "mine" not in other.get("/milestone").text
    assert len(rows(sqlite_door.register)) == 2


@pytest.mark.parametrize(
    ("text", "length"), [("a" * 4000, 4000), ("😀" * 4000, 4000), ("a\r\n" * 2000, 4000), ("é" * 4000, 4000)]
)
def test_four_thousand_characters_as_people_count_them_are_taken(sqlite_door, sqlite_web, text, length):
    assert write(sqlite_web, text).status_code == 303
    assert len(rows(sqlite_door.register)[0].text) == length


@pytest.mark.parametrize("text", ["a" * 4001, "😀" * 4001, "a\r\n" * 2001])
def test_one_character_more_is_kept_and_offered_as_two_messages(sqlite_door, sqlite_web, text):
    answer = write(sqlite_web, text)
    assert answer.status_code == 400 and "<title>Error: " in answer.text
    assert "There is a problem" in answer.text and "must be 4,000 characters or fewer" in answer.text
    assert "Send as 2 messages" in answer.text and text.replace("\r\n", "\n")[:4001] in unescape(answer.text)
    assert rows(sqlite_door.register) == []
    again = sqlite_web.post(
        "/milestone", data={"text": text, "once": once_of(answer.text), "split": "yes"}, follow_redirects=False
    )
    assert again.status_code == 303
    kept = rows(sqlite_door.register)
    assert len(kept) == 2 and "".join("".join(row.text for row in kept).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_an_error_with_words(sqlite_web, text):
    answer = write(sqlite_web, text)
    assert answer.status_code == 400
    assert answer.text.count("Write your message before you send it") == 2
    assert 'aria-invalid="true"' in answer.text and 'aria-describedby="text-hint text-error"' in answer.text


def test_with_the_database_away_the_words_are_kept_on_the_page(sqlite_web, monkeypatch):
    page = sqlite_web.get("/milestone").text

    def away(*_, **__):
        raise OperationalError("x", {}, Exception())

    monkeypatch.setattr("register.inbox.accept", away)
    answer = sqlite_web.post("/milestone", data={"text": "my <roof> leaks", "once": once_of(page)}, follow_redirects=False)
    assert answer.status_code == 503 and "my &lt;roof&gt; leaks" in answer.text and "other ways to tell us" in answer.text
    monkeypatch.setattr("register.conversations.by_public_id", away)
    down = sqlite_web.get("/milestone")
    assert down.status_code == 503 and "0300 111 3000" in down.text
    assert sqlite_web.post("/milestone", data={"text": "x"}, headers={"accept": "application/json"}).status_code == 503


def test_danger_is_answered_at_once_on_the_page(sqlite_web):
    write(sqlite_web, "i can smell gas")
    assert sqlite_web.get("/milestone").text.count("0800 111 999") == 1


def test_without_cookies_the_message_is_kept_and_the_resident_told_why_nothing_shows(sqlite_door, sqlite_web):
    sqlite_web.get("/milestone")
    sqlite_web.cookies.clear()
    sqlite_web.post("/milestone", data={"text": "hello", "once": "x"}, follow_redirects=False)
    sqlite_web.cookies.clear()
    assert "does not keep cookies" in sqlite_web.get("/milestone?sent=1").text
    assert len(rows(sqlite_door.register)) == 1
