"""What the pages say: the next duty in words, the proposal with its paragraphs, the working, what changed, the letter."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from policies import packs
from register import cases, deadlines, events, inbox, queue, tasks, vocabulary
from register.deadlines import DUTIES
from register.tables import Message
from staff.decision_forms import DECISIONS
from staff.pages import TEMPLATES, environment
from tests.casework import LANDLORDS, matter, open_case
from tests.conftest import NOW
from tests.staff.conftest import Browser

ACKNOWLEDGEMENT = {"handler": "Asha Khan", "job_title": "Complaints Officer", "responsible_for": "The boiler.",
                   "not_responsible_for": "The gas main: Cadent is."}
REFUSED = matter("My neighbour plays loud music every night.", "asb", subject="neighbours")


def words(browser: Browser) -> str:
    """The page as it is read: without tags, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", browser.page)).split())


def told(register, reference: str) -> list[str]:
    with register.reading() as session:
        talk = cases.find(session, reference).conversation_id
        return [row.text for row in inbox.transcript(session, talk) if row.author == "staff"]


def kinds(register, reference: str) -> list[str]:
    with register.reading() as session:
        return [event.kind for event in cases.find(session, reference).events]


@pytest.mark.parametrize(("received", "said"), [
    (datetime(2026, 12, 18, 18, 30), "Acknowledge by Wed 23 Dec 2026 2 working days left"),
    (datetime(2026, 12, 17, 18, 30), "Acknowledge by Tue 22 Dec 2026 1 working day left"),
    (datetime(2026, 12, 16, 18, 30), "Acknowledge by Mon 21 Dec 2026 due today"),
    (datetime(2026, 12, 15, 18, 30), "Acknowledge by Fri 18 Dec 2026 1 working day late"),
    (datetime(2026, 12, 11, 18, 30), "Acknowledge by Wed 16 Dec 2026 3 working days late"),
])
def test_the_queue_says_the_next_duty_in_words(asha, sqlite_register, received, said):
    open_case(sqlite_register, landlord="midlands_rural", at=received.replace(tzinfo=NOW.tzinfo))
    asha.get("/staff")
    assert said in words(asha)


def test_an_empty_queue_and_no_tasks_say_so(asha):
    assert "No open cases." in words(asha)
    asha.get("/staff/tasks")
    assert "Nothing waits for a person." in words(asha)


def test_a_long_queue_has_pages(asha, sqlite_register):
    for _ in range(queue.PAGE + 1):
        open_case(sqlite_register)
    asha.get("/staff")
    assert "Page 1 of 2" in words(asha) and "Later dates" in words(asha)
    asha.get("/staff?page_number=2")
    assert "Earlier dates" in words(asha) and asha.page.count('scope="row"') == 1


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_a_case_shows_everything_that_is_known_of_it(asha, sqlite_register, landlord):
    reference = open_case(
        sqlite_register, matter(), REFUSED, landlord=landlord, months_ago=3, incident_words="since September",
        adjustments=["large_print"], phone="07700 900456", emergency="gas", handover="asked",
    )
    assert asha.get(f"/staff/cases/{reference}").status_code == 200
    page = words(asha)
    for part in ("Rosa Bell", "07700 900456", "a repair", "large print", "since September (about 3 months before)", "Gas",
                 "Handed over: asked for a person", "1. Complaint: heating and hot water", "How was this worked out?",
                 "2. Report of neighbour nuisance", "not counted: Christmas Day", "Fri 18 Dec 2026, 18:30", "web chat"):
        assert part in page, part
    with sqlite_register.reading() as session:
        for row in cases.find(session, reference).deadlines:
            assert f"{row.due_on:%a} {row.due_on.day} {row.due_on:%b %Y}" in page and row.rule in page
    assert "{" not in page and "None" not in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in asha.page


def test_a_proposed_exclusion_is_shown_with_the_paragraph_that_it_rests_on(asha, sqlite_register):
    reference = open_case(sqlite_register, REFUSED, landlord="millat")
    asha.get(f"/staff/cases/{reference}")
    printed = packs.load()["millat"].versions[-1].intake.asb.printed
    assert printed in words(asha) and "Decide the proposed exclusion" in words(asha)


def test_phrases_are_marked_with_what_they_were_a_sign_of(asha, sqlite_register):
    reference = open_case(sqlite_register, matter("I can smell gas and nobody came."))
    with sqlite_register.writing() as session:
        message = session.query(Message).one()
        message.safety = {"emergency": "gas", "safeguarding": "none", "spans": [[0, 15, "emergency"]]}
        message.understanding = {"kind": "complaint", "confidence": 0.95, "because": [{"span": [20, 31], "for": "kind"}]}
    asha.get(f"/staff/cases/{reference}")
    assert re.findall(r"<mark[^>]*>([^<]*)<span class=\"sign-of\"> \(([^)]*)\)", asha.page) == [
        ("I can smell gas", "danger"), ("nobody came", "what it is"),
    ]
    assert "Understood as: complaint, very sure" in words(asha)


def test_a_decision_is_made_told_and_said_to_be_made(asha, sqlite_register):
    reference = open_case(sqlite_register, landlord="mso")
    answer = asha.decide(reference, "acknowledge", **ACKNOWLEDGEMENT)
    assert answer.headers["location"] == f"/staff/cases/{reference}?done=acknowledge"
    asha.get(answer.headers["location"])
    assert "The case is acknowledged" in words(asha) and "done Mon 21 Dec 2026" in words(asha)
    (message,) = told(sqlite_register, reference)
    for part in (reference, "Fri 18 Dec 2026, 18:30", "Stage: 1 of 2", "Asha Khan, Complaints Officer",
                 "1. The boiler was repaired", "a repair", "The gas main: Cadent is.", "Thu 7 Jan 2027", "0300 111 3000"):
        assert part in message, part


@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("landlord", LANDLORDS)
def test_every_decision_can_be_made_for_every_landlord_and_channel(asha, sqlite_register, landlord, channel):
    def new(*matters: Any, **facts: Any) -> str:
        return open_case(sqlite_register, *matters, landlord=landlord, channel=channel, adjustments=["large_print"], **facts)

    def done(reference: str, decision: str, **given: Any) -> None:
        answer = asha.decide(reference, decision, **given)
        assert answer.status_code == 303, words(asha)
        asha.get(answer.headers["location"])
        made.add(decision)

    made: set[str] = set()
    first, second = new(), new(matter("Not happy with the answer.", "escalation"))
    late = new(months_ago=20)
    for reference in (first, second):
        done(reference, "acknowledge", **ACKNOWLEDGEMENT)
    done(first, "extend", new_on="2027-01-14", reason="We need the surveyor.", updates="")
    done(first, "correct", field="name", name="Rosa Bello", reason="Misspelt.")
    done(first, "note", text="Rang her.")
    about_data = new(matter("You sent my file to my neighbour.", subject="data_protection"))
    done(about_data, "step", deadline="data_protection_acknowledgement", note="Acknowledged by letter.")
    done(first, "respond", outcome="partly_upheld", reasons="We were slow.", remedy="An apology.", outstanding="", sent="post")
    done(first, "close", reason="All is done.")
    if landlord == "midlands_rural":
        done(second, "review", note="With a resident.")
    done(second, "respond", outcome="upheld", reasons="We were wrong.", remedy="£50.", outstanding="Paint, by May.", sent="post")
    done(new(matter("Please mend the gate.", "service_request")), "service_request", reason="We will mend it.")
    if "Decide the proposed exclusion" in (asha.get(f"/staff/cases/{late}").text):
        done(late, "exclusion", matter="1", choice="confirm", reason="It is too long ago.")
        done(new(months_ago=20), "exclusion", matter="1", choice="reject", reason="You were ill.")
    assert made >= set(DECISIONS) - {"review", "exclusion"}
    with sqlite_register.reading() as session:
        said = [row.text for row in session.query(Message).filter_by(author="staff")]
    assert len(said) >= 7
    for message in said:
        assert not re.search(r"[{}<>]|&[a-z#]+;|None|Undefined", message), message
        others = {pack.name for key, pack in packs.load().items() if pack.name and key != landlord}
        assert not any(name in message for name in others)
    assert any("0300 111 3000" in message for message in said)


def test_a_refusal_gives_reason_paragraph_and_the_ombudsman(asha, sqlite_register):
    reference = open_case(sqlite_register, REFUSED, landlord="millat")
    asha.decide(reference, "exclusion", matter="1", choice="confirm", reason="Our ASB team deals with it.")
    (message,) = told(sqlite_register, reference)
    assert "Our ASB team deals with it." in message and "It rests on: policy What is not a Complaint 7." in message
    assert "take this decision to the Housing Ombudsman" in message and "0300 111 3000" in message


def test_not_upheld_gets_the_same_way_on(asha, sqlite_register):
    reference = open_case(sqlite_register)
    asha.decide(reference, "respond", outcome="not_upheld", reasons="It works.", sent="electronic")
    (message,) = told(sqlite_register, reference)
    assert "not upheld" in message and "ask for stage 2" in message and "0300 111 3000" in message


@pytest.mark.parametrize(("decision", "given", "problem"), [
    ("acknowledge", {"handler": "Asha"}, "responsible for"), ("extend", {"new_on": "soon", "reason": "x"}, "Give the new date"),
    ("respond", {"outcome": "upheld", "sent": "post"}, "Reasons"), ("respond", {"reasons": "x"}, "Choose upheld"),
    ("respond", {"outcome": "partly_upheld", "sent": "post", "reasons": "x"}, "Remedy"), ("note", {"text": " "}, "Note"),
    ("correct", {"field": "colour", "reason": "x"}, "cannot be corrected"), ("exclusion", {"reason": "x"}, "Choose whether"),
    ("close", {"reason": "x"}, "not answered"),
])
def test_what_is_missing_is_said_and_what_was_typed_is_kept(asha, sqlite_register, decision, given, problem):
    reference = open_case(sqlite_register, landlord="millat")
    answer = asha.decide(reference, decision, **given)
    assert answer.status_code == 422 and problem in words(asha)
    assert kinds(sqlite_register, reference) == ["received"] and told(sqlite_register, reference) == []


def test_an_empty_field_is_linked_and_says_so_itself(asha, sqlite_register):
    asha.decide(open_case(sqlite_register), "acknowledge", handler="Asha")
    page = asha.page
    assert 'href="#acknowledge-responsible_for"' in page
    (box,) = re.findall(r'<textarea id="acknowledge-responsible_for"[^>]*>', page)
    assert 'aria-invalid="true"' in box and "acknowledge-responsible_for-error" in box
    assert page.count("Fill this in") == 1


def test_a_decision_over_something_unseen_shows_what_changed_and_keeps_what_was_typed(asha, sqlite_register):
    reference = open_case(sqlite_register)
    asha.get(f"/staff/cases/{reference}")
    with sqlite_register.writing() as session:
        case = cases.find(session, reference)
        message = inbox.accept(session, case.conversation_id, client_id="n", text="It is leaking now.", now=NOW, wall=NOW).message
        cases.add_words(session, case, at=NOW, message_id=message.id)
    form = {**ACKNOWLEDGEMENT, "responsible_for": "What I had typed."}
    answer = asha.post(f"/staff/cases/{reference}/acknowledge", {"seen_version": "1", **form})
    assert answer.status_code == 409
    page = words(asha)
    assert "This case has changed since you opened it" in page and "Resident said more" in page and "It is leaking now." in page
    assert "What I had typed." in asha.page and 'id="decide-acknowledge" class="decision" open' in asha.page
    assert kinds(sqlite_register, reference) == ["received", "added_to"]
    version = re.search(r'name="seen_version" value="(\d+)"', asha.page).group(1)
    assert asha.post(f"/staff/cases/{reference}/acknowledge", {"seen_version": version, **form}).status_code == 303


def test_the_letter_holds_what_an_acknowledgement_must(asha, sqlite_register):
    reference = open_case(sqlite_register, matter(), matter("Nobody rang back."), adjustments=["large_print"])
    asha.get(f"/staff/cases/{reference}/letter")
    assert "Not ready to send" in words(asha) and "what the landlord is responsible for" in words(asha)
    asha.get(f"/staff/cases/{reference}")
    asha.post(f"/staff/cases/{reference}/letter", {"seen_version": "1", **ACKNOWLEDGEMENT})
    preview = words(asha)
    assert "Nothing was sent yet" in preview
    assert kinds(sqlite_register, reference) == ["received"]
    asha.decide(reference, "acknowledge", **ACKNOWLEDGEMENT)
    asha.get(f"/staff/cases/{reference}/letter")
    for page in (preview, words(asha)):
        for part in (reference, "Fri 18 Dec 2026, 18:30", "Stage 1 of 2", "Asha Khan, Complaints Officer", "Milestone",
                     "The boiler was repaired", "Nobody rang back.", "You would like a repair.", "The boiler.", "large print",
                     "The gas main: Cadent is.", "Wed 6 Jan 2027 (policy 4.8", "PR2 0ET", "0300 111 3000"):
            assert part in page, part
    assert "Sent Mon 21 Dec 2026" in words(asha)


def test_the_letter_keeps_the_date_that_was_promised(asha, sqlite_register, clock):
    reference = open_case(sqlite_register, landlord="mso")
    asha.decide(reference, "acknowledge", **ACKNOWLEDGEMENT)
    asha.decide(reference, "extend", new_on="2027-01-15", reason="Ill.", updates="")
    asha.get(f"/staff/cases/{reference}/letter")
    assert "Thu 7 Jan 2027" in words(asha) and "15 Jan" not in words(asha)
    asha.get(f"/staff/cases/{reference}")
    assert "Extended. The first date was Thu 7 Jan 2027." in words(asha)


def test_tasks_are_listed_danger_first_and_marked_as_done(asha, sqlite_register, people):
    open_case(sqlite_register, landlord="mso")
    open_case(sqlite_register, emergency="gas", at=NOW + timedelta(days=1))
    asha.get("/staff/tasks")
    assert words(asha).index("Somebody may not be safe") < words(asha).index("Find out who manages the home")
    asha.post(re.search(r'action="(/staff/tasks/\w+/done)"', asha.page).group(1))
    asha.get("/staff/tasks")
    assert "Somebody may not be safe" not in words(asha)
    with sqlite_register.reading() as session:
        assert [task.kind for task in tasks.open_tasks(session)] == ["managing_partner"]


def test_a_conversation_without_a_case_can_be_read(asha, sqlite_register):
    with sqlite_register.writing() as session:
        talk = inbox.start(session, landlord="millat", channel="sms", now=NOW, address="+447700900999")
        inbox.accept(session, talk.id, client_id="c", text="Ring me please", now=NOW, wall=NOW)
        tasks.raise_task(session, "handover", talk.id, conversation=talk, now=NOW)
    asha.get("/staff/tasks")
    asha.get(re.search(r'href="(/staff/conversations/\w+)"', asha.page).group(1))
    for part in ("Ring me please", "No case was made from it.", "not read by the machine yet"):
        assert part in words(asha)


def test_a_case_is_found_by_reference_however_it_is_typed(asha, sqlite_register):
    reference = open_case(sqlite_register)
    answer = asha.post("/staff/find", {"reference": reference.lower().replace("-", " ")})
    assert answer.headers["location"] == f"/staff/cases/{reference}"
    asha.get("/staff")
    assert asha.post("/staff/find", {"reference": "Rosa Bell"}).status_code == 404


def test_when_something_fails_the_page_says_so_and_the_log_holds_no_words(asha, sqlite_register, caplog, monkeypatch):
    reference = open_case(sqlite_register)

    def broken(*_: Any) -> None:
        raise RuntimeError("The boiler was repaired three times")

    monkeypatch.setattr("staff.case_view.picture", broken)
    answer = asha.get(f"/staff/cases/{reference}")
    assert answer.status_code == 500 and "Something went wrong" in answer.text
    assert "RuntimeError" in caplog.text and "boiler" not in caplog.text


def test_there_are_words_for_every_value_of_the_house():
    said = environment().get_template("words.html").module
    clocks = {name for pack in packs.load().values() for name in type(pack.versions[-1].clocks).model_fields}
    wanted = {
        "deadline": clocks | set(DUTIES), "disposition": set(cases.ORDER), "kind": set(vocabulary.KINDS),
        "event": set(events.KINDS), "outcome": set(vocabulary.OUTCOMES), "adjustment": set(vocabulary.ADJUSTMENTS),
        "task": set(tasks.KINDS),
        "decision": set(DECISIONS), "decided": set(DECISIONS), "author": {"resident", "bot", "staff"},
    }
    assert {name: values - set(getattr(said, name)) for name, values in wanted.items()} == {name: set() for name in wanted}
    assert set(deadlines.CLOCK_FACTS) and all(kind in events.KINDS for kind, _ in deadlines.CLOCK_FACTS)


def test_no_template_lets_words_through_unescaped():
    for template in TEMPLATES.rglob("*.html"):
        source = template.read_text("utf-8")
        assert not [risk for risk in ("|safe", "| safe", "autoescape", " style=", "<script") if risk in source], template


def test_dates_are_londons(asha, sqlite_register):
    reference = open_case(sqlite_register, at=datetime(2026, 7, 5, 23, 30, tzinfo=NOW.tzinfo))
    asha.get(f"/staff/cases/{reference}")
    assert "Received Mon 6 Jul 2026, 00:30" in words(asha)
    assert date(2026, 7, 13) == next(iter(_due(sqlite_register, reference)))


def _due(register, reference: str) -> list[date]:
    with register.reading() as session:
        return sorted(row.due_on for row in cases.find(session, reference).deadlines)
