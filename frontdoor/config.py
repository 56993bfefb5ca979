"""What the front door is told at start. It reads no environment itself: the composition root does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

Clock = Callable[[], datetime]  # an aware time


@dataclass(frozen=True, slots=True)
class Twilio:
    """An account for texts. `numbers`: our number in E.164 form to landlord key. `old_auth_token`: while it is being changed."""

    account_sid: str
    auth_token: str = field(repr=False)
    numbers: Mapping[str, str]
    api_base: str = "https://api.twilio.com"
    old_auth_token: str | None = field(default=None, repr=False)

    def number_of(self, landlord: str) -> str | None:
        return next((number for number, key in self.numbers.items() if key == landlord), None)


@dataclass(frozen=True, slots=True)
class Config:
    """`landlords`: the keys served, in the order shown. `public_url`: what residents and Twilio see, without a last slash."""

    landlords: tuple[str, ...]
    public_url: str
    secret_key: str = field(repr=False)
    rasa_url: str = ""
    relay_key: str = field(default="", repr=False)
    twilio: Twilio | None = None

    @property
    def https(self) -> bool:
        return urlsplit(self.public_url).scheme == "https"


def wall_clock() -> datetime:
    """The machine's own time, which runs leases and patience whatever the conversation's clock says."""
    return datetime.now(UTC)
