"""Every value that a field can take is in the glossary, and every landlord's pack has worked cases."""

from __future__ import annotations

from pathlib import Path

from actions import questions
from policies import packs
from register import cases, vocabulary

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")


def test_every_disposition_and_kind_is_in_the_glossary():
    values = set(cases.ORDER) | set(questions.LEADING)
    assert sorted(value for value in values if f"`{value}`" not in GLOSSARY) == []


def test_every_value_that_staff_may_choose_is_in_the_glossary():
    values = {*vocabulary.KINDS, *vocabulary.OUTCOMES, *vocabulary.ADJUSTMENTS}
    assert sorted(value for value in values if f"`{value}`" not in GLOSSARY) == []


def test_the_order_of_dispositions_is_the_glossarys():
    line = next(line for line in GLOSSARY.splitlines() if line.startswith("**disposition**"))
    places = [line.index(f"`{value}`") for value in cases.ORDER]
    assert places == sorted(places)


def test_every_pack_has_worked_cases_and_worked_routes():
    folder = ROOT / "tests" / "policies"
    for kind in ("cases", "routes"):
        assert sorted(path.stem for path in (folder / kind).glob("*.yml")) == sorted(packs.load()), kind
