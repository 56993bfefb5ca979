"""How the commands of `putright policy` read days and print documents."""
from __future__ import annotations

import argparse
import json
from datetime import date, datetime
from typing import Any


def a_day(text: str) -> date:
    """A London date as argparse reads it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a day; write it as 2026-12-18') from None


def a_moment(text: str) -> datetime | date:
    """A day, or a day and a time (London's unless it names a zone)."""
    try:
        return date.fromisoformat(text) if len(text) <= len("2026-12-18") else datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a day or time; write 2026-12-18 or 2026-12-18T18:30') from None


def print_json(document: Any) -> None:
    print(json.dumps(document, indent=2, ensure_ascii=False))
