"""Settings from the environment, checked once, with the reason and the remedy for what is wrong."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LONDON = ZoneInfo("Europe/London")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SHORTEST_SECRET = 32
KNOWN_SAMPLES = {"changeme", "secret", "password", "test", "example"}


class SettingError(ValueError):
    """A setting that cannot be used: a sentence that says what to do."""


@dataclass(frozen=True)
class Settings:
    database_url: str
    public_url: str
    secret_key: str
    landlords: tuple[str, ...] = ()  # empty: every pack
    clock: Clock = field(default_factory=lambda: Clock())
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_numbers: Mapping[str, str] = field(default_factory=dict)  # number -> landlord
    twilio_api_base: str = ""
    web_port: int = 8000
    rasa_port: int = 5005
    actions_port: int = 5055
    tracker_db: Path = VAR / "rasa.db"

    @property
    def relay_key(self) -> str:
        """The key that relay, Rasa and actions show each other; derived, so that there is one secret to keep."""
        return hashlib.sha256(f"relay:{self.secret_key}".encode()).hexdigest()

    @property
    def rasa_url(self) -> str:
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


@dataclass(frozen=True)
class Clock:
    """The conversation's clock: the machine's, shifted or stopped for rehearsals (never on a public address)."""

    fixed: datetime | None = None
    shift: timedelta = timedelta()

    def now(self) -> datetime:
        return self.fixed or datetime.now(UTC) + self.shift

    @property
    def moved(self) -> bool:
        return self.fixed is not None or bool(self.shift)

    @classmethod
    def parse(cls, text: str) -> Clock:
        """`2026-12-18T18:30` stops it there (Europe/London unless a zone is given); `+3d` or `-2h` shifts it."""
        if not text:
            return cls()
        units = {"d": "days", "h": "hours", "m": "minutes"}
        if text[0] in "+-" and text[-1] in units and text[1:-1].isdigit():
            amount = timedelta(**{units[text[-1]]: int(text[1:-1])})
            return cls(shift=amount if text[0] == "+" else -amount)
        try:
            return cls(fixed=london_time(text))
        except ValueError:
            such_as = "a time such as 2026-12-18T18:30, or a shift such as +3d"
            raise SettingError(f"PUTRIGHT_NOW is '{text}'. Give {such_as}.") from None


def london_time(text: str) -> datetime:
    """An aware UTC time from ISO text; without a zone it is London's."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(UTC)


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Raises SettingError for what is wrong or unsafe."""
    env = os.environ if environment is None else environment
    web_port = _port(env, "PUTRIGHT_WEB_PORT", 8000)
    public_url = env.get("PUTRIGHT_PUBLIC_URL", f"http://127.0.0.1:{web_port}").rstrip("/")
    clock = Clock.parse(env.get("PUTRIGHT_NOW", ""))
    _check_public(public_url, clock)
    return Settings(
        database_url=env.get("PUTRIGHT_DATABASE_URL") or f"sqlite:///{VAR / 'register.db'}",
        public_url=public_url,
        secret_key=_secret(env),
        landlords=tuple(key.strip() for key in env.get("PUTRIGHT_LANDLORDS", "").split(",") if key.strip()),
        clock=clock,
        twilio_account_sid=env.get("TWILIO_ACCOUNT_SID", ""),
        twilio_auth_token=env.get("TWILIO_AUTH_TOKEN", ""),
        twilio_numbers=_numbers(env.get("TWILIO_NUMBERS", "")),
        twilio_api_base=env.get("TWILIO_API_BASE", ""),
        web_port=web_port,
        rasa_port=_port(env, "PUTRIGHT_RASA_PORT", 5005),
        actions_port=_port(env, "PUTRIGHT_ACTIONS_PORT", 5055),
        tracker_db=Path(env.get("PUTRIGHT_TRACKER_DB") or VAR / "rasa.db"),
    )


def _check_public(public_url: str, clock: Clock) -> None:
    parts = urlsplit(public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(f"PUTRIGHT_PUBLIC_URL is '{public_url}'. Give the whole address, such as https://tell.example.org")
    public = parts.hostname not in LOOPBACK
    if public and parts.scheme == "http":
        raise SettingError("PUTRIGHT_PUBLIC_URL is a public http:// address. Use https://: the cookies are Secure.")
    if public and clock.moved:
        raise SettingError("PUTRIGHT_NOW moves the clock, which would give residents false dates. Remove it on a public address.")


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingError(f"{name} is '{text}'. Give a port number between 1 and 65535.")
    return int(text)


def _secret(env: Mapping[str, str]) -> str:
    key = env.get("PUTRIGHT_SECRET_KEY", "")
    if key:
        if len(key) < SHORTEST_SECRET or key.lower() in KNOWN_SAMPLES or len(set(key)) < 8:
            raise SettingError(f"PUTRIGHT_SECRET_KEY is too weak. Give at least {SHORTEST_SECRET} random characters.")
        return key
    path = VAR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _numbers(text: str) -> dict[str, str]:
    """`+447700900001=milestone,+447700900002=mso`, or the same as a JSON object."""
    if not text:
        return {}
    if text.lstrip().startswith("{"):
        try:
            return {str(number): str(landlord) for number, landlord in json.loads(text).items()}
        except (ValueError, AttributeError):
            raise SettingError("TWILIO_NUMBERS is not a JSON object of number to landlord.") from None
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if any(not separator or not landlord.strip() for _, separator, landlord in pairs):
        raise SettingError("TWILIO_NUMBERS needs pairs such as +447700900001=milestone, separated by commas.")
    return {number.strip(): landlord.strip() for number, _, landlord in pairs}
