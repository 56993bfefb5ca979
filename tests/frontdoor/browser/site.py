"""The front door as residents meet it: a real server, a real relay, headless Chromium."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.sync_api import Page

from frontdoor.app import create_app
from frontdoor.config import Config, wall_clock
from frontdoor.worker import run_worker
from register import migrate
from register.engine import Register
from tests.frontdoor import rasa_standin

LOOKED_AT = Path(__file__).parents[3] / "var" / "screens"  # pictures to look at; not kept with the project


@dataclass
class Site:
    url: str
    register: Register
    rasa: rasa_standin.Rasa
    server: uvicorn.Server


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    with rasa_standin.running() as rasa:
        register = Register(f"sqlite:///{folder}/register.db")
        migrate.upgrade(register)
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        config = Config((), url, "a secret key for the tests of the browser", rasa.url, rasa_standin.RELAY_KEY)
        stop = threading.Event()
        worker = threading.Thread(target=run_worker, args=(config, register, stop, wall_clock))
        server = uvicorn.Server(uvicorn.Config(create_app(config, register, wall_clock), port=port, log_level="error"))
        thread = threading.Thread(target=server.run)
        worker.start()
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield Site(url, register, rasa, server)
        finally:
            stop.set()
            server.should_exit = server.force_exit = True
            worker.join()
            thread.join()
            register.close()


def picture(page: Page, name: str) -> None:
    LOOKED_AT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=LOOKED_AT / f"{name}.png", full_page=True)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
