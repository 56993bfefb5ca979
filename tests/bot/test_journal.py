"""The journal channel over real HTTP, with a real Rasa behind it: saved whole or not at all, and never twice."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import ruamel.yaml
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.utils.log_utils import configure_structlog

from bot import journal
from tests.bot.rasa_room import KEY, Room, Server, train_model

DOMAIN = Path(__file__).resolve().parents[2] / "domain.yml"
CANARY = "Quillfeather"
FAILURES = ["500", "404", "hangs up", "garbage", "unreadable", "bad 400", "slow", "late"]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = ruamel.yaml.YAML(typ="safe", pure=True).load(DOMAIN.read_text(encoding="utf-8"))
    return train_model(tmp_path_factory.mktemp("model"), house.get("session_config") or {})


@pytest.fixture(scope="session")
def server() -> Server:
    return Server()


@pytest.fixture
def room(server: Server, model: Path, tmp_path: Path) -> Iterator[Room]:
    opened = Room(server, model, tmp_path)
    yield opened
    opened.actions.close()


def texts(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [message["text"] for message in response.json()["messages"]]


def test_a_turn_is_answered_and_saved_with_its_metadata(room):
    answer = room.say("a complaint", message_id="m1").json()
    assert answer == {
        "replay": False, "understanding": None,
        "messages": [{"text": "What happened?", "options": [{"id": "dunno", "label": "Not sure"}]}],
    }
    options, safety = [{"id": "dunno", "label": "Not sure"}], {"emergency": "none"}
    room.say("answer: the roof", message_id="m2", options=options, chosen="dunno", safety=safety)
    heard = [event["metadata"] for event in room.events() if event["event"] == "user"]
    assert [(said["message_id"], said["asked"]) for said in heard] == [("m1", None), ("m2", "what")]
    assert (heard[1]["options"], heard[1]["chosen"]) == (options, "dunno")
    assert (heard[1]["landlord"], heard[1]["channel"], heard[1]["safety"]) == ("mso", "web", safety)


def test_each_channel_has_its_own_words(room):
    assert texts(room.say("a complaint", "by text", channel="sms")) == ["What happened? (by text)"]


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_message_known_already_is_answered_from_the_tracker_though_a_form_is_running(room, turn):
    said = ["a complaint", "are you a robot", "answer: the roof", "answer: the attic"]
    first = [room.say(text, message_id=f"m{number}").json() for number, text in enumerate(said[: turn + 1])]
    before, called = room.events(), list(room.actions.called)
    for number in range(turn + 1):
        again = room.say(said[number], message_id=f"m{number}").json()
        assert again == {**first[number], "replay": True}
    assert (room.events(), room.actions.called) == (before, called)


def test_the_conversation_goes_on_after_a_repeat(room):
    room.say("a complaint", message_id="m0")
    room.say("answer: the roof", message_id="m1")
    room.say("a complaint", message_id="m0")
    assert texts(room.say("answer: the attic", message_id="m2")) == ["Recorded as PR-1."]


@pytest.mark.parametrize("fault", FAILURES)
@pytest.mark.parametrize("action", ["validate_tell_form", "action_open"])
def test_a_turn_with_a_failed_action_is_not_saved_and_the_retry_is_clean(room, monkeypatch, fault, action):
    monkeypatch.setattr(journal, "ACTION_SECONDS", 0.5)
    texts(room.say("a complaint"))
    texts(room.say("answer: the roof"))
    before = room.events()
    room.actions.faults[action] = [fault, fault]
    for _ in range(2):
        failed = room.say("answer: the attic", message_id="m3")
        assert failed.status_code == 503
        assert room.events() == before
    done = room.say("answer: the attic", message_id="m3")
    assert (texts(done), done.json()["replay"]) == (["Recorded as PR-1."], False)
    assert len(room.actions.cases) == 1
    slots = {event["name"]: event["value"] for event in room.events() if event["event"] == "slot"}
    assert (slots["what"], slots["where"]) == ("answer: the roof", "answer: the attic")


def test_an_action_server_that_is_not_there_fails_the_turn(room):
    texts(room.say("a complaint"))
    room.actions.close()
    before = room.events()
    failed = room.say("answer: the roof")
    assert (failed.status_code, failed.json()) == (503, {"error": "not_ready"})  # no attempt of this message's is used up
    assert room.events() == before


def test_a_form_that_rejects_is_part_of_the_dialogue_and_saved(room):
    texts(room.say("a complaint"))
    room.actions.faults["validate_tell_form"] = ["rejects"]
    assert room.say("answer: ?", message_id="m2").status_code == 200
    assert room.say("answer: ?", message_id="m2").json()["replay"]
    assert "action_execution_rejected" in [event["event"] for event in room.events()]


@pytest.mark.parametrize("hold", ["EXCLUSIVE", "IMMEDIATE"])  # it can neither be read nor written; it can be read only
def test_a_tracker_store_that_is_locked_fails_the_turn(room, hold):
    texts(room.say("a complaint"))
    holder = sqlite3.connect(room.tracker, isolation_level=None)
    holder.execute(f"BEGIN {hold}")
    failed = room.say("answer: the roof", message_id="m2")
    holder.execute("ROLLBACK")
    assert failed.status_code == 503
    assert [event["metadata"]["message_id"] for event in room.events() if event["event"] == "user"].count("m2") == 0
    again = room.say("answer: the roof", message_id="m2")
    assert (texts(again), again.json()["replay"]) == (["Where is it?"], False)


def test_two_tries_at_once_are_one_turn(room):
    for conversation in ("undisturbed", "talk"):
        texts(room.say("a complaint", conversation))
    room.actions.called.clear()
    texts(room.say("answer: the roof", "undisturbed"))
    alone = list(room.actions.called)
    room.actions.called.clear()
    room.actions.faults["validate_tell_form"] = ["slow"]
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(lambda _: room.say("answer: the roof", message_id="m2").json(), range(2)))
    assert sorted(answer["replay"] for answer in both) == [False, True]
    assert both[0]["messages"] == both[1]["messages"]
    assert room.actions.called == alone


def test_a_slow_turn_does_not_hold_up_another_conversation(room, monkeypatch):
    monkeypatch.setattr(journal, "ACTION_SECONDS", 60)
    for conversation in ("slow one", "quick one"):
        texts(room.say("a complaint", conversation))
    room.actions.called.clear()
    room.actions.faults["validate_tell_form"] = ["held"]
    finished = []
    slow = threading.Thread(target=lambda: (room.say("answer: a", "slow one"), finished.append("slow")))
    slow.start()
    while not room.actions.called:
        time.sleep(0.01)
    texts(room.say("answer: b", "quick one"))
    finished.append("quick")
    room.actions.release.set()
    slow.join()
    assert finished == ["quick", "slow"]


def test_a_conversation_goes_on_days_later(room, monkeypatch):
    texts(room.say("a complaint"))
    texts(room.say("answer: the roof"))
    now = time.time
    monkeypatch.setattr("rasa.core.processor.time.time", lambda: now() + 3 * 24 * 3600)
    assert texts(room.say("answer: the attic")) == ["Recorded as PR-1."]


@pytest.mark.parametrize("key", [None, "", "wrong", KEY + "x"])
def test_who_does_not_know_the_key_is_refused(room, key):
    assert room.post({"text": CANARY}, key=key).status_code == 403
    assert room.events() == []


@pytest.mark.parametrize("field", journal.FIELDS)
@pytest.mark.parametrize("value", ["missing", None, 7, ["x"]])
def test_a_turn_that_lacks_something_is_refused(room, field, value):
    body = dict.fromkeys(journal.FIELDS, "web") | {field: value}
    if value == "missing":
        del body[field]
    assert room.post(body).status_code == 400


@pytest.mark.parametrize("body", [None, [], "text", 7, {"channel": "fax"}])
def test_what_is_no_turn_is_refused(room, body):
    if isinstance(body, dict):
        body = dict.fromkeys(journal.FIELDS, "x") | body
    assert room.post(body).status_code == 400
    unreadable = requests.post(f"{room.url}/turn", data="{" + CANARY, headers={"x-relay-key": KEY}, timeout=10)
    assert unreadable.status_code == 400
    assert CANARY not in unreadable.text


def test_it_is_ready_only_with_a_model_and_a_store_that_keeps(room):
    assert room.health() == 200
    room.use(InMemoryTrackerStore(Domain.empty()))
    assert (room.health(), room.say("a complaint").json()) == (503, {"error": "not_ready"})
    room.use_none()
    assert (room.health(), room.say("a complaint").json()) == (503, {"error": "not_ready"})


@pytest.mark.parametrize("credentials", [None, {}, {"relay_key": ""}, {"relay_key": "${PUTRIGHT_RELAY_KEY}"}])
def test_it_does_not_start_without_a_key(credentials):
    with pytest.raises(ValueError, match="PUTRIGHT_RELAY_KEY"):
        journal.Journal.from_credentials(credentials)


@pytest.mark.parametrize("fault", [*FAILURES, "rejects"])
def test_no_fault_writes_a_residents_words_into_a_log(room, monkeypatch, caplog, capfd, fault):
    monkeypatch.setattr(journal, "ACTION_SECONDS", 0.5)
    configure_structlog(logging.ERROR)  # as LOG_LEVEL does for the server
    with caplog.at_level(logging.ERROR):
        room.say(f"a complaint, says {CANARY}")
        for action in ("validate_tell_form", "action_open"):
            room.actions.faults[action] = [fault]
            room.say(f"answer: {CANARY}", message_id=action)
            room.say(f"answer: {CANARY}", message_id=action)
    written = [record.getMessage() + str(record.exc_text) for record in caplog.records if record.levelno >= logging.ERROR]
    printed = capfd.readouterr()
    assert fault == "rejects" or written
    assert [line for line in [*written, printed.out, printed.err] if CANARY in line] == []
