"""The judge of a run sees each kind of damage, and none where there is none."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from policies.statements import spoken_date
from register import cases, inbox, intakes, tasks
from register.engine import Register
from register.facts import Facts, MatterFacts
from register.inbox import Reply
from register.tables import Case, Conversation, Deadline, Message
from tests.chaos import checks
from tests.chaos.residents import Diary
from tests.chaos.script import SURNAME, Told
from tests.conftest import NOW

JOB, NAME, ADDRESS = "123456", f"Asha {SURNAME}", "Flat 7, 7 Larkspindle Close, LS1 4AB"
COMPLAINT = f"Nobody came for job {JOB}"


class Aftermath:
    """One intake brought to its end as it should be, open to damage."""

    def __init__(self, register: Register, folder: Path) -> None:
        self.register, self.tracker, self.diary, self.logs = register, folder / "rasa.db", Diary(), {"web.log": "all well"}
        self.told = Told("pub", JOB, COMPLAINT, NAME, ADDRESS, "7", given={"contact", "address"}, times_told=1)
        self.diary.intakes.append(self.told)
        with register.writing() as session:
            self.conversation = inbox.start(session, landlord="milestone", channel="web", now=NOW, public_id="pub").id
        with sqlite3.connect(self.tracker) as tracker:
            tracker.execute("CREATE TABLE events (type_name TEXT, data TEXT)")
        self.turn("m1", COMPLAINT, ["What is your name?"])
        with register.writing() as session:
            matter = MatterFacts("complaint", "repairs", "dissatisfied", COMPLAINT)
            intakes.note(session, self.conversation, 1, Facts(matters=[matter], name=NAME, address=ADDRESS), at=NOW)
            case = cases.open_case(session, self.conversation, 1, now=NOW)
            dates = [spoken_date(row.due_on) for row in case.deadlines if row.deadline in checks.SPOKEN]
            self.told.reference = case.reference
        self.turn("m2", "yes", [f"It is recorded. Your reference is {case.reference}.", f"By {' and '.join(dates)}."])

    def turn(self, client_id: str, text: str, said: list[str]) -> None:
        with self.register.writing() as session:
            inbox.accept(session, self.conversation, client_id=f"pub:{client_id}", text=text, now=NOW, wall=NOW)
            claimed = inbox.claim(session, worker="w", wall=NOW)
            inbox.finish(session, claimed, [Reply(words) for words in said], wall=NOW)
        self.diary.acknowledged.add(f"pub:{client_id}")
        self.in_tracker(claimed.message.id)

    def in_tracker(self, message_id: str) -> None:
        with sqlite3.connect(self.tracker) as tracker:
            event = {"event": "user", "metadata": {"message_id": message_id}}
            tracker.execute("INSERT INTO events VALUES ('user', ?)", [json.dumps(event)])

    def change(self, *statements) -> None:
        with self.register.writing() as session:
            for statement in statements:
                session.execute(statement)

    def message(self, client_id: str) -> Message:
        with self.register.reading() as session:
            return session.execute(select(Message).where(Message.client_id == f"pub:{client_id}")).scalar_one()

    def found(self) -> dict[str, list[str]]:
        ledger = checks.Ledger.read(self.register, self.tracker)
        return {name: faults for name, faults in checks.damage(ledger, self.diary, self.logs).items() if faults}


@pytest.fixture
def after(sqlite_register, tmp_path) -> Aftermath:
    return Aftermath(sqlite_register, tmp_path)


def test_where_all_is_well_nothing_is_found(after):
    assert after.found() == {}


def test_a_message_that_was_acknowledged_and_is_gone(after):
    after.diary.acknowledged.add("pub:m3")
    assert list(after.found()) == ["lost"]


@pytest.mark.parametrize(("state", "error", "task", "is_fault"), [
    ("new", None, False, True), ("dead", "away", False, True), ("dead", "away", True, False), ("dead", "silent", True, True),
])
def test_a_message_without_an_end_or_without_a_person(after, state, error, task, is_fault):
    message = after.message("m1")
    after.change(update(Message).where(Message.id == message.id).values(state=state, error_code=error))
    if task:
        with after.register.writing() as session:
            conversation = session.get_one(Conversation, after.conversation)
            tasks.raise_task(session, "dead_letter", message.id, conversation=conversation, message_id=message.id, now=NOW)
    assert after.found().keys() == ({"lost"} if is_fault else set())


def test_a_turn_that_rasa_does_not_know_and_one_that_it_took_twice(after):
    after.in_tracker(after.message("m1").id)
    with sqlite3.connect(after.tracker) as tracker:
        tracker.execute("DELETE FROM events WHERE data LIKE ?", [f"%{after.message('m2').id}%"])
    assert after.found().keys() == {"lost", "doubled"}


def test_two_cases_for_one_intake(after):
    with after.register.writing() as session:
        facts = Facts.from_json(intakes.find(session, after.conversation, 1).facts)
        intakes.note(session, after.conversation, 2, facts, at=NOW)
        cases.open_case(session, after.conversation, 2, now=NOW)
    faults = after.found()
    assert list(faults) == ["doubled"]
    assert faults["doubled"][0] == f"2 cases for one intake: job {JOB}"
    assert "no resident was told" in faults["doubled"][1]


def test_a_matter_twice_in_its_case(after):
    after.change(update(Case).values(definition=f"1. {COMPLAINT}\n2. {COMPLAINT}"))
    assert list(after.found()) == ["doubled"]


def test_answers_that_crossed(after):
    first, second = after.message("m1").id, after.message("m2").id
    with after.register.writing() as session:
        rows = {row.answers_id: row for row in session.execute(select(Message).where(Message.author == "bot")).scalars()}
        places = rows[first].seq, rows[second].seq
        for row, seq in ((rows[first], 90), (rows[second], 91)):
            row.seq = seq
        session.flush()
        rows[first].seq, rows[second].seq = places[::-1]
    assert "out_of_order" in after.found()


def test_a_reference_that_was_said_and_does_not_exist(after):
    after.turn("m3", "hello", ["Your reference is PR26-00000-00000."])
    assert list(after.found()) == ["untrue"]


def test_a_date_that_is_not_the_one_stored(after):
    with after.register.writing() as session:
        row = session.execute(select(Deadline).where(Deadline.deadline == "stage_1_response")).scalar_one()
        row.due_on += timedelta(days=1)
    assert list(after.found()) == ["untrue"]


def test_words_that_were_shown_and_not_kept(after):
    kept = after.message("m1").seq + 1
    after.diary.shown.append(("pub", kept, "What is your name?"))
    assert after.found() == {}
    after.diary.shown.append(("pub", kept, "Something else"))
    assert list(after.found()) == ["untrue"]


@pytest.mark.parametrize("change", [{"name": "Sam Field"}, {"address": "Flat 8, 7 Larkspindle Close"}, {"address": None}])
def test_an_answer_that_is_not_in_the_case(after, change):
    with after.register.writing() as session:
        case = session.execute(select(Case)).scalar_one()
        case.facts = {**case.facts, **change}
    assert list(after.found()) == ["lost_answers"]


def test_a_complaint_that_is_not_in_its_case(after):
    after.change(update(Case).values(definition="1. Something else"))
    assert list(after.found()) == ["lost_answers"]


def test_a_case_that_is_gone(after):
    after.change(update(Case).values(reference="PR26-11111-11111"))
    assert {"untrue", "doubled"} <= after.found().keys()


def test_a_resident_who_got_nowhere_and_words_in_a_log(after):
    after.diary.stuck.append("pub: no reference after 40 turns")
    after.logs["rasa.log"] = f"turn failed: {NAME}"
    assert after.found().keys() == {"stuck", "words_in_logs"}
