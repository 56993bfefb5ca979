"""The vocabulary of understanding: the values that a label may take, and the labels of one training message.

The words are those of the glossary; their order is fixed, because trained arrays are indexed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

KINDS = (
    "complaint", "service_request", "feedback", "asb", "insurance", "court", "service_charge",
    "building_safety", "outside_control", "escalation", "case_enquiry", "other",
)  # fmt: skip
SUBJECTS = (
    "repairs", "damp_and_mould", "leaks", "heating_and_hot_water", "electrics", "doors_windows_locks", "pests",
    "lifts", "communal_areas", "grounds", "adaptations", "neighbours", "rent", "service_charge", "building_safety",
    "loss_and_damage", "legal", "moving_and_allocation", "tenancy", "leasehold_and_sales", "parking",
    "staff_conduct", "contractor_conduct", "communication", "complaint_handling", "policy", "data_protection",
    "council_services", "utilities", "other",
)  # fmt: skip
STANCES = (
    "first_ask", "dissatisfied", "wants_review", "opinion", "thanks", "reports", "claims_loss", "disputes_amount",
    "in_proceedings", "chases", "none",
)  # fmt: skip
EMERGENCIES = (
    "none", "gas", "fire", "electrical", "flood", "structural", "no_heating_vulnerable", "carbon_monoxide",
    "security", "other",
)  # fmt: skip
SAFEGUARDING = ("none", "domestic_abuse", "self_harm", "child", "adult_at_risk", "threat")
PROCEEDINGS = ("none", "threatened", "letter_before_claim", "claim_filed", "ended")
OUTCOMES = (
    "apology", "repair", "compensation", "refund", "explanation", "staff_action", "policy_change", "rehousing",
    "contact_update", "review_decision", "stop_behaviour", "other",
)  # fmt: skip
ADJUSTMENTS = (
    "large_print", "braille", "easy_read", "bsl", "interpreter_language", "phone_not_writing", "written_not_phone",
    "extra_time", "advocate", "home_visit", "colour_contrast", "dedicated_contact", "other",
)  # fmt: skip
FLAGS = ("about_handling", "representative", "anonymous", "already_decided", "high_rise")

# Of several matters in one message, the first of this order leads and gives the message its kind.
PRECEDENCE = (
    "escalation", "complaint", "court", "insurance", "building_safety", "service_charge", "asb", "outside_control",
    "service_request", "case_enquiry", "feedback", "other",
)  # fmt: skip

# Where the resident stands fixes the kind, but for these two, which the subject decides.
KINDS_OF_STANCE = {
    "first_ask": ("service_request", "building_safety", "outside_control"),
    "dissatisfied": ("complaint", "outside_control"),
    "wants_review": ("escalation",),
    "opinion": ("feedback",),
    "thanks": ("feedback",),
    "reports": ("asb", "building_safety"),
    "claims_loss": ("insurance",),
    "disputes_amount": ("service_charge",),
    "in_proceedings": ("court",),
    "chases": ("case_enquiry",),
    "none": ("other",),
}


@dataclass(frozen=True)
class Matter:
    """One issue in a message; `span` counts code points of the message."""

    kind: str
    subject: str
    stance: str
    span: tuple[int, int]


@dataclass(frozen=True)
class Labels:
    """What a person said that a message is. Fields that the data leaves out have the defaults below."""

    text: str
    kind: str
    subject: str
    stance: str
    emergency: str = "none"
    safeguarding: str = "none"
    proceedings: str = "none"
    outcomes: tuple[str, ...] = ()
    adjustments: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    months_ago: int | None = None
    matters: tuple[Matter, ...] = ()
    because: tuple[tuple[int, int], ...] = ()
    also: tuple[str, ...] = ()
    written_on: date | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind that some matter of the message has."""
        return frozenset(matter.kind for matter in self.matters) | {self.kind}


def read_labels(text: str, kind: str, given: Mapping[str, Any]) -> Labels:
    """Labels from the metadata of a training example. Raises ValueError where a needed label is missing."""
    missing = [name for name in ("subject", "stance") if not given.get(name)]
    if missing:
        raise ValueError(f"The message {text[:40]!r} has no {' and no '.join(missing)}: add it to its metadata.")
    return Labels(
        text=text,
        kind=kind,
        subject=given["subject"],
        stance=given["stance"],
        emergency=given.get("emergency", "none"),
        safeguarding=given.get("safeguarding", "none"),
        proceedings=given.get("proceedings", "none"),
        outcomes=tuple(given.get("outcomes", ())),
        adjustments=tuple(given.get("adjustments", ())),
        flags=frozenset(name for name in FLAGS if given.get(name)),
        months_ago=given.get("months_ago"),
        matters=tuple(_matters(text, given.get("matters", ()))),
        because=tuple(_spans(text, given.get("because", ()))),
        also=tuple(given.get("also", ())),
        written_on=date.fromisoformat(given["written_on"]) if given.get("written_on") else None,
    )


def _matters(text: str, given: Any) -> list[Matter]:
    found, after = [], 0
    for matter in given:
        start = text.find(matter["text"], after)
        start = text.find(matter["text"]) if start < 0 else start
        if start >= 0:
            span = (start, start + len(matter["text"]))
            found.append(Matter(matter["kind"], matter["subject"], matter["stance"], span))
            after = start + 1
    return found


def _spans(text: str, quotes: Any) -> list[tuple[int, int]]:
    starts = [(text.find(quote), quote) for quote in quotes]
    return [(start, start + len(quote)) for start, quote in starts if start >= 0]
