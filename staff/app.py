"""The staff room as one router, and as an application of its own."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from litestar import Litestar, Request, Response, Router, get
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from register.engine import Register
from staff import case_pages, queue_pages, sign_in_pages
from staff.desk import Clock, Desk, NotHere, Refused, SignedOut, StaffConfig
from staff.pages import ASSETS, HEADERS, go_to, page

logger = logging.getLogger(__name__)
ASSET_NAMES = frozenset(path.name for path in ASSETS.iterdir())
ASSET_TYPES = {"css": "text/css", "woff2": "font/woff2", "svg": "image/svg+xml"}
LARGEST_FORM = 200_000  # bytes: a long letter many times over


@get("/assets/{name:str}", opt={"authority": "anyone"}, sync_to_thread=False)
def asset(name: FromPath[str]) -> Response[bytes]:
    """The style sheet, the letters and the icon: nothing else, whatever the address asks for."""
    kind = ASSET_TYPES.get(name.rpartition(".")[2])
    if kind is None or name not in ASSET_NAMES:
        raise NotHere
    return Response((ASSETS / name).read_bytes(), media_type=kind, headers={**HEADERS, "Cache-Control": "max-age=300"})


def machine_clock() -> datetime:
    return datetime.now(UTC)


def routes(config: StaffConfig, register: Register, clock: Clock, wall: Clock = machine_clock) -> Router:
    """Everything under /staff. The templates are the room's own and need nothing of the application around it.

    `clock` dates cases and decisions and may be moved in a rehearsal; `wall` is the machine's own.
    """
    desk = Desk(config, register, clock, wall)

    async def guard(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
        await desk.guard(connection, handler)

    return Router(
        path="/staff",
        route_handlers=[asset, *sign_in_pages.HANDLERS, *queue_pages.HANDLERS, *case_pages.HANDLERS],
        guards=[guard],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        exception_handlers={
            SignedOut: _signed_out, Refused: _refused, NotHere: _not_here, HTTPException: _http_error, Exception: _failed,
        },
        request_max_body_size=LARGEST_FORM,
        include_in_schema=False,
    )


def create_app(config: StaffConfig, register: Register, clock: Clock, wall: Clock = machine_clock) -> Litestar:
    """The staff pages alone, for tests and for those who serve them apart from the residents' pages."""
    return Litestar([routes(config, register, clock, wall)], openapi_config=None)


def _signed_out(request: Request, _: Exception) -> Response:
    """Reading starts again at the sign-in; what was typed into a form is handed back, to be copied."""
    if request.method == "GET":
        return go_to("/staff/sign-in")
    typed = {key: value for key, value in request.state.form.items() if key not in ("csrf", "seen_version") and value}
    return page("signed_out.html", status=401, typed=typed)


def _refused(request: Request, _: Exception) -> Response[str]:
    return page("problem.html", status=403, problem="refused")


def _not_here(request: Request, _: Exception) -> Response[str]:
    return page("problem.html", status=404, problem="not_here")


def _http_error(request: Request, error: HTTPException) -> Response[str]:
    return page("problem.html", status=error.status_code, problem="not_here" if error.status_code == 404 else "not_understood")


def _failed(request: Request, error: Any) -> Response[str]:
    """The log has the kind of error and its place, never its message, which may quote a resident."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    logger.error("%s %s failed: %s at %s:%s", request.method, request.url.path, type(error).__name__, last.filename, last.lineno)
    return page("problem.html", status=500, problem="failed")
