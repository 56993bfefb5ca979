"""A browser at a landlord's door: the signed cookie that holds its conversation, and who may post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException, PermissionDeniedException

from frontdoor.door import Door
from frontdoor.landlord import Face
from frontdoor.tokens import RESUME, new_public_id

RESIDENT = {"authority": "resident"}


@dataclass(frozen=True, slots=True)
class Visit:
    """The conversation that a browser holds, or would hold, with a landlord. `public_id` is all that it knows of it."""

    landlord: Face
    public_id: str


def visit(request: Request, door: Door, landlord: str) -> Visit:
    """Raises NotFoundException for a landlord that we do not serve."""
    face = door.face(landlord)
    if face is None:
        raise NotFoundException("There is no such page.")
    known = door.signer.read_cookie(landlord, request.cookies.get(cookie_name(door, landlord)))
    return Visit(face, known or new_public_id())


def keep(door: Door, here: Visit, response: Response[Any]) -> Response[Any]:
    """Let the browser find its conversation again, for as long again as from now."""
    signed = door.signer.cookie(here.landlord.key, here.public_id)
    response.set_cookie(_cookie(door, here.landlord.key, signed, int(RESUME.total_seconds())))
    return response


def forget(door: Door, landlord: str, response: Response[Any]) -> Response[Any]:
    response.set_cookie(_cookie(door, landlord, "", 0))
    if door.config.https:
        response.headers["clear-site-data"] = '"cache", "storage"'  # not "cookies": they may be a colleague's sign-in
    return response


def cookie_name(door: Door, landlord: str) -> str:
    return f"{'__Host-' if door.config.https else ''}chat-{landlord}"


def _cookie(door: Door, landlord: str, value: str, seconds: int) -> Cookie:
    return Cookie(
        cookie_name(door, landlord), path="/", value=value, max_age=seconds, httponly=True, secure=door.config.https,
        samesite="lax",
    )


def ours_alone(connection: ASGIConnection, _handler: Any) -> None:
    """A guard: only our own pages may post here, whatever site sent the browser."""
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:  # an older browser
        origin = connection.headers.get("origin")
        here = {connection.headers.get("host"), urlsplit(connection.app.state.door.config.public_url).netloc}
        ours = origin is None or urlsplit(origin).netloc in here
    if not ours:
        raise PermissionDeniedException("This form was not sent from our own page.")
