"""`putright sweep`: run it each night, for example from cron. Run twice it changes nothing the second time."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from putright.settings import LONDON, SettingError, Settings
from register import migrate
from register.engine import Register
from register.sweep import sweep as look


def sweep(settings: Settings, *, today: str | None, as_json: bool) -> int:
    now = settings.clock.now()
    try:
        day = date.fromisoformat(today) if today else now.astimezone(LONDON).date()
    except ValueError:
        raise SettingError(f"'{today}' is not a day. Give one such as 2026-12-29.") from None
    if today:
        now = max(now, datetime.combine(day, time(), LONDON)) if day > now.astimezone(LONDON).date() else now
    register = Register(settings.database_url)
    migrate.upgrade(register)
    found = asdict(look(register, today=day, now=now))
    register.close()
    print(json.dumps(found, default=str, ensure_ascii=False) if as_json else _readable(day, found))
    return 0


def _readable(day: date, found: dict[str, Any]) -> str:
    lines = [f"{name.replace('_', ' ')}: {', '.join(map(str, rows))}" for name, rows in found.items() if rows]
    return "\n".join([f"Swept for {day}.", *(lines or ["Nothing new."])])
