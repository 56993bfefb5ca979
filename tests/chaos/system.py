"""The real system for a run of chaos: its four processes under the real supervisor, on free ports, with throw-away databases."""

from __future__ import annotations

import contextlib
import secrets
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from putright import processes, rasa
from putright.run import answers_a_turn
from putright.settings import Settings
from register import migrate
from register.engine import Register

PARTS = ("web", "relay", "actions", "rasa")
CONTROLS = ("case-key", "saved-only-whole", "replay")
CHANNELS = {"saved-only-whole": "SavesFailedTurns", "replay": "ForgetsTurns"}
BOOT_SECONDS = 240
SETTLED = 4  # seconds alive after which the relay, which has no port to ask, counts as ready


class DidNotStart(RuntimeError):
    """The system did not answer a turn before anything was killed."""


@dataclass
class System:
    """The running system. `parts[name].process` is the process that a supervisor keeps alive."""

    settings: Settings
    supervisor: processes.Supervisor
    folder: Path
    parts: dict[str, processes.Part]
    model: Path

    @classmethod
    def prepare(cls, folder: Path, database_url: str | None, without: str | None) -> System:
        settings = Settings(
            database_url=database_url or f"sqlite:///{folder / 'register.db'}", public_url="http://127.0.0.1",
            secret_key=secrets.token_urlsafe(48), web_port=processes.free_port(), rasa_port=processes.free_port(),
            actions_port=processes.free_port(), tracker_db=folder / "rasa.db",
        )
        register = Register(settings.database_url)
        migrate.upgrade(register)
        register.close()
        model = rasa.ensure_model()
        made = processes.parts(settings, model, logs=folder / "log")
        parts = {part.name: part for part in made}
        if without == "case-key":
            parts["actions"].command = [sys.executable, "-m", "tests.chaos.shims.actions"]
        elif without:
            _swap_channel(parts["rasa"], folder, CHANNELS[without])
        return cls(settings, processes.Supervisor(made), folder, parts, model)

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.settings.web_port}"

    def start(self, landlord: str) -> None:
        """Raises DidNotStart."""
        self.supervisor.start()
        until = time.monotonic() + BOOT_SECONDS
        while not answers_a_turn(self.settings, landlord):
            if time.monotonic() > until:
                raise DidNotStart(f"No turn was answered within {BOOT_SECONDS} s. Look at {self.folder / 'log'}.")
            self.supervisor.watch(_quiet)
            time.sleep(0.5)

    def keep(self, stop: threading.Event) -> None:
        """Supervise until `stop`. A part that had come up is no crash loop, so it is started again without a long pause."""
        while not stop.is_set():
            for part in self.parts.values():
                if part.falls and part.process is not None and self.is_ready(part.name):
                    part.falls = 0
            self.supervisor.watch(_quiet)
            stop.wait(0.3)

    def is_ready(self, name: str) -> bool:
        part = self.parts[name]
        if part.process is None or part.process.poll() is not None:
            return False
        address = {
            "web": f"{self.web}/healthz", "actions": f"http://127.0.0.1:{self.settings.actions_port}/health",
            "rasa": f"{self.settings.rasa_url}/webhooks/journal/",
        }.get(name)
        if address is None:
            return time.monotonic() - part.started >= SETTLED
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(address, timeout=1, trust_env=False).status_code == 200
        return False

    def logs(self) -> dict[str, str]:
        return {path.name: path.read_text(errors="replace") for path in sorted((self.folder / "log").glob("*.log"))}


def _quiet(_: str) -> None:
    """Deaths are no news here."""


def _swap_channel(part: processes.Part, folder: Path, name: str) -> None:
    credentials = folder / "credentials.yml"
    credentials.write_text(f"tests.chaos.shims.channels.{name}:\n  relay_key: ${{PUTRIGHT_RELAY_KEY}}\n")
    part.command[part.command.index("--credentials") + 1] = str(credentials)
