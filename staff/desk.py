"""What every staff page needs, and who may pass: authority, session cookie, token and origin of each request."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection, Request
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler

from register import staff
from register.deadlines import london_date
from register.engine import Register

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
Clock = Callable[[], datetime]  # an aware time
ANYONE, STAFF = "anyone", "staff"  # the authorities that a handler may declare


@dataclass(frozen=True, slots=True)
class StaffConfig:
    """`public_url`: the address that browsers use, without a final slash. `secret_key`: for the tokens in forms."""

    public_url: str
    secret_key: str

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """`__Host-` makes browsers refuse the cookie from anywhere but this host over https."""
        return "__Host-staff" if self.secure else "staff"

    @property
    def origin(self) -> str:
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


class SignedOut(Exception):
    """Nobody is signed in in this browser, or not any more."""


class Refused(Exception):
    """The request did not come from one of our own forms."""


class NotHere(Exception):
    """There is no such thing for this person."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The register, the clock and the guard of the staff pages."""

    config: StaffConfig
    register: Register
    now: Clock  # the cases' clock, which a rehearsal may move
    wall: Clock  # the machine's: texts leave by it

    def today(self) -> date:
        return london_date(self.now())

    def csrf(self, token: str) -> str:
        """The token for forms in the browser that holds this cookie."""
        return hmac.new(self.config.secret_key.encode(), f"staff form:{token}".encode(), hashlib.sha256).hexdigest()

    async def guard(self, connection: ASGIConnection, handler: BaseRouteHandler) -> None:
        """Deny by default: a handler that declares no authority is not here. Leaves account, token and form in the state."""
        authority = handler.opt.get("authority")
        if authority not in (ANYONE, STAFF):
            raise NotHere
        state = connection.state
        state.token, state.account, state.form = connection.cookies.get(self.config.cookie, ""), None, {}
        if connection.scope["method"] not in SAFE_METHODS:
            state.form = await Request(connection.scope, connection.receive).form()
            self._check_origin(connection)
            if not state.token or not secrets.compare_digest(self.csrf(state.token), str(state.form.get("csrf", ""))):
                raise Refused
        if authority == STAFF:
            state.account = await asyncio.to_thread(staff.signed_in, self.register, state.token, now=self.now())
            if state.account is None:
                raise SignedOut

    def _check_origin(self, connection: ASGIConnection) -> None:
        """Browsers say where a form came from; what says nothing is not a browser."""
        site = connection.headers.get("sec-fetch-site")
        ours = site == "same-origin" if site else connection.headers.get("origin") == self.config.origin
        if not ours:
            raise Refused


AtDesk: TypeAlias = NamedDependency[Desk]  # how a handler asks for it
