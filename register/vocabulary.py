"""The values that a person may set when correcting what was understood: those of the GLOSSARY."""

from __future__ import annotations

KINDS = (
    "complaint", "service_request", "feedback", "asb", "insurance", "court", "service_charge", "building_safety",
    "outside_control", "escalation", "case_enquiry", "other",
)
OUTCOMES = (
    "apology", "repair", "compensation", "refund", "explanation", "staff_action", "policy_change", "rehousing",
    "contact_update", "review_decision", "stop_behaviour", "other",
)
ADJUSTMENTS = (
    "large_print", "braille", "easy_read", "bsl", "interpreter_language", "phone_not_writing", "written_not_phone",
    "extra_time", "advocate", "home_visit", "colour_contrast", "dedicated_contact", "other",
)
