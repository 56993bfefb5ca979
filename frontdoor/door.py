"""What every handler of the front door stands on: the register, the landlords served, the signer, the clocks."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from frontdoor import words
from frontdoor.config import Clock, Config, wall_clock
from frontdoor.gsm import plain, segments
from frontdoor.landlord import Face, face
from frontdoor.neutral import storable
from frontdoor.tokens import Signer
from policies import packs, safety
from policies.dates import london_date
from register import inbox
from register.engine import Register
from register.inbox import Accepted, Reply
from register.tables import Conversation

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    config: Config
    register: Register
    clock: Clock  # the conversation's: it dates the complaint
    wall: Clock  # the machine's: it runs leases and patience
    landlords: packs.Landlords
    signer: Signer

    @property
    def keys(self) -> tuple[str, ...]:
        return self.config.landlords or tuple(self.landlords)

    def today(self) -> date:
        return london_date(self.clock())

    def face(self, key: str) -> Face | None:
        """The landlord of a page's address, or None where we do not serve it."""
        return face(self.landlords[key], self.today()) if key in self.keys else None

    def faces(self) -> list[Face]:
        return [face(self.landlords[key], self.today()) for key in self.keys]


def receive(
    door: Door,
    session: Session,
    conversation: Conversation,
    *,
    client_id: str,
    text: str,
    chosen: str | None = None,
    at: datetime | None = None,
    provider_at: datetime | None = None,
) -> Accepted:
    """Write a message down, read it for danger and say first what must be said first: all in the caller's transaction."""
    text, at = storable(text), at or door.clock()
    danger = safety.read(text)
    seen = {"emergency": danger.emergency, "safeguarding": danger.safeguarding, "spans": [list(span) for span in danger.spans]}
    accepted = inbox.accept(
        session, conversation.id, client_id=client_id, text=text, now=at, wall=door.wall(), chosen=chosen, safety=seen,
        provider_at=provider_at,
    )
    if danger and not accepted.duplicate:
        first = reply(conversation.channel, _advice(door, conversation, danger, london_date(at)))
        inbox.say(session, conversation, [first], answers=accepted.message, wall=door.wall(), first_no=inbox.SAFETY_NO)
    return accepted


def _advice(door: Door, conversation: Conversation, danger: safety.Safety, on: date) -> str:
    """The words for this danger. Whatever is wrong with the library of words, some are said and the message is kept."""
    landlord = door.landlords[conversation.landlord]
    try:
        said = safety.advice(landlord.in_force(on), danger.emergency, danger.safeguarding, conversation.channel)
    except Exception as error:
        logger.error("no safety words for %s and %s: %s", danger.emergency, danger.safeguarding, type(error).__name__)
        said = None
    return said.text if said else words.say("danger", conversation.channel, name=face(landlord, on).name)


def reply(channel: str, text: str, options: tuple[dict[str, str], ...] = ()) -> Reply:
    """Our words ready for a channel: a text is brought into GSM-7 where that can be done, and its segments are counted."""
    if channel != "sms":
        return Reply(text, options)
    text = plain(text)
    return Reply(text, options, segments(text))


def open_door(config: Config, register: Register, clock: Clock, wall: Clock = wall_clock) -> Door:
    return Door(config, register, clock, wall, packs.load(), Signer(config.secret_key))
