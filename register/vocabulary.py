"""The values from which a person chooses when correcting what was understood: those of the GLOSSARY."""

from __future__ import annotations

from typing import get_args

from policies import pack_rules, routing

KINDS = tuple(routing.KINDS)
TENURES = get_args(pack_rules.Tenure)
ADJUSTMENTS = get_args(pack_rules.Adjustment)
OUTCOMES = (
    "apology", "repair", "compensation", "refund", "explanation", "staff_action", "policy_change", "rehousing",
    "contact_update", "review_decision", "stop_behaviour", "other",
)
