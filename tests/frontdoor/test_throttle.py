"""A flood from one address is slowed; everybody else, and Twilio, is not."""

from __future__ import annotations

import pytest
from litestar.testing import TestClient

from frontdoor.app import create_app
from frontdoor.throttle import POSTS_A_MINUTE
from tests.frontdoor.conftest import PUBLIC
from tests.twilio_standin import signed


@pytest.fixture
def visit(sqlite_door):
    app = create_app(sqlite_door.config, sqlite_door.register, sqlite_door.clock, sqlite_door.wall)

    def from_address(address: str) -> TestClient:
        return TestClient(_At(app, address), base_url=PUBLIC)

    return from_address


class _At:
    """The application as it is reached from an address."""

    def __init__(self, app, address: str) -> None:
        self.app, self.address = app, address

    def __getattr__(self, name):
        return getattr(self.app, name)

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            scope["client"] = (self.address, 1234)
        await self.app(scope, receive, send)


def statuses(web: TestClient, times: int, **headers: str) -> list[int]:
    return [web.post("/milestone", data={"text": ""}, headers=headers).status_code for _ in range(times)]


def test_the_flooder_waits_and_the_neighbour_does_not(visit):
    assert statuses(visit("203.0.113.7"), POSTS_A_MINUTE + 2) == [400] * POSTS_A_MINUTE + [429] * 2
    slowed = visit("203.0.113.7").post("/milestone", data={"text": ""})
    assert "wait a minute" in slowed.text and "0300 111 3000" in slowed.text
    assert statuses(visit("203.0.113.8"), 1) == [400]
    assert visit("203.0.113.7").get("/milestone").status_code == 200, "reading goes on"


def test_a_forged_forwarding_header_is_not_another_address(visit):
    web = visit("203.0.113.9")
    seen = [statuses(web, 1, **{"x-forwarded-for": f"198.51.100.{number % 250}"})[0] for number in range(POSTS_A_MINUTE + 1)]
    assert seen[-1] == 429


def test_a_household_on_ipv6_is_one_address(visit):
    assert statuses(visit("2001:db8:1:100::1"), POSTS_A_MINUTE)[-1] == 400
    assert statuses(visit("2001:db8:1:1ff:9::2"), 1) == [429]
    assert statuses(visit("2001:db8:1:200::1"), 1) == [400]


def test_twilio_and_our_own_house_are_never_slowed(visit, twilio):
    web = visit("203.0.113.10")
    statuses(web, POSTS_A_MINUTE + 1)
    for number in range(POSTS_A_MINUTE + 10):
        body, headers = signed(f"{PUBLIC}/sms/inbound", twilio.text_in(f"text {number}", from_="+447911123456"))
        assert web.post("/sms/inbound", content=body, headers=headers).status_code == 204
    assert set(statuses(visit("127.0.0.1"), POSTS_A_MINUTE + 10)) == {400}
