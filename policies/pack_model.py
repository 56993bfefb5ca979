"""A landlord's complaints policy as data: the whole shape of one pack file.

Every field that a policy may be silent about is required and takes null or a rule that cites the Code, so that silence is
written down and never an oversight. `policies.packs` loads packs; `policies/pack.schema.json` is made from this module.
"""
from __future__ import annotations

from datetime import date

from pydantic import Field

from policies import citations
from policies.pack_rules import Contact, Named, Override, Reading, Rule, Sentence, Strict, Tenure
from policies.pack_sections import (
    Adjustments,
    AwaabsLaw,
    Captured,
    Clocks,
    Conduct,
    Contacts,
    DataProtection,
    Delivery,
    Intake,
    ManagingPartners,
    OmbudsmanRules,
    Signposts,
    Stage1,
    Stage2,
    WorkingDays,
)


class Pack(Strict):
    """One version of one landlord's policy, in force from a date."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str
    in_force_from: date
    name: Named = Field(description="How the landlord is named to residents")
    document: Sentence = Field(description="The policy's title, as citations name it")
    dated: Sentence
    review_due: date | None
    tenures: list[Tenure]
    paragraphs: list[Sentence] = Field(min_length=1, description="Every paragraph number, or heading and item, of the policy")
    bot_confirmation_acknowledges: bool = Field(description="True: the bot's own confirmation is the acknowledgement")
    working_days: WorkingDays = WorkingDays()
    delivery: Delivery
    contacts: Contacts
    ombudsman: OmbudsmanRules
    clocks: Clocks
    intake: Intake
    captured: Captured
    stage_1: Stage1
    stage_2: Stage2
    adjustments: Adjustments
    alternative_formats: Rule
    conduct: Conduct
    signposts: Signposts
    managing_partners: ManagingPartners | None
    awaabs_law: AwaabsLaw
    data_protection: DataProtection
    spoken_overrides: list[Override] = Field([], description="Printed terms spoken although they depart from the Code, signed")
    contradictions: list[Rule] = Field([], description="Where the policy says two things: what is printed, and which wins")

    def cited(self, rule: Rule | Reading | Contact | list[str]) -> tuple[citations.Citation, ...]:
        """The citations of a rule (or of a list of written paragraphs), in order."""
        written = rule if isinstance(rule, list) else rule.cite
        return tuple(citations.parse(paragraph, self.document) for paragraph in written)

    @property
    def resident_name(self) -> str | None:
        """The landlord's name for residents, or None where it is a known gap."""
        return self.name if isinstance(self.name, str) else None

    def __hash__(self) -> int:
        return hash((self.key, self.version))
