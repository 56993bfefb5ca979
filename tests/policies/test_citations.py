"""How a paragraph is written in a pack, named in the record, and said to a resident."""
from __future__ import annotations

import pytest

from policies import packs, yaml_lines
from policies.citations import CODE, SCHEME, Citation, parse, spoken


@pytest.mark.parametrize(("written", "citation"), [
    ("4.7", Citation("Oak Policy", "4.7")), ("First Stage 3", Citation("Oak Policy", "First Stage 3")),
    ("Code 6.3", Citation(CODE, "6.3")), ("Scheme 42.b", Citation(SCHEME, "42.b")),
    ("Equality Act 2010: section 20", Citation("Equality Act 2010", "section 20"))])
def test_parse(written, citation):
    assert parse(written, "Oak Policy") == citation


def test_spoken_once_each_and_in_order():
    written = ("4.7", "Code 6.3", "4.7", "Scheme 42.b", "Equality Act 2010: section 20")
    said = [parse(one, "Oak Policy") for one in written]
    assert spoken(said) == "policy 4.7, Code 6.3, Ombudsman Scheme 42.b, Equality Act 2010 section 20"


def test_a_paragraph_never_loses_its_nought(tmp_path):
    file = tmp_path / "a.yml"
    file.write_text("a: 4.10\nb: 2026-12-29\nc: 12\nd: '12'\ne: ~\nf: yes\n")
    data, lines = yaml_lines.read(file)
    assert data["a"] == "4.10" and data["b"].day == 29 and (data["c"], data["d"], data["e"], data["f"]) == (12, "12", None, "yes")
    assert lines[("c",)] == 3


def test_every_landlord_has_its_own_document_title():
    titles = [landlord.versions[-1].document for landlord in packs.load().values()]
    assert len(set(titles)) == 5 and all(title.endswith("Policy") for title in titles)
