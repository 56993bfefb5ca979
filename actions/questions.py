"""The shortest intake: which questions are still open, in order, from what is known. Nothing is asked that was said."""

from __future__ import annotations

from typing import Any

from actions.talk import Dialogue
from policies import hazards
from register.facts import Facts

# The leading matter decides what is asked; the order is that of GLOSSARY.md, "several matters".
LEADING = (
    "escalation", "complaint", "court", "insurance", "building_safety", "service_charge", "asb", "outside_control",
    "service_request", "case_enquiry", "feedback", "other",
)
VAGUE_WORDS = 4  # "I want to complain" says nothing of what happened
VAGUE_REQUEST = 12  # nor does "I am not sure if this is the right place", which is about nothing that we know
LIGHT = {"feedback", "case_enquiry"}  # noted without reading back
DATED = {"complaint"}
PURCHASE = {"leasehold_and_sales"}
OUTCOME = {"complaint", "escalation", "insurance", "court", "service_charge", "building_safety", "asb"}


def lead_kind(facts: Facts) -> str:
    """The kind of the leading matter, as the resident wishes it to be taken."""
    kinds = [matter.kind for matter in facts.matters] or ["other"]
    kind = min(kinds, key=LEADING.index)
    if facts.wish == "complaint" and kind in ("service_request", "feedback", "other"):
        return "complaint"
    if facts.wish in ("service_request", "feedback") and kind == "complaint":
        return facts.wish
    return kind


def open_questions(facts: Facts, dialogue: Dialogue, pack: Any) -> list[str]:
    """Names of the slots to ask for, in order. Those that hold a value already are passed over by the form."""
    if dialogue.enough:
        return []
    if dialogue.handover:
        return [] if _contact_known(facts) or facts.anonymous else ["contact"]
    if dialogue.reference and not dialogue.open_case:
        if dialogue.about is None:
            return ["about_case"]
        if dialogue.about == "add":
            return []
    kind = lead_kind(facts)
    questions = ["reading"] if dialogue.ask else []
    if _vague(facts, kind):
        questions.append("details")
    if kind in LIGHT:
        return questions + _light_questions(facts, kind)
    questions += _full_questions(facts, kind, pack)
    if dialogue.changing is not None:
        questions += ["change_point", "change_text"]
    return questions + ["confirmed"]


def _vague(facts: Facts, kind: str) -> bool:
    told = " ".join(matter.text for matter in facts.matters)
    if kind == "service_request" and all(matter.subject == "other" for matter in facts.matters):
        return len(told.split()) <= VAGUE_REQUEST
    return kind == "other" or (kind not in LIGHT and len(told.split()) <= VAGUE_WORDS)


def _light_questions(facts: Facts, kind: str) -> list[str]:
    if kind == "feedback":
        return (["wish"] if facts.wish is None else []) + ([] if _contact_known(facts) else ["contact"])
    questions = [] if facts.earlier_reference else ["earlier_reference"]
    questions += [] if _contact_known(facts) else ["contact"]
    return questions + ([] if _address_known(facts) else ["address"])


def _full_questions(facts: Facts, kind: str, pack: Any) -> list[str]:
    questions = []
    if kind == "escalation" and not facts.earlier_reference:
        questions.append("earlier_reference")
    if kind in DATED and facts.months_ago is None:
        questions.append("incident")
    if kind in OUTCOME and not facts.outcomes:
        questions.append("outcome")
    if not facts.adjustments:
        questions.append("adjustments")
    if facts.representative and facts.representative.get("authority") in (None, "unknown"):
        questions.append("authority")
    if pack.managing_partners is not None and facts.managing_partner is None and kind in ("complaint", "escalation"):
        questions.append("managing_partner")
    if pack.signposts.home_purchase is not None and facts.bought_on is None and _of_purchase(facts):
        questions.append("bought_on")
    if facts.tenure is None and _may_be_hazard(facts, pack):
        questions.append("tenure")
    if not _contact_known(facts) and not facts.anonymous:
        questions.append("contact")
    if not _address_known(facts):
        questions.append("address")
    return questions


def _may_be_hazard(facts: Facts, pack: Any) -> bool:
    """The law sets times for hazards in rented homes: where the landlord has renters and others, it matters who asks.
    In an emergency nobody is kept with a question: staff find out."""
    subjects = [matter.subject for matter in facts.matters]
    return len(pack.tenures) > 1 and facts.emergency == "none" and hazards.any_may_apply(pack, subjects, emergency=False)


def _of_purchase(facts: Facts) -> bool:
    """How a home was built and sold has a code of its own, by the day on which it was bought."""
    return any(matter.subject in PURCHASE for matter in facts.matters)


def _contact_known(facts: Facts) -> bool:
    return bool(facts.name and (facts.phone or facts.email))


def _address_known(facts: Facts) -> bool:
    return bool(facts.address or facts.postcode)
