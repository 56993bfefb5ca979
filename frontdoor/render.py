"""Pages from templates: everything escaped, and a value that is missing is an error, never a gap."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response
from markupsafe import Markup

from policies.dates import LONDON, london_date

POINT = re.compile(r"\d{1,2}\. ")  # how the lines of a read-back begin
FOLDER = Path(__file__).with_name("templates")


@cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=lambda name: not (name or "").endswith(".txt"), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    env.filters |= {"clock": clock, "day": day, "iso": iso, "points": points}
    return env


def iso(at: datetime) -> str:
    return at.astimezone(LONDON).isoformat(timespec="minutes")


def clock(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%H:%M}"


def day(at: datetime | date) -> str:
    on = london_date(at)
    return f"{on:%a} {on.day} {on:%b %Y}"


def points(said: str) -> Markup:
    """What was said, each numbered line in a span of its own, so that its second line stands under the first."""
    wrapped = Markup('<span class="point">{}</span>')
    return Markup("\n").join(wrapped.format(line) if POINT.match(line) else line for line in said.split("\n"))


def text(template: str, **values: Any) -> str:
    return environment().get_template(template).render(**values)


def page(template: str, *, status: int = 200, **values: Any) -> Response[str]:
    return Response(text(template, **values), status_code=status, media_type=MediaType.HTML)
