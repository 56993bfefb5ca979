"""A person takes it from here."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.spoken import date_statements
from actions.talk import Talk, register
from register import cases, intakes, tasks
from register.tables import Conversation


def hand_over(talk: Talk, reason: str) -> list[dict[str, Any]]:
    """A person takes it, with everything said so far: a case if a matter was told, and in any event a task."""
    dialogue = talk.dialogue
    dates = []
    with register().writing() as session:
        conversation = session.get_one(Conversation, talk.conversation_id)
        intake = intakes.find(session, talk.conversation_id, dialogue.intake_number)
        if intake is not None and intake.matters:
            case = cases.open_case(session, talk.conversation_id, dialogue.intake_number, now=talk.now,
                                   message_id=talk.message_id, handover=reason)
            dialogue.reference, dates = case.reference, date_statements(talk, case)
        elif dialogue.reference:
            known = cases.find(session, dialogue.reference)
            cases.hand_over(session, known, reason=reason, at=talk.now, message_id=talk.message_id)
        else:
            conversation.outcome = "handover"
            tasks.raise_task(session, "handover", talk.conversation_id, conversation=conversation, now=talk.now,
                             details={"reason": reason})
    dialogue.handover, dialogue.open_case, dialogue.enough = reason, True, False
    if reason == "not_understood":
        talk.say("utter_handed_over_not_understood")
    if dialogue.reference:
        talk.say("utter_handed_over", reference=dialogue.reference)
    else:
        talk.say("utter_handed_over_without_case")
    for said in dates:
        talk.say("utter_statement", statement=said.text)
    return [*talk.kept(), SlotSet("contact", None)]
