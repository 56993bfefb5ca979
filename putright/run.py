"""`putright run`: everything started, a real turn answered, addresses printed, Ctrl-C ends it all."""

from __future__ import annotations

import signal
import sys
import time
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from policies import packs
from putright import processes, rasa
from putright.settings import SettingError, Settings
from register import migrate
from register.engine import Register

PATIENCE = 180  # seconds for Rasa to come up on a slow machine


def run(settings: Settings) -> int:
    keys = landlords(settings)
    processes.check_ports(settings)
    model = rasa.ensure_model()
    register = Register(settings.database_url)
    migrate.upgrade(register)
    register.close()
    supervisor = processes.Supervisor(processes.parts(settings, model))
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        supervisor.start()
        began = time.monotonic()
        while not answers_a_turn(settings, keys[0]):
            supervisor.watch(_say)
            if time.monotonic() - began > PATIENCE:
                _say(f"No turn was answered within {PATIENCE} s. Look at {processes.LOGS}.")
                return 1
            _wait(f"Starting, {time.monotonic() - began:.0f} s", 0.5)
        _say(_addresses(settings, keys))
        while True:
            supervisor.watch(_say)
            time.sleep(0.3)
    except KeyboardInterrupt:
        _say("Ending.")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave half of them behind
        supervisor.end()


def landlords(settings: Settings) -> list[str]:
    known = list(packs.load())
    wrong = [key for key in settings.landlords if key not in known]
    if wrong:
        raise SettingError(f"PUTRIGHT_LANDLORDS names {', '.join(wrong)}. Known: {', '.join(known)}.")
    return list(settings.landlords) or known


def answers_a_turn(settings: Settings, landlord: str) -> bool:
    """Whether Rasa and the actions answer a real turn, in a conversation of its own, and the pages are there."""
    turn = {
        "conversation": f"probe-{uuid4().hex}", "message_id": uuid4().hex, "text": "hello", "channel": "web",
        "landlord": landlord, "received_at": datetime.now(UTC).isoformat(), "safety": None, "chosen": None, "options": [],
    }
    try:
        key = {"x-relay-key": settings.relay_key}
        answer = httpx.post(f"{settings.rasa_url}/webhooks/journal/turn", json=turn, headers=key, timeout=20)
        page = httpx.get(f"http://127.0.0.1:{settings.web_port}/healthz", timeout=5)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and bool(answer.json()["messages"]) and page.status_code == 200


def _addresses(settings: Settings, keys: list[str]) -> str:
    base = settings.public_url
    lines = [f"Residents:  {base}/{key}" for key in keys]
    lines += [f"Staff:      {base}/staff   (first account: .venv/bin/putright staff add you@example.org --name \"Your name\")"]
    if settings.twilio_numbers:
        lines += [f"Texts:      {number} for {landlord}" for number, landlord in settings.twilio_numbers.items()]
    return "\n".join([*lines, "Ctrl-C ends it."])


def _say(text: str) -> None:
    print(("\r\033[K" if sys.stdout.isatty() else "") + text, flush=True)


def _wait(text: str, seconds: float) -> None:
    if sys.stdout.isatty():
        print("\r\033[K" + text, end="", flush=True)
    time.sleep(seconds)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
