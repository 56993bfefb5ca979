"""Twilio's own client, over an HTTP client of ours: it can be pointed elsewhere, has a time limit, and logs nothing."""

from __future__ import annotations

import logging
from typing import Any

import httpx
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from frontdoor.config import Twilio

OFFICIAL = "https://api.twilio.com"
SECONDS = 15


class HttpxClient(HttpClient):
    """What `twilio.rest.Client` calls. The library's own one writes residents' numbers to the log."""

    def __init__(self, base: str) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False, timeout=SECONDS)
        self._base = base.rstrip("/")
        self._client = httpx.Client(timeout=SECONDS, follow_redirects=False)

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        url = self._base + uri.removeprefix(OFFICIAL)
        answer = self._client.request(method, url, params=params, data=_form(data), headers=headers, auth=auth)
        return Response(answer.status_code, answer.text, answer.headers)


def _form(data: dict[str, object] | None) -> dict[str, Any] | None:
    return {name: value for name, value in data.items() if value is not None} if data else None


def client(twilio: Twilio) -> Client:
    return Client(twilio.account_sid, twilio.auth_token, http_client=HttpxClient(twilio.api_base or OFFICIAL))
