"""The sections of a pack: clocks, what is let in, stages, conduct, signposts. `policies.pack_model` puts them together."""
from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from policies.pack_rules import (
    Adjustment,
    Cites,
    Clock,
    Contact,
    CourtRule,
    Reachable,
    Reading,
    Rule,
    Sentence,
    Strict,
    Tenure,
    TimeLimit,
    Treatment,
)


class Clocks(Strict):
    """Every deadline of the house by name; null where neither the policy nor the Code sets one."""

    stage_1_acknowledgement: Clock
    stage_1_response: Clock
    stage_1_extension_limit: Clock
    stage_2_request_window: Clock | None = Field(description="For staff; a late request is still taken as an escalation")
    stage_2_acknowledgement: Clock
    stage_2_review: Clock | None
    stage_2_response: Clock
    stage_2_extension_limit: Clock
    ombudsman_window: Clock
    reopen_window: Clock | None
    redress_offer_open_until: Clock | None
    alternative_format: Clock | None
    deemed_closed: Clock | None


class Acknowledgement(Rule):
    """What an acknowledgement must contain. `also_code`: items that the Code adds to what the policy prints."""

    contains: list[Literal["definition", "outcomes", "responsible_for", "reference", "handler", "job_title", "timescales"]]
    by: Sentence | None = Field(None, description="Who acknowledges")


class Response(Rule):
    """What a response letter must contain, as printed, and how it is sent. The Code's list (6.9, 6.19) applies besides."""

    contains: list[Literal["stage", "definition", "decision", "reasons", "law_and_policy", "remedy", "outstanding_actions",
                           "timed_resolution", "next_stage", "ombudsman"]]
    remedy_only_if_upheld: bool = False
    in_writing: bool | None = None
    works_may_follow: bool | None = Field(None, description="Answer when the answer is known, works may follow (Code 6.6)")


class Extension(Rule):
    """What the policy prints about taking longer. `capped`: it prints a limit without an open tail."""

    capped: bool
    beyond: Sentence | None = Field(None, description="When it may be longer than the limit")
    agreed: bool
    reasons: bool
    updates: bool
    ombudsman_details: bool
    good_reasons: list[Sentence] = []


class Stage1(Strict):
    acknowledgement: Acknowledgement
    response: Response
    extension: Extension
    new_points: Rule = Field(description="Further points raised while the complaint runs")


class AskingForStage2(Rule):
    """How stage 2 is asked for, as printed. The bot takes any request, to anyone, without reasons (Code 3.2, 6.10, 6.12)."""

    reasons_asked: bool
    evidence_asked: bool
    conditions: list[Sentence] = []
    addressed_to: Sentence | None = None
    only_after_stage_1_response: bool = False
    late_requests: Sentence | None = None


class Reviewer(Rule):
    who: Sentence | None
    different_person: bool = Field(description="The policy says that it is somebody not involved at stage 1")


class Stage2(Strict):
    asking: AskingForStage2
    acknowledgement: Acknowledgement
    response: Response
    extension: Extension
    reviewer: Reviewer
    scope: Rule
    follow_on: Rule | None = Field(description="An answer offered instead of stage 2: never offered by the bot")
    refusal: Rule


class OmbudsmanRules(Rule):
    """When and how the policy sends residents to the Ombudsman. What is said: the directory's details, at any time."""

    any_time: bool = Field(description="The policy itself prints that residents may turn to the Ombudsman during the process")
    wait: Sentence | None = Field(None, description="A waiting time that is printed, never said")
    designated_person: Literal["gate", "option", "none"]
    tenures: list[Tenure] = Field([], description="If the policy limits who may go")
    printed_contact: Reachable


class Contacts(Strict):
    """Ways to reach the landlord. A gap is written as a gap."""

    emergency: Reachable
    complaints: Reachable
    post: Reachable
    others: list[Contact] = []


class Channels(Rule):
    listed: list[Sentence]
    any_channel: bool = Field(description="The policy sets no restriction")
    only_via: Sentence | None = None


class Intake(Strict):
    """What is let in, and as what."""

    complaint: Treatment
    definition: Rule
    word_not_needed: Rule
    channels: Channels
    who_may_complain: Rule
    stakeholders: Rule | None
    group: Rule
    service_request: Treatment
    concern_settled_at_once: Rule | None = Field(description="Any informal step before stage 1")
    survey: Treatment
    policy_disagreement: Treatment
    feedback: Treatment
    staff_conduct: Treatment
    asb: Treatment
    insurance: Treatment
    court: CourtRule
    service_charge: Treatment
    building_safety: Treatment
    high_rise: Treatment
    high_rise_examples: list[Sentence]
    outside_control: Treatment
    already_decided: Treatment
    time_limit: TimeLimit
    anonymous: Treatment
    confidentiality: Rule
    representative: Rule
    representative_authority: Literal["written", "spoken_or_written", "any"]
    solicitor: Rule | None
    refusal: Rule
    refusal_gives_reasons_and_ombudsman: bool


class Captured(Strict):
    """What is taken down at intake."""

    desired_outcome: Rule
    statement: Rule
    done_so_far: Rule | None
    printed_conditions: list[Rule] = Field([], description="Questions that the policy puts first: for staff, never a condition")
    preferred_contact: Rule | None
    first_contact: Rule | None


class Adjustments(Rule):
    listed: list[Adjustment]
    asked_at_contact: bool
    recorded: bool
    reasons_if_refused: bool
    how_told: Rule | None = None


class Conduct(Strict):
    """How the landlord deals with people and with itself."""

    behaviour: Rule
    behaviour_measures: list[Sentence]
    behaviour_review: Rule | None
    refuses_to_progress: bool
    no_detriment: Rule
    conflict_of_interest: Rule
    safeguarding: Rule | None
    rent: Rule | None
    named_contact: Rule
    kept_informed: Rule
    closing: Rule
    closing_contact: Rule | None
    repeat_contact: Rule | None
    satisfaction_survey: Rule | None
    remedies: Rule
    compensation: Rule
    learning: Rule
    accountable: Rule
    data_protection: Rule
    third_parties: Rule | None = Field(description="Whether others handle complaints for the landlord")
    code_membership: Rule


class Region(Strict):
    """A tribunal region as the policy prints it. The directory's details are what residents are given."""

    name: Literal["London", "Eastern", "Southern", "Midland", "Northern"]
    areas: list[Sentence]
    printed: Contact
    wrong: list[Sentence] = []
    cite: Cites


class HomePurchase(Rule):
    """Defects of building and sale, by purchase date; never instead of the Ombudsman for the landlord's services."""

    bought_before: date
    before: Rule
    before_contact: Contact
    after: Rule
    after_contact: Contact
    printed_instead_of_ombudsman: bool


class Signposts(Strict):
    tribunal: Rule | None = Field(description="What the policy sends to the First-tier Tribunal")
    tribunal_regions: list[Region]
    home_purchase: HomePurchase | None
    debt_advice: Rule | None
    debt_advice_contact: Contact | None


class Partner(Strict):
    """A managing partner; `pack` is the key of its own pack where that is loaded."""

    name: Sentence
    pack: str | None = None


class ManagingPartners(Rule):
    """Others who manage homes and may answer complaints by their own policy."""

    own_policy_applies: bool
    partners: list[Partner]


class AwaabsLaw(Rule):
    """Whether the law on hazards in rented homes applies to this landlord's residents. Times and phases: policies/law.yml."""

    applies_to: list[Tenure]


class DataProtection(Rule):
    """Who takes complaints about personal data. Their clock beside the housing complaint: policies/law.yml."""

    contact: Reachable


class WorkingDays(Strict):
    """Days that this landlord leaves out besides weekends and bank holidays (date to name), and where it says so."""

    closures: dict[date, str] = {}
    cite: list[str] = []


class Delivery(Strict):
    """When a letter counts as received if nobody knows: time from sending, by post and by electronic means."""

    post: Reading
    electronic: Reading
