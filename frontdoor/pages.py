"""The residents' pages. Each works without JavaScript by post, redirect, get; with it, the same post is answered in JSON."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import anyio
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from frontdoor import render, words
from frontdoor.door import Door, receive
from frontdoor.landlord import ombudsman
from frontdoor.talk import LONGEST_TEXT, MOST_PARTS, Talk, in_parts, look, pressed
from frontdoor.tokens import RESUME, new_once_id
from frontdoor.visits import RESIDENT, Visit, forget, keep, ours_alone, visit
from policies import directory
from register import conversations
from register.tables import Conversation

LONGEST_FORM = 512 * 1024  # ten full messages of letters that take twelve bytes each in a form
PLAIN_WAIT = 4.0  # seconds that a page without JavaScript waits for the answer before it shows itself
POLL_WAIT = 8.0
LOOK_EVERY = 0.25
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """What the form held. `option`: the id on the button that was pressed. `split`: send a long text in parts."""

    text: str
    once: str
    option: str | None
    split: bool


class Pages(Controller):
    include_in_schema = False

    @get("/", opt={"authority": "public"}, sync_to_thread=True)
    def choose(self, door: NamedDependency[Door]) -> Response[Any]:
        faces = door.faces()
        if len(faces) == 1:
            return Redirect(f"/{faces[0].key}")
        return render.page("choose.html", landlords=faces, ombudsman=ombudsman())

    @get("/{landlord:str}", opt=RESIDENT, sync_to_thread=True)
    def chat(
        self, request: Request, door: NamedDependency[Door], landlord: FromPath[str], sent: FromQuery[int] = 0
    ) -> Response[str]:
        here = visit(request, door, landlord)
        return chat_page(door, here, see(door, here), sent=bool(sent))

    @post("/{landlord:str}", opt=RESIDENT, guards=[ours_alone], request_max_body_size=LONGEST_FORM)
    async def write(self, request: Request, door: NamedDependency[Door], landlord: FromPath[str]) -> Response[Any]:
        """A message from the page. The same hidden once-id twice is the same message."""
        here = visit(request, door, landlord)
        written = await _written(request)
        scripted = "application/json" in request.headers.get("accept", "")
        problem, seq = _problem(written), 0
        if problem is None:
            try:
                here, seq = await anyio.to_thread.run_sync(_accept, door, here, written)
            except SQLAlchemyError as error:
                logger.error("a message could not be stored: %s", type(error).__name__)
                problem = "not_saved"
        status = {None: 200, "not_saved": 503}.get(problem, 400)
        if scripted:
            return keep(door, here, Response({"problem": problem, "once": new_once_id()}, status_code=status))
        if problem is None:
            await see_when_answered(door, here, after=seq, seconds=PLAIN_WAIT)
            return keep(door, here, Redirect(f"/{landlord}?sent=1#latest", status_code=303))
        talk = Talk() if status == 503 else await anyio.to_thread.run_sync(see, door, here)
        return chat_page(door, here, talk, status=status, problem=problem, text=written.text, once=written.once)

    @get("/{landlord:str}/messages", opt=RESIDENT)
    async def messages(
        self, request: Request, door: NamedDependency[Door], landlord: FromPath[str], after: FromQuery[int] = 0
    ) -> Response[Any]:
        """What the page's script asks again and again: everything after a row, at once if there is news, else after a while."""
        here = visit(request, door, landlord)
        talk = await see_when_answered(door, here, after=max(after, 0), seconds=POLL_WAIT, news=True)
        return Response(talk.as_json() | {"clocks": [render.clock(turn.at) for turn in talk.turns]})

    @get("/{landlord:str}/privacy", opt={"authority": "public"}, sync_to_thread=True)
    def privacy(self, request: Request, door: NamedDependency[Door], landlord: FromPath[str]) -> Response[str]:
        here = visit(request, door, landlord)
        return render.page("privacy.html", landlord=here.landlord, ombudsman=ombudsman(), days=RESUME.days)

    @post("/{landlord:str}/end", opt=RESIDENT, guards=[ours_alone], sync_to_thread=True)
    def end(self, request: Request, door: NamedDependency[Door], landlord: FromPath[str]) -> Response[Any]:
        """Take the conversation from this device. What was told stays with the landlord."""
        here = visit(request, door, landlord)
        with door.register.writing() as session:
            conversation = conversations.by_public_id(session, landlord, here.public_id)
            if conversation is not None:
                conversations.end(session, conversation.id, now=door.clock())
        return forget(door, landlord, Redirect(f"/{landlord}/ended", status_code=303))

    @get("/{landlord:str}/ended", opt={"authority": "public"}, sync_to_thread=True)
    def ended(self, request: Request, door: NamedDependency[Door], landlord: FromPath[str]) -> Response[str]:
        return render.page("ended.html", landlord=visit(request, door, landlord).landlord, ombudsman=ombudsman())


def chat_page(
    door: Door, here: Visit, talk: Talk, *, status: int = 200, problem: str | None = None, text: str = "", once: str = "",
    sent: bool = False,
) -> Response[str]:
    excess = len(text) - LONGEST_TEXT
    response = render.page(
        "chat.html", status=status, landlord=here.landlord, ombudsman=ombudsman(), talk=talk, longest=LONGEST_TEXT,
        opening=words.say("opening", "web", name=here.landlord.name), gas=directory.load()["gas_emergency"],
        problem=problem, text=text, once=once or new_once_id(), sent=sent, excess=excess, today=door.today(),
        parts=len(in_parts(text)) if 0 < excess <= LONGEST_TEXT * (MOST_PARTS - 1) else 0,
    )
    return keep(door, here, response)


def see(door: Door, here: Visit, after: int = 0) -> Talk:
    with door.register.reading() as session:
        return look(session, conversations.by_public_id(session, here.landlord.key, here.public_id), after=after)


async def see_when_answered(door: Door, here: Visit, *, after: int, seconds: float, news: bool = False) -> Talk:
    """The conversation once its answer is there (with `news`: once anything new was said), or as it is when time is over."""
    until = anyio.current_time() + seconds
    while True:
        talk = await anyio.to_thread.run_sync(see, door, here, after)
        if not talk.waiting or (news and talk.turns) or anyio.current_time() >= until:
            return talk
        await anyio.sleep(LOOK_EVERY)


async def _written(request: Request) -> Written:
    form = await request.form()
    text = str(form.get("text", "")).replace("\r\n", "\n").replace("\r", "\n")  # a new line is one character, as people count
    once, option = str(form.get("once", ""))[:100], str(form.get("option", ""))[:40].strip()
    return Written(text, once or new_once_id(), option or None, bool(form.get("split")))


def _problem(written: Written) -> str | None:
    """Which error of the page this is, or None."""
    if written.option:
        return None
    if not written.text.strip():
        return "empty"
    longest = LONGEST_TEXT * MOST_PARTS if written.split else LONGEST_TEXT
    return "too_long" if len(written.text) > longest else None


def _accept(door: Door, here: Visit, written: Written) -> tuple[Visit, int]:
    """One transaction: the message, or all its parts, with what the safety net says of them. The last one's place too."""
    with door.register.writing() as session:
        conversation = conversations.open_on_web(session, here.landlord.key, here.public_id, now=door.clock())
        for number, (text, chosen) in enumerate(_to_store(session, conversation, written)):
            once = f"{here.public_id}:{written.once}{f'.{number}' if number else ''}"
            seq = receive(door, session, conversation, client_id=once, text=text, chosen=chosen).message.seq
        return Visit(here.landlord, conversation.public_id), seq


def _to_store(session: Session, conversation: Conversation, written: Written) -> list[tuple[str, str | None]]:
    """(text, chosen option) of each message that the form makes."""
    said = pressed(session, conversation, written.option) if written.option else None
    if said is not None:
        return [said]
    words = written.text if written.text.strip() else written.option or ""  # an option that we never gave out counts as words
    return [(part, None) for part in in_parts(words) if part.strip()]
