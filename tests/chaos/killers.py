"""SIGKILL at random moments: one killer for each process, so that two may be down together."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field

from tests.chaos.moments import Moments
from tests.chaos.system import PARTS, System

# Seconds of peace after a process has come up. Rasa takes long to boot, so it is given as long again to serve.
PEACE = {"web": (1, 24), "relay": (2, 30), "actions": (1, 20), "rasa": (15, 60)}
AIMED = 0.75  # of the kills wait for a turn to be under way; the others come at any time
PATIENT = 0.8  # of the kills of the others wait till Rasa is there, as little can go wrong while it is away
AT_CONFIRMING = {"web": 0.1, "relay": 0.4, "actions": 0.6, "rasa": 0.5}  # of the aimed ones, those that wait for a case
LONGEST_AIM = 10  # seconds


@dataclass
class Tally:
    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    during_form: int = 0  # kills while a turn of a running form was under way
    messages: int = 0  # accepted before the last kill

    @property
    def total(self) -> int:
        return sum(self.kills.values())


class Killers:
    def __init__(self, system: System, moments: Moments, seed: int, *, hurry: float = 1.0) -> None:
        self.tally = Tally()
        self._system, self._moments, self._hurry = system, moments, hurry
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, args=(name, random.Random(f"{seed} {name}")), name=f"killer of {name}")
            for name in PARTS
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, name: str, rng: random.Random) -> None:
        while not self._stop.is_set():
            took = self._until_ready(name)
            self._stop.wait(rng.uniform(*PEACE[name]) * self._hurry + (took if name == "rasa" else 0))
            if rng.random() < PATIENT:
                self._until_ready("rasa")
            if rng.random() < AIMED:
                self._moments.wait(confirming=rng.random() < AT_CONFIRMING[name], seconds=LONGEST_AIM)
            longest = 0.5 if name == "web" else 1.3 * self._moments.typical  # web has its part in the first moments of a turn
            time.sleep(rng.uniform(0, longest))
            if not self._stop.is_set():
                self._kill(name)

    def _until_ready(self, name: str) -> float:
        """Seconds that it took."""
        began = time.monotonic()
        while not self._stop.is_set() and not self._system.is_ready(name):
            self._stop.wait(0.5)
        return time.monotonic() - began

    def _kill(self, name: str) -> None:
        process = self._system.parts[name].process
        if process is None or process.poll() is not None:
            return
        in_form = self._moments.in_form
        process.kill()
        process.wait()
        with self._lock:
            self.tally.kills[name] += 1
            self.tally.during_form += in_form
