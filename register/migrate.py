"""Bring a register to the newest shape of its tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from register.engine import Register
from register.tables import Table


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def upgrade(register: Register) -> None:
    """Run the migrations that are missing. Safe to repeat."""
    settings = config()
    with register.engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def differences(register: Register) -> list:
    """What the tables in the database lack or have beyond `register.tables` (none after `upgrade`)."""
    with register.engine.begin() as connection:
        return compare_metadata(MigrationContext.configure(connection), Table.metadata)
