"""Where else a resident can turn with a matter: the directory's details, and never the printed ones that are out of date."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policies import directory, statements
from policies.citations import Citation
from policies.directory import Entry
from policies.pack_model import Pack
from policies.pack_rules import Treatment
from policies.proposing import Proposal, RouteFacts

_ENTRIES = {"ombudsman": "housing_ombudsman", "council": "local_council"}  # the directory's name where it is another
_BUILT_OR_SOLD = ("complaint", "escalation", "service_request", "building_safety")  # kinds that can be about a defect


@dataclass(frozen=True, slots=True)
class Signpost:
    """A place to turn to: its name, why, how to reach it, and the paragraphs that speak of it."""

    name: str
    why: str
    contact: str
    citations: tuple[Citation, ...]

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "why": self.why, "contact": self.contact, "citations": [c.as_json() for c in self.citations]}


def signposts(pack: Pack, facts: RouteFacts, proposal: Proposal, channel: str) -> tuple[Signpost, ...]:
    """The places for this matter, each once."""
    found: dict[str, Signpost] = {}
    for key in _keys(pack, facts, proposal):
        for entry in _entries(key, facts):
            said = statements.say(pack, f"signpost_{key}", channel)
            contact = (entry.phone or entry.web or entry.post) if channel == "sms" else entry.contact
            found.setdefault(entry.name, Signpost(entry.name, said.text, contact or entry.note or "", said.citations))
    return tuple(found.values())


def _keys(pack: Pack, facts: RouteFacts, proposal: Proposal) -> Iterator[str]:
    rule = statements.value_at(pack, proposal.rule)
    if isinstance(rule, Treatment):
        yield from rule.signposts
    elif proposal.ground == "court":
        yield "legal_advice"
    if facts.kind == "service_charge":
        yield "tribunal"
    if facts.kind == "building_safety" and facts.high_rise:
        yield "building_safety_regulator"
    if facts.kind == "outside_control":
        yield "council"
    if facts.subject == "data_protection":
        yield "ico"
    if about_a_new_home(pack, facts):
        bought_before = pack.signposts.home_purchase.bought_before
        yield "consumer_code" if facts.bought_on < bought_before else "new_homes_quality_code"
    if proposal.disposition in ("excluded_proposed", "late_discretion"):
        yield "ombudsman"


def about_a_new_home(pack: Pack, facts: RouteFacts) -> bool:
    """Whether the builders' codes may help: they deal with how a home was built and sold, and with nothing else."""
    return bool(facts.bought_on and pack.signposts.home_purchase and facts.kind in _BUILT_OR_SOLD)


def _entries(key: str, facts: RouteFacts) -> tuple[Entry, ...]:
    listed = directory.load()
    if key == "tribunal":
        return listed.tribunal_for(facts.postcode, facts.county) or (listed[key],)
    return (listed[_ENTRIES.get(key, key)],)
