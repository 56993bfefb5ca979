"""The whole house as `make run` starts it: `putright run` on free ports, with a register of its own and a stand-in for Twilio."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from putright.processes import free_port
from putright.rasa import ensure_model
from putright.settings import ROOT
from register.engine import Register
from tests import twilio_standin

EMAIL, PASSWORD = "asha@example.org", "three quiet words"
NUMBER = "+447700900001"
BOOT_SECONDS = 240  # on a machine that does much else


@dataclass
class House:
    url: str
    register: Register
    twilio: twilio_standin.Twilio
    process: subprocess.Popen
    output: Path

    def part(self, word: str) -> int:
        """The process id of the supervised part whose command holds `word`."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next(int(pid) for pid in children if word in Path(f"/proc/{pid}/cmdline").read_text())

    def text_in(self, body: str, *, from_: str) -> None:
        """A text from a resident, signed as Twilio signs."""
        url = f"{self.url}/sms/inbound"
        content, headers = twilio_standin.signed(url, self.twilio.text_in(body, from_=from_, to=NUMBER))
        assert httpx.post(url, content=content, headers=headers).status_code == 204


@contextmanager
def house(folder: Path, *, now: str = "", sms_landlord: str = "millat") -> Iterator[House]:
    """Ended as by Ctrl-C. Raises RuntimeError if no turn is answered in time."""
    ensure_model()
    with twilio_standin.running() as twilio:
        web_port = free_port()
        settings = {
            "PUTRIGHT_DATABASE_URL": f"sqlite:///{folder / 'register.db'}", "PUTRIGHT_TRACKER_DB": str(folder / "rasa.db"),
            "PUTRIGHT_SECRET_KEY": "a secret key for the tests of the whole house", "PUTRIGHT_NOW": now, "PUTRIGHT_LANDLORDS": "",
            "PUTRIGHT_PUBLIC_URL": f"http://127.0.0.1:{web_port}", "PUTRIGHT_WEB_PORT": str(web_port),
            "PUTRIGHT_RASA_PORT": str(free_port()), "PUTRIGHT_ACTIONS_PORT": str(free_port()),
            "TWILIO_ACCOUNT_SID": twilio_standin.ACCOUNT, "TWILIO_AUTH_TOKEN": twilio_standin.TOKEN,
            "TWILIO_NUMBERS": f"{NUMBER}={sms_landlord}", "TWILIO_API_BASE": twilio.base,
        }
        environment = {**os.environ, **settings}
        output = folder / "run.log"
        with output.open("wb") as log:
            # What a shell runs in the background ignores Ctrl-C, and so would its children.
            listening = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
            process = subprocess.Popen(
                putright("run"), cwd=ROOT, env=environment, stdout=log, stderr=log, preexec_fn=listening
            )
        register = Register(settings["PUTRIGHT_DATABASE_URL"])
        try:
            _wait(process, output)
            add = putright("staff", "add", EMAIL, "--name", "Asha Khan")
            subprocess.run(add, cwd=ROOT, env=environment, input=PASSWORD.encode(), check=True, stdout=subprocess.DEVNULL)
            yield House(settings["PUTRIGHT_PUBLIC_URL"], register, twilio, process, output)
        finally:
            register.close()
            process.send_signal(signal.SIGINT)
            process.wait(60)


def putright(*words: str) -> list[str]:
    return [sys.executable, "-m", "putright.cli", *words]


def _wait(process: subprocess.Popen, output: Path) -> None:
    until = time.monotonic() + BOOT_SECONDS
    while "Ctrl-C ends it." not in output.read_text():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"The house did not start: {output.read_text()}")
        time.sleep(0.3)
