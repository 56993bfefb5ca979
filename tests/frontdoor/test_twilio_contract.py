"""The stand-in and our client both keep to Twilio's published description of Messages.json.

What the description says is written down here. Where PUTRIGHT_TWILIO_OPENAPI names the file itself (twilio_api_v2010.json of
twilio/twilio-oai), these lists are held against it, and every answer against its schemas.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from jsonschema import Draft202012Validator

from frontdoor.sender import Sender
from frontdoor.twilio_client import client
from tests.frontdoor.test_sender import queue, send_all
from tests.twilio_standin import ACCOUNT, CREATE_FIELDS, LIST_FIELDS, TOKEN

PATH = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
MESSAGE = {
    "account_sid", "api_version", "body", "date_created", "date_sent", "date_updated", "direction", "error_code",
    "error_message", "from", "messaging_service_sid", "num_media", "num_segments", "price", "price_unit", "sid", "status",
    "subresource_uris", "to", "uri",
}  # fmt: skip
PAGE = {"messages", "end", "first_page_uri", "next_page_uri", "page", "page_size", "previous_page_uri", "start", "uri"}
STATUSES = {
    "queued", "sending", "sent", "failed", "delivered", "undelivered", "receiving", "received", "accepted", "scheduled",
    "read", "partially_delivered", "canceled",
}  # fmt: skip


@cache
def description() -> dict[str, Any] | None:
    path = os.environ.get("PUTRIGHT_TWILIO_OPENAPI")
    return json.loads(Path(path).read_text("utf-8")) if path else None


def check(answer: Any, schema: dict[str, Any]) -> None:
    """Against the description's own schema, with OpenAPI 3.0's `nullable` turned into JSON Schema's null."""
    described = description()
    if described is not None:
        Draft202012Validator(_plain({**schema, "components": described["components"]})).validate(answer)


def _plain(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _plain(value) for name, value in schema.items() if name not in ("nullable", "format")}
    if schema.get("nullable") and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain


def described_answer(verb: str, status: str) -> dict[str, Any]:
    described = description()
    return described["paths"][PATH][verb]["responses"][status]["content"]["application/json"]["schema"] if described else {}


@pytest.fixture
def sent(sqlite_door, twilio):
    queue(sqlite_door, "hello")
    send_all(Sender(sqlite_door, sqlite_door.config.twilio, client(sqlite_door.config.twilio)))
    return twilio


def test_what_we_send_is_what_the_description_takes(sent):
    ((verb, path, form),) = sent.requests
    assert (verb, urlsplit(path).path) == ("POST", PATH.format(AccountSid=ACCOUNT))
    assert set(form) == CREATE_FIELDS and re.fullmatch(r"\+\d{8,15}", form["To"]) and len(form["Body"]) <= 1600
    assert 1 <= int(form["ValidityPeriod"]) <= 36_000


def test_a_created_message_has_the_described_shape(sent):
    (message,) = sent.sent()
    assert set(message) == MESSAGE and message["status"] in STATUSES and message["direction"] == "outbound-api"
    check(message, described_answer("post", "201"))


def test_a_list_has_the_described_shape_and_its_pages_join_up(sent):
    for number in range(5):
        sent.text_in(f"text {number}", from_="+447911123456")
    url, seen = f"{sent.base}{PATH.format(AccountSid=ACCOUNT)}?To=%2B447700900001&PageSize=2", []
    while url:
        page = httpx.get(url, auth=(ACCOUNT, TOKEN)).json()
        assert set(page) == PAGE
        check(page, described_answer("get", "200"))
        seen += [message["body"] for message in page["messages"]]
        url = f"{sent.base}{page['next_page_uri']}" if page["next_page_uri"] else None
    assert seen == [f"text {number}" for number in reversed(range(5))]


@pytest.mark.parametrize(("auth", "path", "status", "code"), [
    ((ACCOUNT, "wrong"), PATH, 401, 20003), ((ACCOUNT, TOKEN), PATH.replace("Messages", "Calls"), 404, 20404),
])  # fmt: skip
def test_errors_have_twilios_shape(twilio, auth, path, status, code):
    answer = httpx.get(f"{twilio.base}{path.format(AccountSid=ACCOUNT)}", auth=auth)
    assert answer.status_code == status == answer.json()["status"]
    assert set(answer.json()) == {"code", "message", "more_info", "status"} and answer.json()["code"] == code


def test_our_lists_agree_with_the_description_itself():
    described = description()
    if described is None:
        return  # the file is not here: the lists above, taken from it, have been used
    path = described["paths"][PATH]
    create = path["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["properties"]
    assert CREATE_FIELDS <= set(create)
    assert LIST_FIELDS == {each["name"] for each in path["get"]["parameters"] if each["in"] == "query"}
    schemas = described["components"]["schemas"]
    assert MESSAGE == set(schemas["api.v2010.account.message"]["properties"])
    assert STATUSES == set(schemas["message_enum_status"]["enum"])
    assert PAGE == set(described_answer("get", "200")["properties"])
