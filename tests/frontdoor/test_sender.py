"""Texts out by Twilio's own client against its stand-in: sent in order, once, and never to who must not get them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from frontdoor.config import Twilio
from frontdoor.reconciler import reconcile
from frontdoor.sender import UK_MOBILE, VALID_SECONDS, Sender
from frontdoor.twilio_client import client
from register import conversations, inbox, outbox
from register.inbox import Reply
from register.tables import OptOut, StaffTask
from tests.conftest import NOW
from tests.frontdoor.conftest import MILESTONE, PUBLIC, carry, rows
from tests.twilio_standin import ACCOUNT, TOKEN, signed

RESIDENT = "+447911123456"


@pytest.fixture
def sender(door) -> Sender:
    return Sender(door, door.config.twilio, client(door.config.twilio))


@pytest.fixture
def sqlite_sender(sqlite_door) -> Sender:
    return Sender(sqlite_door, sqlite_door.config.twilio, client(sqlite_door.config.twilio))


def queue(door, *texts: str, address: str = RESIDENT, landlord: str = "milestone") -> None:
    with door.register.writing() as session:
        conversation = conversations.open_by_text(session, landlord, address, now=door.clock())
        inbox.say(session, conversation, [Reply(text, segments=1) for text in texts], answers=None, wall=door.wall())


def send_all(sender) -> int:
    steps = 0
    while sender.step():
        steps += 1
    return steps


def states(door) -> list[str]:
    return [row.state for row in rows(door.register, author="bot")]


def task_kinds(door) -> list[str]:
    with door.register.reading() as session:
        return sorted(task.kind for task in session.query(StaffTask))


def test_texts_leave_in_order_with_what_twilio_needs(door, sender, twilio):
    queue(door, "first", "second", "third")
    assert send_all(sender) == 3
    assert [message["body"] for message in twilio.sent()] == ["first", "second", "third"]
    assert states(door) == ["sent"] * 3
    form = twilio.requests[0][2]
    assert (form["To"], form["From"], form["ValidityPeriod"]) == (RESIDENT, MILESTONE, str(VALID_SECONDS))
    assert form["StatusCallback"].startswith(f"{PUBLIC}/sms/status?m=")
    assert rows(door.register)[0].provider_sid == twilio.sent()[0]["sid"]


def test_a_reply_goes_from_the_relay_to_the_phone(sqlite_door, sqlite_web, sqlite_relay, sqlite_sender, twilio):
    body, headers = signed(f"{PUBLIC}/sms/inbound", twilio.text_in("no heating", from_=RESIDENT))
    sqlite_web.post("/sms/inbound", content=body, headers=headers)
    carry(sqlite_relay)
    send_all(sqlite_sender)
    assert [message["to"] for message in twilio.sent()] == [RESIDENT]
    assert twilio.sent()[0]["body"].endswith("You said: no heating")


@pytest.mark.parametrize("code", [20429, 20003, 20404])
def test_what_was_not_taken_is_sent_again_later(door, sender, twilio, time, code):
    twilio.next_answers = [code]
    queue(door, "hello", "again")
    send_all(sender)
    assert twilio.sent() == [] and states(door) == ["queued", "queued"], "the second waits for the first"
    time.move(seconds=5)
    send_all(sender)
    assert [message["body"] for message in twilio.sent()] == ["hello", "again"]


def test_twilio_out_of_reach_is_tried_again(sqlite_door, twilio, time):
    account = Twilio(ACCOUNT, TOKEN, {MILESTONE: "milestone"}, api_base="http://127.0.0.1:9")
    away = Sender(sqlite_door, account, client(account))
    queue(sqlite_door, "hello")
    assert send_all(away) == 1 and states(sqlite_door) == ["queued"]
    for _ in range(12):
        time.move(hours=3)
        send_all(away)
    assert (states(sqlite_door), task_kinds(sqlite_door)) == (["dead"], ["undelivered"])


def test_taken_but_never_answered_is_looked_for_and_not_sent_twice(door, sender, twilio, time):
    twilio.next_answers = ["silence"]
    queue(door, "hello")
    send_all(sender)
    assert states(door) == ["sending"]
    time.move(seconds=59)
    assert not sender.step(), "not before a minute has passed"
    time.move(seconds=1)
    send_all(sender)
    assert (len(twilio.sent()), states(door)) == (1, ["sent"])
    assert rows(door.register)[0].provider_sid == twilio.sent()[0]["sid"]


def test_an_error_of_twilios_is_looked_into_and_then_sent_again(door, sender, twilio, time):
    twilio.next_answers = [20500]
    queue(door, "hello")
    send_all(sender)
    assert states(door) == ["sending"]
    time.move(seconds=60)
    send_all(sender)
    assert (len(twilio.sent()), states(door)) == (1, ["sent"])


@pytest.mark.parametrize("down", [20500, 20429, 20003])
def test_nothing_is_sent_again_while_the_list_cannot_be_read(door, sender, twilio, time, down):
    twilio.next_answers, twilio.listing = ["silence"], down
    queue(door, "hello")
    for _ in range(3):
        send_all(sender)
        time.move(seconds=60)
    assert len(twilio.sent()) == 1
    twilio.listing = None
    send_all(sender)
    assert (len(twilio.sent()), states(door)) == (1, ["sent"])


def test_what_stays_unknown_for_a_day_is_a_persons_task(sqlite_door, sqlite_sender, twilio, time):
    twilio.next_answers, twilio.listing = ["silence"], 20500
    queue(sqlite_door, "hello")
    for _ in range(10):
        send_all(sqlite_sender)
        time.move(hours=3)
    assert (len(twilio.sent()), states(sqlite_door), task_kinds(sqlite_door)) == (1, ["dead"], ["undelivered"])


def test_the_same_words_said_twice_are_two_texts(door, sender, twilio, time):
    """The one sent before must not be taken for the one whose fate is unknown."""
    queue(door, "Is it right?")
    send_all(sender)
    twilio.next_answers = [20500]
    queue(door, "Is it right?")
    send_all(sender)
    time.move(seconds=60)
    send_all(sender)
    assert (len(twilio.sent()), states(door)) == (2, ["sent", "sent"])


def test_a_worker_cut_off_between_request_and_answer_sends_nothing_twice(door, sender, twilio, time):
    queue(door, "hello")
    with door.register.writing() as session:
        task = outbox.take(session, wall=time.wall)
    sender._post(task)  # ... and here the process is killed
    time.move(seconds=60)
    send_all(sender)
    assert (len(twilio.sent()), states(door)) == (1, ["sent"])


def test_who_said_stop_is_not_texted(door, sender, twilio):
    queue(door, "hello")
    with door.register.writing() as session:
        session.add(OptOut(landlord="milestone", address=RESIDENT, at=NOW))
    send_all(sender)
    assert (twilio.requests, states(door), task_kinds(door)) == ([], ["dead"], ["opted_out"])


def test_stop_to_one_landlord_is_not_stop_to_another(sqlite_door, sqlite_sender, twilio):
    with sqlite_door.register.writing() as session:
        session.add(OptOut(landlord="mso", address=RESIDENT, at=NOW))
    queue(sqlite_door, "hello")
    send_all(sqlite_sender)
    assert states(sqlite_door) == ["sent"]


def test_the_networks_no_is_remembered_and_never_tried_again(door, sender, twilio, time):
    twilio.opted_out = {RESIDENT}
    queue(door, "hello", "again")
    send_all(sender)
    time.move(hours=2)
    send_all(sender)
    assert (len(twilio.requests), states(door), task_kinds(door)) == (1, ["dead", "dead"], ["opted_out", "opted_out"])
    with door.register.reading() as session:
        assert session.query(OptOut).count() == 1


def test_a_number_that_twilio_refuses_is_a_persons_task(sqlite_door, sqlite_sender, twilio, time):
    twilio.next_answers = [21211]
    queue(sqlite_door, "hello")
    send_all(sqlite_sender)
    time.move(hours=1)
    assert send_all(sqlite_sender) == 0
    (message,) = rows(sqlite_door.register)
    assert (message.state, message.error_code, task_kinds(sqlite_door)) == ("dead", "21211", ["undelivered"])


NEVER = [
    "+442086406413", "+448001111999", "+447012345678", "+447612345678", "+441534123456", "+12025550123", "+33612345678",
    "60999", "Vodafone", "+44791112345", "+4479111234567", "447911123456", "+449098790000", "",
]  # fmt: skip


@pytest.mark.parametrize("address", NEVER)
def test_only_uk_mobiles_are_texted(sqlite_door, sqlite_sender, twilio, address):
    queue(sqlite_door, "hello", address=address)
    send_all(sqlite_sender)
    assert (twilio.requests, states(sqlite_door), task_kinds(sqlite_door)) == ([], ["dead"], ["undelivered"])


@pytest.mark.parametrize("address", ["+447911123456", "+447700900123", "+447400000000", "+447999999999", "+447624123456"])
def test_uk_mobiles(address):
    assert UK_MOBILE.fullmatch(address)


def test_a_landlord_without_a_number_is_a_persons_task(sqlite_door, sqlite_sender, twilio):
    queue(sqlite_door, "hello", landlord="millat")
    send_all(sqlite_sender)
    assert (twilio.requests, task_kinds(sqlite_door)) == ([], ["undelivered"])


# reports


def report(web, twilio, door, number: int, status: str, code: str | None = None, spoil: str = ""):
    form = [request[2] for request in twilio.requests if request[0] == "POST"][number]
    url = form["StatusCallback"] + spoil
    body, headers = signed(url, twilio.report(twilio.sent()[number], status, code))
    return web.post(url, content=body, headers=headers).status_code


@pytest.mark.parametrize(("reports", "state"), [
    (["queued", "sent", "delivered"], "delivered"), (["delivered", "sent", "queued"], "delivered"), (["sent"], "sent"),
    (["delivered", "delivered"], "delivered"), (["sent", "undelivered"], "undelivered"),
    (["undelivered", "delivered"], "undelivered"), (["failed"], "undelivered"), (["something new"], "sent"),
])  # fmt: skip
def test_reports_come_in_any_order_and_states_only_move_forward(sqlite_door, sqlite_sender, sqlite_web, twilio, reports, state):
    queue(sqlite_door, "hello")
    send_all(sqlite_sender)
    for status in reports:
        code = "30005" if status in ("undelivered", "failed") else None
        assert report(sqlite_web, twilio, sqlite_door, 0, status, code) == 204
    assert states(sqlite_door) == [state]
    assert task_kinds(sqlite_door) == (["undelivered"] if state == "undelivered" else [])


def test_a_report_proves_that_a_text_was_taken(sqlite_door, sqlite_sender, sqlite_web, twilio, time):
    twilio.next_answers = ["silence"]
    queue(sqlite_door, "hello")
    send_all(sqlite_sender)
    assert report(sqlite_web, twilio, sqlite_door, 0, "sent") == 204
    time.move(seconds=60)
    assert send_all(sqlite_sender) == 0
    assert states(sqlite_door) == ["sent"]


def test_a_report_that_we_did_not_ask_for_changes_nothing(sqlite_door, sqlite_sender, sqlite_web, twilio):
    queue(sqlite_door, "hello")
    send_all(sqlite_sender)
    assert report(sqlite_web, twilio, sqlite_door, 0, "failed", spoil="x") == 403
    url = f"{PUBLIC}/sms/status?m={sqlite_door.signer.report('no such message')}"
    body, headers = signed(url, twilio.report(twilio.sent()[0], "failed"))
    assert sqlite_web.post(url, content=body, headers=headers).status_code == 204
    assert sqlite_web.post(url, content=body, headers={**headers, "X-Twilio-Signature": "x"}).status_code == 403
    assert states(sqlite_door) == ["sent"]


# the reconciler


def test_texts_that_never_reached_us_are_found_once_and_keep_their_day(door, twilio, time, web):
    api = client(door.config.twilio)
    arrived = twilio.text_in("this one arrived", from_=RESIDENT, at=time.wall)
    body, headers = signed(f"{PUBLIC}/sms/inbound", arrived)
    web.post("/sms/inbound", content=body, headers=headers)
    for hours in (1, 30, 47, 49):
        twilio.text_in(f"lost {hours} hours ago", from_=RESIDENT, at=time.wall - timedelta(hours=hours))
    twilio.add(to=RESIDENT, from_=MILESTONE, body="ours", direction="outbound-api", at=time.wall)
    assert reconcile(door, door.config.twilio, api) == 3
    assert reconcile(door, door.config.twilio, api) == 0
    found = {row.text: row for row in rows(door.register)}
    assert set(found) == {"this one arrived", "lost 1 hours ago", "lost 30 hours ago", "lost 47 hours ago"}
    assert found["lost 30 hours ago"].at == NOW - timedelta(hours=30) == found["lost 30 hours ago"].provider_at
    assert [row.seq for row in sorted(found.values(), key=lambda row: row.at)][:3] == [2, 3, 4]


def test_five_hundred_lost_texts_are_all_found(sqlite_door, twilio, time):
    for number in range(500):
        twilio.text_in(f"text {number}", from_=f"+4479111{number:05d}", at=time.wall - timedelta(minutes=number))
    assert reconcile(sqlite_door, sqlite_door.config.twilio, client(sqlite_door.config.twilio)) == 500
    assert len(rows(sqlite_door.register)) == 500


def test_a_lost_stop_is_obeyed(sqlite_door, twilio, time):
    twilio.text_in("STOP", from_=RESIDENT, at=time.wall)
    reconcile(sqlite_door, sqlite_door.config.twilio, client(sqlite_door.config.twilio))
    with sqlite_door.register.reading() as session:
        assert session.query(OptOut).count() == 1


def test_a_moved_clock_dates_a_found_text_by_its_own_time(sqlite_door, twilio, time):
    time.now += timedelta(days=30)
    twilio.text_in("lost", from_=RESIDENT, at=time.wall - timedelta(hours=2))
    reconcile(sqlite_door, sqlite_door.config.twilio, client(sqlite_door.config.twilio))
    assert rows(sqlite_door.register)[0].at == time.now - timedelta(hours=2)
