"""How an intake ends: a case, words added to one, a person, or nothing to open; each of them recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from actions.handing_over import hand_over
from actions.intake_form import SLOTS
from actions.spoken import DATES, outcome_statements
from actions.talk import Dialogue, PutrightAction, Talk, register
from policies import statements
from register import cases, intakes, lookups, tasks
from register.facts import Facts
from register.tables import Case, Conversation


class ActionFinishIntake(PutrightAction):
    """The questions are done. What is said afterwards comes from the committed rows."""

    def name(self) -> str:
        return "action_finish_intake"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        dialogue = talk.dialogue
        if dialogue.about == "add" and dialogue.reference:
            return _add_to_case(talk)
        if dialogue.handover:
            return _finish_hand_over(talk)
        if not talk.facts.matters:
            return _cleared(talk)
        with register().writing() as session:
            reference = cases.open_case(
                session, talk.conversation_id, dialogue.intake_number, now=talk.now, message_id=talk.message_id
            ).reference
        speak_of(talk, reference)
        return _cleared(talk, reference=reference)


def speak_of(talk: Talk, reference: str) -> None:
    """Say what was recorded and what happens next, read back from the register."""
    with register().reading() as session:
        case = cases.find(session, reference)
        talk.say("utter_case_recorded", reference=case.reference)
        said = outcome_statements(talk, case)
        offered = said.pop() if said and case.disposition in ("service_request", "feedback") else None
        for one in said:
            talk.say("utter_statement", statement=one.text)
        if offered is not None:
            talk.say("utter_make_complaint_option", statement=offered.text)
        if case.disposition == "enquiry":
            _speak_of_enquiry(talk, case)


def _speak_of_enquiry(talk: Talk, case: Case) -> None:
    """The state of the case asked about: only on the page, and only to who knows its reference and postcode (or phone)."""
    facts = Facts.from_json(case.facts)
    with register().writing() as session:
        state = lookups.look_up(session, talk.conversation_id, facts, channel=talk.channel, now=talk.now)
        tasks.raise_task(session, "enquiry", case.id, conversation=session.get_one(Conversation, talk.conversation_id),
                         case_id=case.id, now=talk.now, details={"earlier_reference": facts.earlier_reference})
    if state is not None and state.next_deadline is not None:
        said = statements.say(talk.pack, DATES[state.next_deadline], talk.channel, due_on=state.due_on)
        talk.say("utter_enquiry_status", reference=state.reference, next_step=said.text)
    else:
        talk.say_policy("enquiry_recorded")


def _add_to_case(talk: Talk) -> list[dict[str, Any]]:
    reference = talk.dialogue.reference or ""
    with register().writing() as session:
        cases.add_words(session, cases.find(session, reference), at=talk.now, message_id=talk.message_id)
        intakes.drop(session, talk.conversation_id, talk.dialogue.intake_number)
    talk.say("utter_added_to_case", reference=reference)
    return _cleared(talk, reference=reference)


def _finish_hand_over(talk: Talk) -> list[dict[str, Any]]:
    """After the hand-over: the contact that was asked for goes to the person who has it."""
    dialogue, asked = talk.dialogue, talk.tracker.get_slot("contact")
    if asked == "skipped":
        talk.say("utter_no_contact")
    if asked != "answered":
        return _cleared(talk, reference=dialogue.reference)
    with register().writing() as session:
        if dialogue.reference:
            case = cases.find(session, dialogue.reference)
            cases.note_contact(session, case, talk.facts, at=talk.now, message_id=talk.message_id)
        else:
            tasks.note(session, "handover", talk.conversation_id, contact=_contact(talk.facts))
    talk.say("utter_contact_added" if dialogue.reference else "utter_contact_noted", reference=dialogue.reference)
    return _cleared(talk, reference=dialogue.reference)


def _contact(facts: Facts) -> dict[str, str]:
    return {name: value for name in ("name", "phone", "email") if (value := getattr(facts, name))}


def _cleared(talk: Talk, reference: str | None = None) -> list[dict[str, Any]]:
    """Ready for a further matter: who and where are kept, so that they are never asked twice."""
    kept = Facts(**{name: getattr(talk.facts, name) for name in ("name", "phone", "email", "address", "postcode", "anonymous")})
    talk.facts = replace(kept, adjustments=talk.facts.adjustments, adjustment_words=talk.facts.adjustment_words,
                         managing_partner=talk.facts.managing_partner, bought_on=talk.facts.bought_on)
    talk.dialogue = Dialogue(intake_number=talk.dialogue.intake_number + 1, reference=reference or talk.dialogue.reference)
    return talk.kept() + [SlotSet(slot, None) for slot in SLOTS]


class ActionHandOver(PutrightAction):
    def name(self) -> str:
        return "action_hand_over"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        return hand_over(talk, "asked")


class ActionEnough(PutrightAction):
    """"That's all": no more questions; the case opens with what there is."""

    def name(self) -> str:
        return "action_enough"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        talk.dialogue.enough = True
        return talk.kept()


class ActionStartAgain(PutrightAction):
    def name(self) -> str:
        return "action_start_again"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        with register().writing() as session:
            intakes.drop(session, talk.conversation_id, talk.dialogue.intake_number)
        talk.say("utter_start_again")
        return _cleared(talk)


class ActionWithdraw(PutrightAction):
    """Before it is sent nothing is opened; afterwards the wish is noted, and a person closes."""

    def name(self) -> str:
        return "action_withdraw"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        reference = talk.dialogue.reference
        with register().writing() as session:
            draft = intakes.find(session, talk.conversation_id, talk.dialogue.intake_number)
            if draft is not None and draft.state == "draft" and draft.matters:
                intakes.drop(session, talk.conversation_id, talk.dialogue.intake_number)
                conversation = session.get_one(Conversation, talk.conversation_id)
                conversation.outcome = conversation.outcome or "no_case"
                tasks.raise_task(session, "withdrawn", draft.id, conversation=conversation, now=talk.now)
                response = "utter_withdrawn_draft"
            elif reference:
                cases.ask_withdrawal(session, cases.find(session, reference), at=talk.now, message_id=talk.message_id)
                response = "utter_withdrawal_noted"
            else:
                response = "utter_nothing_to_withdraw"
        talk.say(response, reference=reference)
        return _cleared(talk)


class ActionWrongNumber(PutrightAction):
    def name(self) -> str:
        return "action_wrong_number"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        with register().writing() as session:
            conversation = session.get_one(Conversation, talk.conversation_id)
            conversation.outcome = conversation.outcome or "no_case"
            intakes.drop(session, talk.conversation_id, talk.dialogue.intake_number)
        talk.say("utter_wrong_number")
        return _cleared(talk)


class ActionMakeComplaint(PutrightAction):
    """What was recorded as a request or a remark becomes a complaint because the resident says so (Code 1.3, 1.5)."""

    def name(self) -> str:
        return "action_make_complaint"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        reference = talk.dialogue.reference
        if talk.facts.matters:
            talk.facts.wish = "complaint"
            talk.say("utter_complaint_noted")
            return talk.kept()
        if reference is None:
            talk.say("utter_no_case_to_raise")
            return []
        with register().writing() as session:
            case = cases.find(session, reference)
            already = case.stage is not None and not any(
                event.kind == "complaint_raised" and event.message_id == talk.message_id for event in case.events
            )
            cases.raise_complaint(session, case, at=talk.now, message_id=talk.message_id)
        talk.say("utter_already_complaint" if already else "utter_complaint_raised", reference=reference)
        with register().reading() as session:
            for said in outcome_statements(talk, cases.find(session, reference)):
                talk.say("utter_statement", statement=said.text)
        return []


class ActionNoComplaint(PutrightAction):
    """A resident who does not want a complaint is heard: it is a request, with that wish."""

    def name(self) -> str:
        return "action_no_complaint"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        talk.facts.wish = "service_request"
        talk.dialogue.ask = None
        talk.say("utter_no_complaint_noted")
        return talk.kept()
