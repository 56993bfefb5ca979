"""Texts out: in order, at least once, never backwards; a person when trying again cannot help."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import permutations

import pytest

from register import inbox, outbox, tasks
from register.inbox import Reply
from register.tables import Conversation, Message
from tests.casework import draft
from tests.conftest import NOW


def queue_texts(register, *texts: str, conversation: str | None = None) -> str:
    conversation = conversation or draft(register, channel="sms")
    with register.writing() as session:
        inbox.say(session, session.get_one(Conversation, conversation), [Reply(text) for text in texts], answers=None, wall=NOW)
    return conversation


def take(register, after: float = 0):
    with register.writing() as session:
        return outbox.take(session, wall=NOW + timedelta(seconds=after))


def do(register, act, *args, **kwargs):
    with register.writing() as session:
        return act(session, *args, **kwargs)


def state(register, message_id: str) -> str:
    with register.reading() as session:
        return session.get_one(Message, message_id).state


def kinds(register) -> list[str]:
    with register.reading() as session:
        return [task.kind for task in tasks.open_tasks(session)]


def test_texts_to_one_number_leave_in_order_and_other_numbers_do_not_wait(register):
    queue_texts(register, "one", "two")
    queue_texts(register, "other")
    first, second = take(register), take(register)
    assert {first.message.text, second.message.text} == {"one", "other"}
    assert take(register) is None, "the second text waits for the first"
    one = first if first.message.text == "one" else second
    do(register, outbox.sent, one.message.id, sid="SM1")
    assert take(register).message.text == "two"


def test_many_workers_take_each_text_once(register):
    for number in range(10):
        queue_texts(register, str(number))
    taken = []

    def work() -> None:
        while (found := take(register)) is not None:
            taken.append(found.message.text)

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(taken) == sorted(map(str, range(10)))


def test_a_text_cut_off_while_sending_is_looked_for_before_it_is_sent_again(register):
    queue_texts(register, "one")
    first = take(register)
    do(register, outbox.unknown, first.message.id, code="timeout")
    assert not first.uncertain
    assert take(register, 59) is None
    again = take(register, 60)
    assert (again.message.id, again.uncertain) == (first.message.id, True)


def test_what_was_certainly_not_sent_is_tried_again_later_and_later(register):
    queue_texts(register, "one")
    now = 0.0
    for wait in outbox.BACK_OFF[:4]:
        sending = take(register, now)
        do(register, outbox.retry, sending.message.id, code="429", wall=NOW + timedelta(seconds=now))
        assert take(register, now + wait - 0.5) is None
        now += wait
    assert not take(register, now).uncertain


@pytest.mark.parametrize(("hours", "ending"), [(24, "queued"), (24.01, "dead")])
def test_after_a_day_a_person_finds_another_way(register, hours, ending):
    queue_texts(register, "one")
    sending = take(register)
    do(register, outbox.retry, sending.message.id, code="busy", wall=NOW + timedelta(hours=hours))
    assert state(register, sending.message.id) == ending
    assert kinds(register) == (["undelivered"] if ending == "dead" else [])


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])))
def test_reports_in_any_order_end_in_the_furthest_state(sqlite_register, order):
    queue_texts(sqlite_register, "one")
    sending = take(sqlite_register)
    for status in (*order, *order):
        do(sqlite_register, outbox.report, sending.message.id, status, sid="SM1", code=None, wall=NOW)
    assert state(sqlite_register, sending.message.id) == "delivered"


def test_a_text_that_did_not_arrive_is_one_task_however_often_it_is_reported(register):
    queue_texts(register, "one")
    sending = take(register)
    for status in ("sent", "undelivered", "failed", "undelivered", "delivered"):
        do(register, outbox.report, sending.message.id, status, sid="SM1", code="30006", wall=NOW)
    assert (state(register, sending.message.id), kinds(register)) == ("undelivered", ["undelivered"])


def test_stop_holds_what_waits_and_start_lets_the_next_go(register):
    conversation = queue_texts(register, "one")
    with register.writing() as session:
        talk = session.get_one(Conversation, conversation)
        outbox.opt_out(session, talk, now=NOW)
        outbox.opt_out(session, talk, now=NOW)
        assert outbox.opted_out(session, talk.landlord, talk.address)
        assert not outbox.opted_out(session, "millat", talk.address), "another landlord's texts are another matter"
    assert take(register) is None
    assert kinds(register) == ["opted_out"]
    for known in (True, False):
        with register.writing() as session:
            assert outbox.opt_in(session, session.get_one(Conversation, conversation)) is known
    queue_texts(register, "two", conversation=conversation)
    assert take(register).message.text == "two"
