"""What a landlord does with a matter: kind and facts in; a proposal, what is said, where to turn and notes for staff out.

Nothing is ever refused here. Which rule is spoken: the landlord's own, the Code where it is silent, and the Code where it is
weaker; the printed term is then for staff only.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policies import route_notes, signposting, statements
from policies.pack_model import Pack
from policies.proposing import KINDS, PROCEEDINGS, REPRESENTATIVE, Proposal, RouteError, RouteFacts, propose
from policies.signposting import Signpost
from policies.statements import Said

__all__ = ["KINDS", "PROCEEDINGS", "REPRESENTATIVE", "Route", "RouteError", "RouteFacts", "Signpost", "route"]


@dataclass(frozen=True, slots=True)
class Route:
    """What is proposed, what the resident is told, where else to turn, and what staff should know."""

    disposition: str
    ground: str | None
    statements: tuple[Said, ...]
    signposts: tuple[Signpost, ...]
    for_staff: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "disposition": self.disposition, "ground": self.ground,
            "statements": [said.as_json() for said in self.statements],
            "signposts": [signpost.as_json() for signpost in self.signposts], "for_staff": list(self.for_staff),
        }


def route(pack: Pack, facts: RouteFacts, channel: str = "web") -> Route:
    """The proposal for one matter, in words for the `web` or for `sms`. Raises StatementError where words are missing."""
    proposal = propose(pack, facts)
    names = dict.fromkeys([*_of_the_matter(facts, proposal), *_of_the_resident(pack, facts)])
    said = tuple(statements.say(pack, name, channel) for name in names)
    return Route(proposal.disposition, proposal.ground, said, signposting.signposts(pack, facts, proposal, channel),
                 route_notes.for_staff(pack, facts, proposal))


def _of_the_matter(facts: RouteFacts, proposal: Proposal) -> Iterator[str]:
    """Names of statements, in the order in which they are said."""
    rule = proposal.rule.rpartition(".")[2]
    if facts.kind == "other":
        yield "what_can_i_complain_about"
    elif proposal.disposition == "enquiry":
        yield "enquiry_recorded"
    elif proposal.disposition == "stage2_escalation":
        yield "stage_2_recorded"
    elif proposal.disposition in ("excluded_proposed", "late_discretion"):
        yield from (_on_what_ground(facts, proposal), "who_decides", "ombudsman")
    elif proposal.disposition == "stage1_complaint":
        yield "complaint_recorded"
        yield from _how_it_is_taken(facts, rule)
    else:
        yield f"{rule}_recorded"


def _on_what_ground(facts: RouteFacts, proposal: Proposal) -> str:
    if proposal.disposition == "late_discretion":
        return "late_discretion"
    court = proposal.ground == "court" and facts.proceedings not in ("none", "threatened")
    return f"excluded_court_{facts.proceedings}" if court else f"excluded_{proposal.ground}"


def _how_it_is_taken(facts: RouteFacts, rule: str) -> Iterator[str]:
    if facts.about_handling and facts.kind != "complaint":
        yield "handling_is_a_complaint"
    elif rule != "complaint":
        yield f"taken_{rule}"
    if facts.kind == "court" or facts.proceedings != "none":
        yield "taken_court"
    if facts.already_decided:
        yield "taken_already_decided"


def _of_the_resident(pack: Pack, facts: RouteFacts) -> Iterator[str]:
    if facts.anonymous:
        yield "anonymous"
    if facts.representative != "none":
        yield "representative_authority"
    if pack.managing_partners:
        yield "managing_partner"
