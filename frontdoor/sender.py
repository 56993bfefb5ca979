"""Sends stored texts by Twilio, one of a conversation after the other, and looks before it sends again.

Twilio's call has no key that makes it happen once. So a text whose fate is unknown (no answer, or we were cut off) is looked
for in Twilio's list first, and sent again only if it is not there.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import httpx
from sqlalchemy.orm import Session
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from frontdoor.config import Twilio
from frontdoor.door import Door
from register import outbox
from register.outbox import ToSend
from register.tables import Conversation

UK_MOBILE = re.compile(r"\+447(?:[1-57-9]\d{8}|624\d{6})")  # 070 and 076 numbers cost a premium; 07624 is the Isle of Man
VALID_SECONDS = 4 * 60 * 60  # an answer that comes later than this would only confuse
OPTED_OUT = 21610
NOT_NOW = frozenset({20003, 20429, 21611, 63038})  # our credentials, too many at once, a full queue, a daily limit
LOOK_BACK = timedelta(minutes=2)  # our clock and Twilio's need not agree to the second
LISTED = 50
logger = logging.getLogger(__name__)


class Sender:
    def __init__(self, door: Door, twilio: Twilio, client: Client) -> None:
        self._door = door
        self._twilio = twilio
        self._client = client

    def step(self) -> bool:
        """Send one text. False if none is due."""
        register, wall = self._door.register, self._door.wall()
        with register.reading() as session:
            if not outbox.is_due(session, wall=wall):
                return False
        with register.writing() as session:
            task = outbox.take(session, wall=wall)
            refused = self._refused(session, task) if task else None
            if task and refused:
                kind = "opted_out" if refused == "opted_out" else "undelivered"
                outbox.give_up(session, task.message.id, code=refused, wall=wall, kind=kind)
        if task and not refused:
            self._send(task)
        return task is not None

    def _refused(self, session: Session, task: ToSend) -> str | None:
        """Why this text must not be sent at all, or None."""
        address, landlord = task.conversation.address or "", task.conversation.landlord
        if outbox.opted_out(session, landlord, address):
            return "opted_out"
        if not UK_MOBILE.fullmatch(address):
            return "not_a_uk_mobile"
        return None if self._twilio.number_of(landlord) else "no_number_of_ours"

    def _send(self, task: ToSend) -> None:
        try:
            sid = self._find(task) if task.uncertain else None
        except (TwilioException, httpx.HTTPError) as error:  # whatever the reason: without a look it is not sent again
            self._unknown(task, type(error).__name__)
            return
        try:
            sid = sid or self._post(task)
        except TwilioRestException as error:
            self._refusal(task, error)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            self._again(task, type(error).__name__)
        except (TwilioException, httpx.HTTPError) as error:
            self._unknown(task, type(error).__name__)
        else:
            with self._door.register.writing() as session:
                outbox.sent(session, task.message.id, sid=sid)

    def _post(self, task: ToSend) -> str:
        report = f"{self._door.config.public_url}/sms/status?m={self._door.signer.report(task.message.id)}"
        message = self._client.messages.create(
            to=task.conversation.address, from_=self._twilio.number_of(task.conversation.landlord), body=task.message.text,
            status_callback=report, validity_period=VALID_SECONDS,
        )
        return message.sid

    def _find(self, task: ToSend) -> str | None:
        """Twilio's id of this very text, if it was taken after all. Texts of ours that are known already do not count."""
        since = task.message.accepted_at - LOOK_BACK
        ours = self._twilio.number_of(task.conversation.landlord)
        listed = self._client.messages.list(to=task.conversation.address, from_=ours, limit=LISTED)
        same = [one for one in listed if one.body == task.message.text and one.date_created and one.date_created >= since]
        with self._door.register.reading() as session:
            return next((one.sid for one in same if not outbox.is_known_sid(session, one.sid)), None)

    def _refusal(self, task: ToSend, error: TwilioRestException) -> None:
        code = error.code or error.status
        if error.status >= 500:
            self._unknown(task, str(code))
        elif error.status in (401, 403, 404, 429) or code in NOT_NOW:
            self._again(task, str(code))
        else:
            logger.error("text %s: Twilio refuses it (%s)", task.message.id, code)
            with self._door.register.writing() as session:
                if code == OPTED_OUT:
                    conversation = session.get_one(Conversation, task.conversation.id)
                    outbox.remember_opt_out(session, conversation, now=self._door.clock())
                kind = "opted_out" if code == OPTED_OUT else "undelivered"
                outbox.give_up(session, task.message.id, code=str(code), wall=self._door.wall(), kind=kind)

    def _again(self, task: ToSend, code: str) -> None:
        logger.warning("text %s: not sent (%s), again later", task.message.id, code)
        with self._door.register.writing() as session:
            outbox.retry(session, task.message.id, code=code, wall=self._door.wall())

    def _unknown(self, task: ToSend, code: str) -> None:
        logger.warning("text %s: perhaps sent (%s), will look", task.message.id, code)
        wall = self._door.wall()
        with self._door.register.writing() as session:
            if wall - task.message.accepted_at > outbox.GIVE_UP_AFTER:
                outbox.give_up(session, task.message.id, code=code, wall=wall)
            else:
                outbox.unknown(session, task.message.id, code=code)
