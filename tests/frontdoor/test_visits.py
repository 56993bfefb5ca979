"""Whose conversation it is: cookies, forged tokens, other sites, clearing a device."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from itsdangerous import URLSafeTimedSerializer

from frontdoor.tokens import Signer
from register.tables import Conversation
from tests.frontdoor.conftest import PUBLIC, SECRET, carry, rows
from tests.frontdoor.forms import write

pytestmark = pytest.mark.usefixtures("no_waiting")


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
    forged = [genuine[:place] + chr(33 + number) + genuine[place + 1 :] for place in range(len(genuine)) for number in range(94)]
    forged += [secrets.token_urlsafe(40) for _ in range(5000)]
    forged += [
        URLSafeTimedSerializer(key, salt="putright.browser").dumps(["milestone", "a" * 32]) for key in ("", "other", SECRET[:-1])
    ]
    forged += [signer.bearer("milestone", "a" * 32), signer.report("a" * 32), "", "..", genuine + "x", genuine[:-1]]
    assert len(forged) > 10_000
    opened = [each for each in forged if each != genuine and signer.read_cookie("milestone", each)]
    assert [each for each in opened if not _same_bytes(each, genuine)] == []
    assert signer.read_bearer(genuine) is None and signer.read_report(genuine) is None


def _same_bytes(one: str, other: str) -> bool:
    """base64 may spell the same signature in several ways (/ for _, spare bits in the last letter): that is no forgery."""
    return one.replace("/", "_").replace("+", "-")[:-1] == other[:-1]


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
    sent = web.post(
        "/milestone",
        data={"text": "more", "once": "z"},
        headers={"cookie": f"__Host-chat-milestone={old}"},
        follow_redirects=False,
    )
    assert sent.status_code == 303
    with door.register.reading() as session:
        assert session.query(Conversation).count() == 2


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}, {"origin": "null"}],
)
@pytest.mark.parametrize("path", ["/milestone", "/milestone/end"])
def test_a_form_of_another_site_is_refused(sqlite_door, sqlite_web, headers, path):
    write(sqlite_web, "hello")
    assert sqlite_web.post(path, data={"text": "forged"}, headers=headers).status_code == 403
    assert "hello" in sqlite_web.get("/milestone").text and len(rows(sqlite_door.register)) == 1


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "same-origin"}, {"origin": PUBLIC}, {"origin": "https://tell.example.org", "host": "inner:8000"}],
)
def test_our_own_forms_are_taken(sqlite_door, sqlite_web, headers):
    assert (
        sqlite_web.post("/milestone", data={"text": "hello", "once": "a"}, headers=headers, follow_redirects=False).status_code
        == 303
    )
