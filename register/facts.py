"""What an intake knows so far: the one shape that the conversation fills, the draft keeps and the case is made of."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass
class MatterFacts:
    """One issue as told. `text` is the resident's own words."""

    kind: str
    subject: str
    stance: str
    text: str
    about_handling: bool = False
    message_id: str | None = None


@dataclass
class Facts:
    """Everything told. Field values are those of the GLOSSARY; None or empty means not said."""

    matters: list[MatterFacts] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    outcome_words: str | None = None
    adjustments: list[str] = field(default_factory=list)
    adjustment_words: str | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    postcode: str | None = None
    representative: dict[str, Any] | None = None  # {"who", "authority": written|spoken|unknown}
    anonymous: bool = False
    incident_words: str | None = None
    months_ago: int | None = None
    emergency: str = "none"
    safeguarding: str = "none"
    proceedings: str = "none"
    already_decided: bool = False
    high_rise: bool = False
    tenure: str | None = None
    bought_on: str | None = None
    managing_partner: str | None = None
    earlier_reference: str | None = None
    wish: str | None = None  # complaint | service_request | feedback: what the resident wants it to be
    because: list[Any] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Facts:
        known = {f.name for f in fields(cls)}
        facts = cls(**{key: value for key, value in data.items() if key in known and key != "matters"})
        facts.matters = [MatterFacts(**matter) for matter in data.get("matters", [])]
        return facts
