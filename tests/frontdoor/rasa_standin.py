"""A stand-in for Rasa's journal channel: the same requests and answers, replies from a script, repeats from memory."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RELAY_KEY = "relay-key-of-the-tests"
Said = list[dict[str, Any]]


def said(*texts: str, options: dict[str, str] | None = None) -> Said:
    """Messages, the last one with options (id to label)."""
    listed = [{"id": key, "label": label} for key, label in (options or {}).items()]
    return [{"text": text, "options": listed if place == len(texts) - 1 else []} for place, text in enumerate(texts)]


@dataclass
class Rasa:
    """`mode`: ok, not_ready, failing, garbled. `slow`: seconds before each answer."""

    script: Callable[[dict[str, Any]], Said] = lambda turn: said(f"You said: {turn['text']}")
    mode: str = "ok"
    slow: float = 0.0
    url: str = ""
    turns: list[dict[str, Any]] = field(default_factory=list)
    remembered: dict[str, Said] = field(default_factory=dict)

    def answer(self, turn: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.turns.append(turn)
        time.sleep(self.slow)
        if self.mode == "not_ready":
            return 503, {"error": "not_ready"}
        if self.mode == "failing":
            return 503, {"error": "TurnFailed"}
        replay = turn["message_id"] in self.remembered
        messages = self.remembered.setdefault(turn["message_id"], None if replay else self.script(turn))
        return 200, {"replay": replay, "messages": messages, "understanding": {"kind": "complaint"}}


class _Handler(BaseHTTPRequestHandler):
    rasa: Rasa

    def do_GET(self) -> None:
        self._send(503 if self.rasa.mode == "not_ready" else 200, {"ready": self.rasa.mode != "not_ready"})

    def do_POST(self) -> None:
        turn = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("x-relay-key") != RELAY_KEY:
            self._send(403, {"error": "forbidden"})
        else:
            self._send(*self.rasa.answer(turn))

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = b"<html>" if self.rasa.mode == "garbled" else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def running(port: int = 0) -> Iterator[Rasa]:
    rasa = Rasa()
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"rasa": rasa}))
    rasa.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield rasa
    finally:
        server.shutdown()
        server.server_close()
