"""Each way a conversation can end, recorded as what it is; dates spoken as they are stored."""

from __future__ import annotations

from datetime import date

import pytest

from policies.statements import spoken_date

COMPLAINT = (
    "My kitchen ceiling has leaked since October. I rang five times and nobody ever came. I want it repaired and an apology."
)
FIRST_REPORT = "Hi, the kitchen tap has started dripping today, please could someone come and fix it. 12 Rose Court, LS1 4AB"
CHECK_DATES = {  # received Friday 18 December 2026, 18:30: acknowledge, respond at the latest
    "milestone": (date(2026, 12, 29), date(2027, 1, 6)),
    "mso": (date(2026, 12, 29), date(2027, 1, 13)),
    "millat": (date(2026, 12, 29), date(2027, 1, 13)),
    "resolution": (date(2026, 12, 29), date(2027, 1, 6)),
    "midlands_rural": (date(2026, 12, 23), date(2027, 1, 11)),
}
ANSWERS = {  # by a word of the question
    "written down": "yes", "differently": "no", "manages your home": "not sure", "name": "Asha Bell 07700 900123",
    "address": "12 Rose Court, Leeds LS1 4AB",
    "did this start": "in October", "put it right": "I want it put right", "reference": "I do not have it",
    "told us about this before": "Yes, and it is not put right", "as a complaint": "no", "want an answer": "no answer needed",
    "in writing": "yes, they told me", "does the person": "Yes, they told me", "what happened": COMPLAINT,
}


def answer_all(person, most: int = 12) -> None:
    """Answer whatever is asked until nothing is."""
    for _ in range(most):
        if person.case:
            return
        question = person.question["text"].lower()
        answer = next((text for words, text in ANSWERS.items() if words in question), None)
        assert answer is not None, f"an unexpected question: {question}"
        person.say(answer)
    raise AssertionError(f"no end after {most} answers: {person.heard}")


@pytest.mark.parametrize("landlord", list(CHECK_DATES))
def test_a_complaint_is_dated_by_each_landlords_policy_and_spoken_as_stored(resident, landlord):
    person = resident(landlord)
    person.say(COMPLAINT)
    answer_all(person)
    said = person.heard
    case = person.end()["cases"][0]
    due = {row["deadline"]: date.fromisoformat(row["due_on"]) for row in case["deadlines"]}
    acknowledge, respond = CHECK_DATES[landlord]
    assert (due["stage_1_acknowledgement"], due["stage_1_response"]) == (acknowledge, respond)
    assert case["disposition"] == "stage1_complaint"
    assert case["reference"] in said
    assert spoken_date(acknowledge) in said and spoken_date(respond) in said
    assert "Ombudsman" in said
    assert all(row["citations"] for row in case["deadlines"])
    assert person.turns <= 8


def test_a_first_report_is_a_service_request_and_a_complaint_is_offered(resident):
    person = resident()
    person.say(FIRST_REPORT)
    answer_all(person)
    assert "make_complaint" in person.options
    case = person.end()["cases"][0]
    assert (case["disposition"], case["deadlines"]) == ("service_request", [])


def test_a_service_request_becomes_a_complaint_at_one_press(resident):
    person = resident()
    person.say(FIRST_REPORT)
    answer_all(person)
    person.say("Make it a complaint")
    case = person.end()["cases"][0]
    assert case["disposition"] == "stage1_complaint"
    assert {row["deadline"] for row in case["deadlines"]} >= {"stage_1_acknowledgement", "stage_1_response"}


def test_praise_is_feedback_and_tells_of_the_right_to_complain(resident):
    person = resident()
    person.say("Just wanted to say thank you to Dave the plumber, he was brilliant and so kind to my mum")
    answer_all(person)
    case = person.end()["cases"][0]
    assert case["disposition"] == "feedback"
    assert "complain" in person.heard


def test_an_asb_report_is_proposed_for_exclusion_with_its_paragraph_and_a_person_decides(resident):
    person = resident("midlands_rural")
    person.say("The neighbour at number 9 plays loud music every night till 3am and his dog barks all day")
    answer_all(person)
    case = person.end()["cases"][0]
    assert (case["disposition"], case["matters"][0]["kind"]) == ("excluded_proposed", "asb")
    assert any(citation["paragraph"] == "4.5" for citation in case["matters"][0]["citations"])
    assert "4.5" in person.heard and "Ombudsman" in person.heard


def test_a_stage_2_request_needs_no_reasons_and_has_its_own_dates(resident):
    person = resident()
    person.say("I got your stage 1 response to my complaint and I do not accept it, I want it to go to stage 2")
    answer_all(person)
    case = person.end()["cases"][0]
    assert (case["disposition"], case["stage"]) == ("stage2_escalation", 2)
    due = {row["deadline"]: row["due_on"] for row in case["deadlines"]}
    assert (due["stage_2_acknowledgement"], due["stage_2_response"]) == ("2026-12-29", "2027-01-27")


def test_a_question_about_a_case_is_recorded_and_discloses_nothing_without_a_second_fact(resident):
    first = resident()
    first.say(COMPLAINT)
    answer_all(first)
    stranger = resident()
    stranger.say("How is my complaint going please, have you got any news on it?")
    stranger.say(first.case)
    stranger.say("Sam Field 07700 900456")
    stranger.say("1 Other Street, M1 1AA")
    record = stranger.end()["cases"][0]
    assert record["disposition"] == "enquiry"
    assert "29 Dec 2026" not in stranger.heard
    owner = resident()
    owner.say("How is my complaint going please, have you got any news on it?")
    owner.say(first.case)
    owner.say("Asha Bell 07700 900123")
    owner.say("12 Rose Court, Leeds LS1 4AB")
    assert "29 Dec 2026" in owner.heard


def test_a_wrong_number_is_no_case_and_recorded_as_such(resident):
    person = resident("millat", "sms")
    person.say("sorry wrong number")
    ended = person.end()
    assert (ended["outcome"], ended["cases"]) == ("no_case", [])


def test_danger_is_answered_first_with_the_number_to_ring(resident):
    for landlord in CHECK_DATES:
        person = resident(landlord)
        person.say("there is a strong smell of gas in my hallway and the boiler has never been serviced like I asked")
        assert "0800 111 999" in person.replies[0]["text"]
