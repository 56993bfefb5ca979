"""The resident's own copy: a page to print and a file to keep, the same words in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from frontdoor import render, words
from frontdoor.door import Door
from frontdoor.landlord import ombudsman
from frontdoor.talk import Talk, look
from frontdoor.visits import RESIDENT, Visit, visit
from policies.citations import Citation, spoken
from register import cases, conversations
from register.tables import Case


@dataclass(frozen=True, slots=True)
class Record:
    """A case as its resident keeps it. `dates`: (what must be done, by which day, paragraphs as said)."""

    reference: str
    dates: tuple[tuple[str, str, str], ...]


TOLD = ("stage_1_acknowledgement", "stage_1_response", "stage_2_acknowledgement", "stage_2_response")


def _copy(door: Door, here: Visit) -> dict[str, Any]:
    with door.register.reading() as session:
        conversation = conversations.by_public_id(session, here.landlord.key, here.public_id)
        talk = look(session, conversation) if conversation else Talk()
        records = [_record(case) for case in cases.of_conversation(session, conversation.id)] if conversation else []
    return {"landlord": here.landlord, "ombudsman": ombudsman(), "talk": talk, "records": records, "made": door.clock()}


def _record(case: Case) -> Record:
    dates = tuple(
        (words.say(row.deadline, "web"), render.day(row.due_on), spoken(Citation(**each) for each in row.citations))
        for row in case.deadlines
        if row.deadline in TOLD
    )
    return Record(case.reference, dates)


@get("/{landlord:str}/transcript", opt=RESIDENT, sync_to_thread=True, include_in_schema=False)
def transcript(request: Request, door: NamedDependency[Door], landlord: FromPath[str]) -> Response[str]:
    return render.page("transcript.html", **_copy(door, visit(request, door, landlord)))


@get("/{landlord:str}/transcript.txt", opt=RESIDENT, sync_to_thread=True, include_in_schema=False)
def transcript_file(request: Request, door: NamedDependency[Door], landlord: FromPath[str]) -> Response[str]:
    text = render.text("transcript.txt", **_copy(door, visit(request, door, landlord)))
    headers = {"content-disposition": f'attachment; filename="conversation-with-{landlord}.txt"'}
    return Response(text, media_type=MediaType.TEXT, headers=headers)
