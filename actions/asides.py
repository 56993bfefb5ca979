"""What may be said at any question: policy questions, corrections, further matters, and not being understood."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import FollowupAction

from actions import answers
from actions.handing_over import hand_over
from actions.read_back import change, points
from actions.talk import PutrightAction, Talk, register
from register import cases, tasks
from register.deadlines import PROMISED
from register.tables import Conversation

POLICY_ANSWERS = {
    "ask_how_long": "how_long",
    "ask_what_complain": "what_can_i_complain_about",
    "ask_ombudsman": "ombudsman",
}


class ActionSayPolicy(PutrightAction):
    """Answers from the landlord's policy; a case's dates are shown with their working."""

    def name(self) -> str:
        return "action_say_policy"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        intent = talk.turn.get("intent")
        if intent == "ask_working":
            _show_working(talk)
        else:
            talk.say_policy(POLICY_ANSWERS[intent])
        return []


def _show_working(talk: Talk) -> None:
    if talk.dialogue.reference is None:
        talk.say_policy("how_long")
        return
    with register().reading() as session:
        case = cases.find(session, talk.dialogue.reference)
        rows = [row for row in case.deadlines if row.deadline in PROMISED]
        if not rows:
            talk.say_policy("how_long")
        for row in rows:
            talk.say_policy("how_dates_were_worked_out", deadline=row.deadline, from_what=row.from_what, from_on=row.from_on,
                            due_on=row.due_on, rule=row.rule)


class ActionCorrect(PutrightAction):
    """ "No, I meant flat 12": the point it is about is changed; if that is not plain, we ask which."""

    def name(self) -> str:
        return "action_correct"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        field = talk.turn.get("field")
        if field in ("phone", "email"):
            field = "contact"
        known = {name: value for name, _, value in points(talk)}
        meant = answers.after_frame(talk.text)
        if field in known and len(meant.split()) >= 2:
            change(talk, field, talk.text)
            value = {name: value for name, _, value in points(talk)}[field]
            talk.say("utter_changed", value=value)
        else:
            talk.dialogue.changing = ""
            talk.say("utter_what_to_change")
        return talk.kept()


class ActionAdded(PutrightAction):
    """A further matter in the middle of the questions: it is noted already; say so."""

    def name(self) -> str:
        return "action_added"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        if talk.dialogue.open_case and talk.dialogue.reference:
            with register().writing() as session:
                cases.add_words(session, cases.find(session, talk.dialogue.reference), at=talk.now, message_id=talk.message_id)
        talk.say("utter_added_point")
        return []


class ActionStopTexts(PutrightAction):
    """ "Don't text me": asked once how to stop, and staff are told; the case is kept."""

    def name(self) -> str:
        return "action_stop_texts"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        with register().writing() as session:
            tasks.raise_task(session, "opted_out", f"{talk.conversation_id}:asked", now=talk.now, message_id=talk.message_id,
                             conversation=session.get_one(Conversation, talk.conversation_id))
        talk.say("utter_stop_texts")
        return []


class ActionNotUnderstood(PutrightAction):
    """The second failure to understand explains, the third hands over to a person with everything said so far."""

    def name(self) -> str:
        return "action_not_understood"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        talk.dialogue.failures += 1
        if talk.dialogue.failures >= 3:
            talk.dialogue.failures = 0
            return [*hand_over(talk, "not_understood"), FollowupAction("intake_form")]  # which asks how to reach them
        talk.say("utter_again_explained" if talk.dialogue.failures == 2 else "utter_again")
        return talk.kept()
