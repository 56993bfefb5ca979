"""What an answer in words becomes: the name without the rest, the address without what follows."""

from __future__ import annotations

import pytest

from actions import answers
from register.facts import Facts


@pytest.mark.parametrize(("said", "name", "phone"), [
    ("Asha Bell 07700 900123", "Asha Bell", "+447700900123"),
    ("my name is Asha Bell and my number is 07700 900123", "Asha Bell", "+447700900123"),
    ("Asha Bell 07700 900123. by the way there is a smell of gas in the hall", "Asha Bell", "+447700900123"),
    ("07700 900123, Asha Bell", "Asha Bell", "+447700900123"),
    ("Mr. J. Smith-Jones", "Mr. J. Smith-Jones", None),
    ("Maria da Silva e Costa", "Maria da Silva e Costa", None),  # five words are a name
    ("07700 900123", None, "+447700900123"),
    ("it's Kaz", "Kaz", None),
    ("sorry my number is 07700 900123", None, "+447700900123"),
])
def test_a_name_is_a_few_words(said, name, phone):
    facts = Facts()
    assert answers.take_contact(facts, said, {})
    assert (facts.name, facts.phone) == (name, phone)


@pytest.mark.parametrize("said", ["you have got all my details already", "07", "?"])
def test_what_holds_no_contact_is_none(said):
    assert not answers.take_contact(Facts(), said, {})


def test_who_gives_a_name_is_not_anonymous():
    facts = Facts(anonymous=True)
    answers.take_contact(facts, "Jo Bell", {})
    assert not facts.anonymous


@pytest.mark.parametrize(("said", "address", "postcode"), [
    ("12 Rose Court, Leeds LS1 4AB", "12 Rose Court, Leeds LS1 4AB", "LS1 4AB"),
    ("9 Mill Lane LS2 2AA my ex is outside", "9 Mill Lane LS2 2AA", "LS2 2AA"),
    ("LS2 2AA, flat 3", "LS2 2AA, flat 3", "LS2 2AA"),  # the place is behind the postcode
    ("my address is 4 Elm Walk", "4 Elm Walk", None),
    ("I live at the old vicarage, Church Lane", "the old vicarage, Church Lane", None),
])
def test_an_address_ends_with_its_postcode(said, address, postcode):
    facts = Facts()
    assert answers.take_address(facts, said)
    assert (facts.address, facts.postcode) == (address, postcode)


@pytest.mark.parametrize(("said", "bought_on"), [
    ("1 August 2023", "2023-08-01"), ("02/08/2023", "2023-08-02"), ("July 2023", "2023-07-31"), ("in 2019 I think", "2019-12-31"),
    ("feb 2024", "2024-02-29"), ("a while ago", None), ("on the 5th", None),
])
def test_when_a_home_was_bought(said, bought_on):
    facts = Facts()
    assert answers.take_bought_on(facts, said) == (bought_on is not None)
    assert facts.bought_on == bought_on


@pytest.mark.parametrize("said", ["Asha Bell", "07700 900123", "asha9@example.org"])
def test_a_name_or_a_number_is_no_place(said):
    assert not answers.take_address(Facts(), said)


@pytest.mark.parametrize(("said", "tenure"), [
    ("tenant", "tenant"), ("I rent it", "tenant"), ("its a council place", "tenant"), ("shared ownership", "shared_owner"),
    ("I own part of it and pay rent on the rest", "shared_owner"), ("I own the lease", "leaseholder"),
    ("we bought it", "leaseholder"), ("blue", None),
])
def test_rented_or_owned(said, tenure):
    facts = Facts()
    assert answers.take_tenure(facts, said) == (tenure is not None)
    assert facts.tenure == tenure


@pytest.mark.parametrize(("kept", "said"), [
    ("+447700900123", "07700 900123"), ("+442079460000", "020 7946 0000"), ("60777", "60777"),
])
def test_a_number_is_read_back_as_people_write_it(kept, said):
    assert answers.spoken_phone(kept) == said
