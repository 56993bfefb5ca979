"""One process of the running system."""

from __future__ import annotations

import os
import signal
import threading
import time

from putright.settings import Settings


def run(name: str, settings: Settings) -> int:
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    return {"web": _web, "relay": _relay, "actions": _actions}[name](settings)


def _end_with_supervisor() -> None:
    """A supervisor that was killed leaves no strays behind."""
    parent = os.environ.get("PUTRIGHT_SUPERVISOR")
    while parent and os.getppid() == int(parent):
        time.sleep(1)
    if parent:
        os.kill(os.getpid(), signal.SIGTERM)


def _web(settings: Settings) -> int:
    import uvicorn

    from putright.composition import create_app

    uvicorn.run(
        create_app(settings), host="127.0.0.1", port=settings.web_port, log_level="warning", access_log=False,
        server_header=False,
    )
    return 0


def _relay(settings: Settings) -> int:
    from putright.composition import run_relay

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_relay(settings, stop)
    return 0


def _actions(settings: Settings) -> int:
    from putright.action_server import serve

    os.environ["PUTRIGHT_DATABASE_URL"] = settings.database_url
    serve(settings)
    return 0
