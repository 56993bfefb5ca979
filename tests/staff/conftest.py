"""The staff pages over a register with cases, and a browser's manners without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from register import staff
from register.engine import Register
from staff.app import create_app
from staff.desk import StaffConfig
from tests.conftest import NOW

PASSWORD = "three or four words together"
ADDRESS = "http://127.0.0.1"
MONDAY = NOW + timedelta(days=3)  # Monday 21 December 2026, when the tests' staff come to work


@dataclass
class Hand:
    """A clock that a test moves."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Browser:
    """Signs in, follows what pages link, posts forms with the token of the page before."""

    client: TestClient
    register: Register
    clock: Hand
    page: str = field(default="", init=False)

    def get(self, path: str) -> Any:
        answer = self.client.get(path, follow_redirects=False)
        self.page = answer.text
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, *, token: str | None = None, **headers: str) -> Any:
        given = {"csrf": self.csrf() if token is None else token, **(data or {})}
        headers = {name.replace("_", "-"): value for name, value in headers.items() if value} if headers else {"origin": ADDRESS}
        answer = self.client.post(path, data=given, headers=headers, follow_redirects=False)
        if answer.text:
            self.page = answer.text
        return answer

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.page)
        return found.group(1) if found else ""

    def sign_in(self, email: str = "asha@example.org", password: str = PASSWORD) -> Any:
        self.get("/staff/sign-in")
        answer = self.post("/staff/sign-in", {"email": email, "password": password})
        if answer.status_code == 303:
            self.get("/staff")
        return answer

    def decide(self, reference: str, decision: str, *, seen: int | None = None, **given: Any) -> Any:
        self.get(f"/staff/cases/{reference}")
        version = re.search(r'name="seen_version" value="(\d+)"', self.page).group(1) if seen is None else seen
        return self.post(f"/staff/cases/{reference}/{decision}", {"seen_version": str(version), **given})


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def people(sqlite_register: Register) -> dict[str, str]:
    """Asha looks after every landlord, Ben after Milestone alone; ids by name."""
    with sqlite_register.writing() as session:
        asha = staff.add(session, email="asha@example.org", name="Asha Khan", password=PASSWORD, now=NOW)
        ben = staff.add(session, email="ben@example.org", name="Ben Ode", password=PASSWORD, now=NOW, landlords=["milestone"])
        return {"asha": asha.id, "ben": ben.id}


@pytest.fixture
def visitor(sqlite_register: Register, people: dict[str, str], clock: Hand) -> Iterator[Browser]:
    """Somebody who has not signed in."""
    app = create_app(StaffConfig(ADDRESS, "a secret key for tests only, long enough"), sqlite_register, clock, clock)
    with TestClient(app, base_url=ADDRESS) as client:
        yield Browser(client, sqlite_register, clock)


@pytest.fixture
def asha(visitor: Browser) -> Browser:
    assert visitor.sign_in().status_code == 303
    return visitor
