"""The relay: carries each stored message to Rasa and stores what it answers, one turn of a conversation at a time.

claim -> post -> finish, or fail and try again, or give it back because Rasa is away. No transaction is held across the call.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from frontdoor import words
from frontdoor.choices import choose
from frontdoor.door import Door, reply
from frontdoor.landlord import face
from frontdoor.neutral import relayed
from frontdoor.rasa import Answer, Away, Rasa, TurnFailed
from frontdoor.spoken import replies
from policies.dates import london_date
from register import conversations, inbox
from register.inbox import Claim
from register.tables import Message

TELL_AFTER = timedelta(seconds=10)  # without an answer for so long, the resident is told the truth
LOOK_AGAIN = timedelta(seconds=2)
logger = logging.getLogger(__name__)


class Relay:
    """Any number of threads may call `step`. They share what is known of Rasa's absence."""

    def __init__(self, door: Door, rasa: Rasa) -> None:
        self._door = door
        self._rasa = rasa
        self._away_since: datetime | None = None
        self._lock = threading.Lock()

    def step(self, worker: str) -> bool:
        """Carry one message. False if none is due."""
        register, wall = self._door.register, self._door.wall()
        with register.reading() as session:
            if not inbox.is_due(session, wall=wall):
                return False
        with register.writing() as session:
            claimed = inbox.claim(session, worker=worker, wall=wall)
            body = self._turn(session, claimed) if claimed else {}
        if claimed is None:
            return False
        try:
            answer = self._rasa.turn(body)
        except Away as away:
            self._not_there(claimed, str(away))
        except TurnFailed as failed:
            self._seen(there=True)
            self._failed(claimed, str(failed))
        else:
            self._seen(there=True)
            self._answered(claimed, answer)
        return True

    def _turn(self, session: Session, claimed: Claim) -> dict[str, Any]:
        message, conversation = claimed.message, claimed.conversation
        asked = conversations.standing_question(session, conversation.id)
        options = asked.options if asked and asked.seq < message.seq else []  # later: they had not seen it when they wrote
        if message.chosen is None:
            message.chosen = choose(message.text, options)
        return {
            "conversation": conversation.id, "landlord": conversation.landlord, "channel": conversation.channel,
            "message_id": message.id, "text": relayed(message.text), "received_at": message.at.isoformat(),
            "safety": message.safety, "chosen": message.chosen, "options": options,
        }

    def _answered(self, claimed: Claim, answer: Answer) -> None:
        conversation = claimed.conversation
        first = conversation.channel == "sms" and claimed.message.seq == 1
        said = replies(answer.said, conversation.channel, self._words(claimed, "introduction") if first else None)
        with self._door.register.writing() as session:
            if not inbox.finish(session, claimed, said, wall=self._door.wall(), understanding=answer.understanding):
                logger.warning("message %s: the lease was lost, another worker has it", claimed.message.id)

    def _failed(self, claimed: Claim, code: str) -> None:
        wall = self._door.wall()
        with self._door.register.writing() as session:
            told = conversations.was_told(session, claimed.message.id, inbox.KEPT_NO)
            holding = [] if told else [reply(claimed.conversation.channel, self._words(claimed, "dead"))]
            ending = inbox.fail(session, claimed, code=code, wall=wall, holding=holding)
            if ending == "retry" and not told and wall - claimed.message.accepted_at >= TELL_AFTER:
                self._tell(session, claimed, wall)
        logger.warning("message %s: turn failed (%s), %s", claimed.message.id, code, ending)

    def _not_there(self, claimed: Claim, code: str) -> None:
        """Journal-only: the message is kept, the resident is told so once, and it is tried again within its patience."""
        wall = self._door.wall()
        away_since = self._seen(there=False)
        if wall - claimed.message.accepted_at >= inbox.PATIENCE:
            self._failed(claimed, "away")
            return
        with self._door.register.writing() as session:
            if wall - min(away_since, claimed.message.accepted_at) >= TELL_AFTER:
                self._tell(session, claimed, wall)
            inbox.release(session, claimed, wall=wall, after=LOOK_AGAIN)
        logger.warning("message %s: Rasa is away (%s)", claimed.message.id, code)

    def _tell(self, session: Session, claimed: Claim, wall: datetime) -> None:
        conversation = inbox.lock(session, claimed.conversation.id)
        if conversation.fence != claimed.fence or conversations.was_told(session, claimed.message.id, inbox.KEPT_NO):
            return
        conversation.flagged = True
        message = session.get_one(Message, claimed.message.id)
        kept = reply(conversation.channel, self._words(claimed, "kept"))
        inbox.say(session, conversation, [kept], answers=message, wall=wall, first_no=inbox.KEPT_NO)

    def _words(self, claimed: Claim, name: str) -> str:
        landlord = face(self._door.landlords[claimed.conversation.landlord], london_date(claimed.message.at))
        return words.say(name, claimed.conversation.channel, name=landlord.name)

    def _seen(self, *, there: bool) -> datetime:
        """Note whether Rasa is there; since when it is away."""
        with self._lock:
            if there:
                self._away_since = None
            elif self._away_since is None:
                self._away_since = self._door.wall()
            return self._away_since or self._door.wall()
