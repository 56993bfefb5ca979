"""The JSON API as other front ends use it, and whether we are up and ready."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from frontdoor import words
from tests.frontdoor.conftest import carry, rows
from tests.frontdoor.rasa_standin import said

pytestmark = pytest.mark.usefixtures("no_waiting")


def begin(web, landlord="milestone"):
    answer = web.post("/api/conversations", json={"landlord": landlord})
    assert answer.status_code == 201, answer.text
    begun = answer.json()
    return f"/api/conversations/{begun['conversation']}/messages", {"authorization": f"Bearer {begun['token']}"}, begun


def send(web, path, token, text="hello", client_id="1", **more):
    return web.post(path, json={"text": text, "client_id": client_id} | more, headers=token)


def test_a_conversation_begins_with_a_token_and_the_opening_words(sqlite_web):
    _, _, begun = begin(sqlite_web)
    assert begun["replies"] == [{"text": words.say("opening", "web", name="Milestone"), "options": []}]
    assert set(begun) == {"conversation", "token", "replies"}


def test_202_while_it_works_then_the_answer_and_the_same_id_is_the_same_message(door, web, relay, rasa, time):
    path, token, _ = begin(web)
    first = send(web, path, token)
    assert first.status_code == 202
    assert first.json() == {"accepted_at": time.now.isoformat().replace("+00:00", "Z"), "seq": 1, "replies": [], "case": None}
    carry(relay)
    again = send(web, path, token)
    assert (again.status_code, again.json()["replies"]) == (200, [{"text": "You said: hello", "options": []}])
    assert len(rows(door.register, author="resident")) == 1


def test_the_answer_comes_with_the_post_when_it_comes_in_time(sqlite_web, sqlite_relay, monkeypatch):
    monkeypatch.setattr("frontdoor.api.WAIT", 10)
    path, token, _ = begin(sqlite_web)
    stop = threading.Event()
    worker = threading.Thread(target=lambda: [sqlite_relay.step("w") or stop.wait(0.05) for _ in iter(stop.is_set, True)])
    worker.start()
    answer = send(sqlite_web, path, token)
    stop.set()
    worker.join()
    assert (answer.status_code, answer.json()["replies"][0]["text"]) == (200, "You said: hello")


def test_options_are_chosen_by_the_id_that_was_given(sqlite_door, sqlite_web, sqlite_relay, rasa):
    rasa.script = lambda turn: said("A complaint?", options={"no": "No, just pass it on", "yes": "Yes, a complaint"})
    path, token, _ = begin(sqlite_web)
    send(sqlite_web, path, token)
    carry(sqlite_relay)
    options = send(sqlite_web, path, token).json()["replies"][0]["options"]
    assert [option["label"] for option in options] == ["No, just pass it on", "Yes, a complaint"]
    send(sqlite_web, path, token, "", "2", option=options[1]["id"])
    carry(sqlite_relay)
    assert (rasa.turns[1]["chosen"], rasa.turns[1]["text"]) == ("yes", "Yes, a complaint")


def test_reading_on_after_a_place(sqlite_web, sqlite_relay):
    path, token, _ = begin(sqlite_web)
    send(sqlite_web, path, token)
    assert sqlite_web.get(path, headers=token).json()["waiting"] is True
    carry(sqlite_relay)
    lines = sqlite_web.get(path, headers=token).json()
    assert [(line["seq"], line["author"], line["text"]) for line in lines["messages"]] == [
        (1, "resident", "hello"),
        (2, "bot", "You said: hello"),
    ]
    assert (lines["waiting"], lines["case"]) == (False, None)
    assert [line["seq"] for line in sqlite_web.get(f"{path}?after=1", headers=token).json()["messages"]] == [2]


def test_danger_is_answered_in_the_202(sqlite_web):
    path, token, _ = begin(sqlite_web)
    answer = send(sqlite_web, path, token, "I smell gas")
    assert answer.status_code == 202 and "0800 111 999" in answer.json()["replies"][0]["text"]


def test_only_the_token_of_this_conversation_opens_it(sqlite_web):
    path, token, begun = begin(sqlite_web)
    other, other_token, _ = begin(sqlite_web)
    bad = [
        {},
        other_token,
        {"authorization": "Bearer x"},
        {"authorization": begun["token"]},
        {"authorization": f"Basic {begun['token']}"},
    ]
    for headers in bad:
        assert sqlite_web.get(path, headers=headers).status_code == 401
        assert sqlite_web.post(path, json={"text": "x", "client_id": "1"}, headers=headers).status_code == 401
    assert sqlite_web.get(other, headers=other_token).status_code == 200
    sqlite_web.get("/milestone")
    cookie = sqlite_web.cookies.get("__Host-chat-milestone")
    assert sqlite_web.get(path, headers={"authorization": f"Bearer {cookie}"}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"text": "a" * 4001, "client_id": "1"},
        {"text": "x"},
        {"client_id": "1"},
        {"text": "x", "client_id": ""},
        {"text": None, "client_id": "1"},
        {"text": 5, "client_id": "1"},
        {"text": "x", "client_id": "a" * 101},
        {"text": "x", "client_id": "1", "sender": "2"},
        [],
        "x",
        None,
        1,
    ],
)
def test_a_wrong_body_is_a_400_with_words(sqlite_door, sqlite_web, body):
    path, token, _ = begin(sqlite_web)
    answer = sqlite_web.post(path, json=body, headers=token)
    assert answer.status_code == 400 and set(answer.json()) == {"error"} and answer.json()["error"]
    assert rows(sqlite_door.register) == []


def test_hostile_texts_are_stored(sqlite_door, sqlite_web):
    path, token, _ = begin(sqlite_web)
    for number, text in enumerate(["\x00", "\u202e", "{{x}}", "/restart", "😀" * 4000]):
        assert send(sqlite_web, path, token, text, str(number)).status_code == 202
    assert [row.text for row in rows(sqlite_door.register)] == ["\ufffd", "\u202e", "{{x}}", "/restart", "😀" * 4000]


def test_an_unknown_landlord_is_said_to_be_unknown(sqlite_web):
    answer = sqlite_web.post("/api/conversations", json={"landlord": "nobody"})
    assert answer.status_code == 404 and "milestone" in answer.json()["error"]


def test_an_empty_message_is_refused(sqlite_door, sqlite_web):
    path, token, _ = begin(sqlite_web)
    assert send(sqlite_web, path, token, "  \n").status_code == 400
    assert rows(sqlite_door.register) == []


def test_with_the_database_away_it_says_so(sqlite_web, monkeypatch):
    path, token, _ = begin(sqlite_web)

    def away(*_, **__):
        raise OperationalError("x", {}, Exception())

    monkeypatch.setattr("register.inbox.accept", away)
    answer = send(sqlite_web, path, token)
    assert answer.status_code == 503 and answer.headers["retry-after"] and "again" in answer.json()["error"]


def test_the_description_fits_what_is_answered(sqlite_web, sqlite_relay):
    described = sqlite_web.get("/api/openapi.json").json()
    assert set(described["paths"]) == {"/api/conversations", "/api/conversations/{conversation}/messages"}
    path, token, begun = begin(sqlite_web)
    answers = {("/api/conversations", "post", "201"): begun}
    answers["/api/conversations/{conversation}/messages", "post", "200"] = send(sqlite_web, path, token).json()
    carry(sqlite_relay)
    answers["/api/conversations/{conversation}/messages", "get", "200"] = sqlite_web.get(path, headers=token).json()
    for (where, verb, status), answer in answers.items():
        schema = described["paths"][where][verb]["responses"][status]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": described["components"]}).validate(answer)


def test_up_and_ready(web, rasa, monkeypatch):
    assert web.get("/healthz").json() == {"process": "up"}
    assert web.get("/readyz").json() == {"register": "writable", "mode": "full"}
    rasa.mode = "not_ready"
    assert web.get("/readyz").json() == {"register": "writable", "mode": "journal_only"}


def test_not_ready_when_nothing_can_be_kept(sqlite_door, sqlite_web):
    sqlite_door.register.engine.dispose()
    holder = sqlite3.connect(make_url(sqlite_door.register.url).database, isolation_level=None)
    with sqlite_door.register.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=10")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        answer = sqlite_web.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"register": "away", "mode": "closed"})
        assert sqlite_web.get("/healthz").status_code == 200
    finally:
        holder.close()
