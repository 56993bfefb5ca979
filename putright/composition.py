"""Where the rooms are joined: settings become a front door, staff pages and a relay."""

from __future__ import annotations

import threading

from litestar import Litestar

from frontdoor import app as frontdoor_app
from frontdoor import worker
from frontdoor.config import Config, Twilio
from putright.run import landlords
from putright.settings import Settings
from register.engine import Register
from staff import app as staff_app
from staff.desk import StaffConfig


def frontdoor_config(settings: Settings) -> Config:
    twilio = None
    if settings.twilio_account_sid and settings.twilio_auth_token:
        twilio = Twilio(
            account_sid=settings.twilio_account_sid, auth_token=settings.twilio_auth_token, numbers=settings.twilio_numbers,
            api_base=settings.twilio_api_base or "https://api.twilio.com",
        )
    return Config(
        landlords=tuple(landlords(settings)), public_url=settings.public_url, secret_key=settings.secret_key,
        rasa_url=settings.rasa_url, relay_key=settings.relay_key, twilio=twilio,
    )


def run_relay(settings: Settings, stop: threading.Event) -> None:
    worker.run_worker(frontdoor_config(settings), Register(settings.database_url), stop, settings.clock.now)


def create_app(settings: Settings) -> Litestar:
    """The residents' pages, the API, the webhooks and the staff pages as one application."""
    register = Register(settings.database_url)
    app = frontdoor_app.create_app(frontdoor_config(settings), register, settings.clock.now)
    app.register(staff_app.routes(StaffConfig(settings.public_url, settings.secret_key), register, settings.clock.now))
    return app
