"""The journal channel: the one way into Rasa, over loopback, from the relay.

`POST /webhooks/journal/turn` answers 200 only if the turn is saved in the tracker and every call to the action server
succeeded; anything else is 503 and means "not done, ask again". A message id that the tracker already holds is answered
from the tracker, so asking again is always safe. See docs/adr/0003.
"""

from __future__ import annotations

import contextvars
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientConnectorError
from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError
from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

logger = logging.getLogger(__name__)

ACTION_SECONDS = 10  # stock Rasa waits 300 s; budgets nest: database 5 < action 10 < relay 25 < lease 40 < Rasa's lock 60
CHANNELS = ("web", "sms")
FIELDS = ("conversation", "message_id", "text", "channel", "landlord", "received_at")
CARRIED = ("message_id", "channel", "landlord", "received_at", "safety", "chosen", "options")  # to the components, as metadata

_failures: contextvars.ContextVar[list[str]] = contextvars.ContextVar("failures")
NOT_READY = "not_ready"  # no message is at fault: the relay waits, and counts no attempt


class TurnFailed(Exception):
    """An action failed in this turn, so the turn must not be saved. Its text says how, without a resident's words."""


class Said(CollectingOutputChannel):
    """Collects replies under the channel's own name, so that `channel:` responses in the domain match."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self._channel = channel

    def name(self) -> str:
        return self._channel


class Journal(InputChannel):
    def __init__(self, relay_key: str) -> None:
        self._relay_key = relay_key

    @classmethod
    def name(cls) -> str:
        return "journal"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> Journal:
        key = (credentials or {}).get("relay_key")
        if not key or str(key).startswith("${"):
            raise ValueError("credentials.yml gives bot.journal.Journal no relay_key: set PUTRIGHT_RELAY_KEY.")
        return cls(str(key))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        blueprint = Blueprint("journal")

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            ready = is_ready(getattr(request.app.ctx, "agent", None))
            return response.json({"ready": ready}, status=200 if ready else 503)

        @blueprint.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("x-relay-key", ""), self._relay_key):
                return response.json({"error": "forbidden"}, status=403)
            body = request.json
            if not isinstance(body, dict) or not all(isinstance(body.get(name), str) for name in FIELDS):
                return response.json({"error": f"a turn needs the texts {', '.join(FIELDS)}"}, status=400)
            if body["channel"] not in CHANNELS:
                return response.json({"error": f"channel is one of {', '.join(CHANNELS)}"}, status=400)
            agent = getattr(request.app.ctx, "agent", None)
            if not is_ready(agent):
                return response.json({"error": NOT_READY}, status=503)
            try:
                return response.json(await take_turn(agent, body))
            except Exception as error:  # whatever it was, the relay's answer is the same: not done, ask again
                cause = str(error) if isinstance(error, TurnFailed) else type(error).__name__
                logger.error("turn failed: message %s, %s", body["message_id"], cause)
                return response.json({"error": cause}, status=503)

        return blueprint


def is_ready(agent: Agent | None) -> bool:
    """True with a model loaded and a tracker store that really keeps what it is given."""
    if agent is None or not agent.is_ready():
        return False
    store = agent.tracker_store
    inner = getattr(store, "_tracker_store", store)
    return isinstance(inner, SQLTrackerStore)  # a misspelt store makes Rasa fall back to memory without a word


async def take_turn(agent: Agent, body: dict[str, Any]) -> dict[str, Any]:
    """Run the turn, or answer it from the tracker if it was run before.

    The conversation's lock is held from before the look, so two overlapping tries cannot both run.
    """
    _guard(agent)
    conversation, message_id = body["conversation"], body["message_id"]
    async with agent.lock_store.lock(conversation, wait_time_in_seconds=0.1):
        tracker = await agent.tracker_store.retrieve(conversation)
        known = _turn_in(tracker, message_id)
        if known is not None:
            return _answer(known, replay=True)
        metadata = {name: body.get(name) for name in CARRIED}
        metadata["asked"] = tracker.get_slot("requested_slot") if tracker else None
        failures = _failures.set([])
        try:
            await agent.processor.handle_message(
                UserMessage(body["text"], Said(body["channel"]), conversation, input_channel="journal", metadata=metadata)
            )
        finally:
            _failures.reset(failures)
        known = _turn_in(await agent.tracker_store.retrieve(conversation), message_id)
    if known is None:
        raise TurnFailed("the turn is not in the tracker")
    return _answer(known, replay=False)


def _turn_in(tracker: DialogueStateTracker | None, message_id: str) -> list[Any] | None:
    """The raw events of a turn, its message first; None if the tracker does not hold it.

    `applied_events()` will not do: it drops the earlier turns of a running form.
    """
    turn: list[Any] | None = None
    for event in tracker.events if tracker else []:
        if isinstance(event, UserUttered):
            if turn is not None:
                break
            if (event.metadata or {}).get("message_id") == message_id:
                turn = []
        if turn is not None:
            turn.append(event)
    return turn


def _answer(turn: list[Any], *, replay: bool) -> dict[str, Any]:
    return {
        "replay": replay,
        "messages": [
            {"text": event.text or "", "options": [_option(button) for button in (event.data or {}).get("buttons") or []]}
            for event in turn
            if isinstance(event, BotUttered)
        ],
        "understanding": turn[0].parse_data.get("understanding"),
    }


def _option(button: dict[str, Any]) -> dict[str, str]:
    return {"id": button["payload"], "label": button["title"]}


def _guard(agent: Agent) -> None:
    """Teach this processor three things that stock Rasa does not do; once for each processor, as a new model brings a new one.

    A failed tracker store is an error and not an empty memory; a call to the action server has a short budget and says
    nothing of the resident when it fails; a turn in which a call or an action failed is not saved.
    """
    processor = agent.processor
    if getattr(processor, "journal_guarded", False):
        return
    processor.journal_guarded = True
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store._on_tracker_store_error = _raise
    if processor.action_endpoint is not None:
        processor.action_endpoint.request = _watched(processor.action_endpoint.request)
    run, save = processor._run_action, processor.save_tracker

    async def run_noted(action: Action, *args: Any, **kwargs: Any) -> bool:
        action.run = _noted(action.run)  # what an action raises is lost in here: Rasa goes on as if it had been done
        return await run(action, *args, **kwargs)

    async def save_if_whole(tracker: DialogueStateTracker) -> None:
        if _failures.get([]):
            raise TurnFailed(_failures.get()[0])
        await save(tracker)

    processor._run_action, processor.save_tracker = run_noted, save_if_whole


def _raise(error: Exception) -> None:
    raise error


def _noted(run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def noted(*args: Any, **kwargs: Any) -> Any:
        try:
            return await run(*args, **kwargs)
        except ActionExecutionRejection:  # a form's rejection: part of the dialogue
            raise
        except Exception as error:
            _failures.get().append(type(error).__name__)
            raise

    return noted


def _watched(request: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def watched(*args: Any, **kwargs: Any) -> Any:
        kwargs["timeout"] = ACTION_SECONDS
        try:
            return await request(*args, **kwargs)
        except ClientResponseError as error:
            rejection = _rejection(error)
            if rejection is None:
                _failures.get().append(f"action server: {error.status}")
                raise ClientResponseError(500, "the action failed", "") from None  # its body may hold the whole tracker
            raise ClientResponseError(400, "rejected", rejection) from None
        except ClientConnectorError:  # it is being started again, say
            _failures.get().append(NOT_READY)
            raise
        except Exception as error:
            _failures.get().append(f"action server: {type(error).__name__}")
            raise

    return watched


def _rejection(error: ClientResponseError) -> str | None:
    """The name and the reason of a form's rejection, which is part of the dialogue; None for any other error."""
    if error.status != 400:
        return None
    try:
        body = json.loads(error.text)
        return json.dumps({"action_name": body["action_name"], "error": body.get("error")})
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
