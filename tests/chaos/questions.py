"""Which question a reply asks, told by the words of the domain, so that its wording may change freely."""

from __future__ import annotations

import re
from functools import lru_cache

import ruamel.yaml

from putright.settings import ROOT

READ_BACK = "confirmed"


@lru_cache(maxsize=1)
def shapes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(slot, what its question looks like). The question of any words comes last."""
    responses = ruamel.yaml.YAML(typ="safe", pure=True).load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    found = []
    for name, variants in responses.items():
        slot = READ_BACK if name == "utter_read_back" else name.removeprefix("utter_ask_")
        if slot == name or slot == "reading":
            continue
        slot = re.sub(r"^contact_.*", "contact", slot)
        found += [(slot, _shape(variant["text"])) for variant in variants]
    return tuple(found)


def asked(text: str, options: list[str]) -> str | None:
    """The slot that a reply asks for; "reading" for one that brings its own words; None if it asks nothing."""
    for slot, shape in shapes():
        if shape.fullmatch(text):
            return slot
    return "reading" if options and text.rstrip().endswith("?") else None


def _shape(text: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", text)
    return re.compile(".+".join(re.escape(part) for part in parts), re.DOTALL)
