"""Finds the texts that never reached our webhook: Twilio keeps them and does not ring twice."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from frontdoor import texts
from frontdoor.config import Twilio
from frontdoor.door import Door
from frontdoor.texts import Text
from register import conversations

WINDOW = timedelta(hours=48)
EVERY = timedelta(minutes=5)
PAGE = 200
logger = logging.getLogger(__name__)


def reconcile(door: Door, twilio: Twilio, client: Client) -> int:
    """Accept every text to our numbers of the last 48 hours that is not in the register; how many there were."""
    missing = [text for number, landlord in twilio.numbers.items() for text in _missing(door, client, number, landlord)]
    for text in sorted(missing, key=lambda text: text.sent_at or door.wall()):
        with door.register.writing() as session:
            texts.take(door, session, text)
    if missing:
        logger.error("%d texts had not reached our webhook and were taken from Twilio's list: look at its address", len(missing))
    return len(missing)


def _missing(door: Door, client: Client, number: str, landlord: str) -> list[Text]:
    since = door.wall() - WINDOW
    listed = client.messages.stream(to=number, date_sent_after=since, page_size=PAGE)
    inbound = [message for message in listed if message.direction == "inbound" and _sent(message) >= since]
    with door.register.reading() as session:
        return [
            Text(message.sid, landlord, message.from_, message.body or "", int(message.num_media or 0), sent_at=_sent(message))
            for message in inbound
            if conversations.by_client_id(session, "sms", message.sid) is None
        ]


def _sent(message: MessageInstance) -> datetime:
    return message.date_sent or message.date_created
