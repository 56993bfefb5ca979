"""Questions whose words depend on what is known."""

from __future__ import annotations

from typing import Any

from actions.questions import LIGHT, lead_kind
from actions.talk import PutrightAction, Talk


class ActionAskReading(PutrightAction):
    """The one plain question that separates the two likeliest readings; its words come with the understanding."""

    def name(self) -> str:
        return "action_ask_reading"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        ask = talk.dialogue.ask or {"question": "", "options": []}
        talk.say("utter_ask_reading", question=ask["question"], options=ask["options"])
        return []


class ActionAskAboutCase(PutrightAction):
    def name(self) -> str:
        return "action_ask_about_case"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        talk.say("utter_ask_about_case", reference=talk.dialogue.reference)
        return []


class ActionAskContact(PutrightAction):
    """By text we have the number already; for feedback the answer is optional."""

    def name(self) -> str:
        return "action_ask_contact"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        if talk.channel == "sms":
            talk.say("utter_ask_contact_sms")
        elif lead_kind(talk.facts) in LIGHT and not talk.dialogue.handover:
            talk.say("utter_ask_contact_for_reply")
        else:
            talk.say("utter_ask_contact_web")
        return []
