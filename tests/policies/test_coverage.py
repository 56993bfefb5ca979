"""Every paragraph of the five policies is accounted for: encoded, for staff only, or not a rule with the reason."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from policies import packs, show, yaml_lines

HERE = Path(__file__).parent / "coverage"
KEYS = ("midlands_rural", "millat", "milestone", "mso", "resolution")
# Numbers that the policies themselves skip.
SKIPPED = {"milestone": {"4.2.1"}, "mso": {"3.2"}}


def rows_of(key: str) -> list[dict]:
    return yaml_lines.read(HERE / f"{key}.yml")[0]


@pytest.mark.parametrize("key", KEYS)
def test_every_paragraph_is_accounted_for_once(key):
    whole = [row["paragraph"] for row in rows_of(key) if "item" not in row]
    assert whole == packs.load()[key].versions[-1].paragraphs
    assert len(whole) == len(set(whole))


@pytest.mark.parametrize("key", KEYS)
def test_each_is_where_it_says(key):
    pack = packs.load()[key].versions[-1]
    rules = dict(show.walk(pack))
    cited = {paragraph for rule in rules.values() for paragraph in getattr(rule, "cite", ())}
    for row in rows_of(key):
        if row["as"] == "not_a_rule":
            assert row["why"].endswith(".") and row["paragraph"] not in cited, row
        else:
            rule = rules[row["where"]]
            assert row["paragraph"] in rule.cite, row
            assert getattr(rule, "staff_only", False) is (row["as"] == "staff_only"), row


@pytest.mark.parametrize("key", ["milestone", "mso", "midlands_rural"])
def test_no_number_is_left_out(key):
    """A numbered policy runs 1, 2, 3… in each series, apart from what it skips itself."""
    numbered = {row["paragraph"] for row in rows_of(key) if re.fullmatch(r"\d+(\.\d+)+", row["paragraph"])}
    for paragraph in numbered:
        series, last = paragraph.rsplit(".", 1)
        missing = {f"{series}.{n}" for n in range(1, int(last))} - numbered - SKIPPED.get(key, set())
        assert not missing, missing
