"""The four processes under `putright run`: started, watched, started again with back-off, ended together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from putright import rasa
from putright.settings import ROOT, VAR, Settings

LOGS = VAR / "log"
BACK_OFF = (0.5, 1, 2, 5, 10, 30)  # seconds
STEADY = 60  # seconds alive after which a process counts as well again
ENDING = 10  # seconds given to end before it is killed


class PortTaken(RuntimeError):
    """A port we need is in use."""


@dataclass
class Part:
    """One supervised process."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen | None = None
    started: float = 0.0
    falls: int = 0
    again_at: float = 0.0
    restarts: int = 0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends the parts in order
            )
        self.started = time.monotonic()

    def watch(self, report: Callable[[str], None]) -> None:
        """Start it again if it died, later each time that it dies young."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.falls = 1 if now - self.started > STEADY else self.falls + 1
            pause = BACK_OFF[min(self.falls, len(BACK_OFF)) - 1]
            report(f"{self.name} ended (code {self.process.returncode}); starting it again in {pause:g} s. Its log: {self.log}")
            self.process, self.again_at = None, now + pause
        if self.process is None and now >= self.again_at:
            self.restarts += 1
            self.start()

    def end(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Supervisor:
    parts: list[Part] = field(default_factory=list)

    def start(self) -> None:
        for part in self.parts:
            part.start()

    def watch(self, report: Callable[[str], None]) -> None:
        for part in self.parts:
            part.watch(report)

    def end(self) -> None:
        for part in reversed(self.parts):
            part.end()


def parts(
    settings: Settings, model: Path, *, names: tuple[str, ...] = ("actions", "rasa", "relay", "web"), logs: Path = LOGS
) -> list[Part]:
    """The processes of a system with these settings; `names` picks some (`putright chat` needs no web)."""
    own = app_environment(settings)
    known = {
        "actions": (app_command("actions"), own),
        "rasa": (rasa.server_command(settings, model), rasa.server_environment(settings)),
        "relay": (app_command("relay"), own),
        "web": (app_command("web"), own),
    }
    return [Part(name, *known[name], log=logs / f"{name}.log") for name in names]


def app_command(part: str) -> list[str]:
    return [sys.executable, "-m", "putright.cli", "part", part]


def app_environment(settings: Settings) -> dict[str, str]:
    """The same settings for a part, whatever the command line changed."""
    env = {**os.environ, "PUTRIGHT_DATABASE_URL": settings.database_url, "PUTRIGHT_PUBLIC_URL": settings.public_url,
           "PUTRIGHT_SECRET_KEY": settings.secret_key, "PUTRIGHT_LANDLORDS": ",".join(settings.landlords),
           "PUTRIGHT_WEB_PORT": str(settings.web_port), "PUTRIGHT_RASA_PORT": str(settings.rasa_port),
           "PUTRIGHT_ACTIONS_PORT": str(settings.actions_port), "PUTRIGHT_TRACKER_DB": str(settings.tracker_db),
           "PUTRIGHT_SUPERVISOR": str(os.getpid()), "SANIC_HOST": "127.0.0.1", "PYTHONUNBUFFERED": "1"}
    env.pop("PYTHONPATH", None)
    return {**env, "PYTHONPATH": str(ROOT)}


def check_ports(settings: Settings) -> None:
    """Raises PortTaken, naming the setting that moves the port."""
    wanted = {
        "PUTRIGHT_WEB_PORT": settings.web_port, "PUTRIGHT_RASA_PORT": settings.rasa_port,
        "PUTRIGHT_ACTIONS_PORT": settings.actions_port,
    }
    for name, port in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise PortTaken(f"Port {port} is in use. Stop what uses it, or choose another with {name}.") from None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
