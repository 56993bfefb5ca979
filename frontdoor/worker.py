"""The relay process: relay, sender and reconciler, each in a loop that outlives whatever goes wrong in one round."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from frontdoor.config import Clock, Config, wall_clock
from frontdoor.door import open_door
from frontdoor.rasa import Rasa
from frontdoor.reconciler import EVERY, reconcile
from frontdoor.relay import Relay
from frontdoor.sender import Sender
from frontdoor.twilio_client import client
from register.engine import Register

RELAYS = 2
IDLE = 0.15  # seconds until the next look, when there was nothing to do
TROUBLED = 1.0  # after an error, such as a database that is away
logger = logging.getLogger(__name__)


def run_worker(config: Config, register: Register, stop: threading.Event, clock: Clock, wall: Clock = wall_clock) -> None:
    """Carry messages and texts until `stop` is set; what is under way then is finished first."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write residents' numbers into the log
    door = open_door(config, register, clock, wall)
    rasa = Rasa(config.rasa_url, config.relay_key)
    relay = Relay(door, rasa)
    loops = [
        _loop(f"relay-{number}", lambda number=number: relay.step(f"{os.getpid()}.{number}"), stop) for number in range(RELAYS)
    ]
    if config.twilio is not None:
        api = client(config.twilio)
        sender = Sender(door, config.twilio, api)
        loops.append(_loop("sender", sender.step, stop))
        loops.append(_loop("reconciler", lambda: bool(reconcile(door, config.twilio, api)), stop, idle=EVERY.total_seconds()))
    for loop in loops:
        loop.join()
    rasa.close()


def _loop(name: str, step: Callable[[], bool], stop: threading.Event, idle: float = IDLE) -> threading.Thread:
    def run() -> None:
        while not stop.is_set():
            try:
                pause = 0.0 if step() else idle
            except Exception as error:  # the loop must go on; a row cut off is found again by its lease
                logger.error("%s: %s", name, type(error).__name__)
                pause = max(TROUBLED, idle / 5)
            stop.wait(pause)

    thread = threading.Thread(target=run, name=name)
    thread.start()
    return thread
