"""Routes: worked cases that a complaint handler can read, and what holds for every landlord, kind and fact."""
from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies import packs, proposing, routing, yaml_lines
from policies.routing import KINDS, PROCEEDINGS, REPRESENTATIVE, RouteError, RouteFacts

HERE = Path(__file__).parent / "routes"
KEYS = list(packs.load())
CASES = [(file.stem, case) for file in sorted(HERE.glob("*.yml")) for case in yaml_lines.read(file)[0]]
FACTS = st.builds(
    RouteFacts, kind=st.sampled_from(KINDS), months_ago=st.none() | st.integers(0, 60),
    aware_months_ago=st.none() | st.integers(0, 60), county=st.sampled_from([None, "Kent", "Durham", "Nowhere"]),
    postcode=st.sampled_from([None, "SW1A 1AA", "PE9 1AA", "CF10 1AA", "x"]),
    bought_on=st.none() | st.dates(date(2015, 1, 1), date(2026, 12, 31)), proceedings=st.sampled_from(PROCEEDINGS),
    already_decided=st.booleans(), high_rise=st.booleans(), about_handling=st.booleans(), anonymous=st.booleans(),
    representative=st.sampled_from(REPRESENTATIVE), subject=st.sampled_from([None, "policy", "staff_conduct", "data_protection"]),
)


def pack_of(key):
    return packs.load()[key].versions[-1]


def test_every_landlord_has_its_worked_cases():
    assert {key for key, _ in CASES} == set(KEYS)
    for key in KEYS:
        names = [case["name"] for other, case in CASES if other == key]
        assert len(names) == len(set(names)) >= 18


@pytest.mark.parametrize(("key", "case"), CASES, ids=[f"{key}: {case['name']}" for key, case in CASES])
def test_worked_case(key, case):
    facts = RouteFacts(**case["facts"])
    route = routing.route(pack_of(key), facts)
    assert (route.disposition, route.ground) == (case["expect"], case.get("ground"))
    said = " ".join([*(one.text for one in route.statements),
                     *(f"{one.name} {one.why} {one.contact}" for one in route.signposts)])
    cited = {("Code " if "Code" in one.document else "") + one.paragraph for said in route.statements for one in said.citations}
    cited |= {one.paragraph for signpost in route.signposts for one in signpost.citations}
    assert set(case.get("cite", ())) <= cited, cited
    assert all(words in said for words in case.get("said", ())), said
    assert not any(words in said for words in case.get("not_said", ())), said
    assert {*case.get("signposts", ())} <= {one.name for one in route.signposts}, route.signposts
    for words in case.get("staff", ()):
        assert any(words in note for note in route.for_staff), route.for_staff


@pytest.mark.parametrize("key", KEYS)
@given(facts=FACTS)
def test_nothing_is_refused_and_handling_is_always_a_complaint(key, facts):
    route = routing.route(pack_of(key), facts)
    assert (route.ground is None) == (route.disposition not in ("excluded_proposed", "late_discretion"))
    if route.ground:
        words = " ".join(said.text for said in route.statements)
        assert "A person decides" in words and "Ombudsman" in words
        assert any("A person decides" in note for note in route.for_staff)
        assert "Housing Ombudsman Service" in {signpost.name for signpost in route.signposts}
    handled = facts.about_handling and facts.kind not in ("escalation", "case_enquiry", "other")
    if handled and facts.proceedings == "none" and not facts.already_decided:
        assert route.disposition in ("stage1_complaint", "late_discretion")
    if facts.kind == "building_safety" and facts.high_rise:
        assert route.disposition == "stage1_complaint" and "put first by risk" in route.for_staff[0]
    if facts.kind == "escalation":
        assert route.disposition == "stage2_escalation"


@pytest.mark.parametrize("key", KEYS)
@given(facts=FACTS)
def test_words_are_short_complete_and_never_staffs_own(key, facts):
    for channel in ("web", "sms"):
        route = routing.route(pack_of(key), facts, channel)
        for said in route.statements:
            assert said.citations and "{" not in said.text
            assert said.text not in route.for_staff
        assert len({said.text for said in route.statements}) == len(route.statements)
        assert all(signpost.contact and signpost.citations for signpost in route.signposts)


@pytest.mark.parametrize("key", KEYS)
@given(younger=st.integers(0, 60), older=st.integers(0, 60))
def test_a_younger_matter_is_never_treated_worse(key, younger, older):
    younger, older = sorted((younger, older))
    pack = pack_of(key)
    if proposing.is_late(pack, RouteFacts("complaint", months_ago=younger)):
        assert proposing.is_late(pack, RouteFacts("complaint", months_ago=older))


def test_a_signed_override_brings_back_the_printed_limit_and_says_so_to_staff():
    pack = pack_of("millat")
    signed = {"rule": "intake.time_limit", "words": "Our policy asks for complaints within 6 months.", "signed_by": "Ada Example",
              "role": "Director", "on": date(2026, 1, 5), "why": "A test of the override.", "cite": ["What is not a Complaint 2"]}
    changed = type(pack).model_validate({**pack.model_dump(), "spoken_overrides": [signed]})
    facts = RouteFacts("complaint", months_ago=7)
    assert routing.route(pack, facts).disposition == "stage1_complaint"
    route = routing.route(changed, facts)
    assert route.disposition == "late_discretion"
    assert "within 6 months" in route.statements[0].text
    assert any("signed by Ada Example" in note for note in route.for_staff)


@pytest.mark.parametrize(("name", "value"), [("kind", "moan"), ("proceedings", "maybe"), ("representative", "aunt")])
def test_a_value_that_nobody_knows_is_an_error_that_lists_the_known_ones(name, value):
    with pytest.raises(RouteError, match=f"'{value}' is not a value of {name}.*Use one of"):
        RouteFacts(**{"kind": "complaint", name: value})
