"""The JSON API for other front ends: begin a conversation, write, read on. Its description: /api/openapi.json."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import anyio
import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotAuthorizedException, NotFoundException
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from frontdoor import words
from frontdoor.door import Door, receive
from frontdoor.talk import LONGEST_TEXT, options_of, pressed
from frontdoor.tokens import new_public_id
from register import cases, conversations, inbox
from register.tables import Conversation, Message

WAIT = 8.0  # seconds that a message waits for its answer before 202
LOOK_EVERY = 0.1
LONGEST_BODY = 64 * 1024
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT, description="Characters are code points; a new line is one.")]


class Begin(msgspec.Struct, forbid_unknown_fields=True):
    landlord: str


class NewMessage(msgspec.Struct, forbid_unknown_fields=True):
    """`client_id`: your own id of this message; the same twice is the same message. `option`: the id of an option said last."""

    text: Text
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    option: str | None = None


class Option(msgspec.Struct):
    id: str
    label: str


class Reply(msgspec.Struct):
    text: str
    options: list[Option]


class Begun(msgspec.Struct):
    conversation: str
    token: str
    replies: list[Reply]


class Taken(msgspec.Struct):
    """With 202 the answer is still on its way: ask for the messages after `seq`."""

    accepted_at: datetime
    seq: int
    replies: list[Reply]
    case: str | None


class Line(msgspec.Struct):
    seq: int
    author: str
    at: datetime
    text: str
    options: list[Option]


class Lines(msgspec.Struct):
    messages: list[Line]
    waiting: bool
    case: str | None


def bearer_only(connection: ASGIConnection, _handler: Any) -> None:
    """A guard: the bearer token must be the one given for this very conversation."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    known = connection.app.state.door.signer.read_bearer(token) if scheme.lower() == "bearer" else None
    if known is None or known[1] != connection.path_params.get("conversation"):
        raise NotAuthorizedException("Send the token of this conversation as: Authorization: Bearer <token>.")


class Api(Controller):
    path = "/api/conversations"
    tags = ["conversations"]

    @post("/", opt={"authority": "public"}, sync_to_thread=True, request_max_body_size=LONGEST_BODY, summary="Begin")
    def begin(self, door: NamedDependency[Door], data: JSONBody[Begin]) -> Begun:
        face = door.face(data.landlord)
        if face is None:
            raise NotFoundException(f"There is no landlord '{data.landlord[:60]}' here. There are: {', '.join(door.keys)}.")
        public_id = new_public_id()
        with door.register.writing() as session:
            conversations.open_on_web(session, face.key, public_id, now=door.clock())
        return Begun(public_id, door.signer.bearer(face.key, public_id), [Reply(words.say("opening", "web", name=face.name), [])])

    @post(
        "/{conversation:str}/messages", opt={"authority": "resident"}, guards=[bearer_only], status_code=200,
        request_max_body_size=LONGEST_BODY, summary="Send a message; 202 while the answer is on its way",
    )
    async def write(
        self, request: Request, door: NamedDependency[Door], conversation: FromPath[str], data: JSONBody[NewMessage]
    ) -> Response[Taken]:
        message_id = await anyio.to_thread.run_sync(_accept, door, _landlord(request), conversation, data)
        until = anyio.current_time() + WAIT
        while True:
            taken, waiting = await anyio.to_thread.run_sync(_taken, door, message_id)
            if not waiting or anyio.current_time() >= until:
                return Response(taken, status_code=202 if waiting else 200)
            await anyio.sleep(LOOK_EVERY)

    @get(
        "/{conversation:str}/messages", opt={"authority": "resident"}, guards=[bearer_only], sync_to_thread=True,
        summary="Read what was said after a place in the conversation",
    )
    def read(
        self, request: Request, door: NamedDependency[Door], conversation: FromPath[str],
        after: Annotated[int, QueryParameter(ge=0)] = 0,
    ) -> Lines:
        with door.register.reading() as session:
            found = _found(session, _landlord(request), conversation)
            rows = inbox.transcript(session, found.id, after=after)
            lines = [Line(row.seq, row.author, row.at, row.text, _options(row)) for row in rows]
            return Lines(lines, conversations.is_waiting(session, found), _case(session, found.id))


def _landlord(request: Request) -> str:
    """The landlord that the token, which the guard has checked, was given for."""
    known = request.app.state.door.signer.read_bearer(request.headers["authorization"].partition(" ")[2])
    return known[0] if known else ""


def _found(session: Session, landlord: str, public_id: str) -> Conversation:
    found = conversations.by_public_id(session, landlord, public_id)
    if found is None:
        raise NotFoundException("This conversation was ended. Begin another one.")
    return found


def _accept(door: Door, landlord: str, public_id: str, data: NewMessage) -> str:
    with door.register.writing() as session:
        conversation = _found(session, landlord, public_id)
        said = pressed(session, conversation, data.option) if data.option else None
        text, chosen = said or (data.text, None)
        if not text.strip():
            raise ClientException("The message has no text. Send at least one word, or the id of an option said last.")
        own = f"{public_id}:{data.client_id}"
        return receive(door, session, conversation, client_id=own, text=text, chosen=chosen).message.id


def _taken(door: Door, message_id: str) -> tuple[Taken, bool]:
    with door.register.reading() as session:
        message = session.get_one(Message, message_id)
        rows = conversations.answers_to(session, message_id)
        waiting = message.state == "new" and message.conversation.taken_over_by is None
        replies = [Reply(row.text, _options(row)) for row in rows]
        return Taken(message.at, message.seq, replies, _case(session, message.conversation_id)), waiting


def _options(row: Message) -> list[Option]:
    return [Option(option.id, option.label) for option in options_of(row)]


def _case(session: Session, conversation_id: str) -> str | None:
    opened = cases.of_conversation(session, conversation_id)
    return opened[-1].reference if opened else None
