"""Is the process up, and can it do its work? For supervisors and load balancers."""

from __future__ import annotations

import logging
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from frontdoor.door import Door
from frontdoor.rasa import Rasa

logger = logging.getLogger(__name__)


@get("/healthz", opt={"authority": "public"}, sync_to_thread=False, include_in_schema=False)
def healthz() -> dict[str, str]:
    return {"process": "up"}


@get("/readyz", opt={"authority": "public"}, sync_to_thread=True, include_in_schema=False)
def readyz(door: NamedDependency[Door], rasa: NamedDependency[Rasa]) -> Response[dict[str, Any]]:
    """200 if messages can be kept, with the mode we are in; 503 if they cannot."""
    try:
        with door.register.writing() as session:
            session.execute(text("UPDATE conversations SET fence = fence WHERE id = ''"))
    except SQLAlchemyError as error:
        logger.error("the register cannot be written: %s", type(error).__name__)
        return Response({"register": "away", "mode": "closed"}, status_code=503)
    return Response({"register": "writable", "mode": "full" if rasa.is_ready() else "journal_only"})
