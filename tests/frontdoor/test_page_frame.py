"""Every page: whole, hardened, helpful when something is not there; and the resident's own copy."""

from __future__ import annotations

import re
from html import unescape

import pytest
from litestar.testing import TestClient

from frontdoor import words
from frontdoor.app import create_app
from frontdoor.door import open_door
from frontdoor.headers import POLICY
from register import cases, intakes
from register.facts import Facts, MatterFacts
from register.tables import Conversation
from tests.conftest import NOW
from tests.frontdoor.conftest import carry, client_of, make_config
from tests.frontdoor.forms import write
from tests.frontdoor.rasa_standin import said

pytestmark = pytest.mark.usefixtures("no_waiting")


LANDLORDS = ["midlands_rural", "millat", "milestone", "mso", "resolution"]
YES_NO = {"no": "No, just pass it on", "yes": "Yes, a complaint"}


PAGES = ["", "/privacy", "/transcript", "/ended", "/transcript.txt", "/messages?after=0"]


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_every_page_of_every_landlord_is_whole(sqlite_web, landlord):
    for path in PAGES:
        answer = sqlite_web.get(f"/{landlord}{path}")
        assert answer.status_code == 200, path
        assert "None" not in answer.text and "{{" not in answer.text and "Traceback" not in answer.text
        if answer.headers["content-type"].startswith("text/html"):
            assert 'lang="en-GB"' in answer.text and answer.text.count("<h1") == 1 and "0300 111 3000" in answer.text
            assert (
                re.findall(r'<script(?! src="/static/)', answer.text) == [] == re.findall(r"<style| style=| on\w+=", answer.text)
            )


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/milestone",
        "/nowhere",
        "/milestone/nowhere",
        "/static/site.css",
        "/static/nothing",
        "/healthz",
        "/readyz",
        "/api/openapi.json",
        "/api/conversations",
        "/sms/inbound",
        "/milestone/transcript.txt",
    ],
)
def test_every_answer_is_hardened(sqlite_web, path):
    headers = sqlite_web.get(path).headers
    assert headers["content-security-policy"] == POLICY and "unsafe" not in POLICY and "frame-ancestors 'none'" in POLICY
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["cache-control"] == ("public, max-age=3600" if path == "/static/site.css" else "no-store")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/milestone/nowhere", "/static/../config.py", "/static/%2e%2e/config.py", "/.env", "/milestone/"]
)
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
        facts = Facts(
            matters=[MatterFacts(kind="complaint", subject="lifts", stance="dissatisfied", text="the lift is broken again")]
        )
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


def test_every_route_says_who_may_use_it(sqlite_door):
    app = create_app(sqlite_door.config, sqlite_door.register, sqlite_door.clock, sqlite_door.wall)
    handlers = [(route.path, handler) for route in app.routes for handler in route.route_handlers]
    undeclared = {path for path, handler in handlers if "authority" not in handler.opt and handler.http_methods != {"OPTIONS"}}
    assert undeclared == set()
    unguarded = {path for path, handler in handlers if "POST" in handler.http_methods and not handler.guards}
    assert unguarded == {"/sms/inbound", "/sms/status", "/api/conversations"}, "signed, signed, and open to all"
