"""An answer that fits another question than the one asked is kept there, so that it need not be said again."""

from __future__ import annotations

from actions import answers
from actions.talk import Talk

VAGUE_OUTCOMES = {"contact_update", "other"}  # "ring me" may be either a wish or a need


def take_elsewhere(talk: Talk, asked: str) -> bool:
    """True if the answer to `asked` was no answer to it, but one to another question, which it now is."""
    return TAKEN_AS[asked](talk)


def _address_for_contact(talk: Talk) -> bool:
    found = talk.understanding.get("contact") or {}
    if answers.EMAIL.search(talk.text) or answers.take_phone(talk.text) or found.get("name"):
        return False
    if talk.facts.address is None and (answers.POSTCODE.search(talk.text) or answers.PLACE_WORD.search(talk.text)):
        return answers.take_address(talk.facts, talk.text)
    needs = [value for value in talk.understanding.get("adjustments") or [] if value not in talk.facts.adjustments]
    if needs:
        talk.facts.adjustments += needs
        talk.facts.adjustment_words = "\n".join(filter(None, (talk.facts.adjustment_words, talk.text)))
    return bool(needs)


def _contact_for_address(talk: Talk) -> bool:
    known = (talk.facts.name, talk.facts.phone, talk.facts.email)
    if answers.is_place(talk.text) or not answers.take_contact(talk.facts, talk.text, talk.understanding.get("contact") or {}):
        return False
    return (talk.facts.name, talk.facts.phone, talk.facts.email) != known


def _outcome_for_adjustments(talk: Talk) -> bool:
    return not talk.understanding.get("adjustments") and _outcome(talk)


def _outcome_for_incident(talk: Talk) -> bool:
    return talk.understanding.get("months_ago") is None and _outcome(talk)


def _outcome(talk: Talk) -> bool:
    facts, wanted = talk.facts, talk.understanding.get("outcomes") or []
    if facts.outcome_words is not None or not set(wanted) - VAGUE_OUTCOMES:
        return False
    facts.outcome_words = talk.text
    facts.outcomes += [value for value in wanted if value not in facts.outcomes]
    return True


TAKEN_AS = {
    "contact": _address_for_contact, "address": _contact_for_address,
    "adjustments": _outcome_for_adjustments, "incident": _outcome_for_incident,
}
