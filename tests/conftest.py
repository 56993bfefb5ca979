"""What several rooms' tests share: a register on each database, and a clock that does not move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import psycopg
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from register import migrate
from register.engine import Register
from tests import postgres

settings.register_profile("house", deadline=None)  # a busy machine is no defect: speed is measured by `make bench`
settings.load_profile("house")
NOW = datetime(2026, 12, 18, 18, 30, tzinfo=UTC)  # Friday evening before Christmas: every clock crosses the holidays


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser for all: Playwright cannot be started twice in a process."""
    path = which("chromium") or which("chromium-browser")
    if path is None:
        raise RuntimeError("There is no Chromium. Install it: apt-get update && apt-get install -y chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def register_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/register.db"
    server = request.getfixturevalue("postgres_server")
    name = f"t{abs(hash(str(tmp_path)))}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    opened = Register(register_url)
    migrate.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_register(tmp_path: Path) -> Iterator[Register]:
    """For what does not depend on the database: one is enough."""
    opened = Register(f"sqlite:///{tmp_path}/register.db")
    migrate.upgrade(opened)
    yield opened
    opened.close()
