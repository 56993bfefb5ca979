"""The journal channel with one safety removed, for negative controls: named in the credentials of a chaos run, and nowhere else.

Runs inside Rasa (Python 3.10).
"""

from __future__ import annotations

import contextvars
from typing import Any

from bot import journal


class SavesFailedTurns(journal.Journal):
    """For `--without saved-only-whole`: a failed action no longer keeps the turn from being saved."""

    def __init__(self, relay_key: str) -> None:
        super().__init__(relay_key)
        journal._watched = journal._noted = lambda call: call


class ForgetsTurns(journal.Journal):
    """For `--without replay`: a message that the tracker holds already is run again."""

    def __init__(self, relay_key: str) -> None:
        super().__init__(relay_key)
        look, take = journal._turn_in, journal.take_turn
        looked: contextvars.ContextVar[bool] = contextvars.ContextVar("looked")

        async def take_turn(agent: Any, body: Any) -> Any:
            looked.set(False)
            return await take(agent, body)

        def turn_in(tracker: Any, message_id: str) -> Any:
            """The first look, before the turn, finds nothing; the second, for the answer, does."""
            if looked.get():
                return look(tracker, message_id)
            looked.set(True)
            return None

        journal._turn_in, journal.take_turn = turn_in, take_turn
