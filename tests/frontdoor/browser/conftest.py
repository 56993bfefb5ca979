"""One Chromium and one front door for all; a new browser window, and a Rasa that repeats what it is told, for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.frontdoor import rasa_standin
from tests.frontdoor.browser.site import Site, site

# What a screen reader would say: every addition to a live region.
HEAR = """
window.heard = [];
document.addEventListener("DOMContentLoaded", () => {
  for (const live of document.querySelectorAll("[aria-live], [role=status], [role=alert], [role=log]")) {
    new MutationObserver((changes) => {
      const nodes = changes.flatMap((change) => [...change.addedNodes]);
      const words = nodes.map((node) => node.textContent.replace(/\\s+/g, " ").trim());
      const said = words.filter(Boolean).join(" ");
      if (said) window.heard.push([live.id, said]);
    }).observe(live, {childList: true, subtree: live.id === "log"});
  }
});
"""


@pytest.fixture(scope="session")
def house(tmp_path_factory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(autouse=True)
def script(house: Site) -> Iterator[None]:
    """Each test begins with a Rasa that repeats what it is told."""
    fresh = rasa_standin.Rasa()
    house.rasa.script, house.rasa.mode, house.rasa.slow = fresh.script, "ok", 0.0
    yield
    house.rasa.mode, house.rasa.slow = "ok", 0.0


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, house: Site) -> Page:
    opened = context.new_page()
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("console", lambda line: opened.faults.append(line.text) if line.type == "error" else None)
    opened.on("request", lambda request: None if request.url.startswith(house.url) else opened.faults.append(request.url))
    opened.add_init_script(HEAR)
    opened.goto(f"{house.url}/milestone")
    return opened


@pytest.fixture
def plain(chromium: Browser, house: Site) -> Iterator[Page]:
    """The page on a phone without JavaScript."""
    opened = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = opened.new_page()
    page.goto(f"{house.url}/milestone")
    yield page
    opened.close()
