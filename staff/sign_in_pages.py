"""Signing in and out."""

from __future__ import annotations

import secrets
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie

from register import staff
from staff.desk import ANYONE, STAFF, AtDesk, Desk
from staff.pages import go_to, page


@get("/sign-in", opt={"authority": ANYONE}, sync_to_thread=False)
def sign_in_page(request: Request, desk: AtDesk) -> Response[Any]:
    return _form(desk, request.state.token)


@post("/sign-in", opt={"authority": ANYONE}, sync_to_thread=True)
def sign_in(request: Request, desk: AtDesk) -> Response[Any]:
    """A new token at each sign-in: one planted in the browser before is worth nothing."""
    form = request.state.form
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    entered = staff.sign_in(desk.register, email=email, password=password, now=desk.now())
    if entered is None:
        return _form(desk, request.state.token, email=email, failed=True)
    return _with_cookie(desk, go_to("/staff"), entered[1])


@post("/sign-out", opt={"authority": STAFF}, sync_to_thread=True)
def sign_out(request: Request, desk: AtDesk) -> Response[Any]:
    with desk.register.writing() as session:
        staff.sign_out(session, request.state.token, now=desk.now())
    return _with_cookie(desk, go_to("/staff/sign-in"), "")


def _form(desk: Desk, token: str, *, email: str = "", failed: bool = False) -> Response[Any]:
    token = token or secrets.token_urlsafe(32)
    shown = page("sign_in.html", status=401 if failed else 200, csrf=desk.csrf(token), email=email, failed=failed)
    return _with_cookie(desk, shown, token)


def _with_cookie(desk: Desk, response: Response[Any], token: str) -> Response[Any]:
    response.set_cookie(Cookie(
        key=desk.config.cookie, value=token, path="/", secure=desk.config.secure, httponly=True, samesite="strict",
        max_age=None if token else 0,
    ))
    return response


HANDLERS = (sign_in_page, sign_in, sign_out)
