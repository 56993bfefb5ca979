"""One case: what was said, what was understood, what is proposed, what is owed, and the decisions."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from register import decisions
from register.cases import CaseError
from register.decisions import Decider, DecisionError, Stale
from register.tables import Case
from staff import case_view, letters
from staff.decision_forms import DECISIONS, corrections
from staff.desk import STAFF, AtDesk, Desk, NotHere
from staff.pages import environment, go_to, page
from staff.queue_pages import frame


@get("/cases/{reference:str}", opt={"authority": STAFF}, sync_to_thread=True)
def case_page(request: Request, desk: AtDesk, reference: FromPath[str], done: FromQuery[str] = "") -> Response[str]:
    with desk.register.reading() as session:
        return _show(request, desk, session, _find(request, session, reference), done=done if done in DECISIONS else "")


@post("/cases/{reference:str}/{decision:str}", opt={"authority": STAFF}, sync_to_thread=True)
def decide(request: Request, desk: AtDesk, reference: FromPath[str], decision: FromPath[str]) -> Response[Any]:
    """One decision in one transaction. What cannot be decided is shown with what was typed, so that nothing is lost."""
    if decision not in DECISIONS:
        raise NotHere
    account, form = request.state.account, request.state.form
    seen = str(form.get("seen_version", ""))
    who = Decider(by=account.id, now=desk.now(), wall=desk.wall(), seen_version=int(seen) if seen.isdecimal() else 0)
    typed = {"decision": decision, **{name: value for name, value in form.items() if name != "csrf"}}
    try:
        with desk.register.writing() as session:
            case = decisions.take_up(session, reference, who, account.landlords)
            DECISIONS[decision](session, case, who, form)
    except Stale as stale:
        return _again(request, desk, reference, status=409, typed=typed, newer=stale.newer)
    except DecisionError as error:
        return _again(request, desk, reference, status=422, typed=typed, problem=str(error), missing=error.missing)
    except CaseError:
        raise NotHere from None
    return go_to(f"/staff/cases/{reference}?done={decision}")


@get("/cases/{reference:str}/letter", opt={"authority": STAFF}, sync_to_thread=True)
def letter_page(request: Request, desk: AtDesk, reference: FromPath[str]) -> Response[str]:
    """The acknowledgement as it was sent, or as it would be sent today."""
    return _letter(request, desk, reference, {"handler": request.state.account.name})


@post("/cases/{reference:str}/letter", opt={"authority": STAFF}, sync_to_thread=True, status_code=200)
def letter_preview(request: Request, desk: AtDesk, reference: FromPath[str]) -> Response[str]:
    """The same with what is typed in the form. It changes nothing; it is posted to keep what is typed out of the address."""
    return _letter(request, desk, reference, dict(request.state.form.items()))


def _letter(request: Request, desk: Desk, reference: str, form: dict[str, Any]) -> Response[str]:
    with desk.register.reading() as session:
        case = _find(request, session, reference)
        if case.stage is None:
            raise NotHere
        letter = letters.acknowledgement(case, desk.today(), form)
        return page("letter.html", **letters.letter_values(case, letter), **frame(request, desk))


def _again(request: Request, desk: Desk, reference: str, **values: Any) -> Response[str]:
    with desk.register.reading() as session:
        return _show(request, desk, session, _find(request, session, reference), **values)


def _show(
    request: Request, desk: Desk, session: Session, case: Case, *, status: int = 200, done: str = "", problem: str = "",
    typed: dict[str, Any] | None = None, newer: list[int] | None = None, missing: tuple[str, ...] = (),
) -> Response[str]:
    labels = environment().get_template("words.html").module.deadline
    return page(
        "case.html", status=status, done=done, problem=problem, typed=typed or {}, newer=newer or [], missing=missing,
        corrections=corrections(case), **case_view.view(session, case, desk.today(), labels), **frame(request, desk),
    )


def _find(request: Request, session: Session, reference: str) -> Case:
    case = case_view.find(session, reference, request.state.account.landlords)
    if case is None:
        raise NotHere
    return case


HANDLERS = (case_page, decide, letter_page, letter_preview)
