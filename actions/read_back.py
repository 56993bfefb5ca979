"""Reading back: numbered points, each of which can be changed before it is sent."""

from __future__ import annotations

from typing import Any

from actions import answers
from actions.talk import PutrightAction, Talk

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST = {"web": 400, "sms": 90}
REQUESTS = {"service_request", "case_enquiry", "outside_control"}
MOST_OPTIONS = 12


def points(talk: Talk) -> list[tuple[str, str, str]]:
    """(field, label, value) for each point, in the order in which they are read."""
    facts = talk.facts
    rows = [(f"matter {number}", _matter_label(talk, matter.kind), matter.text) for number, matter in enumerate(facts.matters, 1)]
    if facts.incident_words:
        rows.append(("incident", talk.words("utter_label_incident"), facts.incident_words))
    if facts.outcome_words or facts.outcomes or talk.tracker.get_slot("outcome"):
        said = facts.outcome_words or ", ".join(talk.words(f"utter_outcome_{value}") for value in facts.outcomes)
        rows.append(("outcome", talk.words("utter_label_outcome"), said or talk.words("utter_value_not_sure")))
    needs = facts.adjustment_words or ", ".join(talk.words(f"utter_adjustment_{value}") for value in facts.adjustments)
    rows.append(("adjustments", talk.words("utter_label_adjustments"), needs or talk.words("utter_value_nothing")))
    if facts.representative:
        authority = {"written": "utter_value_written", "spoken": "utter_value_spoken"}
        word = authority.get(facts.representative.get("authority"), "utter_value_unasked")
        rows.append(("representative", talk.words("utter_label_representative"), talk.words(word)))
    reach = ", ".join(part for part in (facts.name, facts.phone and answers.spoken_phone(facts.phone), facts.email) if part)
    rows.append(("contact", talk.words("utter_label_contact"), reach or talk.words("utter_value_unknown")))
    home = [facts.address] if facts.address else []
    if facts.postcode and facts.postcode.replace(" ", "") not in (facts.address or "").upper().replace(" ", ""):
        home.append(facts.postcode)
    rows.append(("address", talk.words("utter_label_address"), ", ".join(home) or talk.words("utter_value_unknown")))
    return rows


def _matter_label(talk: Talk, kind: str) -> str:
    if kind in REQUESTS:
        return talk.words("utter_label_request")
    return talk.words("utter_label_remark" if kind == "feedback" else "utter_label_matter")


def mark(number: int, channel: str) -> str:
    """1, 2, 3 on the page; a, b, c in a text, where numbers choose options."""
    return LETTERS[number] if channel == "sms" else str(number + 1)


def change(talk: Talk, field: str, words: str) -> None:
    """Put new words in place of a point."""
    facts, meant = talk.facts, answers.after_frame(words)
    if field.startswith("matter "):
        number = int(field.split()[1]) - 1
        if number < len(facts.matters):
            facts.matters[number].text = meant
    elif field == "incident":
        facts.incident_words, facts.months_ago = meant, talk.understanding.get("months_ago")
    elif field == "outcome":
        facts.outcome_words = meant
        facts.outcomes = list(talk.understanding.get("outcomes") or []) or ["other"]
    elif field == "adjustments":
        nothing = talk.turn.get("value") in ("skip", "none")
        facts.adjustment_words = None if nothing else meant
        facts.adjustments = [] if nothing else list(talk.understanding.get("adjustments") or []) or ["other"]
    elif field == "contact":
        answers.take_contact(facts, meant, talk.understanding.get("contact") or {})
    elif field == "address":
        answers.correct_address(facts, words)


class ActionAskConfirmed(PutrightAction):
    def name(self) -> str:
        return "action_ask_confirmed"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        template = talk.words("utter_point")
        most = LONGEST[talk.channel]
        lines = [
            template.format(number=mark(number, talk.channel), label=label, value=_short(value, most))
            for number, (_, label, value) in enumerate(points(talk))
        ]
        talk.dispatcher.utter_message(response="utter_read_back", points="\n".join(lines))
        return []


class ActionAskChangePoint(PutrightAction):
    def name(self) -> str:
        return "action_ask_change_point"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        options = [
            {"id": field, "label": f"{mark(number, talk.channel)}. {label}"}
            for number, (field, label, _) in enumerate(points(talk)) if field != "representative"
        ]
        talk.say("utter_ask_change_point", options=options[:MOST_OPTIONS])
        return []


def _short(value: str, most: int) -> str:
    one_line = " ".join(value.split())
    return one_line if len(one_line) <= most else one_line[: most - 3].rstrip() + "..."
