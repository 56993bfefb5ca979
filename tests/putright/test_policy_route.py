"""`putright policy route` and `lint` from the command line: the documents, the exit codes, the sentences for bad input."""

from __future__ import annotations

import json

import pytest

from policies import packs
from putright.cli import main

KEYS = list(packs.load())


@pytest.mark.parametrize("key", KEYS)
def test_route_prints_the_document_of_the_contract(key, capsys):
    assert main(["policy", "route", key, "--kind", "service_charge", "--county", "Kent", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document.keys() >= {"disposition", "ground", "statements", "signposts", "for_staff"}
    assert all(said.keys() == {"text", "citations"} for said in document["statements"])
    assert all(one.keys() == {"name", "why", "contact", "citations"} for one in document["signposts"])
    assert "First-tier Tribunal (Property Chamber), Southern Region" in {one["name"] for one in document["signposts"]}


def test_route_takes_every_fact(capsys):
    assert (
        main(
            [
                "policy",
                "route",
                "milestone",
                "--kind",
                "complaint",
                "--months-ago",
                "20",
                "--aware-months-ago",
                "14",
                "--county",
                "Kent",
                "--postcode",
                "ME1 1AA",
                "--bought-on",
                "2023-08-02",
                "--tenure",
                "shared_owner",
                "--proceedings",
                "threatened",
                "--about-handling",
                "--anonymous",
                "--representative",
                "unknown",
                "--on",
                "2026-11-22",
                "--json",
            ]
        )
        == 0
    )
    document = json.loads(capsys.readouterr().out)
    assert (document["disposition"], document["ground"]) == ("late_discretion", "time_limit")
    assert "New Homes Quality Board" in {one["name"] for one in document["signposts"]}


def test_route_can_be_read_by_a_person(capsys):
    assert main(["policy", "route", "millat", "--kind", "asb"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("excluded_proposed (asb)") and "020 8640 6413" in printed and "[staff]" in printed


@pytest.mark.parametrize("key", KEYS)
def test_lint_exits_1_while_a_high_finding_is_not_accepted(key, capsys):
    assert main(["policy", "lint", key, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert all(
        one.keys() >= {"landlord", "severity", "paragraph", "provision", "finding", "safe_default", "accepted"} for one in found
    )
    assert {one["landlord"] for one in found} == {key}


def test_lint_of_all_names_every_landlord(capsys):
    assert main(["policy", "lint", "--json"]) == 1
    assert {one["landlord"] for one in json.loads(capsys.readouterr().out)} == set(KEYS)


@pytest.mark.parametrize(
    "arguments",
    [["route", "nobody", "--kind", "asb"], ["lint", "nobody"], ["route", "mso", "--kind", "asb", "--on", "1999-01-01"]],
)
def test_bad_input_is_a_sentence_and_exit_2(arguments, capsys):
    assert main(["policy", *arguments]) == 2
    assert capsys.readouterr().err.startswith("putright policy: ")


def test_an_unknown_kind_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["policy", "route", "mso", "--kind", "moan"])
    assert stopped.value.code == 2 and "invalid choice: 'moan'" in capsys.readouterr().err
