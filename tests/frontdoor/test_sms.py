"""Texts in: signed, kept once, in one conversation, and the networks' own words obeyed."""

from __future__ import annotations

import threading
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from frontdoor import words
from frontdoor.config import Twilio
from frontdoor.sms import QUARANTINE_AN_HOUR, QUARANTINED
from register import inbox
from register.tables import Conversation, OptOut, Quarantine, StaffTask
from tests.frontdoor.conftest import MILESTONE, MSO, PUBLIC, carry, client_of, make_config, rows
from tests.frontdoor.rasa_standin import said
from tests.twilio_standin import ACCOUNT, signed

RESIDENT = "+447911123456"
INBOUND = f"{PUBLIC}/sms/inbound"


def deliver(web, fields, url=INBOUND, **kwargs):
    body, headers = signed(url, fields, **kwargs)
    return web.post("/sms/inbound", content=body, headers=headers)


def text(web, twilio, body, **kwargs):
    answer = deliver(web, twilio.text_in(body, **({"from_": RESIDENT} | kwargs)))
    assert (answer.status_code, answer.content) == (204, b"")


def count(door, table):
    with door.register.reading() as session:
        return session.query(table).count()


def test_a_signed_text_is_kept_and_answered_204_without_a_body(door, web, twilio):
    text(web, twilio, "no hot water since monday")
    (message,) = rows(door.register, author="resident")
    assert (message.text, message.channel, message.state) == ("no hot water since monday", "sms", "new")
    with door.register.reading() as session:
        (conversation,) = session.query(Conversation)
        assert (conversation.landlord, conversation.address) == ("milestone", RESIDENT)


def test_the_number_texted_sets_the_landlord(sqlite_door, sqlite_web, twilio):
    text(sqlite_web, twilio, "hello", to=MSO)
    text(sqlite_web, twilio, "hello", to=MILESTONE)
    with sqlite_door.register.reading() as session:
        assert sorted(one.landlord for one in session.query(Conversation)) == ["milestone", "mso"]


@pytest.mark.parametrize("times", [2, 5])
def test_the_same_text_again_is_one_text(door, web, twilio, times):
    fields = twilio.text_in("hello", from_=RESIDENT)
    assert [deliver(web, fields).status_code for _ in range(times)] == [204] * times
    assert len(rows(door.register)) == 1


def test_sixteen_deliveries_at_once_are_one_text_in_one_conversation(door, web, twilio):
    fields = [twilio.text_in(f"part {number}", from_=RESIDENT) for number in range(4)]
    statuses = []
    threads = [threading.Thread(target=lambda each=each: statuses.append(deliver(web, each).status_code)) for each in fields * 4]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert statuses == [204] * 16
    assert (len(rows(door.register)), count(door, Conversation)) == (4, 1)


@pytest.mark.parametrize(
    "body", ["Tŷ ŵ café ñ", "السلام عليكم", "Część 😀👨‍👩‍👧", "¡@£ {}[]^", "  spaced  \n out  ", "x" * 1600, "50% & more + =?"]
)
def test_words_are_stored_exactly_as_received(sqlite_door, sqlite_web, twilio, body):
    text(sqlite_web, twilio, body)
    assert rows(sqlite_door.register)[0].text == body


# the signature


def test_what_twilio_did_not_sign_is_refused_and_kept_apart(sqlite_door, sqlite_web, twilio):
    fields = twilio.text_in("hello", from_=RESIDENT)
    body, headers = signed(INBOUND, fields)
    spoiled = [
        (urlencode(fields | {"Body": "hello "}), headers),
        (urlencode(fields | {"From": "+447911999999"}), headers),
        (urlencode(fields) + "&Extra=1", headers),
        (body, {**headers, "X-Twilio-Signature": ""}),
        (body, {name: value for name, value in headers.items() if name != "X-Twilio-Signature"}),
        (body, {**headers, "X-Twilio-Signature": "ÿ"}),
        signed(INBOUND.replace("https", "http"), fields),
        signed(f"{INBOUND}?x=1", fields),
        signed(INBOUND, fields, token="another token"),
        ("", headers),
        ("{}", {**headers, "Content-Type": "application/json"}),
    ]
    for number, (content, given_headers) in enumerate(spoiled, start=1):
        encoded = {name: value.encode("utf-8") for name, value in given_headers.items()}
        answer = sqlite_web.post("/sms/inbound", content=content, headers=encoded)
        assert (answer.status_code, answer.content) == (403, b""), number
        assert count(sqlite_door, Quarantine) == number
    assert rows(sqlite_door.register) == []


def test_the_address_that_counts_is_the_configured_one_and_never_the_hosts(sqlite_door, sqlite_web, twilio):
    body, headers = signed(INBOUND, twilio.text_in("hello", from_=RESIDENT))
    forged = {**headers, "Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    assert sqlite_web.post("/sms/inbound", content=body, headers=forged).status_code == 204


def test_a_query_in_the_address_is_part_of_what_is_signed(sqlite_door, sqlite_web, twilio):
    body, headers = signed(f"{INBOUND}?rc=5", twilio.text_in("hello", from_=RESIDENT))
    assert sqlite_web.post("/sms/inbound?rc=5", content=body, headers=headers).status_code == 204
    assert sqlite_web.post("/sms/inbound", content=body, headers=headers).status_code == 403


def test_the_token_before_counts_while_it_is_being_changed(sqlite_door, twilio):
    account = Twilio(ACCOUNT, "the new token", {MILESTONE: "milestone"}, old_auth_token="the old token")
    door = type(sqlite_door)(
        **{name: getattr(sqlite_door, name) for name in sqlite_door.__slots__} | {"config": make_config(twilio=account)}
    )
    with client_of(door) as web:
        for token, status in (("the new token", 204), ("the old token", 204), ("an older token", 403)):
            assert deliver(web, twilio.text_in("hello", from_=RESIDENT), token=token).status_code == status


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(st.text(min_size=1, max_size=12), st.text(max_size=60), max_size=8))
def test_whatever_twilio_signs_we_accept_and_whatever_is_changed_we_do_not(sqlite_web, fields):
    """A well-signed text of any fields is never a 403 for its signature; one letter more is."""
    fields = {**fields, "AccountSid": ACCOUNT, "To": MILESTONE, "From": RESIDENT, "MessageSid": "SM" + "0" * 32, "Body": "hello"}
    assert deliver(sqlite_web, fields).status_code == 204
    body, headers = signed(INBOUND, fields)
    assert sqlite_web.post("/sms/inbound", content=f"{body}x", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"AccountSid": "AC" + "f" * 32}, {"To": "+447700900999"}, {"MessageSid": "SM1"}, {"MessageSid": ""}, {"From": ""}]
)
def test_another_account_or_number_is_refused_however_well_signed(sqlite_door, sqlite_web, twilio, wrong):
    assert deliver(sqlite_web, twilio.text_in("hello", from_=RESIDENT) | wrong).status_code == 403
    assert rows(sqlite_door.register) == [] and count(sqlite_door, Quarantine) == 1


def test_quarantine_is_bounded(sqlite_door, sqlite_web, time):
    for _ in range(QUARANTINE_AN_HOUR + 3):
        assert sqlite_web.post("/sms/inbound", content="a" * 20_000).status_code == 403
    with sqlite_door.register.reading() as session:
        kept = session.query(Quarantine).all()
    assert len(kept) == QUARANTINE_AN_HOUR and {len(row.body) for row in kept} == {QUARANTINED}
    time.move(hours=1)
    sqlite_web.post("/sms/inbound", content="later")
    assert count(sqlite_door, Quarantine) == QUARANTINE_AN_HOUR + 1


def test_a_body_too_large_is_refused(sqlite_web):
    assert sqlite_web.post("/sms/inbound", content="a" * 70_000).status_code == 413


def test_with_the_database_away_twilio_is_told_so(sqlite_door, sqlite_web, twilio, monkeypatch):
    def away(*_, **__):
        raise OperationalError("x", {}, Exception())

    monkeypatch.setattr("register.inbox.accept", away)
    answer = deliver(sqlite_web, twilio.text_in("hello", from_=RESIDENT))
    assert (answer.status_code, answer.content) == (503, b"")
    monkeypatch.undo()
    text(sqlite_web, twilio, "hello")


def test_without_an_account_there_is_no_webhook(sqlite_door, twilio):
    door = type(sqlite_door)(
        **{name: getattr(sqlite_door, name) for name in sqlite_door.__slots__} | {"config": make_config(twilio=None)}
    )
    with client_of(door) as web:
        assert deliver(web, twilio.text_in("hello", from_=RESIDENT)).status_code == 404


# one conversation


@pytest.mark.parametrize(("days", "conversations"), [(14, 1), (14.001, 2)])
def test_after_fourteen_days_of_silence_a_text_begins_another_conversation(door, web, twilio, time, days, conversations):
    text(web, twilio, "first")
    time.move(days=days)
    text(web, twilio, "second")
    assert count(door, Conversation) == conversations


def test_a_repeat_of_an_old_text_begins_nothing(door, web, twilio, time):
    fields = twilio.text_in("first", from_=RESIDENT)
    deliver(web, fields)
    time.move(days=20)
    assert deliver(web, fields).status_code == 204
    assert len(rows(door.register)) == 1


def test_an_ended_conversation_is_not_gone_on_with(sqlite_door, sqlite_web, twilio):
    text(sqlite_web, twilio, "first")
    with sqlite_door.register.writing() as session:
        session.query(Conversation).one().ended_at = sqlite_door.clock()
    text(sqlite_web, twilio, "second")
    assert count(sqlite_door, Conversation) == 2


def test_a_loop_with_another_machine_ends_and_a_person_is_told_once(sqlite_door, sqlite_web, twilio, sqlite_relay, rasa, time):
    for _ in range(8):
        text(sqlite_web, twilio, "I am away. I will reply on Monday.")
        carry(sqlite_relay)
        time.move(seconds=20)
    assert (len(rasa.turns), len(rows(sqlite_door.register, author="resident"))) == (3, 8)
    with sqlite_door.register.reading() as session:
        assert [task.kind for task in session.query(StaffTask)] == ["dead_letter"]
    time.move(hours=2)
    text(sqlite_web, twilio, "I am away. I will reply on Monday.")
    assert carry(sqlite_relay) == 1


def test_a_flood_from_one_number_is_kept_whole(sqlite_door, sqlite_web, twilio, sqlite_relay, rasa):
    for number in range(50):
        text(sqlite_web, twilio, f"flood {number}")
    assert carry(sqlite_relay) == 40 and len(rows(sqlite_door.register, author="resident")) == 50


# STOP, START, HELP

STOPS = ["STOP", "stop", "Stop.", " stop ", "STOPALL", "unsubscribe", "Cancel", "END", "quit!", "REVOKE", "OptOut", "STOP\n"]
CONTENT = [
    "stop the leak", "it won't stop", "the end of the road", "cancel my appointment complaint", "stop ignoring me",
    "please stop texting me", "don't stop", "end this now", "quit messing about", "Stop, the roof leaks", "stopped",
    "the lift has stopped", "cancelled again", "help me", "help my son is cold", "information please", "I need help",
    "start the repair", "STOP STOP", "stop it",
]  # fmt: skip


@pytest.mark.parametrize("word", STOPS)
def test_stop_as_the_whole_text_is_obeyed(sqlite_door, sqlite_web, twilio, sqlite_relay, word):
    text(sqlite_web, twilio, "my roof leaks")
    carry(sqlite_relay)
    text(sqlite_web, twilio, word)
    assert count(sqlite_door, OptOut) == 1
    assert carry(sqlite_relay) == 0, "STOP is not a message for the machine"
    assert [row.state for row in rows(sqlite_door.register, author="bot")] == ["dead"], "what waited is not sent"
    with sqlite_door.register.reading() as session:
        assert [task.kind for task in session.query(StaffTask)] == ["opted_out"]
        assert session.query(Conversation).one().ended_at is None


@pytest.mark.parametrize("words_", CONTENT)
def test_sentences_with_these_words_are_content(sqlite_door, sqlite_web, twilio, sqlite_relay, rasa, words_):
    text(sqlite_web, twilio, words_)
    assert carry(sqlite_relay) == 1 and rasa.turns[0]["text"] == words_
    assert count(sqlite_door, OptOut) == 0


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
def test_start_means_something_only_to_who_said_stop(sqlite_door, sqlite_web, twilio, sqlite_relay, rasa, word):
    text(sqlite_web, twilio, word)
    assert carry(sqlite_relay) == 1, "an ordinary answer"
    text(sqlite_web, twilio, "STOP")
    text(sqlite_web, twilio, word)
    assert count(sqlite_door, OptOut) == 0 and carry(sqlite_relay) == 0
    assert rows(sqlite_door.register, author="bot")[-1].text == words.say("joined_again", "sms", name="Milestone")


def test_yes_answers_the_question(sqlite_door, sqlite_web, twilio, sqlite_relay, rasa):
    rasa.script = lambda turn: said("Is it right?", options={"yes": "Yes, send it", "change": "Change something"})
    text(sqlite_web, twilio, "my roof leaks")
    carry(sqlite_relay)
    text(sqlite_web, twilio, "Yes")
    carry(sqlite_relay)
    assert rasa.turns[1]["chosen"] == "yes"


@pytest.mark.parametrize("word", ["HELP", "info", "Help."])
def test_help_says_who_we_are_and_keeps_the_place(sqlite_door, sqlite_web, twilio, sqlite_relay, rasa, word):
    rasa.script = lambda turn: said("A complaint?", options={"no": "No, just pass it on", "yes": "Yes, a complaint"})
    text(sqlite_web, twilio, "my roof leaks")
    carry(sqlite_relay)
    text(sqlite_web, twilio, word)
    help_ = rows(sqlite_door.register, author="bot")[-1]
    assert "Milestone" in help_.text and "0300 111 3000" in help_.text and "STOP" in help_.text and help_.segments <= 2
    text(sqlite_web, twilio, "2")
    carry(sqlite_relay)
    assert rasa.turns[-1]["chosen"] == "yes"


@pytest.mark.parametrize("landlord", ["midlands_rural", "millat", "milestone", "mso", "resolution"])
def test_help_has_no_gap_for_any_landlord(sqlite_door, landlord):
    from frontdoor.texts import _help

    said_ = _help(sqlite_door.face(landlord))
    assert "None" not in said_ and "{" not in said_ and "  " not in said_


@pytest.mark.parametrize(("kind", "body"), [("STOP", "STOP"), ("HELP", "HELP"), ("START", "START"), ("STOP", "ARRET")])
def test_where_twilio_answers_itself_we_say_nothing(sqlite_door, sqlite_web, twilio, kind, body):
    fields = twilio.text_in(body, from_=RESIDENT) | {"OptOutType": kind}
    assert deliver(sqlite_web, fields).status_code == 204
    assert rows(sqlite_door.register, author="bot") == []
    assert rows(sqlite_door.register)[0].state == "done"
    assert count(sqlite_door, OptOut) == (1 if kind == "STOP" else 0)


def test_who_said_stop_may_still_complain(sqlite_door, sqlite_web, twilio, sqlite_relay, rasa):
    text(sqlite_web, twilio, "STOP")
    text(sqlite_web, twilio, "the lift is broken again")
    assert carry(sqlite_relay) == 1


# pictures


@pytest.mark.parametrize("media", [1, 10])
def test_a_picture_alone_is_asked_for_in_words(sqlite_door, sqlite_web, twilio, sqlite_relay, media):
    text(sqlite_web, twilio, "", media=media)
    assert [row.text for row in rows(sqlite_door.register, author="bot")] == [words.say("picture", "sms")]
    assert carry(sqlite_relay) == 0


def test_a_text_without_a_body_field_breaks_nothing(sqlite_door, sqlite_web, twilio):
    fields = twilio.text_in("x", from_=RESIDENT)
    del fields["Body"]
    assert deliver(sqlite_web, fields | {"NumMedia": "one", "MediaUrl0": "http://169.254.169.254/"}).status_code == 204


def test_danger_by_text_is_answered_first_and_short(sqlite_door, sqlite_web, twilio):
    text(sqlite_web, twilio, "smel gas in hall")
    (first,) = rows(sqlite_door.register, author="bot")
    assert first.answer_no == inbox.SAFETY_NO and first.state == "queued" and "0800 111 999" in first.text
    assert first.segments == 1
