"""A sixth, invented landlord from a page of answers: it loads, its dates are as counted by hand, its gaps are marked."""
from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from policies import clocks, new_landlord, packs, show, workdays, yaml_lines

SIXTH = Path(__file__).parent / "sixth"


def answers(**changed: str) -> dict[str, str]:
    given = {name: str(answer or "") for name, answer in yaml_lines.read(SIXTH / "answers.yml")[0].items()}
    return given | changed


@pytest.fixture
def oak(tmp_path):
    return new_landlord.write("oak_homes", answers(), tmp_path)[1]


def test_the_sixth_landlord_joins_the_others(oak, tmp_path):
    landlord = packs.load(tmp_path)["oak_homes"]
    assert landlord.name == "Oak Homes" and landlord.in_force(date(2026, 4, 1)) == oak
    assert [file.name for file in tmp_path.iterdir()] == ["oak_homes.yml"]


@pytest.mark.parametrize("case", yaml_lines.read(SIXTH / "cases.yml")[0], ids=lambda case: case["case"])
def test_its_worked_cases(case, oak):
    facts = {name: datetime.fromisoformat(value) if isinstance(value, str) else value for name, value in case["facts"].items()}
    found = {d.deadline: d.due_on for d in clocks.deadlines(oak, clocks.ClockFacts(**facts), workdays.england())}
    assert {name: found[name] for name in case["due"]} == case["due"]


def test_gaps_are_marked_and_silence_cites_the_code(oak):
    assert [path for path, _ in show.gaps(oak)] == ["contacts.post", "ombudsman.printed_contact", "data_protection.contact"]
    assert oak.clocks.stage_2_acknowledgement.spoken[0].cite == ["Code 6.11"]
    assert oak.intake.asb.excludes and oak.intake.insurance.disposition == "stage1_complaint"
    assert oak.intake.time_limit.limit.time == "12 months" and oak.intake.time_limit.printed_limit.time == "6 months"
    assert oak.awaabs_law.applies_to == ["tenant"]


def test_a_kinder_time_limit_is_the_landlords_own(tmp_path):
    _, pack = new_landlord.write("oak_homes", answers(time_limit="2 years [3.1]"), tmp_path)
    assert pack.intake.time_limit.limit.time == "2 years" and pack.intake.time_limit.printed_limit is None


def test_a_landlord_with_nothing_but_a_name_is_the_code_with_gaps(tmp_path):
    bare = {"name": "Elm", "document": "Elm Policy", "in_force_from": "2026-04-01", "tenures": "shared_owner", "paragraphs": "1"}
    _, pack = new_landlord.write("elm", bare, tmp_path)
    found = clocks.deadlines(pack, clocks.ClockFacts(received=date(2026, 12, 18)), workdays.england())
    assert [d.due_on.isoformat() for d in found] == ["2026-12-29", "2027-01-13", "2027-01-27"]
    assert len(show.gaps(pack)) == 5 and pack.awaabs_law.applies_to == []


@pytest.mark.parametrize(("name", "answer", "says"), [
    ("name", "", "This is needed"), ("in_force_from", "April", "Write it as 2026-04-01"),
    ("tenures", "lodger", "Choose from tenant"),
    ("paragraphs", "", "separated by semicolons"), ("emergency_phone", "01632 960 001", "has no paragraph"),
    ("stage_1_response", "10 working days", "has no paragraph"), ("stage_1_response", "soon [4.1]", '"soon" is not a time'),
    ("stage_2_window", "a month [4.1]", "is not a time"), ("time_limit", "12 months", "has no paragraph")])
def test_an_answer_that_cannot_be_used_says_how_to_write_it(name, answer, says, tmp_path):
    question = next(question for question in new_landlord.questions() if question.id == name)
    with pytest.raises(new_landlord.AnswerError, match=says):
        new_landlord.check(question, answer)
    with pytest.raises(new_landlord.AnswerError, match=says):
        new_landlord.write("oak_homes", answers(**{name: answer}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_paragraph_that_is_not_listed_leaves_nothing_behind(tmp_path):
    with pytest.raises(packs.PackError, match='no paragraph "9.9"'):
        new_landlord.write("oak_homes", answers(asb="9.9"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_never_taken_twice_nor_written_carelessly(oak, tmp_path):
    with pytest.raises(FileExistsError, match="oak_homes.yml exists already"):
        new_landlord.write("oak_homes", answers(), tmp_path)
    with pytest.raises(new_landlord.AnswerError, match="Use small letters"):
        new_landlord.draft("../oak", answers())


def test_the_template_asks_for_every_word_that_it_holds():
    assert "@" not in new_landlord.draft("oak_homes", answers(complaints_email=""))
