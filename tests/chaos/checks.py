"""What must hold of the register, the tracker and the logs when all is quiet again. Each check returns what it found wrong."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from policies.statements import spoken_date
from register.engine import Register
from register.inbox import KEPT_NO
from register.references import find_reference
from register.tables import Case, Conversation, Message, StaffTask
from tests.chaos import script
from tests.chaos.residents import Diary
from tests.chaos.script import Told

DATE = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2} \d{4}\b")
SPOKEN = ("stage_1_acknowledgement", "stage_1_response", "stage_2_acknowledgement", "stage_2_response")
UNFINISHED = "silent"  # Rasa holds the turn, but without a word of an answer


@dataclass
class Ledger:
    """All that was kept, read once."""

    public_ids: dict[str, str]  # conversation -> public id
    messages: dict[str, list[Message]]  # conversation -> its rows in order
    cases: list[Case]
    letters: set[str]  # messages that a person has as a task
    turns: Counter[str]  # message -> how often the tracker holds it

    @classmethod
    def read(cls, register: Register, tracker: Path) -> Ledger:
        with register.reading() as session:
            rows: dict[str, list[Message]] = defaultdict(list)
            for message in session.execute(select(Message).order_by(Message.conversation_id, Message.seq)).scalars():
                rows[message.conversation_id].append(message)
            cases = list(session.execute(select(Case)).scalars())
            for case in cases:
                list(case.deadlines)
            letters = set(session.execute(select(StaffTask.message_id).where(StaffTask.kind == "dead_letter")).scalars())
            public_ids = {row.id: row.public_id for row in session.execute(select(Conversation.id, Conversation.public_id))}
        return cls(public_ids, rows, cases, letters, _turns(tracker))

    def heard(self) -> list[Message]:
        return [row for rows in self.messages.values() for row in rows if row.author == "resident"]

    def said(self) -> list[Message]:
        return [row for rows in self.messages.values() for row in rows if row.author != "resident"]


def _turns(tracker: Path) -> Counter[str]:
    with sqlite3.connect(tracker) as connection:
        rows = connection.execute("SELECT data FROM events WHERE type_name = 'user'").fetchall()
    events = (json.loads(data) for (data,) in rows)
    return Counter((event.get("metadata") or {}).get("message_id") for event in events)


def damage(ledger: Ledger, diary: Diary, logs: dict[str, str]) -> dict[str, list[str]]:
    """What went wrong, by name; each list is empty where all is well."""
    return {
        "lost": lost(ledger, diary),
        "doubled": doubled_messages(ledger) + doubled_turns(ledger) + doubled_cases(ledger, diary),
        "out_of_order": out_of_order(ledger),
        "untrue": untrue_references(ledger) + untrue_dates(ledger) + unkept_words(ledger, diary),
        "lost_answers": [fault for told in diary.intakes for fault in lost_answers(ledger, told)],
        "stuck": list(diary.stuck),
        "words_in_logs": [f"{name} holds {word}" for name, text in logs.items() for word in script.CANARIES if word in text],
    }


def lost(ledger: Ledger, diary: Diary) -> list[str]:
    """An acknowledged message that is not there, has no end, has no turn, or which nobody has."""
    kept = {row.client_id for row in ledger.heard()}
    found = [f"acknowledged, but not in the register: {client_id}" for client_id in sorted(diary.acknowledged - kept)]
    for row in ledger.heard():
        if row.state == "done" and not ledger.turns[row.id]:
            found.append(f"done, but Rasa has no such turn: {row.id}")
        elif row.state == "dead" and row.id not in ledger.letters:
            found.append(f"dead, and no person has it as a task: {row.id}")
        elif row.state == "dead" and row.error_code == UNFINISHED:
            found.append(f"saved without an answer, so that no try could mend it: {row.id}")
        elif row.state not in ("done", "dead"):
            found.append(f"without an end ({row.state}): {row.id}")
    return found


def doubled_messages(ledger: Ledger) -> list[str]:
    counted = Counter(row.client_id for row in ledger.heard())
    return [f"in the register {times} times: {client_id}" for client_id, times in counted.items() if times > 1]


def doubled_turns(ledger: Ledger) -> list[str]:
    return [f"a message was a turn {times} times: {message}" for message, times in ledger.turns.items() if message and times > 1]


def doubled_cases(ledger: Ledger, diary: Diary) -> list[str]:
    """One intake is one case, which knows of it once for each time that it was told; no case comes from nowhere."""
    found = []
    for told in diary.intakes:
        own = [case for case in ledger.cases if told.job in case.definition]
        if len(own) > 1:
            found.append(f"{len(own)} cases for one intake: job {told.job}")
        if own and own[0].definition.count(told.job) > told.times_told:
            found.append(f"told {told.times_told} times, in the case {own[0].definition.count(told.job)} times: job {told.job}")
    shown = {told.reference for told in diary.intakes}
    unfinished = {told.conversation for told in diary.intakes if told.reference is None}
    found += [
        f"a case that no resident was told of: {case.reference}" for case in ledger.cases
        if case.reference not in shown and ledger.public_ids[case.conversation_id] not in unfinished
    ]
    return found


def out_of_order(ledger: Ledger) -> list[str]:
    """A turn's answers come after its message, one after the other, and in the order in which the messages were accepted."""
    found = []
    for conversation, rows in ledger.messages.items():
        places = {row.id: row.seq for row in rows if row.author == "resident"}
        answers = [row for row in rows if row.answers_id in places and (row.answer_no < KEPT_NO or row.answer_no >= 900)]
        found += [f"said before it was asked: {row.id}" for row in answers if row.seq < places[row.answers_id]]
        order = [(places[row.answers_id], row.answer_no) for row in answers]
        if order != sorted(order):
            found.append(f"answers crossed in conversation {conversation}")
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
            found.append(f"a gap in conversation {conversation}")
    return found


def untrue_references(ledger: Ledger) -> list[str]:
    known = {case.reference for case in ledger.cases}
    spoken = {reference for row in ledger.said() if (reference := find_reference(row.text))}
    return [f"spoken, but there is no such case: {reference}" for reference in sorted(spoken - known)]


def untrue_dates(ledger: Ledger) -> list[str]:
    """Where a case is first told of, the dates said are those stored, all of those promised and no others."""
    found = []
    for case in ledger.cases:
        rows = ledger.messages[case.conversation_id]
        first = next((row for row in rows if row.author == "bot" and case.reference in row.text), None)
        if first is None:
            continue
        said = {date for row in rows if row.answers_id == first.answers_id for date in DATE.findall(row.text)}
        stored = {spoken_date(deadline.due_on) for deadline in case.deadlines}
        owed = {spoken_date(deadline.due_on) for deadline in case.deadlines if deadline.deadline in SPOKEN}
        if not owed <= said or (case.deadlines and not said <= stored):
            found.append(f"{case.reference}: said {sorted(said)}, stored {sorted(stored)}")
    return found


def unkept_words(ledger: Ledger, diary: Diary) -> list[str]:
    kept = {(ledger.public_ids[row.conversation_id], row.seq): row.text for row in ledger.said()}
    return [f"shown to a resident, but not kept so: {at} {seq}" for at, seq, text in diary.shown if kept.get((at, seq)) != text]


def lost_answers(ledger: Ledger, told: Told) -> list[str]:
    """What a resident told in an intake is in its case. A message that a person has instead is excused."""
    if told.reference is None:
        return []
    case = next((case for case in ledger.cases if case.reference == told.reference), None)
    if case is None:
        return []  # said by `untrue_references`
    rows = ledger.messages[case.conversation_id]
    if any(row.state == "dead" for row in rows):
        return []
    found = []
    if told.job not in case.definition:
        found.append(f"{case.reference} does not know its complaint, job {told.job}")
    if "contact" in told.given and case.facts.get("name") != told.name:
        found.append(f"{case.reference} has the name {case.facts.get('name')!r} and not {told.name!r}")
    if "address" in told.given and f"flat {told.flat}," not in (case.facts.get("address") or "").lower():
        found.append(f"{case.reference} has the address {case.facts.get('address')!r} and not flat {told.flat}")
    return found
