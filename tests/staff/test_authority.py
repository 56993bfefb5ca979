"""Who may pass: every route, whoever asks, from wherever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler
from litestar.testing import TestClient
from sqlalchemy import text

from register import cases, inbox
from staff.app import create_app, routes
from staff.desk import ANYONE, STAFF, StaffConfig
from tests.casework import matter, open_case
from tests.conftest import NOW
from tests.staff.conftest import ADDRESS

CONFIG = StaffConfig(ADDRESS, "a secret key for tests only, long enough")


def every_route() -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Method, path with values filled in, handler: read from the application, so that a new route is tested too."""
    app = create_app(CONFIG, None, None)  # type: ignore[arg-type]
    for route in app.routes:
        for handler in route.route_handlers:
            for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                path = re.sub(r"\{reference:str\}", "PR26-00000-00000", route.path)
                yield method, re.sub(r"\{\w+:str\}", "x", path), handler


ROUTES = sorted((method, path, handler.opt.get("authority")) for method, path, handler in every_route())
POSTS = [(path, authority) for method, path, authority in ROUTES if method == "POST"]


def test_every_handler_declares_its_authority():
    assert {authority for *_, authority in ROUTES} == {ANYONE, STAFF}
    assert {path for _, path, authority in ROUTES if authority == ANYONE} == {"/staff/sign-in", "/staff/assets/x"}


def test_a_handler_that_declares_none_is_not_there(sqlite_register, clock):
    @get("/open", sync_to_thread=False)
    def forgotten() -> str:
        return "secret"

    room = routes(CONFIG, sqlite_register, clock)
    room.register(forgotten)
    with TestClient(Litestar([room])) as client:
        answer = client.get("/staff/open")
    assert answer.status_code == 404 and "secret" not in answer.text


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, authority in ROUTES if authority == STAFF])
def test_nobody_passes_without_signing_in(visitor, method, path):
    visitor.get("/staff/sign-in")
    answer = visitor.get(path) if method == "GET" else visitor.post(path, {"text": "typed"})
    assert answer.status_code == (303 if method == "GET" else 401)


FOREIGN = [
    {"origin": "https://evil.example"}, {"origin": "null"}, {"sec_fetch_site": "cross-site", "origin": ADDRESS},
    {"sec_fetch_site": "same-site"}, {"sec_fetch_site": "none"}, {"referer": ADDRESS},
]


@pytest.mark.parametrize("path", [path for path, _ in POSTS])
@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: " ".join(f"{k}={v}" for k, v in headers.items()))
def test_a_form_from_elsewhere_is_refused_even_with_the_right_token(asha, path, headers):
    assert asha.post(path, {"email": "x", "password": "y"}, **headers).status_code == 403


@pytest.mark.parametrize("path", [path for path, _ in POSTS])
@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_without_this_browsers_token_is_refused(asha, path, token):
    answer = asha.post(path, token=token)
    assert answer.status_code == 403 and "Nothing was changed" in answer.text


def test_the_token_of_one_browser_is_no_good_in_another(visitor):
    visitor.get("/staff/sign-in")
    token = visitor.csrf()
    visitor.client.cookies.clear()
    visitor.get("/staff/sign-in")
    assert visitor.post("/staff/sign-in", {"email": "asha@example.org", "password": "x"}, token=token).status_code == 403


def test_browsers_that_say_where_a_form_came_from_are_believed(visitor):
    visitor.get("/staff/sign-in")
    form = {"email": "asha@example.org", "password": "wrong"}
    assert visitor.post("/staff/sign-in", form, sec_fetch_site="same-origin").status_code == 401


def test_reading_changes_nothing(asha, sqlite_register):
    reference = open_case(sqlite_register, emergency="gas")

    def contents() -> list[Any]:
        with sqlite_register.reading() as session:
            tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).scalars().all()
            return [session.execute(text(f"SELECT * FROM {table}")).all() for table in tables]

    before = contents()
    for path in ("", "/tasks", f"/cases/{reference}", f"/cases/{reference}/letter", "/sign-in", "/assets/staff.css"):
        assert asha.get(f"/staff{path}").status_code == 200
    assert contents() == before


def test_another_landlords_case_conversation_and_task_are_not_there(visitor, sqlite_register):
    theirs = open_case(sqlite_register, landlord="millat", handover="asked", name="Secret Person")
    mine = open_case(sqlite_register, landlord="milestone")
    with sqlite_register.writing() as session:
        talk = cases.find(session, theirs).conversation.public_id
        task = session.execute(text("SELECT id FROM staff_tasks")).scalar_one()
    visitor.sign_in("ben@example.org")
    for path in (f"/cases/{theirs}", f"/cases/{theirs}/letter", f"/conversations/{talk}", "/cases/PR26-00000-00000"):
        answer = visitor.get(f"/staff{path}")
        assert answer.status_code == 404 and "Secret Person" not in answer.text
    visitor.get("/staff")
    assert mine in visitor.page and theirs not in visitor.page
    visitor.get("/staff/tasks")
    assert theirs not in visitor.page
    visitor.get(f"/staff/cases/{mine}")
    for path in (f"/cases/{theirs}/note", f"/tasks/{task}/done", f"/cases/{theirs}/letter", f"/cases/{mine}/explode"):
        visitor.get(f"/staff/cases/{mine}")
        assert visitor.post(f"/staff{path}", {"seen_version": "1", "text": "x"}).status_code == 404
    with sqlite_register.reading() as session:
        assert [event.kind for event in cases.find(session, theirs).events] == ["received"]


PAYLOADS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7 * 7 }} {% raw %}", "javascript:alert(1)",
    "</textarea><svg onload=alert(1)>", "' onfocus=alert(1) autofocus='", "<!-- ", "&lt;b&gt;", "\u202eevil\u202c", "]]><x>",
]


class Shape(HTMLParser):
    """The elements and attributes of a page, without its words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[object] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, [name for name, _ in attrs]))

    def handle_comment(self, data: str) -> None:
        self.parts.append("comment")

    def handle_data(self, data: str) -> None:
        self.words += data


def written_everywhere(register, words: str) -> list[str]:
    """The pages of a case in which a resident wrote these words wherever they could."""
    reference = open_case(
        register, matter(words), name=words, phone=words, address=words, outcome_words=words, incident_words=words,
        adjustment_words=words, managing_partner=words, earlier_reference=words,
        representative={"who": words, "authority": "spoken"},
    )
    with register.writing() as session:
        case = cases.find(session, reference)
        message = inbox.transcript(session, case.conversation_id)[0]
        message.understanding = {"kind": words, "confidence": 0.5, "because": [{"span": [0, 4], "for": words}]}
        offered = inbox.Reply("Choose", ({"id": "a", "label": words},))
        inbox.say(session, case.conversation, [offered], answers=None, wall=NOW)
        public_id = case.conversation.public_id
    return ["", "/tasks", f"/cases/{reference}", f"/cases/{reference}/letter", f"/conversations/{public_id}"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_resident_wrote_is_text_and_nothing_else(asha, sqlite_register, payload):
    for harmless, hostile in zip(*(written_everywhere(sqlite_register, words) for words in ("words", payload)), strict=True):
        if harmless == hostile:  # a list that holds both cases
            pages = [Shape(asha.get(f"/staff{hostile}").text)]
            assert not {"script", "img", "x", "comment"} & {part[0] if part != "comment" else part for part in pages[0].parts}
            continue
        answer = asha.get(f"/staff{hostile}")
        shape = Shape(answer.text)
        assert shape.parts == Shape(asha.get(f"/staff{harmless}").text).parts
        assert payload in shape.words
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
