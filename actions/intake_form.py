"""The intake form: which question comes next, and what an answer is taken to mean."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

from actions import answers
from actions.elsewhere import take_elsewhere
from actions.handing_over import hand_over
from actions.note_turn import save, settle, tell_more
from actions.questions import open_questions
from actions.read_back import change
from actions.talk import ActionFailed, Talk, _where

logger = logging.getLogger(__name__)
NOT_TOLD = ("skip", "dunno", "none")
STORY_WORDS = 8  # an answer to "when" of this length tells more than when
SLOTS = (
    "about_case", "reading", "details", "wish", "earlier_reference", "incident", "outcome", "adjustments", "authority",
    "managing_partner", "bought_on", "tenure", "contact", "address", "confirmed", "change_point", "change_text",
)


class ValidateIntakeForm(FormValidationAction):
    """Each `validate_<slot>` returns the slot's value (None: ask again) with what it changed of intake and dialogue."""

    def name(self) -> str:
        return "validate_intake_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            events = await super().run(dispatcher, tracker, domain)
            return events + await asyncio.to_thread(keep, Talk(dispatcher, tracker, domain))
        except Exception as error:
            logger.error("%s failed: %s", self.name(), _where(error))
            raise ActionFailed(self.name()) from None

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[str]:
        talk = Talk(dispatcher, tracker, domain)
        return open_questions(talk.facts, talk.dialogue, talk.pack)

    def validate_about_case(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        choice = talk.turn.get("value")
        if choice not in ("add", "new"):
            return not_understood(talk, "about_case", "utter_again_choice")
        talk.dialogue.about = choice
        return understood(talk, about_case=choice)

    def validate_reading(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        choice = talk.turn.get("value")
        options = {option["id"] for option in (talk.dialogue.ask or {}).get("options", [])}
        if choice not in options:
            return not_understood(talk, "reading", "utter_again_choice")
        settle(talk, choice)
        return understood(talk, reading=choice)

    def validate_details(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        if talk.turn.get("value") in NOT_TOLD:
            return not_understood(talk, "details", "utter_again")
        tell_more(talk.facts, str(value), talk.understanding)
        return understood(talk, details="told")

    def validate_wish(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        choice = talk.turn.get("value")
        if choice not in ("yes", "no"):
            return not_understood(talk, "wish", "utter_again_choice")
        talk.facts.wish = "complaint" if choice == "yes" else "feedback"
        return understood(talk, wish=choice)

    def validate_earlier_reference(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        if talk.turn.get("value") not in NOT_TOLD:
            answers.take_reference(talk.facts, str(value))
        return understood(talk, earlier_reference="answered")

    def validate_incident(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        if talk.turn.get("value") not in NOT_TOLD:
            if take_elsewhere(talk, "incident"):
                return understood_elsewhere(talk, "incident")
            talk.facts.incident_words = str(value)
            talk.facts.months_ago = talk.understanding.get("months_ago")
            if len(str(value).split()) >= STORY_WORDS:
                tell_more(talk.facts, str(value), talk.understanding)
        return understood(talk, incident="answered")

    def validate_outcome(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        if talk.turn.get("value") not in NOT_TOLD:
            talk.facts.outcome_words = str(value)
            talk.facts.outcomes = list(talk.understanding.get("outcomes") or []) or ["other"]
        return understood(talk, outcome="answered")

    def validate_adjustments(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        if talk.turn.get("value") not in NOT_TOLD:
            if take_elsewhere(talk, "adjustments"):
                return understood_elsewhere(talk, "adjustments")
            talk.facts.adjustment_words = str(value)
            talk.facts.adjustments = list(talk.understanding.get("adjustments") or []) or ["other"]
        return understood(talk, adjustments="answered")

    def validate_authority(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        choice = talk.turn.get("value")
        if choice not in ("written", "spoken", "unknown"):
            return not_understood(talk, "authority", "utter_again_choice")
        talk.facts.representative = {**(talk.facts.representative or {}), "authority": choice}
        return understood(talk, authority=choice)

    def validate_managing_partner(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        if talk.turn.get("value") not in NOT_TOLD:
            talk.facts.managing_partner = str(value).strip()
        return understood(talk, managing_partner="answered")

    def validate_bought_on(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        if talk.turn.get("value") not in NOT_TOLD and not answers.take_bought_on(talk.facts, str(value)):
            return not_understood(talk, "bought_on", "utter_again")
        return understood(talk, bought_on="answered")

    def validate_tenure(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        said = talk.turn.get("value") or str(value)
        if said not in NOT_TOLD and not answers.take_tenure(talk.facts, said):
            return not_understood(talk, "tenure", "utter_again_choice")
        return understood(talk, tenure="answered")

    def validate_contact(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        if talk.turn.get("value") in NOT_TOLD:
            talk.facts.anonymous = talk.facts.anonymous or talk.facts.name is None
            return understood(talk, contact="skipped")
        if take_elsewhere(talk, "contact"):
            return understood_elsewhere(talk, "contact")
        if not answers.take_contact(talk.facts, str(value), talk.understanding.get("contact") or {}):
            return not_understood(talk, "contact", "utter_again_contact")
        return understood(talk, contact="answered")

    def validate_address(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        if talk.turn.get("value") in NOT_TOLD:
            return understood(talk, address="skipped")
        if take_elsewhere(talk, "address"):
            return understood_elsewhere(talk, "address")
        if not answers.take_address(talk.facts, str(value), talk.understanding.get("contact")):
            return not_understood(talk, "address", "utter_again")
        return understood(talk, address="answered")

    def validate_confirmed(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        choice = talk.turn.get("value")
        if choice == "yes":
            return understood(talk, confirmed="yes")
        if choice != "change":
            return not_understood(talk, "confirmed", "utter_again_choice")
        talk.dialogue.changing = ""
        return understood(talk, confirmed=None, change_point=None, change_text=None)

    def validate_change_point(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        choice = talk.turn.get("value")
        if not choice or choice in NOT_TOLD:
            return not_understood(talk, "change_point", "utter_again_choice")
        talk.dialogue.changing = choice
        return understood(talk, change_point=choice)

    def validate_change_text(self, value: Any, dispatcher: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        talk = Talk(dispatcher, tracker, domain)
        change(talk, talk.dialogue.changing or "", str(value))
        talk.dialogue.changing = None
        return understood(talk, change_point=None, change_text=None, confirmed=None)


def understood(talk: Talk, **slots: Any) -> dict[str, Any]:
    talk.dialogue.failures = 0
    return {**slots, "intake": talk.facts.as_json(), "dialogue": asdict(talk.dialogue)}


def understood_elsewhere(talk: Talk, slot: str) -> dict[str, Any]:
    """It was an answer to another question: said so, and this one is asked again."""
    talk.say("utter_added_point")
    return understood(talk, **{slot: None})


def keep(talk: Talk) -> list[dict[str, Any]]:
    """Write the draft down; a hand-over that this turn decided on happens now, and not when the contact has been given."""
    save(talk)
    return hand_over(talk, talk.dialogue.handover) if talk.dialogue.handover and not talk.dialogue.open_case else []


def not_understood(talk: Talk, slot: str, response: str) -> dict[str, Any]:
    """Ask again; the second time explain; the third time a person takes it, with everything said so far."""
    talk.dialogue.failures += 1
    if talk.dialogue.failures >= 3:
        talk.dialogue.handover, talk.dialogue.failures = "not_understood", 0
    else:
        talk.say("utter_again_explained" if talk.dialogue.failures == 2 else response)
    return {slot: None, "dialogue": asdict(talk.dialogue)}
