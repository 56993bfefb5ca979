"""Lint finds what reading the five texts beside the Code found, little besides, and keeps what is accepted on the report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policies import code, lint, packs, yaml_lines
from policies.pack_model import Pack

HERE = Path(__file__).parent / "departures"
KEYS = list(packs.load())


def pack_of(key) -> Pack:
    return packs.load()[key].versions[-1]


def changed(key: str, **paths) -> Pack:
    """A landlord's pack with some fields given anew, by dotted path (written with __)."""
    raw = pack_of(key).model_dump()
    for path, value in paths.items():
        *way, last = path.split("__")
        here = raw
        for step in way:
            here = here[step]
        here[last] = value
    return Pack.model_validate(raw)


def without_notes(pack: Pack) -> Pack:
    def strip(part):
        if isinstance(part, dict):
            return {key: [] if key == "departs" else strip(value) for key, value in part.items()}
        return [strip(each) for each in part] if isinstance(part, list) else part

    return Pack.model_validate(strip(pack.model_dump()))


def read_side_by_side(key):
    return {(row["paragraph"], row["provision"]): row["why"] for row in yaml_lines.read(HERE / f"{key}.yml")[0]}


def found(pack):
    return {(finding.paragraph, finding.provision) for finding in lint.lint(pack)}


@pytest.mark.parametrize("key", KEYS)
def test_every_departure_is_found(key):
    missed = read_side_by_side(key).keys() - found(pack_of(key))
    assert not missed


@pytest.mark.parametrize("key", KEYS)
def test_at_most_two_false_alarms(key):
    assert len(found(pack_of(key)) - read_side_by_side(key).keys()) <= 2


@pytest.mark.parametrize("key", KEYS)
def test_each_finding_names_its_own_paragraph_and_provision(key):
    pack = pack_of(key)
    for finding in lint.lint(pack):
        assert finding.paragraph in pack.paragraphs or finding.paragraph.startswith("Review date"), finding
        assert finding.provision.removeprefix("Code ") in code.load(), finding
        assert finding.finding.endswith((".", "?")) and finding.safe_default.endswith("."), finding
        assert finding.severity in {"high", "medium", "low"} and "{" not in finding.finding + finding.safe_default


@pytest.mark.parametrize("key", KEYS)
def test_no_finding_is_said_twice_and_the_gravest_stand_first(key):
    listed = lint.lint(pack_of(key))
    assert len({(one.paragraph, one.provision, one.finding) for one in listed}) == len(listed)
    order = [("high", "medium", "low").index(one.severity) for one in listed]
    assert order == sorted(order)


@pytest.mark.parametrize("key", KEYS)
def test_most_is_found_from_the_fields_alone(key):
    """A pack whose author noted nothing still shows what its fields show."""
    provisions = {provision for _, provision in found(without_notes(pack_of(key)))}
    expected = {provision for _, provision in read_side_by_side(key)}
    assert len(provisions & expected) >= 0.8 * len(expected), expected - provisions


@pytest.mark.parametrize(
    ("paths", "provision"),
    [
        (
            {"clocks__stage_1_acknowledgement__spoken": [{"time": "6 working days", "start": "received", "cite": ["4.7"]}]},
            "Code 6.2",
        ),
        ({"clocks__stage_2_acknowledgement__printed": [{"time": "8 days", "cite": ["4.9"]}]}, "Code 6.11"),
        ({"stage_1__extension__ombudsman_details": False}, "Code 6.5"),
        ({"stage_1__extension__capped": False}, "Code 6.4"),
        ({"stage_2__asking__reasons_asked": True}, "Code 6.12"),
        ({"stage_2__asking__conditions": ["new evidence"]}, "Code 6.10"),
        ({"ombudsman__designated_person": "gate"}, "Code 3.7"),
        ({"intake__refusal_gives_reasons_and_ombudsman": False}, "Code 2.4"),
        ({"conduct__refuses_to_progress": True}, "Code 5.14"),
        ({"intake__channels__only_via": "the office"}, "Code 3.2"),
        ({"intake__staff_conduct__disposition": "excluded_proposed"}, "Code 2.5"),
        ({"adjustments__recorded": False}, "Code 5.10"),
        ({"intake__court__letter_before_claim": "excluded_proposed"}, "Code 2.2"),
    ],
)
def test_a_rule_made_weaker_is_found(paths, provision):
    more = [
        one
        for one in lint.lint(without_notes(changed("milestone", **paths)))
        if one not in lint.lint(without_notes(pack_of("milestone")))
    ]
    assert provision in {one.provision for one in more}


@pytest.mark.parametrize("time", ["5 working days", "3 working days", "7 days"])
def test_a_time_as_good_as_the_codes_is_no_finding(time):
    pack = changed("milestone", clocks__stage_1_acknowledgement__spoken=[{"time": time, "start": "received", "cite": ["4.7"]}])
    assert ("4.7", "Code 6.2") not in found(pack)


def test_an_override_is_high_and_stays(tmp_path):
    signed = {
        "rule": "clocks.stage_2_request_window",
        "words": "Please ask within 30 days.",
        "signed_by": "Ada Example",
        "role": "Director",
        "on": date(2026, 1, 5),
        "why": "A test.",
        "cite": ["First Stage 5"],
    }
    pack = changed("millat", spoken_overrides=[signed])
    assert any(one.severity == "high" and "Ada Example, Director" in one.finding for one in lint.lint(pack, tmp_path))


ACCEPTED = """- paragraph: "7.8"
  provision: Code 6.10
  by: Ada Example
  on: 2026-11-01
  why: Being changed by the board in January.
"""


def test_what_is_accepted_in_writing_stays_on_the_report(tmp_path):
    (tmp_path / "midlands_rural.yml").write_text(ACCEPTED)
    listed = lint.lint(pack_of("midlands_rural"), tmp_path)
    (finding,) = [one for one in listed if one.paragraph == "7.8"]
    assert finding.as_json()["accepted"] == {
        "by": "Ada Example",
        "on": "2026-11-01",
        "why": "Being changed by the board in January.",
    }
    assert finding.severity == "high" and not finding.stops
    assert any(one.stops for one in listed)
    assert len(listed) == len(lint.lint(pack_of("midlands_rural")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("7.8", "7.9"), "accepts 7.9 against Code 6.10, which is not a finding"),
        (("Ada Example", "Ada"), "full name"),
        (("  on: 2026-11-01\n", ""), "give paragraph, provision, by, on"),
        (("2026-11-01", "soon"), "on .a day."),
    ],
)
def test_an_acceptance_that_cannot_be_used_says_why(tmp_path, change, words):
    (tmp_path / "midlands_rural.yml").write_text(ACCEPTED.replace(*change))
    with pytest.raises(lint.LintError, match=words):
        lint.lint(pack_of("midlands_rural"), tmp_path)


def test_the_sixth_landlord_is_linted_too(tmp_path):
    from policies import new_landlord

    answers = {
        name: "" if answer is None else str(answer)
        for name, answer in yaml_lines.read(Path(__file__).parent / "sixth" / "answers.yml")[0].items()
    }
    _, pack = new_landlord.write("sixth", answers, tmp_path)
    for finding in lint.lint(pack):
        assert finding.provision.removeprefix("Code ") in code.load()
