"""Twilio's webhooks: a text from a resident, and the fate of one of ours. Both answer 204 at once, without a body."""

from __future__ import annotations

import logging
from urllib.parse import parse_qsl

from litestar import MediaType, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import RawBody
from litestar.status_codes import HTTP_204_NO_CONTENT, HTTP_403_FORBIDDEN, HTTP_404_NOT_FOUND
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from frontdoor import texts
from frontdoor.config import Twilio
from frontdoor.door import Door
from frontdoor.texts import Text
from register import outbox
from register.tables import Message, Quarantine

LONGEST_BODY = 64 * 1024
QUARANTINED = 8 * 1024  # characters kept of a body that we cannot trust
QUARANTINE_AN_HOUR = 200
logger = logging.getLogger(__name__)


@post(
    "/sms/inbound", opt={"authority": "twilio"}, sync_to_thread=True, status_code=HTTP_204_NO_CONTENT, include_in_schema=False,
    request_max_body_size=LONGEST_BODY,
)
def inbound(request: Request, door: NamedDependency[Door], body: RawBody) -> Response[None]:
    """A resident's text. Committed before the answer; a repeat is the same text."""
    twilio = door.config.twilio
    if twilio is None:
        return _empty(HTTP_404_NOT_FOUND)
    form = fields(body)
    if not is_signed(door, twilio, request, form):
        return _distrust(door, body, "the signature does not match: compare PUTRIGHT_PUBLIC_URL with the address set at Twilio")
    landlord = twilio.numbers.get(form.get("To", ""))
    if form.get("AccountSid") != twilio.account_sid or landlord is None:
        return _distrust(door, body, "the account or the number is not ours: compare TWILIO_ACCOUNT_SID and TWILIO_NUMBERS")
    text = Text.from_form(form, landlord)
    if text is None:
        return _distrust(door, body, "it has no MessageSid or no sender")
    with door.register.writing() as session:
        texts.take(door, session, text)
    return _empty(HTTP_204_NO_CONTENT)


@post(
    "/sms/status", opt={"authority": "twilio"}, sync_to_thread=True, status_code=HTTP_204_NO_CONTENT, include_in_schema=False,
    request_max_body_size=LONGEST_BODY,
)
def status(request: Request, door: NamedDependency[Door], body: RawBody) -> Response[None]:
    """What became of one of our texts. Reports come in any order; one that we cannot place is answered 204 all the same."""
    twilio = door.config.twilio
    if twilio is None:
        return _empty(HTTP_404_NOT_FOUND)
    form = fields(body)
    message_id = door.signer.read_report(request.query_params.get("m", ""))
    if not is_signed(door, twilio, request, form) or form.get("AccountSid") != twilio.account_sid or message_id is None:
        return _empty(HTTP_403_FORBIDDEN)
    with door.register.writing() as session:
        if session.get(Message, message_id) is not None:
            outbox.report(
                session, message_id, form.get("MessageStatus", ""), sid=form.get("MessageSid", ""),
                code=form.get("ErrorCode"), wall=door.wall(),
            )
    return _empty(HTTP_204_NO_CONTENT)


def fields(body: bytes) -> MultiDict[str]:
    """Every field as it came, repeated ones and empty ones too: the signature covers them all."""
    try:
        return MultiDict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return MultiDict()


def is_signed(door: Door, twilio: Twilio, request: Request, form: MultiDict[str]) -> bool:
    """True if Twilio's own validator accepts it for our public address, with the present auth token or the one before."""
    query = request.scope["query_string"].decode("latin-1")
    url = f"{door.config.public_url}{request.scope['path']}{'?' if query else ''}{query}"
    signature = request.headers.get("x-twilio-signature", "")
    tokens = [token for token in (twilio.auth_token, twilio.old_auth_token) if token]
    return bool(form) and any(RequestValidator(token).validate(url, form, signature) for token in tokens)


def _distrust(door: Door, body: bytes, reason: str) -> Response[None]:
    """Not acted on, and not thrown away: kept for an hour's worth of looking, up to a number that no flood can pass."""
    logger.error("a text was refused: %s", reason)
    with door.register.writing() as session:
        if outbox.quarantined_since(session, door.wall()) < QUARANTINE_AN_HOUR:
            kept = body[:QUARANTINED].decode("utf-8", "replace").replace("\x00", "\ufffd")
            session.add(Quarantine(at=door.wall(), reason=reason, body=kept))
    return _empty(HTTP_403_FORBIDDEN)


def _empty(status_code: int) -> Response[None]:
    return Response(None, status_code=status_code, media_type=MediaType.TEXT)
