"""What several rooms' tests share: a register on each database, and a clock that does not move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

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
