"""Cases for tests, made as the conversation makes them: a message, a note of the intake, a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from register import cases, inbox, intakes
from register.decisions import Decider
from register.engine import Register
from register.facts import Facts, MatterFacts
from register.tables import Case
from tests.conftest import NOW

_ids = count()
LANDLORDS = ("midlands_rural", "milestone", "millat", "mso", "resolution")


BOILER = "The boiler was repaired three times and it is still broken."


def matter(text: str = BOILER, kind: str = "complaint", **more: Any) -> MatterFacts:
    return MatterFacts(kind=kind, subject=more.pop("subject", "heating_and_hot_water"), stance="dissatisfied", text=text, **more)


def draft(
    register: Register, *matters: MatterFacts, landlord: str = "milestone", channel: str = "web", at: datetime = NOW, **facts: Any
) -> str:
    """A conversation with a draft; returns its id."""
    told = Facts(matters=list(matters) or [matter()], **{"name": "Rosa Bell", "outcomes": ["repair"], **facts})
    address = "+447700900123" if channel == "sms" else None
    with register.writing() as session:
        conversation = inbox.start(session, landlord=landlord, channel=channel, now=at, address=address)
        heard = inbox.accept(session, conversation.id, client_id=f"m{next(_ids)}", text=told.matters[0].text, now=at, wall=at)
        heard.message.state = "done"
        intakes.note(session, conversation.id, 1, told, at=at)
        return conversation.id


def open_case(register: Register, *matters: MatterFacts, at: datetime = NOW, handover: str | None = None, **kwargs: Any) -> str:
    """A case, by reference."""
    conversation = draft(register, *matters, at=at, **kwargs)
    with register.writing() as session:
        return cases.open_case(session, conversation, 1, now=at, handover=handover).reference


def decider(seen: int, at: datetime = NOW + timedelta(days=4), by: str = "asha") -> Decider:
    return Decider(by=by, now=at, wall=at, seen_version=seen)


def plain(case: Case) -> str:
    """Words for a resident, where a test does not care for them."""
    return f"About {case.reference}."
