"""Accepted once, taken in order, ended for certain: on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from register import inbox, migrate
from register.engine import Register
from register.inbox import Reply
from register.tables import Conversation, Message, StaffTask
from tests.conftest import NOW


def begin(register: Register, **kwargs) -> str:
    with register.writing() as session:
        return inbox.start(session, landlord="milestone", channel="web", now=NOW, **kwargs).id


def accept(register: Register, conversation: str, client_id: str, text: str = "hello", **kwargs):
    with register.writing() as session:
        return inbox.accept(session, conversation, client_id=client_id, text=text, now=NOW, wall=NOW, **kwargs)


def claim(register: Register, wall=NOW, worker: str = "w"):
    with register.writing() as session:
        return inbox.claim(session, worker=worker, wall=wall)


def finish(register: Register, claimed, *texts: str) -> bool:
    with register.writing() as session:
        return inbox.finish(session, claimed, [Reply(text) for text in texts], wall=NOW)


def test_the_migrations_make_exactly_the_tables(register):
    assert migrate.differences(register) == []


def test_the_same_client_id_twice_is_one_message(register):
    conversation = begin(register)
    first, second = accept(register, conversation, "a", "gas"), accept(register, conversation, "a", "gas")
    assert (first.duplicate, second.duplicate, first.message.id) == (False, True, second.message.id)


def test_sixteen_deliveries_at_once_are_one_message(register):
    conversation = begin(register)
    results = []
    threads = [threading.Thread(target=lambda: results.append(accept(register, conversation, "same"))) for _ in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(results) == 16
    assert sum(not accepted.duplicate for accepted in results) == 1


def test_messages_are_claimed_one_at_a_time_in_order(register):
    conversation = begin(register)
    for number in range(3):
        accept(register, conversation, str(number), f"message {number}")
    first = claim(register)
    assert first.message.text == "message 0"
    assert claim(register) is None, "a second worker took a conversation that is held"
    assert finish(register, first, "reply 0")
    assert claim(register).message.text == "message 1"


def test_a_late_answer_bears_the_time_at_which_it_was_said(register):
    """The conversation's clock may be moved: it goes on from the message by what passed on the wall clock."""
    conversation = begin(register)
    with register.writing() as session:
        inbox.accept(session, conversation, client_id="a", text="hello", now=NOW - timedelta(days=3), wall=NOW)
    claimed = claim(register)
    with register.writing() as session:
        inbox.finish(session, claimed, [Reply("sorry to be late")], wall=NOW + timedelta(minutes=2))
    with register.reading() as session:
        assert inbox.transcript(session, conversation)[-1].at == NOW - timedelta(days=3) + timedelta(minutes=2)


def test_a_lease_that_lapsed_lets_another_worker_in_and_shuts_the_first_one_out(register):
    conversation = begin(register)
    accept(register, conversation, "a")
    sleeper = claim(register)
    assert claim(register, NOW + inbox.LEASE - timedelta(seconds=1)) is None
    second = claim(register, NOW + inbox.LEASE)
    assert second.message.id == sleeper.message.id
    assert not finish(register, sleeper, "from the sleeper")
    assert finish(register, second, "from the second")
    with register.reading() as session:
        said = [row.text for row in inbox.transcript(session, conversation) if row.author == "bot"]
    assert said == ["from the second"]


def test_finishing_again_says_nothing_twice(register):
    conversation = begin(register)
    accept(register, conversation, "a")
    claimed = claim(register)
    assert finish(register, claimed, "once") and finish(register, claimed, "once")
    with register.reading() as session:
        assert [row.text for row in inbox.transcript(session, conversation)] == ["hello", "once"]


@pytest.mark.parametrize(("failures", "age", "ending"), [(4, 0, "retry"), (5, 0, "dead"), (1, 299, "retry"), (1, 300, "dead")])
def test_five_failures_or_five_minutes_make_it_a_persons_task(register, failures, age, ending):
    conversation = begin(register)
    accept(register, conversation, "poison")
    wall = NOW
    for _ in range(failures):
        wall += timedelta(seconds=40)
        claimed = claim(register, wall)
        at = NOW + timedelta(seconds=age) if age else NOW + timedelta(seconds=1)
        with register.writing() as session:
            outcome = inbox.fail(session, claimed, code="x", wall=at, holding=[Reply("a person will read it")])
    assert outcome == ending
    with register.reading() as session:
        tasks = session.query(StaffTask).filter_by(kind="dead_letter").count()
        said = session.query(Message).filter_by(author="bot").count()
    assert (tasks, said) == ((1, 1) if ending == "dead" else (0, 0))


def test_a_dead_letter_lets_the_next_message_through(register):
    conversation = begin(register)
    accept(register, conversation, "poison")
    accept(register, conversation, "fine", "next")
    claimed = claim(register)
    with register.writing() as session:
        inbox.fail(session, claimed, code="x", wall=NOW + inbox.PATIENCE, holding=[])
    assert claim(register, NOW + inbox.PATIENCE).message.text == "next"


def test_danger_is_a_task_in_the_same_commit_as_the_message(register):
    conversation = begin(register)
    accept(register, conversation, "a", "smell of gas", safety={"emergency": "gas", "safeguarding": "none"})
    accept(register, conversation, "b", "gas bill", safety={"emergency": "none", "safeguarding": "none"})
    with register.reading() as session:
        assert [task.kind for task in session.query(StaffTask)] == ["danger"]


def test_a_conversation_that_a_person_took_over_is_not_claimed(register, sqlite_register):
    conversation = begin(sqlite_register)
    accept(sqlite_register, conversation, "a")
    with sqlite_register.writing() as session:
        from register import staff

        person = staff.add(session, email="a@example.org", name="Asha", password="a long enough password", now=NOW)
        session.get_one(Conversation, conversation).taken_over_by = person.id
    assert claim(sqlite_register) is None


def test_a_transaction_that_fails_leaves_nothing(register):
    conversation = begin(register)
    with pytest.raises(RuntimeError), register.writing() as session:
        inbox.accept(session, conversation, client_id="a", text="lost?", now=NOW, wall=NOW)
        raise RuntimeError
    with register.reading() as session:
        assert inbox.transcript(session, conversation) == []
        assert session.get_one(Conversation, conversation).next_seq == 1
