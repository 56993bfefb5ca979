"""Signing in and out: a new token each time, a cookie that stays at home, an answer that says nothing."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from litestar.testing import TestClient

from register import staff
from staff.app import create_app
from staff.desk import StaffConfig
from tests.casework import open_case
from tests.staff.conftest import ADDRESS, PASSWORD, Browser


def cookie(browser: Browser) -> str:
    return browser.client.cookies["staff"]


def test_the_right_password_leads_to_the_queue(visitor):
    assert visitor.sign_in().headers["location"] == "/staff"
    assert "Asha Khan" in visitor.page and visitor.get("/staff").status_code == 200


@pytest.mark.parametrize(("email", "password"), [("asha@example.org", "wrong"), ("nobody@example.org", PASSWORD)])
def test_the_same_page_answers_a_wrong_password_and_an_unknown_address(visitor, email, password):
    answer = visitor.sign_in(email, password)
    assert answer.status_code == 401
    assert "We could not sign you in" in visitor.page and password not in visitor.page
    assert visitor.get("/staff").status_code == 303


def test_after_too_many_tries_the_right_password_waits(visitor, clock):
    for _ in range(staff.FREE_TRIES):
        visitor.sign_in(password="wrong")
    assert visitor.sign_in().status_code == 401
    clock.at += timedelta(seconds=31)
    assert visitor.sign_in().status_code == 303


def test_a_token_planted_before_sign_in_is_worth_nothing_after_it(visitor):
    visitor.get("/staff/sign-in")
    planted = cookie(visitor)
    visitor.sign_in()
    assert cookie(visitor) != planted
    visitor.client.cookies.clear()
    visitor.client.cookies.set("staff", planted)
    assert visitor.get("/staff").status_code == 303


def test_a_stolen_cookie_is_dead_after_sign_out(asha):
    stolen = cookie(asha)
    assert asha.post("/staff/sign-out").headers["location"] == "/staff/sign-in"
    asha.client.cookies.clear()
    asha.client.cookies.set("staff", stolen)
    assert asha.get("/staff").status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(30, 200), (31, 303)])
def test_an_idle_browser_is_signed_out(asha, clock, minutes, status):
    clock.at += timedelta(minutes=minutes)
    assert asha.get("/staff").status_code == status


def test_what_was_typed_when_the_session_ended_is_handed_back(asha, clock, sqlite_register):
    reference = open_case(sqlite_register)
    asha.get(f"/staff/cases/{reference}")
    clock.at += timedelta(hours=1)
    answer = asha.post(f"/staff/cases/{reference}/note", {"seen_version": "1", "text": "A long <b>note</b>."})
    assert answer.status_code == 401
    assert "A long &lt;b&gt;note&lt;/b&gt;." in answer.text and "Nothing was sent" in answer.text


@pytest.mark.parametrize(("address", "name", "secure"), [
    (ADDRESS, "staff", False), ("https://tell.example.org", "__Host-staff", True),
])
def test_the_cookie_is_strict_unreadable_and_on_https_bound_to_the_host(sqlite_register, people, clock, address, name, secure):
    app = create_app(StaffConfig(address, "a secret key for tests only, long enough"), sqlite_register, clock, clock)
    with TestClient(app, base_url=address) as client:
        visitor = Browser(client, sqlite_register, clock)
        visitor.get("/staff/sign-in")
        form = {"email": "asha@example.org", "password": PASSWORD}
        set_cookie = visitor.post("/staff/sign-in", form, origin=address).headers["set-cookie"]
        morsel = SimpleCookie(set_cookie)[name]
        assert (morsel["httponly"], morsel["samesite"], morsel["path"], bool(morsel["secure"])) == (True, "strict", "/", secure)
        assert not morsel["domain"] and not morsel["max-age"]
        assert visitor.get("/staff").status_code == 200
