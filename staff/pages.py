"""Pages from templates: escaped always, complete or not at all, under a content security policy without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response
from litestar.response import Redirect

from policies import citations
from register.deadlines import LONDON

TEMPLATES = Path(__file__).parent / "templates"
ASSETS = Path(__file__).parent / "assets"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
                               "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@lru_cache(maxsize=1)
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )
    env.filters |= {"day": day, "moment": moment, "spoken": spoken, "from_iso": date.fromisoformat}
    return env


def page(name: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A whole page. Raises jinja2.UndefinedError rather than leave a hole."""
    content = environment().get_template(name).render(**values)
    return Response(content, status_code=status, media_type=MediaType.HTML, headers=HEADERS)


def text(name: str, **values: Any) -> str:
    """Words for a resident, as plain text."""
    return environment().get_template(name).render(**values).strip()


def go_to(address: str) -> Redirect:
    """See another page, after a form was taken: reloading it posts nothing twice."""
    return Redirect(address, status_code=303, headers=HEADERS)


def day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b %Y}"


def moment(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{day(local.date())}, {local:%H:%M}"


def spoken(cited: Iterable[dict[str, str]]) -> str:
    """How stored citations are said: "policy 4.7, Code 6.3"."""
    return citations.spoken(citations.Citation(one["document"], one["paragraph"]) for one in cited)
