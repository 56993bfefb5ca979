"""A negative control, for `--without case-key`: the action server with every call of `open_case` making a case.

Run as `python -m tests.chaos.shims.actions`, in the place of `putright part actions`.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from putright import cli
from register import cases, intakes
from register.tables import Case, Intake

keyed = cases.open_case


def open_case(session: Session, conversation_id: str, intake_number: int, **told: Any) -> Case:
    """A second call no longer finds the first one's case: it opens another, from a copy of the intake."""
    if cases.of_intake(session, conversation_id, intake_number) is None:
        return keyed(session, conversation_id, intake_number, **told)
    intake = intakes.find(session, conversation_id, intake_number)
    last = session.execute(select(func.max(Intake.number)).where(Intake.conversation_id == conversation_id)).scalar_one()
    number = max(last, 1000) + 1
    facts = cases.Facts.from_json(intake.facts)
    intakes.note(session, conversation_id, number, facts, at=intake.voiced_at)
    return keyed(session, conversation_id, number, **told)


if __name__ == "__main__":
    cases.open_case = open_case
    sys.exit(cli.main(["part", "actions"]))
