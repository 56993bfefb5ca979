"""Every route of the composed application declares whose it is: a route without authority is a hole."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from putright.composition import create_app
from putright.settings import Settings
from register import migrate
from register.engine import Register

KNOWN = {"public", "resident", "twilio", "anyone", "staff"}


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Litestar:
    url = f"sqlite:///{tmp_path_factory.mktemp('routes')}/register.db"
    migrate.upgrade(Register(url))
    return create_app(Settings(database_url=url, public_url="http://127.0.0.1:8000", secret_key="k" * 40))


def handlers(app: Litestar) -> list[tuple[str, HTTPRouteHandler]]:
    return [(route.path, handler) for route in app.routes for handler in getattr(route, "route_handlers", [])]


def test_every_route_declares_its_authority(app):
    found = handlers(app)
    assert len(found) > 20
    wrong = [f"{path}: {handler.handler_name}" for path, handler in found
             if "OPTIONS" not in handler.http_methods and handler.opt.get("authority") not in KNOWN]
    assert wrong == []


def test_everything_of_staff_but_the_sign_in_needs_staff(app):
    of_staff = [(path, handler) for path, handler in handlers(app) if path.startswith("/staff")]
    open_to_anyone = {path for path, handler in of_staff if handler.opt.get("authority") == "anyone"}
    assert open_to_anyone <= {"/staff/assets/{name:str}", "/staff/sign-in"}


def test_nothing_outside_the_staff_pages_claims_staff(app):
    claimed = [path for path, handler in handlers(app) if handler.opt.get("authority") == "staff"]
    assert [path for path in claimed if not path.startswith("/staff")] == []
