"""The building blocks of a landlord's pack: a rule with its paragraphs, a clock, a contact, a known gap.

Every block refuses unknown keys. `cite` lists paragraphs as `policies.citations.parse` reads them.
"""
from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

Disposition = Literal["stage1_complaint", "stage2_escalation", "service_request", "feedback", "excluded_proposed",
                      "late_discretion", "enquiry"]
Start = Literal["received", "logged", "acknowledged", "due", "stage_1_response", "stage_1_response_received",
                "stage_2_request", "stage_2_acknowledged", "stage_2_review", "stage_2_response", "full_response",
                "decision", "redress_offer", "format_request"]
_LANDLORDS_ACTS = ("logged", "acknowledged", "stage_2_acknowledged", "stage_2_review")
Tenure = Literal["tenant", "shared_owner", "leaseholder"]
Adjustment = Literal["large_print", "braille", "easy_read", "bsl", "interpreter_language", "phone_not_writing",
                     "written_not_phone", "extra_time", "advocate", "home_visit", "colour_contrast", "dedicated_contact", "other"]
Cites = Annotated[list[str], Field(min_length=1, description='Paragraphs: "4.7" (this policy), "Code 6.2", "Scheme 42.b", '
                                   '"Equality Act 2010: section 20"')]
Sentence = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """Unknown keys and loose types are errors; a loaded pack never changes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Departure(Strict):
    """A printed rule that departs from the Code or the law: what is wrong, against which provision, what is done instead.

    The first of `provision` is the one that it falls short of. `at`: the paragraph at fault, where it is not the rule's first.
    `severity`: high where a resident could lose a right by it, low where the wording alone is at fault.
    """

    severity: Literal["high", "medium", "low"] = "medium"
    at: list[Sentence] = []
    finding: Sentence
    provision: Cites
    safe_default: Sentence


class Rule(Strict):
    """What the policy prints (`printed`, close to its own words, for staff) and where (`cite`).

    `cite` names the Code or a law where the policy is silent and `printed` is then absent. `staff_only` rules are never
    said to a resident; `departs` says how the printed rule falls short of the Code; `note` is for staff.
    """

    printed: Sentence | None = None
    cite: Cites
    staff_only: bool = False
    departs: list[Departure] = []
    note: Sentence | None = None


class Reading(Strict):
    """One way to read a clock: a time, counted from a start. `start` absent: the policy prints no start."""

    time: str = Field(description='"5 working days", "10 days" (calendar days), "6 months", "1 year"',
                      pattern=r"^\d+ (working days?|days?|months?|years?)$")
    start: Start | None = None
    cite: Cites
    words: Sentence | None = Field(None, description="What this reading is, for staff and for `also`")

    @property
    def number(self) -> int:
        return int(self.time.split(" ", 1)[0])

    @property
    def unit(self) -> Literal["working day", "day", "month", "year"]:
        return self.time.split(" ", 1)[1].removesuffix("s")  # type: ignore[return-value]


class Clock(Strict):
    """One deadline. `spoken`: the readings that bind, of which the earliest date counts. `also`: other readings to show.

    `printed` is kept beside them where the policy's own words differ from what is spoken (weaker, or no start printed).
    """

    spoken: list[Reading] = Field(min_length=1)
    printed: list[Reading] = []
    also: list[Reading] = []
    staff_only: bool = False
    departs: list[Departure] = []
    note: Sentence | None = None

    @property
    def in_landlords_hands(self) -> bool:
        """It counts from something that the landlord does, so that its date is the latest and it may fall earlier."""
        return any(reading.start in _LANDLORDS_ACTS for reading in self.spoken)


class Gap(Strict):
    """Something that the policy does not give and the landlord has not yet supplied; `instead` is what a resident can do."""

    gap: Sentence = Field(description="What is missing, for staff")
    instead: Sentence = Field(description="Where a resident can find it meanwhile, in plain words")


class Contact(Strict):
    """A way to reach somebody; at least one way. `cite` absent only where the operator supplied it outside the policy."""

    name: Sentence | None = None
    phone: Sentence | None = None
    email: Sentence | None = None
    post: Sentence | None = None
    web: Sentence | None = None
    cite: Cites

    @property
    def known(self) -> bool:
        return bool(self.phone or self.email or self.post or self.web)


def _which(value: object) -> str:
    """Tells a known gap from what is there, so that errors speak of the one that was meant."""
    if isinstance(value, Gap) or (isinstance(value, dict) and "gap" in value):
        return "Gap"
    return "Contact" if isinstance(value, dict | Contact) else "Words"


KnownGap = Annotated[Gap, Tag("Gap")]
Reachable = Annotated[Annotated[Contact, Tag("Contact")] | KnownGap, Discriminator(_which)]
Named = Annotated[Annotated[Sentence, Tag("Words")] | KnownGap, Discriminator(_which)]


class Treatment(Rule):
    """What this landlord does with a subject or circumstance: the disposition that the bot proposes.

    Dissatisfaction with how such a matter was *handled* is always a complaint (Code 1.5), whatever stands here.
    `excludes`: the policy's text excludes it (a person decides; the bot only proposes). `code_view`: what the Code says of it.
    `handled_by` and `contact`: who deals with it instead. `signposts`: names in the directory.
    """

    disposition: Disposition
    excludes: bool = False
    code_view: Rule | None = None
    handled_by: Sentence | None = None
    contact: Contact | None = None
    signposts: list[Literal["tribunal", "council", "insurer", "ombudsman", "legal_advice", "building_safety_regulator",
                            "consumer_code", "new_homes_quality_code", "ico"]] = []


class CourtRule(Rule):
    """Legal proceedings, by how far they went. The Code's line is a claim filed at court (2.2)."""

    threatened: Disposition
    letter_before_claim: Disposition
    claim_filed: Disposition
    ended: Disposition
    code_view: Rule


class TimeLimit(Rule):
    """How old a matter may be. `limit` is what is applied and said; `printed_limit` only staff see where it is shorter.

    `counts_from` is what the policy prints; the limit that is applied counts from the matter or from becoming aware of it,
    whichever is later (Code 2.3). None: no limit. Beyond it: `late_discretion`, a person decides.
    """

    limit: Reading | None = None
    printed_limit: Reading | None = None
    counts_from: Literal["matter", "awareness", "not_printed"] = "not_printed"
    discretion: Sentence | None = None
    recurring: Rule | None = Field(None, description="Older reports of a problem that recurs")


class Override(Strict):
    """A signed choice to speak the printed rule although it departs from the Code; lint keeps it high."""

    rule: Sentence = Field(description="Path of the rule, for example clocks.stage_2_request_window")
    words: Sentence
    signed_by: Sentence
    role: Sentence
    on: date
    why: Sentence
    cite: Cites

    @field_validator("signed_by")
    @classmethod
    def a_person(cls, name: str) -> str:
        if len(name.split()) < 2:
            raise ValueError("give the full name of the person who signs")
        return name
