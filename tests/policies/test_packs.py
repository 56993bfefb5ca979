"""Packs load strictly: every fault names its file and line and says what to do; versions are chosen by day."""
from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from policies import new_landlord, packs, schema, show, yaml_lines
from policies.pack_rules import Strict
from policies.pack_sections import Partner

HERE = Path(__file__).parent
KEYS = ("midlands_rural", "milestone", "millat", "mso", "resolution")


@pytest.fixture(scope="module")
def sound() -> str:
    """The text of an invented sixth pack without a fault."""
    answers = {name: str(answer or "") for name, answer in yaml_lines.read(HERE / "sixth" / "answers.yml")[0].items()}
    return new_landlord.draft("oak_homes", answers)


def test_the_five_packs_load():
    assert tuple(packs.load()) == KEYS
    assert packs.load() is packs.load()
    assert packs.load()["resolution"].name is None and packs.load()["millat"].name == "Millat Housing"


def test_the_sound_pack_is_sound(sound, tmp_path):
    (tmp_path / "oak_homes.yml").write_text(sound, encoding="utf-8")
    assert list(packs.load(tmp_path)) == ["oak_homes"]


@pytest.mark.parametrize("fault", yaml_lines.read(HERE / "bad_packs" / "faults.yml")[0], ids=lambda fault: fault["fault"])
def test_a_faulty_pack_names_its_line_and_what_to_do(fault, sound, tmp_path):
    assert fault["find"] in sound
    text = sound.replace(fault["find"], fault["put"], 1)
    (tmp_path / "oak_homes.yml").write_text(text, encoding="utf-8")
    with pytest.raises(packs.PackError) as raised:
        packs.load(tmp_path)
    error = raised.value
    assert fault["says"] in error.message
    assert str(error).startswith(f"oak_homes.yml, line {error.line}: ") and error.message.endswith((".", ".`", "`."))
    assert fault["at"] in text.splitlines()[error.line - 1]


@pytest.mark.parametrize(("text", "says"), [
    ("", "The file is empty."), ("- a list\n", "A pack is a list of `name: value` lines."),
    ("? [a]\n: 1\n", "A key must be a plain word.")])
def test_a_file_that_is_no_pack(text, says, tmp_path):
    (tmp_path / "oak_homes.yml").write_text(text)
    with pytest.raises(packs.PackError, match=says):
        packs.load(tmp_path)


def test_a_file_in_another_encoding(tmp_path):
    (tmp_path / "oak_homes.yml").write_bytes("key: \xe9".encode("latin-1"))
    with pytest.raises(packs.PackError, match="Save it as UTF-8"):
        packs.load(tmp_path)


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(packs.PackError, match="There is no pack in this folder"):
        packs.load(tmp_path)


def test_a_version_is_in_force_from_its_first_day(sound, tmp_path):
    (tmp_path / "oak_homes.yml").write_text(sound)
    newer = sound.replace('version: "1"', 'version: "2"').replace("in_force_from: 2026-04-01", "in_force_from: 2027-01-01")
    (tmp_path / "oak_homes-2.yml").write_text(newer)
    oak = packs.load(tmp_path)["oak_homes"]
    assert [oak.in_force(day).version for day in (date(2026, 4, 1), date(2026, 12, 31), date(2027, 1, 1))] == ["1", "1", "2"]
    assert oak.version("1").in_force_from == date(2026, 4, 1)
    with pytest.raises(packs.NoPackInForce, match="held from 01 April 2026"):
        oak.in_force(date(2026, 3, 31))
    with pytest.raises(packs.NoPackInForce, match='no version "3"'):
        oak.version("3")


def test_two_versions_never_share_a_first_day(sound, tmp_path):
    (tmp_path / "oak_homes.yml").write_text(sound)
    (tmp_path / "oak_homes-2.yml").write_text(sound.replace('version: "1"', 'version: "2"'))
    with pytest.raises(packs.PackError, match="share a name or a first day"):
        packs.load(tmp_path)


def test_an_unknown_landlord_is_named_with_those_that_exist():
    with pytest.raises(packs.UnknownLandlord, match='no landlord "acme". There are: midlands_rural'):
        packs.load()["acme"]


def test_the_schema_in_the_folder_is_the_codes_own():
    assert schema.FILE.read_text(encoding="utf-8") == schema.text()
    assert json.loads(schema.text())["additionalProperties"] is False


@pytest.mark.parametrize("key", KEYS)
def test_packs_are_valid_by_the_published_schema(key):
    import jsonschema

    data, _ = yaml_lines.read(packs.FOLDER / f"{key}.yml")
    checker = jsonschema.Draft202012Validator(json.loads(schema.text()))
    assert [error.message for error in checker.iter_errors(json.loads(json.dumps(data, default=str)))] == []


@pytest.mark.parametrize("key", KEYS)
def test_every_rule_cites_and_every_gap_says_where_to_look(key):
    pack = packs.load()[key].versions[-1]
    blocks = [part for _, part in show.walk(pack) if isinstance(part, Strict)]
    assert all(part.cite for part in blocks if hasattr(part, "cite") and type(part).__name__ != "WorkingDays")
    assert all(gap.instead for _, gap in show.gaps(pack)) and show.gaps(pack)
    assert "None" not in show.show(pack)


def test_no_landlord_refuses_an_anonymous_or_a_late_matter():
    for landlord in packs.load().values():
        pack = landlord.versions[-1]
        assert pack.intake.anonymous.disposition == "stage1_complaint"
        assert pack.intake.court.threatened == "stage1_complaint"
        limit = pack.intake.time_limit.limit
        assert limit is None or limit.time == "12 months"


def test_a_managing_partners_own_policy_applies_where_it_is_loaded():
    landlords, day = packs.load(), date(2026, 12, 18)
    rules = landlords["mso"].in_force(day).managing_partners
    partners = [Partner(name="Millat Housing", pack="millat"), Partner(name="Elm Management", pack="elm"),
                Partner(name="Ash Lettings")]
    mso = landlords["mso"].in_force(day).model_copy(update={"managing_partners": rules.model_copy(update={"partners": partners})})
    assert landlords.managed_by(mso, " millat housing", day).key == "millat"
    assert landlords.managed_by(mso, "Elm Management", day) is None and landlords.managed_by(mso, "Ash Lettings", day) is None
    assert landlords.managed_by(mso, "Nobody", day) is None
    assert landlords.managed_by(landlords["millat"].in_force(day), "Millat Housing", day) is None
