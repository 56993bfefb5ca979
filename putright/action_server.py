"""The action server: rasa-sdk on loopback, for who shows the key."""

from __future__ import annotations

import hmac
import logging

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import HTTPResponse, Request
from sanic.response import json

from putright.settings import Settings

logging.getLogger("rasa_sdk.utils").setLevel(logging.ERROR)  # it warns of known things on every call (ADR 0002)


def serve(settings: Settings) -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    app = create_app(executor, cors_origins=[])
    key = settings.relay_key

    @app.on_request
    async def only_rasa(request: Request) -> HTTPResponse | None:
        if request.path != "/health" and not hmac.compare_digest(request.headers.get("x-actions-key", ""), key):
            return json({"error": "forbidden"}, status=403)
        return None

    app.config.ACCESS_LOG = False
    app.run(host="127.0.0.1", port=settings.actions_port, single_process=True, motd=False, access_log=False)
