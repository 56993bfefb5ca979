"""One decision, one transaction: event, deadlines and the resident's message, or nothing; and never over something unseen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from register import cases, decisions, inbox, outbox, tasks
from register.cases import CaseError
from register.decisions import DecisionError, Stale
from register.tables import Case, Conversation, Message, StaffTask
from tests.casework import decider, matter, open_case, plain
from tests.conftest import NOW

TUESDAY = datetime(2026, 12, 22, 10, 0, tzinfo=UTC)
ACKNOWLEDGEMENT = {"handler": "Asha Khan", "responsible_for": "The boiler.", "job_title": "Complaints Officer", "words": plain}


def decide(register, reference: str, decision, *, at: datetime = TUESDAY, by="asha", seen: int | None = None, **given: Any):
    with register.writing() as session:
        seen = cases.find(session, reference).version if seen is None else seen
        who = decider(seen, at, by)
        return decision(session, decisions.take_up(session, reference, who), who, **given)


def due(register, reference: str) -> dict[str, tuple[date, date | None]]:
    with register.reading() as session:
        return {row.deadline: (row.due_on, row.met_on) for row in cases.find(session, reference).deadlines}


def kinds(register, reference: str) -> list[str]:
    with register.reading() as session:
        return [event.kind for event in cases.find(session, reference).events]


def said(register, author: str = "staff") -> list[str]:
    with register.reading() as session:
        return [row.text for row in session.query(Message).filter_by(author=author)]


def test_an_acknowledgement_meets_its_deadline_sets_the_answers_and_tells_the_resident(register):
    reference = open_case(register, landlord="mso")
    assert due(register, reference)["stage_1_response"] == (date(2027, 1, 13), None)
    event = decide(register, reference, decisions.acknowledge, **ACKNOWLEDGEMENT)
    dates = due(register, reference)
    assert dates["stage_1_acknowledgement"] == (date(2026, 12, 29), date(2026, 12, 22))
    assert dates["stage_1_response"] == (date(2027, 1, 8), None), "ten working days of the acknowledgement that happened"
    assert (event.kind, event.by, event.at) == ("acknowledged", "asha", TUESDAY)
    assert event.details["promised"] == {"stage_1_response": "2027-01-08"}
    assert said(register) == [f"About {reference}."]
    with register.reading() as session:
        assert session.get_one(Message, event.message_id).text == f"About {reference}."


def test_a_late_acknowledgement_never_moves_the_promised_answer_back(register):
    reference = open_case(register, landlord="mso")
    decide(register, reference, decisions.acknowledge, at=datetime(2027, 1, 5, 9, tzinfo=UTC), **ACKNOWLEDGEMENT)
    assert due(register, reference)["stage_1_response"] == (date(2027, 1, 13), None)


def test_a_decision_over_something_unseen_is_refused_and_leaves_nothing(register):
    reference = open_case(register)
    with register.writing() as session:
        case = cases.find(session, reference)
        message = inbox.accept(session, case.conversation_id, client_id="x", text="more", now=TUESDAY, wall=TUESDAY).message
        cases.add_words(session, case, at=TUESDAY, message_id=message.id)
    with pytest.raises(Stale) as stale:
        decide(register, reference, decisions.acknowledge, seen=1, **ACKNOWLEDGEMENT)
    assert stale.value.newer == [2]
    assert kinds(register, reference) == ["received", "added_to"]
    assert said(register) == []
    assert decide(register, reference, decisions.acknowledge, seen=2, **ACKNOWLEDGEMENT).seq == 3


def test_of_two_people_with_the_same_page_the_second_is_told(register):
    reference = open_case(register)
    decide(register, reference, decisions.note, seen=1, text="I ring her tomorrow.")
    with pytest.raises(Stale):
        decide(register, reference, decisions.note, seen=1, text="I ring her tomorrow.", by="ben")


def test_a_decision_whose_words_fail_is_not_made(register):
    def broken(case: Case) -> str:
        raise KeyError("no template")

    reference = open_case(register)
    before = due(register, reference)
    with pytest.raises(KeyError):
        decide(register, reference, decisions.acknowledge, **{**ACKNOWLEDGEMENT, "words": broken})
    assert (kinds(register, reference), due(register, reference)) == (["received"], before)


@pytest.mark.parametrize("missing", ["handler", "responsible_for"])
def test_an_acknowledgement_says_who_and_what(sqlite_register, missing):
    reference = open_case(sqlite_register)
    with pytest.raises(DecisionError, match=missing.replace("_", " ")):
        decide(sqlite_register, reference, decisions.acknowledge, **{**ACKNOWLEDGEMENT, missing: "  "})


def test_where_the_policy_names_the_job_title_it_is_asked_for(sqlite_register):
    without = {**ACKNOWLEDGEMENT, "job_title": ""}
    with pytest.raises(DecisionError, match="job title"):
        decide(sqlite_register, open_case(sqlite_register, landlord="mso"), decisions.acknowledge, **without)
    decide(sqlite_register, open_case(sqlite_register, landlord="milestone"), decisions.acknowledge, **without)


def test_a_case_is_acknowledged_once(sqlite_register):
    reference = open_case(sqlite_register)
    decide(sqlite_register, reference, decisions.acknowledge, **ACKNOWLEDGEMENT)
    with pytest.raises(DecisionError, match="already"):
        decide(sqlite_register, reference, decisions.acknowledge, **ACKNOWLEDGEMENT)


def test_a_text_waits_to_be_sent_and_after_stop_a_person_finds_another_way(sqlite_register):
    first, second = (open_case(sqlite_register, channel="sms", landlord=key) for key in ("milestone", "millat"))
    with sqlite_register.writing() as session:
        outbox.opt_out(session, cases.find(session, second).conversation, now=NOW)
    for reference in (first, second):
        decide(sqlite_register, reference, decisions.acknowledge, **ACKNOWLEDGEMENT)
    with sqlite_register.reading() as session:
        texts = [(row.text, row.state) for row in session.query(Message).filter_by(author="staff")]
        assert texts == [(f"About {first}.", "queued")]
        told = session.query(StaffTask).filter_by(kind="opted_out", case_id=cases.find(session, second).id).count()
    assert told == 1


def test_a_complaint_taken_as_a_service_request_owes_no_answer_until_the_resident_makes_it_one(register):
    reference = open_case(register)
    event = decide(register, reference, decisions.accept_as_service_request, reason="First report of it.", words=plain)
    assert event.details["ended"] == [
        {"deadline": "stage_1_acknowledgement", "due_on": "2026-12-29"}, {"deadline": "stage_1_response", "due_on": "2027-01-06"},
    ]
    assert due(register, reference) == {}
    with register.writing() as session:
        case = cases.find(session, reference)
        assert (case.disposition, case.stage) == ("service_request", None)
        cases.raise_complaint(session, case, at=datetime(2026, 12, 23, 9, tzinfo=UTC), message_id=None)
    assert due(register, reference)["stage_1_acknowledgement"] == (date(2027, 1, 4), None)
    with pytest.raises(DecisionError, match="asked for this"):
        decide(register, reference, decisions.accept_as_service_request, reason="Again.", words=plain)


def test_a_closed_request_that_becomes_a_complaint_is_open_again(sqlite_register):
    reference = open_case(sqlite_register, matter("Please mend the gate.", "service_request"))
    decide(sqlite_register, reference, decisions.close, reason="The gate is mended.", words=plain)
    with sqlite_register.writing() as session:
        case = cases.raise_complaint(session, cases.find(session, reference), at=TUESDAY, message_id=None)
        assert (case.closed_at, case.stage) == (None, 1)


NOISE = "My neighbour plays loud music every night."


def test_a_confirmed_exclusion_closes_the_case_with_reasons(register):
    reference = open_case(register, matter(NOISE, "asb", subject="neighbours"), landlord="millat")
    with register.reading() as session:
        assert cases.find(session, reference).disposition == "excluded_proposed"
    event = decide(register, reference, decisions.confirm_exclusion, positions=[1], reason="Our ASB team has it.", words=plain)
    with register.reading() as session:
        case = cases.find(session, reference)
        assert case.closed_at == TUESDAY and decisions.undecided(case) == []
    assert due(register, reference)["stage_1_acknowledgement"][1] == date(2026, 12, 22), "the resident was told in time"
    assert event.details["ended"] == [{"deadline": "stage_1_response", "due_on": "2027-01-13"}]
    assert (event.details["grounds"], event.details["reason"]) == (["asb"], "Our ASB team has it.")


def test_a_rejected_exclusion_is_a_complaint_from_its_receipt(register):
    reference = open_case(register, matter(NOISE, "asb", subject="neighbours"), landlord="millat")
    before = due(register, reference)
    decide(register, reference, decisions.reject_exclusion, positions=[1], reason="It is about our silence.", words=plain)
    with register.reading() as session:
        case = cases.find(session, reference)
        assert (case.disposition, case.ground, case.matters[0].disposition) == ("stage1_complaint", None, "stage1_complaint")
    assert due(register, reference) == before


def test_one_matter_is_excluded_and_the_other_goes_on(sqlite_register):
    reference = open_case(sqlite_register, matter(), matter(NOISE, "asb", subject="neighbours"), landlord="millat")
    with pytest.raises(DecisionError, match="Confirm or reject"):
        decide(sqlite_register, reference, decisions.respond, outcome="upheld", reasons="Yes.", remedy="Soon.", words=plain)
    with pytest.raises(DecisionError, match="Choose"):
        decide(sqlite_register, reference, decisions.confirm_exclusion, positions=[1], reason="No.", words=plain)
    decide(sqlite_register, reference, decisions.confirm_exclusion, positions=[2], reason="ASB team.", words=plain)
    with sqlite_register.reading() as session:
        case = cases.find(session, reference)
        assert (case.disposition, case.closed_at) == ("stage1_complaint", None)
    decide(sqlite_register, reference, decisions.respond, outcome="upheld", reasons="Yes.", remedy="Soon.", words=plain)


@pytest.mark.parametrize("decision", [decisions.confirm_exclusion, decisions.reject_exclusion])
def test_an_exclusion_is_decided_with_reasons(sqlite_register, decision):
    reference = open_case(sqlite_register, matter(NOISE, "asb", subject="neighbours"), landlord="millat")
    with pytest.raises(DecisionError, match="reason"):
        decide(sqlite_register, reference, decision, positions=[1], reason=" ", words=plain)


def test_a_response_meets_what_was_owed_and_opens_the_windows(register):
    reference = open_case(register, landlord="millat")
    decide(register, reference, decisions.acknowledge, **ACKNOWLEDGEMENT)
    answered = datetime(2027, 1, 4, 9, tzinfo=UTC)
    decide(register, reference, decisions.respond, at=answered, outcome="not_upheld", reasons="It works.", words=plain)
    dates = due(register, reference)
    assert dates["stage_1_response"][1] == date(2027, 1, 4)
    assert dates["stage_2_request_window"][0] == date(2027, 2, 5), "thirty days of the second working day after posting"
    decide(register, reference, decisions.close, at=answered, reason="Answered.", words=plain)
    with register.reading() as session:
        assert cases.find(session, reference).closed_at == answered


def test_a_first_answer_without_an_acknowledgement_meets_both(sqlite_register):
    reference = open_case(sqlite_register)
    answer = {"outcome": "upheld", "reasons": "We are sorry.", "remedy": "A repair.", "words": plain}
    decide(sqlite_register, reference, decisions.respond, **answer)
    dates = due(sqlite_register, reference)
    assert dates["stage_1_acknowledgement"][1] == dates["stage_1_response"][1] == date(2026, 12, 22)


def test_who_answered_at_stage_1_does_not_answer_at_stage_2(sqlite_register):
    first = open_case(sqlite_register)
    decide(sqlite_register, first, decisions.respond, outcome="not_upheld", reasons="No.", words=plain)
    second = open_case(sqlite_register, matter("I am not happy with your answer.", "escalation"), earlier_reference=first)
    answer = {"outcome": "upheld", "reasons": "We were wrong.", "remedy": "£50.", "words": plain}
    with pytest.raises(DecisionError, match="different person"):
        decide(sqlite_register, second, decisions.respond, **answer)
    decide(sqlite_register, second, decisions.respond, by="ben", **answer)
    assert due(sqlite_register, second)["ombudsman_window"][0] == date(2027, 12, 22)


def test_the_review_where_the_policy_has_one_sets_the_answers_date(sqlite_register):
    reference = open_case(sqlite_register, matter("Not happy.", "escalation"), landlord="midlands_rural")
    decide(sqlite_register, reference, decisions.hold_review)
    dates = due(sqlite_register, reference)
    assert dates["stage_2_review"][1] == date(2026, 12, 22)
    assert dates["stage_2_response"] == (date(2026, 12, 31), None), "five working days of the review"


def test_an_extension_keeps_the_first_date_and_its_limit_does_not_creep(register):
    reference = open_case(register)
    limit = due(register, reference)["stage_1_extension_limit"][0]
    assert limit == date(2027, 1, 20)
    event = decide(register, reference, decisions.extend, new_on=limit, reason="We need the surveyor.", words=plain)
    assert (event.details["old"], event.details["new"], event.details["beyond_limit"]) == ("2027-01-06", "2027-01-20", False)
    assert due(register, reference)["stage_1_response"] == (limit, None)
    assert due(register, reference)["stage_1_extension_limit"][0] == limit
    decide(register, reference, decisions.acknowledge, **ACKNOWLEDGEMENT)
    assert due(register, reference)["stage_1_response"] == (limit, None), "what was agreed stays agreed"


def test_one_day_past_the_limit_or_a_second_time_needs_agreed_updates(sqlite_register):
    reference = open_case(sqlite_register)
    late = {"new_on": date(2027, 1, 21), "reason": "The surveyor is ill.", "words": plain}
    with pytest.raises(DecisionError, match="how often"):
        decide(sqlite_register, reference, decisions.extend, **late)
    decide(sqlite_register, reference, decisions.extend, **{**late, "new_on": date(2027, 1, 12)})
    with pytest.raises(DecisionError, match="how often"):
        decide(sqlite_register, reference, decisions.extend, **{**late, "new_on": date(2027, 1, 13)})
    event = decide(sqlite_register, reference, decisions.extend, updates="A call each Monday.", **late)
    assert event.details["beyond_limit"] is True


@pytest.mark.parametrize("new_on", [date(2027, 1, 6), date(2027, 1, 5), date(2026, 12, 1)])
def test_an_extension_is_to_a_later_date(sqlite_register, new_on):
    with pytest.raises(DecisionError, match="later"):
        decide(sqlite_register, open_case(sqlite_register), decisions.extend, new_on=new_on, reason="x", words=plain)


def test_a_complaint_is_not_closed_unanswered_unless_the_resident_withdrew_it(sqlite_register):
    reference = open_case(sqlite_register)
    with pytest.raises(DecisionError, match="not answered"):
        decide(sqlite_register, reference, decisions.close, reason="No contact.", words=plain)
    with sqlite_register.writing() as session:
        cases.ask_withdrawal(session, cases.find(session, reference), at=TUESDAY, message_id=None)
    decide(sqlite_register, reference, decisions.close, reason="You withdrew it.", words=plain)
    with sqlite_register.reading() as session:
        assert tasks.open_tasks(session) == []
    for decision, given in ((decisions.close, {"reason": "again"}), (decisions.acknowledge, ACKNOWLEDGEMENT)):
        with pytest.raises(DecisionError, match="closed"):
            decide(sqlite_register, reference, decision, **{"words": plain, **given})
    decide(sqlite_register, reference, decisions.note, text="Rang to say goodbye.")


def test_a_correction_keeps_before_and_after(sqlite_register):
    reference = open_case(sqlite_register)
    event = decide(sqlite_register, reference, decisions.correct, field="name", value="Rosa Bello", reason="Misspelt.")
    assert (event.details["before"], event.details["after"], event.details["reason"]) == ("Rosa Bell", "Rosa Bello", "Misspelt.")
    event = decide(sqlite_register, reference, decisions.correct, field="outcomes", value=["repair", "apology"], reason="Said.")
    assert event.details["after"] == ["apology", "repair"]
    with sqlite_register.reading() as session:
        facts = cases.find(session, reference).facts
    assert (facts["name"], facts["outcomes"]) == ("Rosa Bello", ["apology", "repair"])


def test_a_corrected_kind_is_routed_again_and_its_clock_runs_from_receipt(register):
    reference = open_case(register, matter("You never called back.", "feedback"))
    assert due(register, reference) == {}
    decide(register, reference, decisions.correct, field="kind", position=1, value="complaint", reason="It is dissatisfaction.")
    assert due(register, reference)["stage_1_acknowledgement"] == (date(2026, 12, 29), None)
    decide(register, reference, decisions.correct, field="kind", position=1, value="feedback", reason="She says not.")
    assert due(register, reference) == {}


def test_a_corrected_age_proposes_what_the_policy_proposes_but_not_over_a_persons_decision(sqlite_register):
    reference = open_case(sqlite_register, months_ago=2)

    def older(months: str) -> str:
        decide(sqlite_register, reference, decisions.correct, field="months_ago", value=months, reason="From 2025.")
        with sqlite_register.reading() as session:
            return cases.find(session, reference).disposition

    assert older("14") == "late_discretion"
    decide(sqlite_register, reference, decisions.reject_exclusion, positions=[1], reason="She was ill.", words=plain)
    assert older("15") == "stage1_complaint"


@pytest.mark.parametrize(("field", "value"), [
    ("colour", "red"), ("kind", "nonsense"), ("outcomes", ["gold"]), ("outcomes", "repair"), ("months_ago", "two"),
    ("definition", " "), ("name", "Rosa Bell"),
])
def test_what_cannot_be_corrected_is_said(sqlite_register, field, value):
    with pytest.raises(DecisionError):
        decide(sqlite_register, open_case(sqlite_register), decisions.correct, field=field, value=value, reason="x", position=1)


def test_another_landlords_case_is_not_there(sqlite_register):
    reference = open_case(sqlite_register, landlord="millat")
    with sqlite_register.writing() as session, pytest.raises(CaseError):
        decisions.take_up(session, reference, decider(1), ["milestone"])
    with sqlite_register.writing() as session:
        assert decisions.take_up(session, reference, decider(1), ["milestone", "millat"]).reference == reference


def test_what_a_decision_settles_is_no_task_any_more(sqlite_register):
    reference = open_case(sqlite_register)
    with sqlite_register.writing() as session:
        case = cases.find(session, reference)
        talk = session.get_one(Conversation, case.conversation_id)
        for row in case.deadlines:
            tasks.raise_task(session, "due_soon", f"{row.id}:{row.due_on}", conversation=talk, case_id=case.id, now=NOW)
        owed = len(case.deadlines)
    decide(sqlite_register, reference, decisions.acknowledge, **ACKNOWLEDGEMENT)
    with sqlite_register.reading() as session:
        assert len(tasks.open_tasks(session)) == owed - 1


def test_the_events_of_a_case_are_numbered_without_gaps(sqlite_register):
    reference = open_case(sqlite_register)
    for _ in range(3):
        decide(sqlite_register, reference, decisions.note, at=TUESDAY + timedelta(hours=1), text="A note.")
    with sqlite_register.reading() as session:
        case = cases.find(session, reference)
        assert [event.seq for event in case.events] == [1, 2, 3, 4] and case.version == 4
