"""What staff put right teaches only when a person has read it masked and approved it, and once."""

from __future__ import annotations

import pytest

from register import cases, corrections, decisions, lessons, staff
from register.cases import CaseError
from tests.casework import decider, matter, open_case
from tests.conftest import NOW

BY = "asha@example.org"


@pytest.fixture
def asha(register) -> str:
    with register.writing() as session:
        return staff.add(session, email=BY, name="Asha Khan", password="a long enough password", now=NOW).id


def correct(register, reference: str, **given) -> None:
    with register.writing() as session:
        who = decider(cases.find(session, reference).version)
        corrections.correct(session, decisions.take_up(session, reference, who), who, reason="It was reported before.", **given)


def waiting(register) -> list[lessons.Correction]:
    with register.reading() as session:
        return lessons.waiting(session)


def decide(register, *ids: str, approve: bool = True, by: str = BY) -> int:
    with register.writing() as session:
        return lessons.decide(session, ids, by=by, at=NOW, approve=approve)


def approved(register) -> list[dict]:
    with register.reading() as session:
        return lessons.approved(session)


def test_a_corrected_kind_waits_masked_and_with_the_right_labels(register, asha):
    told = matter("Rosa here. Tap drips again, ring 07700 900123", kind="service_request", subject="repairs")
    reference = open_case(register, told, months_ago=2)
    correct(register, reference, field="kind", position=_position(register, reference), value="complaint")
    (found,) = waiting(register)
    assert (found.reference, found.field, found.before, found.after) == (reference, "kind", "service_request", "complaint")
    assert found.example == {
        "text": "NAME here. Tap drips again, ring PHONE", "channel": "web", "kind": "complaint", "subject": "repairs",
        "stance": "dissatisfied", "about_handling": True, "outcomes": ["repair"], "adjustments": [], "months_ago": 2,
        "written_on": "2026-12-18",
    }


def _position(register, reference: str) -> int:
    with register.reading() as session:
        return cases.find(session, reference).matters[0].position


def test_only_what_a_person_approved_is_exported_and_it_waits_no_longer(register, asha):
    one, two = open_case(register), open_case(register)
    correct(register, one, field="outcomes", value=["apology"])
    correct(register, two, field="outcomes", value=["compensation"])
    first, second = waiting(register)
    assert approved(register) == []
    assert decide(register, first.id[:8]) == 1
    assert decide(register, second.id, approve=False) == 1
    assert [example["outcomes"] for example in approved(register)] == [["apology"]]
    assert waiting(register) == []


def test_the_last_of_several_corrections_counts(register, asha):
    reference = open_case(register)
    correct(register, reference, field="outcomes", value=["apology"])
    correct(register, reference, field="outcomes", value=["apology", "repair"])
    (found,) = waiting(register)
    assert found.example["outcomes"] == ["apology", "repair"]


def test_what_says_nothing_of_reading_or_not_of_which_matter_does_not_wait(register, asha):
    correct(register, open_case(register), field="name", value="Rosa Ball")
    correct(register, open_case(register, matter(), matter("And the door sticks")), field="outcomes", value=["apology"])
    assert waiting(register) == []


@pytest.mark.parametrize("wanted, by, words", [("nothing", BY, "waits"), ("", "x@example.org", "account")])
def test_an_unknown_id_or_account_is_refused_and_nothing_is_decided(register, asha, wanted, by, words):
    correct(register, open_case(register), field="outcomes", value=["apology"])
    with pytest.raises(CaseError, match=words):
        decide(register, wanted, by=by)
    assert len(waiting(register)) == 1


def test_it_is_decided_once(register, asha):
    correct(register, open_case(register), field="outcomes", value=["apology"])
    (found,) = waiting(register)
    decide(register, found.id)
    with pytest.raises(CaseError, match="waits"):
        decide(register, found.id, approve=False)
    assert len(approved(register)) == 1
