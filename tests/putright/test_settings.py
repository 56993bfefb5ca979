"""Settings: what is wrong or unsafe is refused with a sentence that names the setting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from putright.settings import Clock, SettingError, load

KEY = {"PUTRIGHT_SECRET_KEY": "a long secret key, for tests only"}


@pytest.mark.parametrize("given", [
    {"PUTRIGHT_PUBLIC_URL": "http://tell.example.org"},
    {"PUTRIGHT_PUBLIC_URL": "tell.example.org"},
    {"PUTRIGHT_PUBLIC_URL": "https://tell.example.org", "PUTRIGHT_NOW": "+3d"},
    {"PUTRIGHT_NOW": "tomorrow"},
    {"PUTRIGHT_NOW": "2026-13-01"},
    {"PUTRIGHT_WEB_PORT": "0"},
    {"PUTRIGHT_RASA_PORT": "65536"},
    {"PUTRIGHT_ACTIONS_PORT": "http"},
    {"PUTRIGHT_SECRET_KEY": "changeme"},
    {"PUTRIGHT_SECRET_KEY": "a" * 64},
    {"TWILIO_NUMBERS": "+447700900001"},
    {"TWILIO_NUMBERS": "{not json"},
])  # fmt: skip
def test_what_cannot_be_used_is_refused_by_name(given):
    with pytest.raises(SettingError, match=list(given)[-1]):
        load(KEY | given)


@pytest.mark.parametrize("given", [
    {"PUTRIGHT_PUBLIC_URL": "https://tell.example.org"},
    {"PUTRIGHT_PUBLIC_URL": "http://localhost:9000", "PUTRIGHT_NOW": "+3d"},
    {"PUTRIGHT_WEB_PORT": "1"},
    {"PUTRIGHT_RASA_PORT": "65535"},
])  # fmt: skip
def test_what_is_safe_is_taken(given):
    assert load(KEY | given).secret_key == KEY["PUTRIGHT_SECRET_KEY"]


def test_numbers_may_be_pairs_or_json():
    numbers = {"+447700900001": "milestone", "+447700900002": "mso"}
    for text in ("+447700900001=milestone, +447700900002=mso", '{"+447700900001": "milestone", "+447700900002": "mso"}'):
        assert load(KEY | {"TWILIO_NUMBERS": text}).twilio_numbers == numbers


def test_the_address_follows_the_port_and_cookies_follow_the_address():
    settings = load(KEY | {"PUTRIGHT_WEB_PORT": "8123"})
    assert (settings.public_url, settings.secure) == ("http://127.0.0.1:8123", False)
    assert load(KEY | {"PUTRIGHT_PUBLIC_URL": "https://tell.example.org/"}).secure


def test_a_stopped_clock_is_londons_and_a_shifted_one_runs():
    stopped = Clock.parse("2026-07-01T09:00")
    assert stopped.now() == datetime(2026, 7, 1, 8, tzinfo=UTC) and stopped.moved
    ahead = Clock.parse("+3d").now() - datetime.now(UTC)
    assert timedelta(days=3) - timedelta(minutes=1) < ahead <= timedelta(days=3)
    assert not Clock.parse("").moved


def test_the_relay_key_is_derived_and_is_not_the_secret():
    one, other = load(KEY), load({"PUTRIGHT_SECRET_KEY": "another long secret key, for tests"})
    assert one.relay_key != other.relay_key and KEY["PUTRIGHT_SECRET_KEY"] not in one.relay_key
