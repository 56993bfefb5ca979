"""Real conversations: the trained model, Rasa, the action server, the relay and the register, all real."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from frontdoor import door as doors
from frontdoor.rasa import Rasa
from frontdoor.relay import Relay
from putright.chat import Chat, system
from putright.composition import frontdoor_config
from register.engine import Register

FRIDAY_BEFORE_CHRISTMAS = datetime(2026, 12, 18, 18, 30, tzinfo=UTC)


class Resident:
    """Says things and remembers what was answered."""

    def __init__(self, door: doors.Door, relay: Relay, landlord: str, channel: str) -> None:
        self._out = io.StringIO()
        self._chat = Chat(door, relay, self._out, True, landlord, channel)
        self.register = door.register
        self.replies: list[dict[str, Any]] = []
        self.case: str | None = None
        self.turns = 0

    @property
    def conversation_id(self) -> str:
        return self._chat.conversation_id

    def say(self, text: str) -> list[dict[str, Any]]:
        self._chat.hear(text)
        line = self._last()
        self.replies, self.case = line["replies"], line["case"]
        self.turns += 1
        return self.replies

    @property
    def heard(self) -> str:
        """Everything said in the last turn."""
        return "\n".join(reply["text"] for reply in self.replies)

    @property
    def question(self) -> dict[str, Any]:
        """The last thing said: the question, if one was asked."""
        return self.replies[-1]

    @property
    def options(self) -> list[str]:
        return [option["id"] for reply in self.replies for option in reply["options"]]

    def end(self) -> dict[str, Any]:
        self._chat.end()
        return self._last()

    def _last(self) -> dict[str, Any]:
        return json.loads(self._out.getvalue().splitlines()[-1])


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[doors.Door, Relay]]:
    folder = Path(tmp_path_factory.mktemp("conversation"))
    with system(folder, None) as settings:
        door = doors.open_door(frontdoor_config(settings), Register(settings.database_url), lambda: FRIDAY_BEFORE_CHRISTMAS)
        yield door, Relay(door, Rasa(settings.rasa_url, settings.relay_key))


@pytest.fixture
def resident(running: tuple[doors.Door, Relay]):
    """resident("milestone") or resident("mso", "sms") begins a conversation."""
    return lambda landlord="milestone", channel="web": Resident(*running, landlord, channel)
