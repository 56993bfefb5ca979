"""From a stored message to a stored reply: once, in order, and honestly when Rasa is not there."""

from __future__ import annotations

import threading

import pytest

from frontdoor import words
from frontdoor.door import Door, receive
from frontdoor.rasa import Rasa
from frontdoor.relay import Relay
from register import conversations, inbox
from register.tables import Conversation, StaffTask
from tests.conftest import NOW
from tests.frontdoor import rasa_standin
from tests.frontdoor.conftest import carry, make_config, rows
from tests.frontdoor.rasa_standin import said

YES_NO = {"no": "No, just pass it on", "yes": "Yes, a complaint"}


def write(door: Door, text: str, client_id: str = "a", channel: str = "web", conversation: str = "p") -> str:
    """A resident's message; the conversation's internal id."""
    with door.register.writing() as session:
        if channel == "web":
            found = conversations.open_on_web(session, "milestone", conversation, now=door.clock())
        else:
            found = conversations.open_by_text(session, "milestone", "+447911123456", now=door.clock())
        receive(door, session, found, client_id=client_id, text=text)
        return found.id


def bot_says(door: Door) -> list[str]:
    return [row.text for row in rows(door.register, author="bot")]


def test_a_message_is_carried_and_answered_once(door, relay, rasa):
    conversation = write(door, "my boiler is broken")
    assert carry(relay) == 1
    (turn,) = rasa.turns
    (message,) = rows(door.register, author="resident")
    assert turn == {
        "conversation": conversation,
        "landlord": "milestone",
        "channel": "web",
        "message_id": message.id,
        "text": "my boiler is broken",
        "received_at": NOW.isoformat(),
        "safety": {"emergency": "none", "safeguarding": "none", "spans": []},
        "chosen": None,
        "options": [],
    }
    assert bot_says(door) == ["You said: my boiler is broken"]
    assert (message.state, message.understanding) == ("done", {"kind": "complaint"})
    assert carry(relay) == 0


def test_a_command_is_relayed_as_text_and_stored_as_written(sqlite_door, sqlite_relay, rasa):
    write(sqlite_door, ' \u200b/restart{"a":1}')
    carry(sqlite_relay)
    assert rasa.turns[0]["text"] == '...restart{"a":1}'
    assert rows(sqlite_door.register, author="resident")[0].text == ' \u200b/restart{"a":1}'


def test_a_number_is_resolved_against_what_was_asked_last(sqlite_door, sqlite_relay, rasa):
    rasa.script = lambda turn: said("Would you like us to treat this as a complaint?", options=YES_NO)
    write(sqlite_door, "the lift is out again", "1")
    carry(sqlite_relay)
    write(sqlite_door, "2 please", "2")
    carry(sqlite_relay)
    assert rasa.turns[1]["chosen"] == "yes"
    assert [option["id"] for option in rasa.turns[1]["options"]] == ["no", "yes"]
    assert rows(sqlite_door.register, client_id="2")[0].chosen == "yes"


def test_options_in_an_earlier_part_of_the_same_turn_still_count(sqlite_door, sqlite_relay, rasa):
    rasa.script = lambda turn: [
        *said("Recorded.", options={"make_complaint": "Make it a complaint"}),
        *said("The Ombudsman can advise."),
    ]
    write(sqlite_door, "please fix my tap", "1")
    carry(sqlite_relay)
    write(sqlite_door, "make it a complaint", "2")
    carry(sqlite_relay)
    assert rasa.turns[1]["chosen"] == "make_complaint"


def test_what_was_asked_after_they_wrote_is_not_answered_by_it(sqlite_door, sqlite_relay, rasa):
    """Two messages in a row: the second was written before the question that the first one led to."""
    rasa.script = lambda turn: said("Is it right?", options=YES_NO)
    write(sqlite_door, "hello", "1")
    write(sqlite_door, "yes", "2")
    carry(sqlite_relay)
    assert [turn["chosen"] for turn in rasa.turns] == [None, None]
    assert rasa.turns[1]["options"] == []


def test_danger_is_answered_before_the_machine_and_staff_are_told(door, relay, rasa):
    write(door, "I smell gas in the kitchen")
    before = bot_says(door)
    assert len(before) == 1 and "0800 111 999" in before[0]
    with door.register.reading() as session:
        assert [task.kind for task in session.query(StaffTask)] == ["danger"]
    carry(relay)
    assert rasa.turns[0]["safety"]["emergency"] == "gas"
    assert bot_says(door) == [before[0], "You said: I smell gas in the kitchen"]


def test_danger_written_twice_by_the_same_id_is_answered_once(door):
    write(door, "I smell gas")
    write(door, "I smell gas")
    assert len(bot_says(door)) == 1


def test_a_message_is_kept_even_if_the_library_of_safety_words_is_broken(sqlite_door, monkeypatch):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr("policies.safety.advice", broken)
    write(sqlite_door, "there is a fire")
    assert bot_says(sqlite_door) == [words.say("danger", "web", name="Milestone")]


def test_a_text_is_answered_in_one_text_with_an_introduction_the_first_time(sqlite_door, sqlite_relay, rasa):
    rasa.script = lambda turn: [*said("Thank you."), *said("A complaint?", options=YES_NO)]
    write(sqlite_door, "no heating for a week", "1", "sms")
    carry(sqlite_relay)
    write(sqlite_door, "1", "2", "sms")
    carry(sqlite_relay)
    first, second = rows(sqlite_door.register, author="bot")
    introduction = words.say("introduction", "sms", name="Milestone")
    assert first.text == f"{introduction}\nThank you.\nA complaint?\nReply 1 for No, just pass it on\n2 for Yes, a complaint"
    assert second.text == first.text.removeprefix(f"{introduction}\n")
    assert (first.state, first.segments, second.segments) == ("queued", 2, 1)
    assert rasa.turns[1]["chosen"] == "no"


def test_a_turn_that_fails_is_tried_again_and_answered_once(door, relay, rasa, time):
    rasa.mode = "failing"
    write(door, "hello")
    carry(relay)
    assert bot_says(door) == []
    rasa.mode = "ok"
    time.move(seconds=2)
    carry(relay)
    assert bot_says(door) == ["You said: hello"]
    assert len({turn["message_id"] for turn in rasa.turns}) == 1


def test_a_message_that_always_fails_is_told_of_and_becomes_a_persons_task(door, relay, rasa, time):
    rasa.mode = "failing"
    write(door, "poison")
    write(door, "next", "b")
    for _ in range(6):
        carry(relay)
        time.move(seconds=30)
        if rows(door.register, client_id="a")[0].state == "dead":
            break
    assert len([turn for turn in rasa.turns if turn["text"] == "poison"]) == inbox.ATTEMPTS
    poison = rows(door.register, client_id="a")[0]
    told = [row.text for row in rows(door.register, answers_id=poison.id)]
    assert told == [words.say("kept", "web", name="Milestone")], "told once, not twice"
    with door.register.reading() as session:
        assert [task.kind for task in session.query(StaffTask)] == ["dead_letter"]
    rasa.mode = "ok"
    carry(relay)
    assert bot_says(door)[-1] == "You said: next"


def test_a_message_that_fails_at_once_five_times_hears_that_a_person_will_read_it(sqlite_door, sqlite_relay, rasa, time):
    rasa.mode = "failing"
    write(sqlite_door, "poison")
    with sqlite_door.register.writing() as session:
        session.query(inbox.Message).one().attempts = inbox.ATTEMPTS - 1
    carry(sqlite_relay)
    assert bot_says(sqlite_door) == [words.say("dead", "web", name="Milestone")]


def test_a_silent_machine_is_not_an_answer(sqlite_door, sqlite_relay, rasa):
    rasa.script = lambda turn: []
    write(sqlite_door, "hello")
    carry(sqlite_relay)
    (message,) = rows(sqlite_door.register, author="resident")
    assert (message.state, message.error_code) == ("new", "silent")


@pytest.mark.parametrize("away", ["not_ready", "refused", "wrong key"])
def test_rasa_away_the_resident_is_told_once_and_rasa_back_the_conversation_goes_on(door, rasa, time, away):
    client = Rasa(
        "http://127.0.0.1:9" if away == "refused" else rasa.url, "wrong" if away == "wrong key" else rasa_standin.RELAY_KEY
    )
    relay = Relay(door, client)
    rasa.mode = "not_ready" if away == "not_ready" else "ok"
    conversation = write(door, "my ceiling leaks")
    carry(relay)
    assert bot_says(door) == [], "it may be back in a moment"
    for _ in range(4):
        time.move(seconds=10)
        carry(relay)
    kept = words.say("kept", "web", name="Milestone")
    assert bot_says(door) == [kept]
    with door.register.reading() as session:
        assert session.get_one(Conversation, conversation).flagged
    assert rows(door.register, author="resident")[0].attempts == 0, "no attempt is counted against the message"
    rasa.mode = "ok"
    back = Relay(door, Rasa(rasa.url, rasa_standin.RELAY_KEY))
    time.move(seconds=10)
    carry(back)
    assert bot_says(door) == [kept, "You said: my ceiling leaks"]


def test_a_message_written_while_rasa_is_known_to_be_away_is_told_at_once(sqlite_door, sqlite_relay, rasa, time):
    rasa.mode = "not_ready"
    write(sqlite_door, "first", "1")
    carry(sqlite_relay)
    time.move(seconds=30)
    write(sqlite_door, "other resident", "2", conversation="q")
    carry(sqlite_relay)
    assert bot_says(sqlite_door) == [words.say("kept", "web", name="Milestone")] * 2


@pytest.mark.parametrize(("minutes", "state"), [(4, "new"), (5, "dead")])
def test_rasa_away_for_longer_than_its_patience_is_a_persons_task(door, relay, rasa, time, minutes, state):
    rasa.mode = "not_ready"
    write(door, "hello")
    carry(relay)
    time.move(seconds=15)
    carry(relay)
    time.move(seconds=minutes * 60 - 15)
    carry(relay)
    (message,) = rows(door.register, author="resident")
    with door.register.reading() as session:
        tasks = [task.kind for task in session.query(StaffTask)]
    assert (message.state, tasks) == (state, ["dead_letter"] if state == "dead" else [])
    assert bot_says(door) == [words.say("kept", "web", name="Milestone")]


def test_danger_is_answered_with_rasa_away(sqlite_door, sqlite_relay, rasa):
    rasa.mode = "not_ready"
    write(sqlite_door, "my carbon monoxide alarm is going off")
    carry(sqlite_relay)
    assert len(bot_says(sqlite_door)) == 1 and "999" in bot_says(sqlite_door)[0]


def test_garbled_answers_are_failures(sqlite_door, sqlite_relay, rasa):
    rasa.mode = "garbled"
    write(sqlite_door, "hello")
    carry(sqlite_relay)
    assert rows(sqlite_door.register, author="resident")[0].attempts == 1


def test_a_lost_lease_writes_nothing(door, relay, rasa, time):
    """The turn takes longer than the lease: another worker has answered meanwhile, from Rasa's memory."""
    other = Relay(door, Rasa(door.config.rasa_url, rasa_standin.RELAY_KEY))
    answer = rasa.answer

    def stalled(turn):
        result = answer(turn)
        if len(rasa.turns) == 1:
            time.wall += inbox.LEASE
            other.step("second")
        return result

    rasa.answer = stalled
    write(door, "hello")
    carry(relay)
    assert bot_says(door) == ["You said: hello"]


def test_two_workers_keep_every_conversation_in_order(register, rasa, twilio):
    from frontdoor.config import wall_clock
    from frontdoor.door import open_door

    door = open_door(make_config(rasa.url, twilio.base), register, wall_clock, wall_clock)
    rasa.slow = 0.01
    for number in range(8):
        for conversation in ("p", "q", "r"):
            write(door, f"{conversation}{number}", f"{conversation}{number}", conversation=conversation)
    relay = Relay(door, Rasa(rasa.url, rasa_standin.RELAY_KEY))
    workers = [threading.Thread(target=_until_done, args=(relay, door, f"w{number}")) for number in range(2)]
    [worker.start() for worker in workers]
    [worker.join(60) for worker in workers]
    order = [turn["text"] for turn in rasa.turns]
    for conversation in "pqr":
        assert [text for text in order if text[0] == conversation] == [f"{conversation}{number}" for number in range(8)]
    assert len(order) == 24 == len(bot_says(door))


def _until_done(relay: Relay, door: Door, worker: str) -> None:
    while rows(door.register, author="resident", state="new"):
        relay.step(worker)


def test_nothing_that_a_resident_wrote_is_logged(sqlite_door, sqlite_relay, rasa, time, caplog):
    canary = "kanarienvogel"
    for mode in ("failing", "not_ready", "garbled", "ok"):
        rasa.mode = mode
        write(sqlite_door, f"{canary} gas leak", mode)
        carry(sqlite_relay)
        time.move(seconds=60)
    carry(sqlite_relay)
    assert caplog.records and canary not in caplog.text
