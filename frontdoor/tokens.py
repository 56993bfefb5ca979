"""Signed tokens: the browser's cookie, another front end's bearer, the address of a status report.

A token names a conversation by its public id; the internal id stays inside. Each use has its own salt, so that one kind of
token is worth nothing as another.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

RESUME = timedelta(days=7)  # how long a browser may stay away and find its conversation again


class Signer:
    def __init__(self, secret_key: str) -> None:
        self._browser = URLSafeTimedSerializer(secret_key, salt="putright.browser")
        self._bearer = URLSafeTimedSerializer(secret_key, salt="putright.bearer")
        self._report = URLSafeSerializer(secret_key, salt="putright.status-report")

    def cookie(self, landlord: str, public_id: str) -> str:
        return self._browser.dumps([landlord, public_id])

    def read_cookie(self, landlord: str, cookie: str | None) -> str | None:
        """The public id that a cookie proves for this landlord, or None."""
        return _named(self._browser, landlord, cookie)

    def bearer(self, landlord: str, public_id: str) -> str:
        return self._bearer.dumps([landlord, public_id])

    def read_bearer(self, token: str) -> tuple[str, str] | None:
        """(landlord, public id) that a bearer token proves, or None."""
        try:
            landlord, public_id = self._bearer.loads(token, max_age=int(RESUME.total_seconds()))
        except (BadData, ValueError, TypeError):
            return None
        return landlord, public_id

    def report(self, message_id: str) -> str:
        return self._report.dumps(message_id)

    def read_report(self, token: str) -> str | None:
        """The message whose status is reported, or None."""
        try:
            return str(self._report.loads(token))
        except BadData:
            return None


def _named(signer: URLSafeTimedSerializer, landlord: str, token: str | None) -> str | None:
    try:
        named, public_id = signer.loads(token or "", max_age=int(RESUME.total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    return public_id if named == landlord else None


def new_public_id() -> str:
    return secrets.token_hex(16)


def new_once_id() -> str:
    """An id that a page's next message will carry, so that sending it twice sends it once."""
    return secrets.token_urlsafe(16)
