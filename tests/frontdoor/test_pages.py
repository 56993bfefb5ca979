"""The chat page without JavaScript, by its forms alone; and what no page may ever do."""

from __future__ import annotations

import re
import secrets
import threading
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer
from litestar.testing import TestClient
from sqlalchemy.exc import OperationalError

from frontdoor import words
from frontdoor.app import create_app
from frontdoor.door import open_door
from frontdoor.headers import POLICY
from frontdoor.pages import LONGEST_FORM
from frontdoor.tokens import Signer
from register import cases, intakes
from register.facts import Facts, MatterFacts
from register.tables import Conversation
from tests.conftest import NOW
from tests.frontdoor.conftest import PUBLIC, SECRET, carry, client_of, make_config, rows
from tests.frontdoor.rasa_standin import said

LANDLORDS = ["midlands_rural", "millat", "milestone", "mso", "resolution"]
YES_NO = {"no": "No, just pass it on", "yes": "Yes, a complaint"}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """A page without JavaScript waits for its answer; here nobody answers meanwhile."""
    monkeypatch.setattr("frontdoor.pages.PLAIN_WAIT", 0)
    monkeypatch.setattr("frontdoor.pages.POLL_WAIT", 0)


def once_of(page: str) -> str:
    return re.findall(r'name="once" value="([^"]+)"', page)[-1]


def write(web, text: str = "", landlord: str = "milestone", **fields):
    page = web.get(f"/{landlord}").text
    return web.post(f"/{landlord}", data={"text": text, "once": once_of(page)} | fields, follow_redirects=False)


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


@pytest.mark.parametrize(("text", "length"), [("a" * 4000, 4000), ("😀" * 4000, 4000), ("a\r\n" * 2000, 4000), ("é" * 4000, 4000)])
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
    again = sqlite_web.post("/milestone", data={"text": text, "once": once_of(answer.text), "split": "yes"}, follow_redirects=False)
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


# whose conversation


def cookie_of(web, landlord="milestone"):
    return web.cookies.get(f"__Host-chat-{landlord}")


def test_the_cookie_is_for_this_site_and_no_script(sqlite_web):
    header = sqlite_web.get("/milestone").headers["set-cookie"]
    assert header.startswith("__Host-chat-milestone=")
    for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=604800"):
        assert part in header
    assert "domain" not in header.lower()


@pytest.mark.parametrize(("days", "found"), [(3, True), (6.9, True), (7.1, False)])
def test_a_conversation_is_found_again_for_seven_days(sqlite_web, time_machine_days, days, found):
    write(sqlite_web, "the canary sings")
    with time_machine_days(days):
        assert ("the canary sings" in sqlite_web.get("/milestone").text) is found


@pytest.fixture
def time_machine_days():
    def travel(days):
        return time_machine.travel(datetime.now(UTC) + timedelta(days=days))

    return travel


def test_each_landlord_has_its_own_conversation(sqlite_web):
    write(sqlite_web, "to milestone")
    assert "to milestone" not in sqlite_web.get("/mso").text
    swapped = {f"__Host-chat-mso={cookie_of(sqlite_web)}"}
    sqlite_web.cookies.clear()
    assert "to milestone" not in sqlite_web.get("/mso", headers={"cookie": swapped.pop()}).text


def test_ten_thousand_forged_tokens_open_nothing():
    signer = Signer(SECRET)
    genuine = signer.cookie("milestone", "a" * 32)
    forged = [genuine[:place] + chr(33 + number) + genuine[place + 1:] for place in range(len(genuine)) for number in range(94)]
    forged += [secrets.token_urlsafe(40) for _ in range(5000)]
    forged += [URLSafeTimedSerializer(key, salt="putright.browser").dumps(["milestone", "a" * 32]) for key in ("", "other", SECRET[:-1])]
    forged += [signer.bearer("milestone", "a" * 32), signer.report("a" * 32), "", "..", genuine + "x", genuine[:-1]]
    assert len(forged) > 10_000
    opened = [each for each in forged if each != genuine and signer.read_cookie("milestone", each)]
    assert [each for each in opened if not _same_bytes(each, genuine)] == []
    assert signer.read_bearer(genuine) is None and signer.read_report(genuine) is None


def _same_bytes(one: str, other: str) -> bool:
    """base64 leaves spare bits in its last letter: another spelling of the same signature is not a forgery."""
    return one[:-1] == other[:-1]


def test_the_internal_id_never_leaves(sqlite_door, sqlite_web, sqlite_relay):
    write(sqlite_web, "hello")
    carry(sqlite_relay)
    with sqlite_door.register.reading() as session:
        conversation = session.query(Conversation).one().id
    inside = [conversation, *(row.id for row in rows(sqlite_door.register))]
    for path in ("", "/messages?after=0", "/transcript", "/transcript.txt"):
        page = sqlite_web.get(f"/milestone{path}").text
        assert not any(secret in page for secret in inside), path


def test_end_and_clear_takes_the_conversation_from_the_device(door, web):
    write(web, "the canary sings")
    old = cookie_of(web)
    answer = web.post("/milestone/end", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/milestone/ended")
    assert answer.headers["clear-site-data"] == '"cache", "storage"' and "Max-Age=0" in answer.headers["set-cookie"]
    assert "This device is cleared" in web.get("/milestone/ended").text
    for cookie in (None, old):
        headers = {"cookie": f"__Host-chat-milestone={cookie}"} if cookie else {}
        for path in ("", "/transcript", "/transcript.txt", "/messages?after=0"):
            assert "canary" not in web.get(f"/milestone{path}", headers=headers).text
    assert len(rows(door.register)) == 1, "what was told is kept"
    web.cookies.clear()
    sent = web.post("/milestone", data={"text": "more", "once": "z"}, headers={"cookie": f"__Host-chat-milestone={old}"}, follow_redirects=False)
    assert sent.status_code == 303
    with door.register.reading() as session:
        assert session.query(Conversation).count() == 2


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}, {"origin": "null"}])
@pytest.mark.parametrize("path", ["/milestone", "/milestone/end"])
def test_a_form_of_another_site_is_refused(sqlite_door, sqlite_web, headers, path):
    write(sqlite_web, "hello")
    assert sqlite_web.post(path, data={"text": "forged"}, headers=headers).status_code == 403
    assert "hello" in sqlite_web.get("/milestone").text and len(rows(sqlite_door.register)) == 1


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": PUBLIC}, {"origin": "https://tell.example.org", "host": "inner:8000"}])
def test_our_own_forms_are_taken(sqlite_door, sqlite_web, headers):
    assert sqlite_web.post("/milestone", data={"text": "hello", "once": "a"}, headers=headers, follow_redirects=False).status_code == 303


# what is data stays data

HOSTILE = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "</textarea><script>x</script>",
           "{{ 7*7 }}", "{% include 'base.html' %}", "{name}", "javascript:alert(1)", "[x](javascript:alert(1))", "\u202eevil\u202c",
           "' OR 1=1 --", "%00", "&lt;b&gt;", "\U000e0041tag", "=HYPERLINK(\"x\")", "/restart", "\x00", "\ud800".encode("utf-8", "replace").decode()]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_written_is_shown_as_written(sqlite_door, sqlite_web, sqlite_relay, rasa, text):
    rasa.script = lambda turn: said(text, options={"x": f"{text}!"})
    write(sqlite_web, f"I wrote {text}")
    carry(sqlite_relay)
    for path in ("/milestone", "/milestone/transcript"):
        page = sqlite_web.get(path).text
        assert not re.search(r"<(script|img|svg)(?! src=\"/static/)[^>]*(onerror|onload|alert|>x)", page)
        assert f"I wrote {text}".replace("\x00", "\ufffd") in unescape(page)
    assert f"I wrote {text}".replace("\x00", "\ufffd") in sqlite_web.get("/milestone/transcript.txt").text


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=300), once=st.text(max_size=120), option=st.text(max_size=20))
def test_no_post_breaks_the_page(sqlite_web, text, once, option):
    for form in ({"text": text, "once": once}, {"text": text, "option": option}, {text: once}):
        assert sqlite_web.post("/milestone", data=form, follow_redirects=False).status_code in (303, 400)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"text=%", b"text=%ff%fe", b"text=" + b"a" * 100_000, b"=&&&=", b"text[]=1", b'{"text": 1}'])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/plain", ""])
def test_no_body_breaks_the_page(sqlite_web, body, kind):
    answer = sqlite_web.post("/milestone", content=body, headers={"content-type": kind}, follow_redirects=False)
    assert answer.status_code in (303, 400), answer.status_code


def test_a_body_too_large_is_refused_kindly(sqlite_web):
    answer = sqlite_web.post("/milestone", data={"text": "a" * LONGEST_FORM})
    assert answer.status_code == 413 and "shorter message" in answer.text


# every page


PAGES = ["", "/privacy", "/transcript", "/ended", "/transcript.txt", "/messages?after=0"]


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_every_page_of_every_landlord_is_whole(sqlite_web, landlord):
    for path in PAGES:
        answer = sqlite_web.get(f"/{landlord}{path}")
        assert answer.status_code == 200, path
        assert "None" not in answer.text and "{{" not in answer.text and "Traceback" not in answer.text
        if answer.headers["content-type"].startswith("text/html"):
            assert 'lang="en-GB"' in answer.text and answer.text.count("<h1") == 1 and "0300 111 3000" in answer.text
            assert re.findall(r'<script(?! src="/static/)', answer.text) == [] == re.findall(r"<style| style=| on\w+=", answer.text)


@pytest.mark.parametrize("path", ["/", "/milestone", "/nowhere", "/milestone/nowhere", "/static/site.css", "/static/nothing", "/healthz",
                                  "/readyz", "/api/openapi.json", "/api/conversations", "/sms/inbound", "/milestone/transcript.txt"])
def test_every_answer_is_hardened(sqlite_web, path):
    headers = sqlite_web.get(path).headers
    assert headers["content-security-policy"] == POLICY and "unsafe" not in POLICY and "frame-ancestors 'none'" in POLICY
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["cache-control"] == ("public, max-age=3600" if path == "/static/site.css" else "no-store")


@pytest.mark.parametrize("path", ["/nowhere", "/milestone/nowhere", "/static/../config.py", "/static/%2e%2e/config.py", "/.env", "/milestone/"])
def test_what_is_not_there_is_a_page_that_helps(sqlite_web, path):
    answer = sqlite_web.get(path)
    assert answer.status_code == (200 if path == "/milestone/" else 404)
    assert "0300 111 3000" in answer.text


def test_one_landlord_needs_no_choice(sqlite_door):
    one = open_door(make_config(landlords=("mso",)), sqlite_door.register, sqlite_door.clock, sqlite_door.wall)
    with client_of(one) as web:
        assert web.get("/", follow_redirects=False).headers["location"] == "/mso"
        assert web.get("/milestone").status_code == 404


def test_several_landlords_are_offered_by_name(sqlite_web):
    page = sqlite_web.get("/").text
    assert all(f'href="/{key}"' in page for key in LANDLORDS)
    assert "Resolution Complaints Policy" in page, "a landlord without a name is known by its policy's title"


def test_over_plain_http_on_loopback_the_cookie_still_works(sqlite_register):
    app = create_app(make_config(public_url="http://127.0.0.1:8000"), sqlite_register, lambda: NOW, lambda: NOW)
    with TestClient(app, base_url="http://127.0.0.1:8000") as web:
        answer = web.get("/milestone")
        assert answer.headers["set-cookie"].startswith("chat-milestone=") and "Secure" not in answer.headers["set-cookie"]
        assert "strict-transport-security" not in answer.headers


# the transcript


def test_the_copy_has_every_turn_with_its_day_and_equals_the_file(sqlite_web, sqlite_relay, rasa):
    rasa.script = lambda turn: said("Thank you.", "It is recorded.")
    write(sqlite_web, "the lift is broken\nfor a week")
    carry(sqlite_relay)
    page, file = sqlite_web.get("/milestone/transcript").text, sqlite_web.get("/milestone/transcript.txt")
    assert file.headers["content-disposition"] == 'attachment; filename="conversation-with-milestone.txt"'
    for words_ in ("Fri 18 Dec 2026", "18:30", "the lift is broken\nfor a week", "Thank you.", "It is recorded."):
        assert words_ in unescape(page) and words_ in file.text
    assert "Milestone, by computer" in file.text and "0300 111 3000" in file.text


def test_the_copy_names_the_case_and_its_dates_with_their_paragraphs(sqlite_door, sqlite_web):
    write(sqlite_web, "the lift is broken again")
    with sqlite_door.register.writing() as session:
        conversation = session.query(Conversation).one()
        facts = Facts(matters=[MatterFacts(kind="complaint", subject="lifts", stance="dissatisfied", text="the lift is broken again")])
        intakes.note(session, conversation.id, 1, facts, at=sqlite_door.clock())
        reference = cases.open_case(session, conversation.id, 1, now=sqlite_door.clock()).reference
    for path in ("/milestone/transcript", "/milestone/transcript.txt"):
        copy = sqlite_web.get(path).text
        assert f"Reference {reference}" in copy
        assert "We must write to confirm it by Tue 29 Dec 2026 (policy 4.7)." in copy
        assert "We must answer it by Wed 6 Jan 2027 (policy 4.8" in copy
    assert f"<title>Recorded as {reference}" in sqlite_web.get("/milestone").text


def test_every_sentence_of_ours_is_short():
    ours = [form for forms in words.all_words().values() for form in forms.values()]
    sentences = [sentence for form in ours for sentence in re.split(r"(?<=[.?!])\s", form)]
    assert [sentence for sentence in sentences if len(sentence.split()) > 20] == []
    assert not [form for form in ours if re.search(r"n't\b|n’t\b", form)]
