"""What is proposed for one matter, by the landlord's pack: disposition, ground and the rule that it rests on.

An exclusion is a proposal that a person decides; a late matter is taken for discretion; dissatisfaction with how anything was
handled is a complaint whatever the policy says of the subject (Code 1.5).
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policies.pack_model import Pack
from policies.pack_rules import Reading, Treatment

SUBJECTS = ("asb", "insurance", "service_charge", "building_safety", "outside_control")  # each has its rule under `intake`
ASKED_FOR = ("service_request", "feedback")
NOT_A_MATTER = ("case_enquiry", "other")
KINDS = ("complaint", "court", "escalation", *SUBJECTS, *ASKED_FOR, *NOT_A_MATTER)
PROCEEDINGS = ("none", "threatened", "letter_before_claim", "claim_filed", "ended")
REPRESENTATIVE = ("none", "written", "spoken", "unknown")


class RouteError(ValueError):
    """A fact that routing does not know."""


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What is known of one matter. Months are whole months since it arose, and since the resident became aware of it.

    `kind`, `proceedings`, `representative` and `subject` take the values of the vocabulary of understanding.
    Raises RouteError for any other.
    """

    kind: str
    months_ago: int | None = None
    aware_months_ago: int | None = None
    county: str | None = None
    postcode: str | None = None
    bought_on: date | None = None
    tenure: str | None = None
    proceedings: str = "none"
    already_decided: bool = False
    high_rise: bool = False
    about_handling: bool = False
    anonymous: bool = False
    representative: str = "none"
    subject: str | None = None

    def __post_init__(self) -> None:
        for name, known in (("kind", KINDS), ("proceedings", PROCEEDINGS), ("representative", REPRESENTATIVE)):
            if getattr(self, name) not in known:
                raise RouteError(f"'{getattr(self, name)}' is not a value of {name}. Use one of: {', '.join(known)}.")

    @property
    def age(self) -> int | None:
        """Months since the matter arose or was noticed, whichever is later (Code 2.3)."""
        known = [months for months in (self.months_ago, self.aware_months_ago) if months is not None]
        return min(known, default=None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Disposition, the ground for leaving the matter out if it is one, and the path of the pack's rule that it rests on."""

    disposition: str
    ground: str | None
    rule: str


def propose(pack: Pack, facts: RouteFacts) -> Proposal:
    """Danger in a high-rise first, then what was asked for, circumstances, the subject, and age."""
    if facts.kind == "escalation":
        return Proposal("stage2_escalation", None, "stage_2.asking")
    if facts.kind in NOT_A_MATTER:
        return Proposal("enquiry", None, "conduct.kept_informed")
    if facts.kind == "building_safety" and facts.high_rise:
        return _by_rule(pack, "high_rise")
    if facts.kind in ASKED_FOR and not facts.about_handling:
        disagrees = facts.kind == "feedback" and facts.subject == "policy"
        return _by_rule(pack, "policy_disagreement" if disagrees else facts.kind)
    if facts.already_decided and pack.intake.already_decided.disposition == "excluded_proposed":
        return _by_rule(pack, "already_decided")
    if _court_bars(pack, facts):
        return Proposal("excluded_proposed", "court", "intake.court")
    by_subject = facts.kind in SUBJECTS and not facts.about_handling
    proposal = _by_rule(pack, facts.kind) if by_subject else Proposal("stage1_complaint", None, "intake.complaint")
    if proposal.disposition == "stage1_complaint" and is_late(pack, facts):
        return Proposal("late_discretion", "time_limit", "intake.time_limit")
    return proposal


def is_late(pack: Pack, facts: RouteFacts) -> bool:
    """Past the limit that is applied: not on it, and not where there is none."""
    limit = limit_of(pack)
    return facts.age is not None and limit is not None and facts.age > in_months(limit)


def limit_of(pack: Pack) -> Reading | None:
    """The limit that is applied: the printed one only where the landlord signed that it shall be."""
    rule = pack.intake.time_limit
    signed = any(override.rule == "intake.time_limit" for override in pack.spoken_overrides)
    return rule.printed_limit if signed and rule.printed_limit else rule.limit


def in_months(limit: Reading) -> int:
    return limit.number * (12 if limit.unit == "year" else 1)


def _by_rule(pack: Pack, name: str) -> Proposal:
    rule: Treatment = getattr(pack.intake, name)
    return Proposal(rule.disposition, name if rule.disposition == "excluded_proposed" else None, f"intake.{name}")


def _court_bars(pack: Pack, facts: RouteFacts) -> bool:
    """Whether the pack proposes to leave the matter out because of proceedings.

    A matter that is said to be with a court, without a word of how far it went, is read as a claim filed; a complaint about how
    such a matter was handled is a complaint.
    """
    if facts.kind == "court" and facts.about_handling:
        return False
    reached = "claim_filed" if facts.kind == "court" and facts.proceedings == "none" else facts.proceedings
    return reached != "none" and getattr(pack.intake.court, reached) == "excluded_proposed"
