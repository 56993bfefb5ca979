"""Policy statements: complete, cited, plain, sendable as a text, and never a term that is not the law."""

from __future__ import annotations

import re
from datetime import date, datetime, timezone
from itertools import product
from string import ascii_letters

import pytest

from policies import citations, code, directory, packs, routing, statements
from policies.routing import KINDS, PROCEEDINGS, RouteFacts
from policies.statements import Said, StatementError

KEYS = list(packs.load())
CHANNELS = ("web", "sms")
DAY = date(2026, 12, 29)
VALUES = {
    "due_on": DAY,
    "from_on": date(2026, 12, 18),
    "rule": "10 working days",
    "deadline": "stage_1_response",
    "adjustments": ["large_print", "bsl"],
    "investigate_by": DAY,
    "summary_by": DAY,
    "safe_by": DAY,
}
STAFF = {name for name in statements._words() if "staff" in statements._template(name)}
# What is printed somewhere, or once was true, and is never said to a resident.
NEVER = [
    "six months",
    "6 months",
    "eight weeks",
    "8 weeks",
    "designated person",
    "instead of",
    "Liverpool",
    "PO Box 152",
    "L33 7WQ",
    "new evidence",
    "explain why you",
    "give your reasons",
    "tell us why you",
    "20 working days of the response",
    "MP",
    "councillor",
    "info@housing-ombudsman",
    "gsi.gov.uk",
    "rpeastern@justice.gov.uk. Southern",
    "020 7964",
    "refused",
    "rejected",
    "not a valid complaint",
    "stage 0",
    "formal complaint",
    "outside of our policy",
]
GSM = set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà") | set(ascii_letters)
LAWS = {
    citations.SCHEME,
    "Landlord and Tenant Act 1985",
    "Data Protection Act 2018",
    "Equality Act 2010",
    "UK General Data Protection Regulation",
    "Hazards in Social Housing (Prescribed Requirements) (England) Regulations 2025",
}


def pack_of(key):
    return packs.load()[key].versions[-1]


def spoken():
    for key in KEYS:
        for name, channel in product(statements.available(pack_of(key)), CHANNELS):
            if name not in STAFF:
                yield key, name, channel


def routes():
    """Every landlord with every kind, proceedings and pair of circumstances."""
    for key, kind, proceedings in product(KEYS, KINDS, PROCEEDINGS):
        for decided, high, handling, anonymous, months in product(
            (False, True), (False, True), (False, True), (False, True), (None, 7, 13)
        ):
            yield (
                key,
                RouteFacts(
                    kind,
                    months_ago=months,
                    proceedings=proceedings,
                    already_decided=decided,
                    high_rise=high,
                    about_handling=handling,
                    anonymous=anonymous,
                    representative="unknown" if anonymous else "none",
                    county="Kent",
                    bought_on=date(2022, 1, 1),
                    subject="policy" if high else None,
                ),
            )


def exists(pack, citation):
    if citation.document == pack.document:
        return citation.paragraph in pack.paragraphs
    return citation.paragraph in code.load() if citation.document == citations.CODE else citation.document in LAWS


def never_said(text):
    return [
        words for words in NEVER if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE if len(words) > 2 else 0)
    ]


@pytest.mark.parametrize(("key", "name", "channel"), list(spoken()))
def test_every_statement_is_said_whole_with_paragraphs_that_exist(key, name, channel):
    pack = pack_of(key)
    said = statements.say(pack, name, channel, **VALUES)
    assert said.text[0].isupper() or said.text[0].isdigit()
    assert said.text[-1] in ".?!" and "{" not in said.text and "  " not in said.text and "None" not in said.text
    assert said.citations and all(exists(pack, citation) for citation in said.citations), said.citations
    assert not never_said(said.text), said.text
    if channel == "sms":
        assert set(said.text) <= GSM, set(said.text) - GSM


@pytest.mark.parametrize(("key", "name", "channel"), [each for each in spoken() if each[2] == "sms" and each[1] != "how_long"])
def test_a_text_fits_one_message(key, name, channel):
    text = statements.say(pack_of(key), name, channel, **VALUES).text
    assert len(text) <= (160 if len(text.partition("(policy ")[2]) < 30 else 200), f"{len(text)}: {text}"


@pytest.mark.parametrize("key", KEYS)
def test_sentences_are_short(key):
    pack = pack_of(key)
    for name in set(statements.available(pack)) - STAFF:
        text = re.sub(r"\([^)]*\)", "", statements.say(pack, name, "web", **VALUES).text)
        text = re.sub(r"https?://\S+|PO Box[^.]*|[A-Z][a-z]{2} \d+ [A-Z][a-z]{2} \d{4}|\d[\d ]{2,}\d", "X", text)
        for sentence in re.split(r"[.?!](?:\s|$)", text):
            assert len(sentence.split()) <= 20, (name, sentence)


def test_every_route_says_only_what_may_be_said_and_cites_what_exists():
    for key, facts in routes():
        pack = pack_of(key)
        for channel in CHANNELS:
            route = routing.route(pack, facts, channel)
            for said in [*route.statements, *(Said(signpost.why, signpost.citations) for signpost in route.signposts)]:
                assert said.citations and all(exists(pack, citation) for citation in said.citations), (key, facts, said)
                assert not never_said(said.text), (key, facts, said.text)


def test_paragraphs_are_said_in_brackets_at_the_end():
    said = statements.say(pack_of("milestone"), "acknowledge_by", "web", due_on=DAY)
    assert said.text == "By Tue 29 Dec 2026 we will write to you to confirm your complaint (policy 4.7)."
    assert statements.say(pack_of("resolution"), "acknowledge_by", "sms", due_on=DAY).text.endswith("(Code 6.2).")


@pytest.mark.parametrize(
    ("key", "name", "latest"),
    [
        ("milestone", "respond_by", True),
        ("mso", "respond_by", True),
        ("millat", "respond_by", True),
        ("resolution", "respond_by", False),
        ("midlands_rural", "respond_by", True),
        ("millat", "stage_2_respond_by", False),
        ("mso", "stage_2_respond_by", True),
    ],
)
def test_at_the_latest_is_said_where_the_start_lies_in_the_landlords_hands(key, name, latest):
    assert ("at the latest" in statements.say(pack_of(key), name, "web", due_on=DAY).text) is latest


@pytest.mark.parametrize(
    ("key", "renter"), [("millat", True), ("resolution", True), ("midlands_rural", True), ("mso", False), ("milestone", False)]
)
def test_awaabs_law_is_never_promised_to_shared_owners(key, renter):
    names = statements.available(pack_of(key))
    assert ("damp_and_mould_clock" in names) is renter
    if not renter:
        with pytest.raises(StatementError, match="no form for"):
            statements.say(pack_of(key), "damp_and_mould_clock", "web", **VALUES)


@pytest.mark.parametrize("key", KEYS)
def test_the_ombudsman_is_given_by_phone_form_and_post_at_any_time(key):
    text = statements.say(pack_of(key), "ombudsman", "web").text
    listed = directory.load()["housing_ombudsman"]
    assert all(words in text for words in ("at any time", listed.phone, listed.web, listed.post))
    assert "@" not in text


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("milestone", "a senior manager"),
        ("mso", "an officer with no previous involvement"),
        ("millat", "more senior"),
        ("resolution", "Somebody other than"),
        ("midlands_rural", "Company Secretary"),
    ],
)
def test_stage_2_needs_no_reasons_and_somebody_else_reviews(key, words):
    text = statements.say(pack_of(key), "stage_2_recorded", "web").text
    assert "do not have to give reasons" in text and words in text


def test_milestones_year_is_said_as_a_request_and_short_windows_are_not_said():
    assert "Please ask within 1 year" in statements.say(pack_of("milestone"), "stage_2_how", "web").text
    for key in ("millat", "midlands_rural"):
        assert "within" not in statements.say(pack_of(key), "stage_2_how", "web").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "needs the value 'due_on'"),
        ({"due_on": None}, "needs the value 'due_on'"),
        ({"due_on": datetime(2026, 12, 29, tzinfo=timezone.utc)}, "London date"),
        ({"due_on": 1.5}, "float cannot be said"),
    ],
)
def test_a_missing_or_wrong_value_is_an_error(values, words):
    with pytest.raises(StatementError, match=words):
        statements.say(pack_of("mso"), "acknowledge_by", "web", **values)


def test_unknown_names_channels_and_codes_are_errors():
    pack = pack_of("mso")
    with pytest.raises(StatementError, match="no statement 'hello'"):
        statements.say(pack, "hello", "web")
    with pytest.raises(StatementError, match="no fax form"):
        statements.say(pack, "who_decides", "fax")
    with pytest.raises(StatementError, match="no words for the adjustment 'carrier_pigeon'"):
        statements.say(pack, "adjustments_recorded", "web", adjustments=["carrier_pigeon"])


def test_braces_in_a_value_stay_as_the_resident_wrote_them():
    text = statements.say(pack_of("mso"), "how_dates_were_worked_out", "web", **(VALUES | {"rule": "{pack.key}"})).text
    assert "{pack.key}" in text


@pytest.mark.parametrize("name", sorted(statements._words()))
def test_a_template_names_the_values_that_it_needs_and_no_number_of_its_own(name):
    template = statements._template(name)
    for form in template.get("forms", (template,)):
        for channel in ("web", "sms", "staff"):
            words = form.get(channel, "")
            needed = set(re.findall(r"\{([a-z_0-9]+)", words))
            assert needed <= {*template.get("values", ()), "pack", "times", "landlord", *directory.load()}, (name, needed)
            bare = re.sub(r"\{[^}]*\}|[Ss]tage [12]|day 1|7 floors", "", words)
            if channel != "staff":
                assert not re.search(r"\d", bare), (name, bare)
