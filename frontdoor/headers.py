"""Response headers of every page, picture and answer: nothing from elsewhere, nothing kept, nobody's frame."""

from __future__ import annotations

from litestar.datastructures import MutableScopeHeaders
from litestar.types import BeforeMessageSendHookHandler, Message, Scope

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # not no-referrer: browsers would then hide where our own forms come from
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex",
}
HTTPS_ONLY = "max-age=31536000"


def harden(https: bool) -> BeforeMessageSendHookHandler:
    """A `before_send` hook: it sees every answer, errors and unknown addresses too."""

    async def before_send(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in ALWAYS.items():
            headers.setdefault(name, value)  # a room that shares the application may have said it its own way
        still = scope["path"].startswith("/static/") and message["status"] == 200
        headers.setdefault("cache-control", "public, max-age=3600" if still else "no-store")
        if https:
            headers["strict-transport-security"] = HTTPS_ONLY

    return before_send
