"""The chat page as a browser without JavaScript uses it: fetch the page, post its form."""

from __future__ import annotations

import re

from litestar.testing import TestClient


def once_of(page: str) -> str:
    return re.findall(r'name="once" value="([^"]+)"', page)[-1]


def write(web: TestClient, text: str = "", landlord: str = "milestone", **fields):
    page = web.get(f"/{landlord}").text
    return web.post(f"/{landlord}", data={"text": text, "once": once_of(page)} | fields, follow_redirects=False)
