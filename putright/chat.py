"""`putright chat`: a resident at the keyboard, through the same path as the web: register, relay, journal channel, actions."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

import httpx
from sqlalchemy import select

from frontdoor import door as doors
from frontdoor.rasa import Rasa
from frontdoor.relay import Relay
from putright import processes, rasa
from putright.composition import frontdoor_config
from putright.settings import SettingError, Settings, load, london_time
from register import cases, inbox, migrate, records
from register.engine import Register
from register.tables import Case, Conversation, Intake, Message, StaffTask

PATIENCE = 180  # seconds for Rasa to come up
TURN_PATIENCE = 60  # seconds for one turn, tries included
SMS_FROM = "+447700900123"  # Ofcom keeps these numbers for drama


class Clock:
    """The conversation's clock: stands still where it was put, else runs with the machine's."""

    def __init__(self, at: str | None) -> None:
        self.fixed = self.parse(at) if at else None

    def now(self) -> datetime:
        return self.fixed or datetime.now(UTC)

    def move(self, text: str) -> None:
        self.fixed = self.parse(text)

    @staticmethod
    def parse(text: str) -> datetime:
        try:
            return london_time(text)
        except ValueError:
            raise SettingError(f"'{text}' is not a time. Give one such as 2026-12-18T18:30.") from None


@dataclass
class Chat:
    """Conversations one after another, over one running Rasa and action server."""

    door: doors.Door
    relay: Relay
    out: TextIO
    as_json: bool
    landlord: str
    channel: str
    conversation_id: str = ""

    def begin(self, landlord: str | None = None, channel: str | None = None) -> None:
        self.landlord, self.channel = landlord or self.landlord, channel or self.channel
        if self.landlord not in self.door.landlords:
            raise SettingError(f"No landlord has the key {self.landlord}. Known: {', '.join(self.door.landlords)}.")
        self.conversation_id = ""

    def hear(self, text: str) -> None:
        """One message of the resident, and what is said to it."""
        register = self.door.register
        with register.writing() as session:
            conversation = self._conversation(session)
            accepted = doors.receive(self.door, session, conversation, client_id=uuid4().hex, text=text)
            before, message_id = accepted.message.seq, accepted.message.id
        self._carry(message_id)
        with register.reading() as session:
            said = [row for row in inbox.transcript(session, self.conversation_id, after=before) if row.author != "resident"]
            found = cases.of_conversation(session, self.conversation_id)
            reference = found[-1].reference if found else None
        self._show(text, said, reference)

    def _conversation(self, session: Any) -> Conversation:
        if self.conversation_id:
            return session.get_one(Conversation, self.conversation_id)
        address = SMS_FROM if self.channel == "sms" else None
        conversation = inbox.start(session, landlord=self.landlord, channel=self.channel, now=self.door.clock(), address=address)
        self.conversation_id = conversation.id
        return conversation

    def _carry(self, message_id: str) -> None:
        until = time.monotonic() + TURN_PATIENCE
        while time.monotonic() < until:
            if not self.relay.step("chat"):
                time.sleep(0.1)
            with self.door.register.reading() as session:
                if session.get_one(Message, message_id).state != "new":
                    return
        raise rasa.RasaError(f"No answer within {TURN_PATIENCE} s.")

    def _show(self, text: str, said: list[Message], reference: str | None) -> None:
        if self.as_json:
            replies = [{"text": row.text, "options": row.options} for row in said]
            self._print({"message": text, "replies": replies, "case": reference})
            return
        for row in said:
            self.out.write(row.text + "\n")
            if self.channel == "web":
                self.out.writelines(f"   [{number}] {option['label']}\n" for number, option in enumerate(row.options, 1))
        self.out.write("\n")
        self.out.flush()

    def end(self) -> None:
        """What became of the conversation; nothing for one that never began."""
        if not self.conversation_id or not self.as_json:
            return
        with self.door.register.reading() as session:
            conversation = session.get_one(Conversation, self.conversation_id)
            found = [records.case_record(session, case) for case in cases.of_conversation(session, self.conversation_id)]
            self._print({
                "conversation": conversation.id, "outcome": conversation.outcome or _left(session, conversation), "cases": found,
                "handover": _handover(session, conversation),
            })

    def _print(self, line: dict[str, Any]) -> None:
        self.out.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.out.flush()


def _left(session: Any, conversation: Conversation) -> str:
    """A conversation still open: a draft that the sweep will make a case of, or nothing told."""
    draft = session.execute(select(Intake).where(Intake.conversation_id == conversation.id, Intake.state == "draft")).first()
    return "draft" if draft else "no_case"


def _handover(session: Any, conversation: Conversation) -> dict[str, Any] | None:
    task = session.execute(
        select(StaffTask).where(StaffTask.conversation_id == conversation.id, StaffTask.kind == "handover")
    ).scalars().first()
    if task is None:
        return None
    case = session.get(Case, task.case_id) if task.case_id else None
    reference = case.reference if case else None
    return {"reason": task.details.get("reason"), "raised_at": task.raised_at.isoformat(), "case": reference}


def chat(
    source: TextIO, out: TextIO, *, landlord: str, channel: str, at: str | None, database: str | None, as_json: bool
) -> int:
    clock = Clock(at)
    with tempfile.TemporaryDirectory(prefix="putright-chat-") as folder, system(Path(folder), database) as settings:
        register = Register(settings.database_url)
        door = doors.open_door(frontdoor_config(settings), register, clock.now)
        talk = Chat(door, Relay(door, Rasa(settings.rasa_url, settings.relay_key)), out, as_json, landlord, channel)
        talk.begin()
        for line in source:
            text = line.rstrip("\n")
            if text.startswith("@new"):
                talk.end()
                talk.begin(*text.split()[1:3])
            elif text.startswith("@"):
                clock.move(text[1:].strip())
            elif text.strip():
                talk.hear(text)
        talk.end()
        register.close()
    return 0


@contextlib.contextmanager
def system(folder: Path, database: str | None) -> Iterator[Settings]:
    """Rasa and the action server of this chat's own, on free ports, with a tracker of their own."""
    settings = replace(
        load(), database_url=database or f"sqlite:///{folder / 'register.db'}", tracker_db=folder / "rasa.db",
        rasa_port=processes.free_port(), actions_port=processes.free_port(), landlords=(),
    )
    model = rasa.ensure_model()
    register = Register(settings.database_url)
    migrate.upgrade(register)
    register.close()
    supervisor = processes.Supervisor(processes.parts(settings, model, names=("actions", "rasa"), logs=folder))
    try:
        supervisor.start()
        _wait_until_ready(settings, supervisor)
        yield settings
    finally:
        supervisor.end()


def _wait_until_ready(settings: Settings, supervisor: processes.Supervisor) -> None:
    until = time.monotonic() + PATIENCE
    addresses = (f"{settings.rasa_url}/webhooks/journal/", f"http://127.0.0.1:{settings.actions_port}/health")
    while time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            if all(httpx.get(address, timeout=5).status_code == 200 for address in addresses):
                return
        supervisor.watch(lambda text: print(text, file=sys.stderr))
        time.sleep(0.3)
    raise rasa.RasaError("Rasa did not come up. Run `putright doctor`.")
