"""A front door with stand-ins for what is outside: Rasa and Twilio answer on loopback, the clocks stand where they are put."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from litestar.testing import TestClient

from frontdoor import config
from frontdoor.app import create_app
from frontdoor.door import Door, open_door
from frontdoor.rasa import Rasa
from frontdoor.relay import Relay
from register.engine import Register
from register.tables import Message
from tests import twilio_standin
from tests.conftest import NOW
from tests.frontdoor import rasa_standin

PUBLIC = "https://tell.example.org"
SECRET = "a secret key for the tests of the front door"
MILESTONE, MSO = "+447700900001", "+447700900002"


@dataclass
class Time:
    """Both clocks, moved by hand."""

    now: datetime = NOW
    wall: datetime = field(default=NOW)

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)
        self.wall += timedelta(**by)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def rasa() -> Iterator[rasa_standin.Rasa]:
    with rasa_standin.running() as standin:
        yield standin


@pytest.fixture
def twilio(time: Time) -> Iterator[twilio_standin.Twilio]:
    with twilio_standin.running() as standin:
        standin.clock = lambda: time.wall
        yield standin


def make_config(rasa_url: str = "http://127.0.0.1:9", twilio_base: str = "http://127.0.0.1:9", **values) -> config.Config:
    account = config.Twilio(
        twilio_standin.ACCOUNT, twilio_standin.TOKEN, {MILESTONE: "milestone", MSO: "mso"}, api_base=twilio_base
    )
    given = {
        "landlords": (),
        "public_url": PUBLIC,
        "secret_key": SECRET,
        "rasa_url": rasa_url,
        "relay_key": rasa_standin.RELAY_KEY,
    }
    return config.Config(**(given | {"twilio": account} | values))


@pytest.fixture
def door(register: Register, rasa: rasa_standin.Rasa, twilio: twilio_standin.Twilio, time: Time) -> Door:
    return open_door(make_config(rasa.url, twilio.base), register, lambda: time.now, lambda: time.wall)


@pytest.fixture
def sqlite_door(sqlite_register: Register, rasa: rasa_standin.Rasa, twilio: twilio_standin.Twilio, time: Time) -> Door:
    return open_door(make_config(rasa.url, twilio.base), sqlite_register, lambda: time.now, lambda: time.wall)


@pytest.fixture
def relay(door: Door) -> Iterator[Relay]:
    yield from _relay(door)


@pytest.fixture
def sqlite_relay(sqlite_door: Door) -> Iterator[Relay]:
    yield from _relay(sqlite_door)


def _relay(door: Door) -> Iterator[Relay]:
    client = Rasa(door.config.rasa_url, door.config.relay_key)
    yield Relay(door, client)
    client.close()


def client_of(door: Door) -> TestClient:
    return TestClient(create_app(door.config, door.register, door.clock, door.wall), base_url=PUBLIC)


@pytest.fixture
def web(door: Door) -> Iterator[TestClient]:
    with client_of(door) as client:
        yield client


@pytest.fixture
def sqlite_web(sqlite_door: Door) -> Iterator[TestClient]:
    with client_of(sqlite_door) as client:
        yield client


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page or an answer is not waited for: nobody answers meanwhile."""
    for limit in ("pages.PLAIN_WAIT", "pages.POLL_WAIT", "api.WAIT"):
        monkeypatch.setattr(f"frontdoor.{limit}", 0)


def rows(register: Register, **where) -> list[Message]:
    with register.reading() as session:
        return session.query(Message).filter_by(**where).order_by(Message.conversation_id, Message.seq).all()


def carry(relay: Relay) -> int:
    """Let the relay carry all that is due; how many turns that were."""
    turns = 0
    while relay.step("test"):
        turns += 1
    return turns
