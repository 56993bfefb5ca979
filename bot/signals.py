"""What rules read better than learning does: time since, and how to reach the resident."""

from __future__ import annotations

from datetime import date
from typing import Any


class Signals:
    """Reads one message; holds no state between messages."""

    def read(self, text: str, today: date) -> dict[str, Any]:
        """`months_ago` (int or None) and `contact` (only what is offered)."""
        return {"months_ago": None, "contact": {}}
