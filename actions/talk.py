"""One turn as an action sees it, and the base of every action."""

from __future__ import annotations

import asyncio
import logging
import os
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from policies import packs, statements
from register import cases
from register.engine import Register
from register.facts import Facts

logger = logging.getLogger(__name__)


class ActionFailed(Exception):
    """The action did not do its work. The turn is not saved and will be tried again; the cause is in the log by its type."""


@lru_cache(maxsize=1)
def register() -> Register:
    """The register this process works on, opened at first use."""
    return Register(os.environ["PUTRIGHT_DATABASE_URL"])


@dataclass
class Dialogue:
    """Where the conversation stands, beside what was told."""

    intake_number: int = 1
    failures: int = 0  # turns in a row that were not understood: the second explains, the third hands over
    handover: str | None = None  # why a person takes it: asked, not_understood
    reference: str | None = None  # the case that this conversation has last made
    about: str | None = None  # add | new: what the resident says a further matter is
    ask: dict[str, Any] | None = None  # the one question that separates the two likeliest readings
    enough: bool = False  # "that's all": no more questions
    changing: str | None = None  # the point being changed
    open_case: bool = False  # the hand-over has opened the case already; what follows is added to it


@dataclass
class Talk:
    """What an action needs of a turn, and what it leaves behind."""

    dispatcher: CollectingDispatcher
    tracker: Tracker
    domain: dict[str, Any]
    facts: Facts = field(init=False)
    dialogue: Dialogue = field(init=False)

    def __post_init__(self) -> None:
        self.facts = Facts.from_json(self.tracker.get_slot("intake") or {})
        self.dialogue = Dialogue(**(self.tracker.get_slot("dialogue") or {}))

    @property
    def message(self) -> dict[str, Any]:
        return self.tracker.latest_message or {}

    @property
    def metadata(self) -> dict[str, Any]:
        return self.message.get("metadata") or {}

    @property
    def text(self) -> str:
        return self.message.get("text") or ""

    @property
    def turn(self) -> dict[str, Any]:
        """What the reader of turns made of it: intent, value, field."""
        return self.message.get("turn") or {}

    @property
    def understanding(self) -> dict[str, Any]:
        return self.message.get("understanding") or {}

    @property
    def conversation_id(self) -> str:
        return self.tracker.sender_id

    @property
    def message_id(self) -> str:
        return self.metadata["message_id"]

    @property
    def now(self) -> datetime:
        """When the message arrived: a retry an hour later gives the same dates."""
        return datetime.fromisoformat(self.metadata["received_at"])

    @property
    def landlord(self) -> str:
        return self.metadata["landlord"]

    @property
    def channel(self) -> str:
        return self.metadata.get("channel") or "web"

    @property
    def pack(self) -> Any:
        return packs.load()[self.landlord].in_force(cases.london_date(self.now))

    @property
    def landlord_name(self) -> str:
        return packs.load()[self.landlord].name or self.words("utter_value_your_landlord")

    def say(self, response: str, *, options: list[dict[str, str]] | None = None, **values: Any) -> None:
        buttons = [{"title": option["label"], "payload": option["id"]} for option in options or []]
        self.dispatcher.utter_message(response=response, buttons=buttons, **values)

    def say_policy(self, name: str, **values: Any) -> None:
        """A policy statement, with its paragraph, through the one response that speaks them."""
        said = statements.say(self.pack, name, self.channel, **values)
        self.say("utter_statement", statement=said.text)

    def words(self, response: str) -> str:
        """The text of a response for use inside another one: labels and values, never a whole reply."""
        variants = self.domain["responses"][response]
        own = [variant for variant in variants if variant.get("channel") == self.channel]
        return (own or [variant for variant in variants if "channel" not in variant])[0]["text"]

    def kept(self) -> list[dict[str, Any]]:
        """The events that carry what is known into the next turn."""
        return [SlotSet("intake", self.facts.as_json()), SlotSet("dialogue", asdict(self.dialogue))]


class PutrightAction(Action, ABC):
    """Base of every action: its work runs in a thread, and a failure is logged by type alone.

    A failed action must fail loudly (an answer other than 200), because Rasa would otherwise carry on as if it were done.
    """

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            return await asyncio.to_thread(self.act, Talk(dispatcher, tracker, domain))
        except Exception as error:
            metadata = (tracker.latest_message or {}).get("metadata") or {}
            logger.error("%s failed: message %s, %s", self.name(), metadata.get("message_id"), _where(error))
            raise ActionFailed(self.name()) from None

    @abstractmethod
    def act(self, talk: Talk) -> list[dict[str, Any]]:
        """Do the work in one call; return the events."""


def _where(error: BaseException) -> str:
    """The type of an error and where it arose; never its message, which may quote a resident."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"
