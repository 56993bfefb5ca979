"""One turn to Rasa's journal channel and back, over loopback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

TURN_SECONDS = 25  # budgets nest: database 5 < action 10 < this < lease 40 < Rasa's own lock 60
CONNECT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Answer:
    said: list[dict[str, Any]]
    understanding: dict[str, Any] | None


class Away(Exception):
    """Rasa is not there, or not ready: no message is at fault."""


class TurnFailed(Exception):
    """Rasa is there and this turn did not succeed: `args[0]` says how, without the resident's words."""


class Rasa:
    def __init__(self, url: str, relay_key: str) -> None:
        self._client = httpx.Client(
            base_url=f"{url.rstrip('/')}/webhooks/journal", headers={"x-relay-key": relay_key}, trust_env=False,
            timeout=httpx.Timeout(TURN_SECONDS, connect=CONNECT_SECONDS),
        )

    def turn(self, body: dict[str, Any]) -> Answer:
        """Raises Away or TurnFailed. Asking again is always safe: a turn that was done is answered from memory."""
        try:
            response = self._client.post("/turn", json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Away("unreachable") from error
        except httpx.HTTPError as error:
            raise TurnFailed(type(error).__name__) from error
        if response.status_code == 403:
            raise Away("it does not know our relay key: start both with the same PUTRIGHT_SECRET_KEY")
        given = _json(response)
        if response.status_code != 200:
            code = str(given.get("error", response.status_code))
            raise Away(code) if code == "not_ready" else TurnFailed(code[:100])
        if not given.get("messages"):
            raise TurnFailed("silent")
        return Answer(given["messages"], given.get("understanding"))

    def is_ready(self) -> bool:
        try:
            return self._client.get("/", timeout=CONNECT_SECONDS).status_code == 200
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        self._client.close()


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        given = response.json()
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}
