"""The supervisor over real processes: started, started again when they die, later each time, and ended together."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from putright import processes
from putright.processes import Part, PortTaken, Supervisor, check_ports, free_port
from putright.settings import load

SLEEPS = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


def part(folder: Path, code: str = SLEEPS, name: str = "sleeper") -> Part:
    return Part(name, [sys.executable, "-c", code], dict(os.environ), folder / f"{name}.log")


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def supervised(tmp_path):
    supervisor = Supervisor([part(tmp_path, name="one"), part(tmp_path, name="two")])
    supervisor.start()
    yield supervisor
    supervisor.end()


def test_one_that_was_killed_is_started_again_and_reported(supervised):
    one, two = supervised.parts
    killed, other, reports = one.process.pid, two.process.pid, []
    os.kill(killed, signal.SIGKILL)
    one.process.wait()
    until(lambda: supervised.watch(reports.append) or one.restarts == 1)
    assert one.process.poll() is None and one.process.pid != killed
    assert two.process.pid == other and two.restarts == 0
    assert len(reports) == 1 and "one ended (code -9)" in reports[0] and str(one.log) in reports[0]


def test_one_that_keeps_dying_waits_longer_each_time(tmp_path):
    reports, dying = [], part(tmp_path, "raise SystemExit(3)", name="dying")
    dying.start()
    until(lambda: dying.watch(reports.append) or len(reports) == 3)
    for report, pause in zip(reports, processes.BACK_OFF, strict=False):
        assert f"(code 3); starting it again in {pause:g} s" in report
    dying.end()


def test_ending_reaches_all_of_them_even_one_that_does_not_listen(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "ENDING", 0.5)
    supervisor = Supervisor([part(tmp_path, DEAF, name="deaf"), part(tmp_path)])
    supervisor.start()
    until(lambda: "deaf" in (tmp_path / "deaf.log").read_text())
    supervisor.end()
    assert [each.process.returncode for each in supervisor.parts] == [-signal.SIGKILL, -signal.SIGTERM]


def test_a_taken_port_is_named_with_its_setting():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        settings = {"PUTRIGHT_SECRET_KEY": "a long secret key, for tests only", "PUTRIGHT_WEB_PORT": str(free_port()),
                    "PUTRIGHT_RASA_PORT": port, "PUTRIGHT_ACTIONS_PORT": str(free_port())}
        with pytest.raises(PortTaken, match=f"Port {port} is in use.*PUTRIGHT_RASA_PORT"):
            check_ports(load(settings))
    check_ports(load(settings))
