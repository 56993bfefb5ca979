"""The front door as one ASGI application."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from litestar import Litestar, MediaType, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router
from sqlalchemy.exc import SQLAlchemyError

from frontdoor import api, health, pages, render, sms, transcripts
from frontdoor.config import Clock, Config, wall_clock
from frontdoor.door import open_door
from frontdoor.headers import harden
from frontdoor.landlord import Face, ombudsman
from frontdoor.rasa import Rasa
from frontdoor.throttle import throttle
from register.engine import Register

STATIC = Path(__file__).with_name("static")
logger = logging.getLogger(__name__)


def create_app(config: Config, register: Register, clock: Clock, wall: Clock = wall_clock) -> Litestar:
    """`clock` dates what residents say; `wall`, the machine's, runs leases and patience."""
    door = open_door(config, register, clock, wall)
    rasa = Rasa(config.rasa_url, config.relay_key)
    return Litestar(
        route_handlers=[
            pages.Pages, transcripts.transcript, transcripts.transcript_file, sms.inbound, sms.status, api.Api,
            health.healthz, health.readyz,
            create_static_files_router("/static", directories=[STATIC], opt={"authority": "public"}, include_in_schema=False),
        ],
        dependencies={
            "door": Provide(lambda: door, sync_to_thread=False, use_cache=True),
            "rasa": Provide(lambda: rasa, sync_to_thread=False, use_cache=True),
        },
        state=State({"door": door}),
        middleware=[throttle()],
        before_send=[harden(config.https)],
        exception_handlers={HTTPException: _refused, SQLAlchemyError: _not_now, Exception: _broken},
        openapi_config=OpenAPIConfig(
            title="Putright", version="1", render_plugins=[JsonRenderPlugin(path="/openapi.json")],
            openapi_router=Router("/api", route_handlers=[], opt={"authority": "public"}, include_in_schema=False),
        ),
        on_shutdown=[rasa.close],
        logging_config=None,
    )


def _refused(request: Request, error: HTTPException) -> Response[Any]:
    wrong = error.extra if isinstance(error.extra, list) else []
    detail = " ".join([f"{each.get('key', 'body')}: {each['message']}." for each in wrong if "message" in each]) or error.detail
    return _error(request, error.status_code, detail, headers=error.headers)


def _not_now(request: Request, error: SQLAlchemyError) -> Response[Any]:
    logger.error("%s: the register is away: %s", request.route_handler.handler_name, type(error).__name__)
    return _error(request, 503, "We cannot store anything just now. Send it again in a minute.", headers={"retry-after": "60"})


def _broken(request: Request, error: Exception) -> Response[Any]:
    logger.error("%r failed: %s", request.scope["path"][:60], type(error).__name__)
    return _error(request, 500, "Something went wrong on our side.")


def _error(request: Request, status: int, detail: str, headers: dict[str, str] | None = None) -> Response[Any]:
    """Programs get one line of JSON, Twilio nothing, residents a page that says where else to turn."""
    path = request.scope["path"]
    if path.startswith("/sms/"):
        return Response(b"", status_code=status, media_type=MediaType.TEXT)
    if path.startswith("/api/") or "application/json" in request.headers.get("accept", ""):
        return Response({"error": detail}, status_code=status, headers=headers, media_type=MediaType.JSON)
    page = render.page("error.html", status=status, code=status, landlord=_landlord(request), ombudsman=ombudsman())
    page.headers.update(headers or {})
    return page


def _landlord(request: Request) -> Face | None:
    """The landlord whose page this would have been, if it is one of ours."""
    return request.app.state.door.face(request.scope["path"].strip("/").split("/")[0])
