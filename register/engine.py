"""The door to the database: one engine, two kinds of transaction, the same code on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

READ_ONLY = "register_read_only"
STATEMENT_SECONDS = 5  # the innermost of the nested time budgets: database < action < relay < lease < conversation lock


class Register:
    """An open register.

    `writing()` and `reading()` are whole transactions: what is done inside is there altogether or not at all.
    Hold neither across a network call.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        reader = self.engine.execution_options(**{READ_ONLY: True})
        with Session(reader, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def make_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, hide_parameters=True)  # an error must not carry a resident's words into a log
        _prepare_sqlite(engine)
        return engine
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        limit = f"-c statement_timeout={STATEMENT_SECONDS * 1000} -c idle_in_transaction_session_timeout=10000"
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True, connect_args={"options": limit})
    raise ValueError(
        f"The register runs on SQLite or PostgreSQL, not on {parsed.get_backend_name()}. Set PUTRIGHT_DATABASE_URL to "
        "sqlite:///path/register.db or postgresql://user:password@host/name."
    )


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection, _record) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        # FULL, because under WAL the NORMAL level may lose the last commits when the power goes.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={STATEMENT_SECONDS * 1000}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection) -> None:
        # A writer takes the write lock at once: a read that later turns into a write could only fail.
        deferred = connection.get_execution_options().get(READ_ONLY)
        connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")
