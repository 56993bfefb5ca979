"""The relay process as a whole: texts in and out, errors survived, and an end when it is told to end."""

from __future__ import annotations

import logging
import threading
import time

from frontdoor import worker
from frontdoor.config import wall_clock
from frontdoor.door import open_door
from register import conversations
from register.inbox import Reply, say
from tests.frontdoor.conftest import make_config, rows
from tests.frontdoor.test_relay import write


def until(true, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def start(config, register):
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_worker, args=(config, register, stop, wall_clock))
    thread.start()
    return stop, thread


def test_messages_and_texts_are_carried_and_lost_ones_found(register, rasa, twilio):
    twilio.clock = wall_clock
    config = make_config(rasa.url, twilio.base)
    door = open_door(config, register, wall_clock)
    write(door, "on the page")
    twilio.text_in("never reached the webhook", from_="+447911123456")
    stop, thread = start(config, register)
    until(lambda: len(twilio.sent()) == 1 and len(rows(register, author="bot")) == 2)
    stop.set()
    thread.join(30)
    assert not thread.is_alive()
    assert {row.state for row in rows(register, author="resident")} == {"done"}
    assert twilio.sent()[0]["body"].endswith("You said: never reached the webhook")


def test_an_error_in_one_round_does_not_end_the_work(sqlite_register, rasa, monkeypatch, caplog):
    config = make_config(rasa.url, twilio=None)
    monkeypatch.setattr(worker, "TROUBLED", 0.05)
    real, failed = worker.Relay.step, []

    def sometimes(self, name):
        if len(failed) < 3:
            failed.append(name)
            raise RuntimeError("with a canary in it")
        return real(self, name)

    monkeypatch.setattr(worker.Relay, "step", sometimes)
    write(open_door(config, sqlite_register, wall_clock), "hello")
    with caplog.at_level(logging.INFO):
        stop, thread = start(config, sqlite_register)
        until(lambda: rows(sqlite_register, author="bot"))
        stop.set()
        thread.join(30)
    assert "RuntimeError" in caplog.text and "canary" not in caplog.text


def test_no_number_and_no_word_of_a_resident_is_logged(sqlite_register, rasa, twilio, caplog):
    twilio.clock = wall_clock
    config = make_config(rasa.url, twilio.base)
    door = open_door(config, sqlite_register, wall_clock)
    with sqlite_register.writing() as session:
        conversation = conversations.open_by_text(session, "milestone", "+447911123456", now=wall_clock())
        say(session, conversation, [Reply("kanarienvogel", segments=1)], answers=None, wall=wall_clock())
    write(door, "kanarienvogel")
    with caplog.at_level(logging.DEBUG):
        twilio.next_answers = [20500]
        stop, thread = start(config, sqlite_register)
        until(lambda: rows(sqlite_register, state="done") and len(twilio.requests) >= 3)
        stop.set()
        thread.join(30)
    ours = [record for record in caplog.records if record.name.startswith(("frontdoor", "httpx", "twilio", "register"))]
    assert ours and not any("kanarienvogel" in record.getMessage() or "7911123456" in record.getMessage() for record in ours)
