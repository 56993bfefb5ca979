"""A stand-in for Twilio's messaging API that keeps to its published description (Messages.json: create and list).

It listens on loopback, checks the account's credentials, answers in Twilio's shapes, and can be told to be busy, to fail, or
to take a message and never answer. It also makes the signed webhooks that Twilio would send.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "stand-in-auth-token"
E164 = re.compile(r"\+[1-9]\d{6,14}")
CREATE_FIELDS = {"To", "From", "Body", "StatusCallback", "ValidityPeriod"}
LIST_FIELDS = {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
ERRORS = {
    20003: (401, "Authenticate"), 20404: (404, "The requested resource was not found"), 20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"), 21211: (400, "Invalid 'To' Phone Number"), 21602: (400, "Message body is required"),
    21606: (400, "The 'From' phone number provided is not a valid message-capable Twilio phone number"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
}  # fmt: skip


@dataclass
class Twilio:
    """`next_answers`: what becomes of the next requests to send: an error code, or "silence" (taken, never answered)."""

    numbers: set[str] = field(default_factory=lambda: {"+447700900001", "+447700900002"})
    messages: list[dict[str, Any]] = field(default_factory=list)
    next_answers: list[int | str] = field(default_factory=list)
    opted_out: set[str] = field(default_factory=set)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    listing: int | None = None  # the error that lists are answered with
    base: str = ""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sent(self) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["direction"] == "outbound-api"]

    def add(
        self, *, to: str, from_: str, body: str, direction: str, at: datetime | None = None, media: int = 0
    ) -> dict[str, Any]:
        sid, stamp = "SM" + secrets.token_hex(16), format_datetime((at or self.clock()).astimezone(UTC))
        inbound = direction == "inbound"
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
        message = {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": body,
            "date_created": stamp,
            "date_sent": stamp if inbound else None,
            "date_updated": stamp,
            "direction": direction,
            "error_code": None,
            "error_message": None,
            "from": from_,
            "messaging_service_sid": None,
            "num_media": str(media),
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "received" if inbound else "queued",
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": to,
            "uri": f"{path}.json",
        }
        self.messages.append(message)
        return message

    def text_in(
        self, body: str, *, from_: str, to: str = "+447700900001", at: datetime | None = None, media: int = 0
    ) -> dict[str, str]:
        """A resident's text: kept in the list, and the webhook's fields for it."""
        message = self.add(to=to, from_=from_, body=body, direction="inbound", at=at, media=media)
        return {
            "ToCountry": "GB",
            "ToState": "",
            "SmsMessageSid": message["sid"],
            "NumMedia": str(media),
            "ToCity": "",
            "SmsSid": message["sid"],
            "SmsStatus": "received",
            "FromCountry": "GB",
            "Body": body,
            "To": to,
            "NumSegments": "1",
            "MessageSid": message["sid"],
            "AccountSid": ACCOUNT,
            "From": from_,
            "ApiVersion": "2010-04-01",
        }

    def report(self, message: dict[str, Any], status: str, error_code: str | None = None) -> dict[str, str]:
        """The fields of a status report on one of our texts."""
        fields = {
            "SmsSid": message["sid"],
            "SmsStatus": status,
            "MessageStatus": status,
            "To": message["to"],
            "From": message["from"],
            "MessageSid": message["sid"],
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
        }
        return fields | ({"ErrorCode": error_code} if error_code else {})


def signed(url: str, fields: dict[str, str], token: str = TOKEN) -> tuple[str, dict[str, str]]:
    """(body, headers) of a webhook as Twilio posts it."""
    signature = RequestValidator(token).compute_signature(url, fields)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return urlencode(fields), headers


class _Handler(BaseHTTPRequestHandler):
    twilio: Twilio

    def do_POST(self) -> None:
        form = {name: values[-1] for name, values in parse_qs(self._body(), keep_blank_values=True).items()}
        twilio = self.twilio
        with twilio.lock:
            twilio.requests.append(("POST", self.path, form))
            if not self._allowed():
                return
            answer = twilio.next_answers.pop(0) if twilio.next_answers else None
            code = answer if isinstance(answer, int) else self._fault(form)
            if code:
                self._error(code)
                return
            message = twilio.add(to=form["To"], from_=form["From"], body=form["Body"], direction="outbound-api")
        if answer == "silence":
            self.close_connection = True
            self.connection.close()
            return
        self._json(201, message)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        twilio = self.twilio
        with twilio.lock:
            twilio.requests.append(("GET", self.path, query))
            if not self._allowed():
                return
            assert not set(query) - LIST_FIELDS, f"fields that the stand-in does not know: {set(query) - LIST_FIELDS}"
            if twilio.listing:
                self._error(twilio.listing)
                return
            found = [message for message in reversed(twilio.messages) if _matches(message, query)]
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        first = page * size
        more = urlencode({**query, "Page": page + 1}) if first + size < len(found) else None
        self._json(
            200,
            {
                "messages": found[first : first + size],
                "page": page,
                "page_size": size,
                "start": first,
                "end": first + size - 1,
                "uri": self.path,
                "first_page_uri": f"{url.path}?{urlencode({**query, 'Page': 0})}",
                "previous_page_uri": None,
                "next_page_uri": f"{url.path}?{more}" if more else None,
            },
        )

    def _fault(self, form: dict[str, str]) -> int | None:
        """What Twilio would refuse, as a code."""
        assert not set(form) - CREATE_FIELDS, f"fields that the stand-in does not know: {set(form) - CREATE_FIELDS}"
        if not E164.fullmatch(form.get("To", "")):
            return 21211
        if form.get("From") not in self.twilio.numbers:
            return 21606
        if form["To"] in self.twilio.opted_out:
            return 21610
        if not form.get("Body"):
            return 21602
        return 21617 if len(form["Body"]) > 1600 else None

    def _allowed(self) -> bool:
        expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {expected}":
            self._error(20003)
            return False
        if urlsplit(self.path).path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            self._error(20404)
            return False
        return True

    def _body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def _error(self, code: int) -> None:
        status, words = ERRORS[code]
        self._json(
            status, {"code": code, "message": words, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}
        )

    def _json(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


def _matches(message: dict[str, Any], query: dict[str, str]) -> bool:
    if any(name in query and message[name.lower()] != query[name] for name in ("To", "From")):
        return False
    since = query.get("DateSent>")
    if since is None:
        return True
    sent = datetime.strptime(message["date_sent"] or message["date_created"], "%a, %d %b %Y %H:%M:%S %z")
    return sent >= datetime.fromisoformat(since.replace("Z", "+00:00")).replace(tzinfo=UTC) - timedelta(seconds=1)


@contextmanager
def running() -> Iterator[Twilio]:
    twilio = Twilio()
    handler = type("Handler", (_Handler,), {"twilio": twilio})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    twilio.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield twilio
    finally:
        server.shutdown()
        server.server_close()
