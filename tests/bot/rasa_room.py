"""A small Rasa behind the real journal channel: a form of two questions and one action at its end, served on loopback."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import rasa.core.channels.channel
import requests
from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.model_training import train
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

from bot.journal import Journal

KEY = "the relay's key"
FILES = {
    "config.yml": """
recipe: default.v1
assistant_id: small
language: en
pipeline: [{name: KeywordIntentClassifier}]
policies: [{name: RulePolicy}]
""",
    "domain.yml": """
version: "3.1"
intents: [tell, answer, ask_robot]
actions: [validate_tell_form, action_open]
forms: {tell_form: {required_slots: [what, where]}}
slots:
  what:
    type: text
    mappings: [{type: from_text, not_intent: ask_robot, conditions: [{active_loop: tell_form, requested_slot: what}]}]
  where:
    type: text
    mappings: [{type: from_text, not_intent: ask_robot, conditions: [{active_loop: tell_form, requested_slot: where}]}]
responses:
  utter_ask_what:
    - {text: "What happened?", channel: web, buttons: [{title: Not sure, payload: dunno}]}
    - {text: "What happened? (by text)", channel: sms}
  utter_ask_where: [{text: "Where is it?"}]
  utter_robot: [{text: "I am a computer."}]
  utter_recorded: [{text: "Recorded as {reference}."}]
""",
    "nlu.yml": """
version: "3.1"
nlu:
  - {intent: tell, examples: "- complaint"}
  - {intent: answer, examples: "- answer"}
  - {intent: ask_robot, examples: "- robot"}
""",
    "rules.yml": """
version: "3.1"
rules:
  - rule: told
    steps: [{intent: tell}, {action: tell_form}, {active_loop: tell_form}]
  - rule: done
    condition: [{active_loop: tell_form}]
    steps: [{action: tell_form}, {active_loop: null}, {slot_was_set: [{requested_slot: null}]}, {action: action_open}]
  - rule: robot at a question
    condition: [{active_loop: tell_form}]
    steps: [{intent: ask_robot}, {action: utter_robot}, {action: tell_form}, {active_loop: tell_form}]
""",
}


def train_model(folder: Path, session: dict[str, Any]) -> Path:
    """`session`: the house's own `session_config`, since a small domain must keep a conversation as long as the house does."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    with (folder / "domain.yml").open("a") as domain:
        domain.write(f"session_config: {json.dumps(session)}\n")
    done = train(
        domain=str(folder / "domain.yml"), config=str(folder / "config.yml"), output=str(folder / "models"),
        training_files=[str(folder / "nlu.yml"), str(folder / "rules.yml")],
    )
    return Path(done.model)


class Actions:
    """A stand-in for the action server. `faults` say how the next calls of an action go wrong; then it works again."""

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = {}
        self.called: list[str] = []
        self.release = threading.Event()  # what is "held" goes on when this is set
        self.cases: dict[str, str] = {}  # conversation -> reference
        actions = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["content-length"])))
                actions.called.append(call["next_action"])
                faults = actions.faults.get(call["next_action"]) or ["none"]
                status, answer = actions.answer(call, faults.pop(0))
                if status:
                    self.send_response(status)
                    self.send_header("content-type", "application/json")
                    self.end_headers()
                    self.wfile.write(answer.encode())

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook"

    def answer(self, call: dict[str, Any], fault: str) -> tuple[int, str]:
        """(status, body); status 0 hangs up without a word."""
        name, conversation = call["next_action"], call["sender_id"]
        words = json.dumps(call["tracker"]["latest_message"])  # what a careless server answers with
        if fault == "slow":
            time.sleep(2)
        if fault == "held":
            self.release.wait(60)
        if fault == "late":  # the work is done, and then the answer is lost
            self.cases.setdefault(conversation, f"PR-{len(self.cases) + 1}")
        if fault == "rejects":
            return 400, json.dumps({"error": "no", "action_name": name})
        broken = {"500": (500, words), "404": (404, words), "hangs up": (0, ""), "late": (0, ""), "garbage": (200, '["?"]'),
                  "bad 400": (400, words), "unreadable": (200, "<html>")}
        if fault in broken:
            return broken[fault]
        if name != "action_open":
            return 200, json.dumps({"events": [], "responses": []})
        reference = self.cases.setdefault(conversation, f"PR-{len(self.cases) + 1}")
        return 200, json.dumps({"events": [], "responses": [{"response": "utter_recorded", "reference": reference}]})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Server:
    """The channel on a port of its own, in a loop of its own. One for all tests: Sanic cannot start a second in a process."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.app = Sanic("room", configure_logging=False)
        rasa.core.channels.channel.register([Journal(KEY)], self.app, route="/webhooks/")
        serving = self.run(self.app.create_server(host="127.0.0.1", port=0, return_asyncio_server=True, access_log=False))
        self.run(serving.startup())
        self.run(serving.start_serving())
        self.url = f"http://127.0.0.1:{serving.server.sockets[0].getsockname()[1]}/webhooks/journal"

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


class Room:
    """An agent behind the channel, with actions and a tracker's file of its own."""

    def __init__(self, server: Server, model: Path, folder: Path) -> None:
        self.actions, self.tracker, self.url = Actions(), folder / "tracker.db", server.url
        self._server, self._model = server, model
        self.agent = self.use(SQLTrackerStore(Domain.empty(), dialect="sqlite", db=str(self.tracker)))

    def use(self, store: TrackerStore) -> Agent:
        """From now on the channel serves an agent with this store."""
        agent = Agent(
            domain=Domain.empty(), tracker_store=store, lock_store=InMemoryLockStore(),
            action_endpoint=EndpointConfig(self.actions.url),
        )
        agent.load_model(str(self._model))
        self._server.app.ctx.agent = agent
        return agent

    def use_none(self) -> None:
        self._server.app.ctx.agent = None

    def say(self, text: str, conversation: str = "talk", message_id: str | None = None, **more: Any) -> requests.Response:
        body = {
            "conversation": conversation, "message_id": message_id or uuid4().hex, "text": text, "channel": "web",
            "landlord": "mso", "received_at": "2026-12-18T18:30:00+00:00", "safety": None, "chosen": None, "options": [], **more,
        }
        return self.post(body)

    def post(self, body: Any, key: str | None = KEY) -> requests.Response:
        headers = {} if key is None else {"x-relay-key": key}
        return requests.post(f"{self.url}/turn", json=body, headers=headers, timeout=30)

    def events(self, conversation: str = "talk") -> list[dict[str, Any]]:
        """Everything that the tracker holds of a conversation, as it lies in its file."""
        tracker = self._server.run(self.agent.tracker_store.retrieve_full_tracker(conversation))
        return [event.as_dict() for event in tracker.events] if tracker else []

    def health(self) -> int:
        return requests.get(f"{self.url}/", timeout=10).status_code
