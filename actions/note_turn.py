"""Every turn, before anything else: what it tells is added to the intake and the draft is written down."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.answers import take_phone
from actions.talk import PutrightAction, Talk, register
from policies import safety
from register import intakes
from register.facts import Facts, MatterFacts
from register.references import find_reference
from register.tables import Conversation

TELLING = {"tell"}
NOT_A_MATTER = {"other"}
NEITHER = "neither"
GREETING_WORDS = 2  # "hi there" is no part of the story
NO_SUBJECT = {"other", "communication", "complaint_handling"}  # about the dealings, not about a thing
FABRIC = {"repairs", "leaks", "damp_and_mould", "heating_and_hot_water", "electrics", "doors_windows_locks"}  # one fault
SIGNALS = ("outcomes", "adjustments")
DANGERS = ("emergency", "safeguarding")
FLAGS = ("anonymous", "already_decided", "high_rise")


class ActionNoteTurn(PutrightAction):
    """Runs on every turn (the mapping of the slots `intake` and `dialogue`), sometimes twice in one: so it repeats safely."""

    def name(self) -> str:
        return "action_note_turn"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        if not talk.metadata.get("message_id"):
            return []
        if talk.channel == "sms" and talk.facts.phone is None:
            with register().reading() as session:
                talk.facts.phone = session.get_one(Conversation, talk.conversation_id).address
        if talk.turn.get("intent") in TELLING:
            take_matters(talk)
            take_signals(talk.facts, talk.understanding)
            talk.facts.earlier_reference = talk.facts.earlier_reference or find_reference(talk.text)
        _keep_danger(talk)
        save(talk)
        return [*talk.kept(), SlotSet("landlord_name", talk.landlord_name)]


class ActionWarn(PutrightAction):
    """Danger that only the model has seen: the number to ring, before anything else is said.

    Under this name because it is the one action whose words Rasa lets through while it fills slots, before it says anything else.
    """

    def name(self) -> str:
        return "action_validate_slot_mappings"

    def act(self, talk: Talk) -> list[dict[str, Any]]:
        fresh = _seen_by_the_model(talk)
        if set(fresh.values()) == {"none"} or _answered(talk):
            return []
        said = safety.advice(talk.pack, fresh["emergency"], fresh["safeguarding"], talk.channel)
        if said is not None:
            talk.say("utter_statement", statement=said.text)
        return []


def take_matters(talk: Talk) -> None:
    """Add this message's matters; the same message twice adds nothing."""
    facts, understanding = talk.facts, talk.understanding
    if any(matter.message_id == talk.message_id for matter in facts.matters):
        return
    if talk.dialogue.ask and facts.matters:  # a reply in many words to the one question
        tell_more(facts, talk.text, understanding)
        if any(option["id"] == understanding.get("kind") for option in talk.dialogue.ask["options"]):
            settle(talk, understanding["kind"])
        return
    told = [
        MatterFacts(kind=m["kind"], subject=m["subject"], stance=m["stance"], text=m["text"],
                    about_handling=bool(m.get("about_handling")), message_id=talk.message_id)
        for m in understanding.get("matters") or []
    ]
    told = _joined(told, talk.text)
    if len(told) == 1:
        told[0].kind = understanding["kind"]  # the message's own reading, which saw the whole of it
    if facts.matters and all(matter.kind in NOT_A_MATTER for matter in facts.matters):
        facts.matters = []  # a greeting that came before is no matter of its own
    facts.matters += told
    if understanding.get("ask") and len(told) <= 1 and not _in_danger(talk):  # who is in danger is asked nothing needless
        talk.dialogue.ask = _question(understanding["ask"])
    talk.dialogue.failures = 0


def _in_danger(talk: Talk) -> bool:
    seen = (talk.understanding, talk.metadata.get("safety") or {})
    return any(one.get(name, "none") != "none" for one in seen for name in DANGERS)


def _joined(told: list[MatterFacts], whole: str) -> list[MatterFacts]:
    """What is asked for within a complaint belongs to it: "It leaks. Nobody came. I want it mended" is one matter, not three.

    One matter has the whole message for its words.
    """
    lead = next((matter for matter in told if matter.kind in ("escalation", "complaint")), None)
    part = [matter for matter in told if lead is not None and _belongs(matter, lead)]
    kept = [matter for matter in told if matter is lead or matter not in part]
    if lead is not None and part:
        lead.text = " ".join(matter.text.strip() for matter in part)
        lead.subject = next((matter.subject for matter in part if matter.subject not in NO_SUBJECT), lead.subject)
    if len(kept) == 1:
        kept[0].text = whole
    return kept


def _belongs(matter: MatterFacts, lead: MatterFacts) -> bool:
    if matter is lead:
        return True
    subjects = {matter.subject, lead.subject}
    alike = len(subjects) == 1 or subjects <= FABRIC or NO_SUBJECT & subjects
    return bool(alike) and matter.kind in ("service_request", lead.kind)


def _question(ask: dict[str, Any]) -> dict[str, Any]:
    """The one question with its options as the dialogue keeps them: an option's id is the kind that it settles."""
    options = [
        {"id": kind or NEITHER, "label": label} for label, kind in zip(ask["options"], ask["settles"], strict=True)
    ]
    return {"question": ask["question"], "options": options}


def settle(talk: Talk, kind: str) -> None:
    """The answer to the one question decides the kind of the matter that was unsure: the last one told."""
    if talk.facts.matters and kind != NEITHER:
        matter = talk.facts.matters[-1]
        matter.kind = kind
        matter.about_handling = matter.about_handling or kind == "complaint"
    talk.dialogue.ask = None


def tell_more(facts: Facts, words: str, understanding: dict[str, Any]) -> None:
    """More of the story: it joins the matter it belongs to, and may say better what the matter is."""
    if not facts.matters:
        return
    matter = facts.matters[-1]
    unclear = matter.kind in NOT_A_MATTER
    matter.text = words if len(matter.text.split()) <= GREETING_WORDS else f"{matter.text}\n{words}"
    found = (understanding.get("matters") or [{}])[0]
    if unclear and found.get("kind"):
        matter.kind, matter.subject, matter.stance = found["kind"], found["subject"], found["stance"]
    elif matter.subject == "other" and found.get("subject"):
        matter.subject = found["subject"]
    matter.about_handling = matter.about_handling or bool(found.get("about_handling"))
    take_signals(facts, understanding)


def take_signals(facts: Facts, understanding: dict[str, Any]) -> None:
    """What a message says beside its matters. What is known already is not overwritten by what is merely understood."""
    for name in SIGNALS:
        known = getattr(facts, name)
        known += [value for value in understanding.get(name) or [] if value not in known]
    for name in FLAGS:
        setattr(facts, name, getattr(facts, name) or bool(understanding.get(name)))
    if facts.months_ago is None and understanding.get("months_ago") is not None:
        facts.months_ago = understanding["months_ago"]
    if facts.proceedings == "none":
        facts.proceedings = understanding.get("proceedings") or "none"
    if understanding.get("representative") and facts.representative is None:
        facts.representative = {"who": None, "authority": None}
    for name, value in (understanding.get("contact") or {}).items():
        if value and hasattr(facts, name) and getattr(facts, name) is None:
            setattr(facts, name, (take_phone(value) or value) if name == "phone" else value)
    facts.because += [reason for reason in understanding.get("because") or [] if reason not in facts.because]


def _seen_by_the_model(talk: Talk) -> dict[str, str]:
    """Dangers beside those that the door has seen, and answered; none is read into an aside, or into an option."""
    at_door = talk.metadata.get("safety") or {}
    telling = talk.turn.get("intent") in ("tell", "answer") and talk.turn.get("value") is None
    return {
        name: (talk.understanding.get(name) or "none") if telling and at_door.get(name, "none") == "none" else "none"
        for name in DANGERS
    }


def _keep_danger(talk: Talk) -> None:
    at_door, fresh = talk.metadata.get("safety") or {}, _seen_by_the_model(talk)
    for name in DANGERS:
        for value in (at_door.get(name, "none"), fresh[name]):
            if value != "none":
                setattr(talk.facts, name, value)


def _answered(talk: Talk) -> bool:
    """Slots may be filled twice in a turn (a form's start does it again): the second time the words are out already."""
    for event in reversed(talk.tracker.events):
        if event.get("event") in ("user", "bot"):
            return event.get("event") == "bot"
    return False


def save(talk: Talk) -> None:
    """Write the draft down, if anything was told."""
    if not talk.facts.matters or talk.dialogue.open_case:
        return
    with register().writing() as session:
        intakes.note(session, talk.conversation_id, talk.dialogue.intake_number, talk.facts, at=talk.now)
