"""`putright doctor`: what is missing, what is unsafe, and what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from policies import packs, workdays
from putright import rasa
from putright.processes import PortTaken, check_ports
from putright.settings import ROOT, VAR, SettingError, Settings, load
from register import migrate
from register.engine import Register

ENOUGH_DISK = 1_000_000_000  # bytes


@dataclass(frozen=True)
class Finding:
    level: str  # ok | warn | fail
    words: str


def report() -> int:
    """Prints the findings; 1 if anything must be put right before it runs."""
    findings = list(look())
    for finding in findings:
        print(f"{finding.level:5} {finding.words}")
    return 1 if any(finding.level == "fail" for finding in findings) else 0


def look() -> Iterator[Finding]:
    try:
        settings = load()
    except SettingError as error:
        yield Finding("fail", str(error))
        return
    yield from _environments()
    yield from _policies()
    yield from _register(settings)
    yield from _doors(settings)


def _environments() -> Iterator[Finding]:
    if rasa.PYTHON.exists():
        yield Finding("ok", "Rasa's environment is there.")
    else:
        yield Finding("fail", "Rasa's environment is missing. Run: make setup")
    if rasa.model_path().exists():
        yield Finding("ok", "The model fits the data.")
    else:
        yield Finding("warn", "The model is missing or older than its data. `make run` trains it; or run: make train")
    free = shutil.disk_usage(ROOT).free
    if free < ENOUGH_DISK:
        yield Finding("fail", f"Only {free // 1_000_000} MB of disk are free. Messages could not be stored: make room.")


def _policies() -> Iterator[Finding]:
    try:
        found = packs.load()
    except packs.PackError as error:
        yield Finding("fail", str(error))
        return
    yield Finding("ok", f"{len(found)} landlords: {', '.join(found)}.")
    yield Finding("ok", f"Bank holidays are checked against the published list until {workdays.published_until()}.")


def _register(settings: Settings) -> Iterator[Finding]:
    register = Register(settings.database_url)
    try:
        different = migrate.differences(register)
    except Exception as error:  # whatever the driver says, the remedy is the same
        yield Finding("fail", f"The register cannot be opened ({type(error).__name__}). Check PUTRIGHT_DATABASE_URL.")
        return
    finally:
        register.close()
    if different:
        yield Finding("warn", "The register is not in its newest shape. `make run` brings it there; or run: putright migrate")
    else:
        yield Finding("ok", "The register is there and in its newest shape.")


def _doors(settings: Settings) -> Iterator[Finding]:
    if settings.secure:
        yield Finding("ok", f"Residents come in at {settings.public_url}.")
    else:
        here = f"{settings.public_url} is for this machine only."
        yield Finding("warn", f"{here} For residents set PUTRIGHT_PUBLIC_URL to an https address.")
    key = VAR / "secret_key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding("fail", f"Others can read {key}. Run: chmod 600 {key}")
    if settings.twilio_numbers and not (settings.twilio_account_sid and settings.twilio_auth_token):
        yield Finding("fail", "TWILIO_NUMBERS is set without TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN: texts would be refused.")
    elif not settings.twilio_account_sid:
        yield Finding("ok", "Texts are off: no Twilio account is set.")
    unknown = sorted(set(settings.twilio_numbers.values()) - set(packs.load()))
    if unknown:
        yield Finding("fail", f"TWILIO_NUMBERS names {', '.join(unknown)}, which no pack has.")
    if settings.clock.moved:
        yield Finding("warn", "PUTRIGHT_NOW moves the clock: dates are for rehearsal only.")
    try:
        check_ports(settings)
    except PortTaken as error:
        yield Finding("warn", f"{error} (It may be Putright itself, running.)")
