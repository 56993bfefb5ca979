"""The list that staff work from, and what only a person can do."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy import select
from sqlalchemy.orm import Session

from policies import packs
from register import inbox, queue, tasks
from register.references import find_reference
from register.tables import Case, Conversation, Staff, StaffTask
from staff.desk import STAFF, AtDesk, Desk, NotHere
from staff.marks import lines
from staff.pages import go_to, page


@get("/", opt={"authority": STAFF}, sync_to_thread=True)
def queue_page(request: Request, desk: AtDesk, page_number: FromQuery[int] = 1) -> Response[str]:
    account = request.state.account
    with desk.register.reading() as session:
        listed = queue.page(session, today=desk.today(), landlords=account.landlords, number=page_number)
        waiting = _urgent_first(tasks.open_tasks(session, account.landlords))
        return page("queue.html", listed=listed, waiting=waiting, cases=_cases_of(session, waiting),
                    talks=_talks_of(session, waiting), **frame(request, desk))


@get("/tasks", opt={"authority": STAFF}, sync_to_thread=True)
def tasks_page(request: Request, desk: AtDesk) -> Response[str]:
    with desk.register.reading() as session:
        waiting = _urgent_first(tasks.open_tasks(session, request.state.account.landlords))
        return page("tasks.html", waiting=waiting, cases=_cases_of(session, waiting), talks=_talks_of(session, waiting),
                    **frame(request, desk))


@post("/tasks/{task_id:str}/done", opt={"authority": STAFF}, sync_to_thread=True)
def task_done(request: Request, desk: AtDesk, task_id: FromPath[str]) -> Response[Any]:
    account = request.state.account
    with desk.register.writing() as session:
        task = session.get(StaffTask, task_id)
        if task is None or not may_see(account, task.landlord):
            raise NotHere
        tasks.finish(session, task, by=account.id, now=desk.now())
    return go_to("/staff/tasks")


@get("/conversations/{public_id:str}", opt={"authority": STAFF}, sync_to_thread=True)
def conversation_page(request: Request, desk: AtDesk, public_id: FromPath[str]) -> Response[str]:
    """A conversation without a case: somebody waits for a person, or a message could not be read."""
    with desk.register.reading() as session:
        talk = session.execute(select(Conversation).where(Conversation.public_id == public_id)).scalar_one_or_none()
        if talk is None or not may_see(request.state.account, talk.landlord):
            raise NotHere
        found = session.execute(select(Case).where(Case.conversation_id == talk.id).order_by(Case.opened_at)).scalars().all()
        transcript = lines(inbox.transcript(session, talk.id))
        return page("conversation.html", talk=talk, found=found, transcript=transcript, **frame(request, desk))


@post("/find", opt={"authority": STAFF}, sync_to_thread=True)
def find(request: Request, desk: AtDesk) -> Response[Any]:
    """By reference, however it was typed. Posted, so that nothing typed here stands in an address."""
    reference = find_reference(str(request.state.form.get("reference", "")))
    if reference is None:
        raise NotHere
    return go_to(f"/staff/cases/{reference}")


def frame(request: Request, desk: Desk) -> dict[str, Any]:
    """What the frame around every page needs."""
    return {
        "account": request.state.account, "csrf": desk.csrf(request.state.token), "today": desk.today(),
        "landlord_names": {key: landlord.name or key for key, landlord in packs.load().items()},
    }


def may_see(account: Staff, landlord: str) -> bool:
    """What belongs to no landlord is for those who look after all of them."""
    return not account.landlords or landlord in account.landlords


def _urgent_first(waiting: list[StaffTask]) -> list[StaffTask]:
    """By kind, in the order in which the register lists them (danger first), then the oldest."""
    order = list(tasks.KINDS)
    return sorted(waiting, key=lambda task: (order.index(task.kind), task.raised_at))


def _cases_of(session: Session, waiting: list[StaffTask]) -> dict[str, Case]:
    ids = {task.case_id for task in waiting if task.case_id}
    return {case.id: case for case in session.execute(select(Case).where(Case.id.in_(ids))).scalars()}


def _talks_of(session: Session, waiting: list[StaffTask]) -> dict[str, str]:
    """The public ids of the conversations that tasks are about."""
    ids = {task.conversation_id for task in waiting if task.conversation_id}
    rows = session.execute(select(Conversation.id, Conversation.public_id).where(Conversation.id.in_(ids)))
    return dict(rows.all())


HANDLERS = (queue_page, tasks_page, task_done, conversation_page, find)
