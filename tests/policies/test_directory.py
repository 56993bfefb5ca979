"""The directory: dated, sourced, whole for England, replaceable, and it knows old contacts as old."""

from __future__ import annotations

import pytest

from policies import directory
from policies.directory import DirectoryError

ENGLISH_AREAS = """
AL B BA BB BD BH BL BN BR BS CA CB CH CM CO CR CT CV CW DA DE DH DL DN DT DY E EC EN EX FY GL GU HA HD HG HP
HR HU HX IG IP KT L LA LE LN LS LU M ME MK N NE NG NN NR NW OL OX PE PL PO PR RG RH RM S SE SG SK SL SM SN SO
SP SR SS ST SW SY TA TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO
""".split()
AUTHORITIES = """\
Barking and Dagenham|Barnet|Barnsley|Bath and North East Somerset|Bedford|Bexley|Birmingham|Blackburn with Darwen
Blackpool|Bolton|Bournemouth, Christchurch and Poole|Bracknell Forest|Bradford|Brent|Brighton and Hove|Bristol
Bromley|Buckinghamshire|Bury|Calderdale|Cambridgeshire|Camden|Central Bedfordshire|Cheshire East
Cheshire West and Chester|City of London|Cornwall|Coventry|Croydon|Cumberland|Darlington|Derby|Derbyshire|Devon
Doncaster|Dorset|Dudley|Durham|Ealing|East Riding of Yorkshire|East Sussex|Enfield|Essex|Gateshead|Gloucestershire
Greenwich|Hackney|Halton|Hammersmith and Fulham|Hampshire|Haringey|Harrow|Hartlepool|Havering|Herefordshire
Hertfordshire|Hillingdon|Hounslow|Isle of Wight|Isles of Scilly|Islington|Kensington and Chelsea|Kent
Kingston upon Hull|Kingston upon Thames|Kirklees|Knowsley|Lambeth|Lancashire|Leeds|Leicester|Leicestershire
Lewisham|Lincolnshire|Liverpool|Luton|Manchester|Medway|Merton|Middlesbrough|Milton Keynes|Newcastle upon Tyne
Newham|Norfolk|North East Lincolnshire|North Lincolnshire|North Northamptonshire|North Somerset|North Tyneside
North Yorkshire|Northumberland|Nottingham|Nottinghamshire|Oldham|Oxfordshire|Peterborough|Plymouth|Portsmouth
Reading|Redbridge|Redcar and Cleveland|Richmond upon Thames|Rochdale|Rotherham|Rutland|St Helens|Salford|Sandwell
Sefton|Sheffield|Shropshire|Slough|Solihull|Somerset|South Gloucestershire|South Tyneside|Southampton
Southend-on-Sea|Southwark|Staffordshire|Stockport|Stockton-on-Tees|Stoke-on-Trent|Suffolk|Sunderland|Surrey|Sutton
Swindon|Tameside|Telford and Wrekin|Thurrock|Torbay|Tower Hamlets|Trafford|Wakefield|Walsall|Waltham Forest
Wandsworth|Warrington|Warwickshire|West Berkshire|West Northamptonshire|West Sussex|Westminster
Westmorland and Furness|Wigan|Wiltshire|Windsor and Maidenhead|Wirral|Wokingham|Wolverhampton|Worcestershire|York""".replace(
    "\n", "|"
).split("|")


@pytest.fixture
def listed():
    return directory.load()


def test_every_entry_is_dated_sourced_and_gives_a_way(listed):
    for entry in [*listed.values(), *listed.tribunals.values()]:
        assert entry.source.startswith("https://") and entry.confirmed in {"page", "memory"}, entry.key
        assert entry.checked_on == listed.checked_on
        assert entry.contact or entry.text or entry.note, entry.key


@pytest.mark.parametrize("area", ENGLISH_AREAS)
def test_every_english_postcode_area_has_a_tribunal(listed, area):
    assert listed.regions(f"{area}1 1AA"), area


@pytest.mark.parametrize("place", AUTHORITIES)
def test_every_english_authority_has_one_tribunal(listed, place):
    assert len(listed.regions(county=place)) == 1, place


@pytest.mark.parametrize(
    ("postcode", "region"),
    [
        ("SW1A 1AA", "London"),
        ("sw1a1aa", "London"),
        ("E8", "London"),
        ("W1", "London"),
        ("MK40 1AA", "Eastern"),
        ("RG1 1AA", "Eastern"),
        ("RG21 4AA", "Southern"),
        ("BR8 7AA", "Southern"),
        ("RM17 6AA", "Eastern"),
        ("NG31 6AA", "Northern"),
        ("NG1 1AA", "Midland"),
        ("S1 1AA", "Northern"),
        ("S40 1AA", "Midland"),
        ("PE21 6AA", "Northern"),
        ("PE1 1AA", "Eastern"),
        ("TF1 1AA", "Midland"),
        ("TD15 1AA", "Northern"),
        ("SN7 7AA", "Eastern"),
        ("ME1 1AA", "Southern"),
        ("EN6 1AA", "Eastern"),
        ("EN1 1AA", "London"),
    ],
)
def test_a_postcode_finds_its_region(listed, postcode, region):
    assert listed.regions(postcode) == (region,)


@pytest.mark.parametrize("postcode", ["CF10 1AA", "EH1 1AA", "BT1 1AA", "CH7 1AA", "JE2 3AB"])
def test_outside_england_there_is_none(listed, postcode):
    assert listed.regions(postcode) == ()


def test_a_border_district_gives_both_offices_until_the_county_settles_it(listed):
    assert listed.regions("TW19 5AA") == ("Southern", "Eastern")
    assert listed.regions("TW19 5AA", "Surrey") == ("Southern",)
    assert [office.key for office in listed.tribunal_for("TW19 5AA", "Windsor & Maidenhead")] == ["Eastern"]


@pytest.mark.parametrize("postcode", ["", "12345", "hello there", "ZZ99 9ZZ", "Q"])
def test_what_is_no_postcode_finds_nothing_and_the_county_still_does(listed, postcode):
    assert listed.regions(postcode) == ()
    assert listed.regions(postcode, "county durham") == ("Northern",)


@pytest.mark.parametrize(
    "old",
    [
        "PO Box 152, Liverpool",
        "L33 7WQ",
        "l337wq",
        "Harbour Exchange Square, London E14 9GE",
        "write to info@housing-ombudsman.org.uk",
        "rpsouthern@hmcts.gsi.gov.uk",
        "020 7964 10000",
    ],
)
def test_old_contacts_are_known(listed, old):
    assert listed.old_contacts_in(f"Contact: {old}. Thank you.")


def test_present_contacts_are_not_taken_for_old(listed):
    for entry in [*listed.values(), *listed.tribunals.values()]:
        assert not listed.old_contacts_in("\n".join(filter(None, (entry.contact, entry.text)))), entry.key


def test_no_entry_gives_the_ombudsmans_email(listed):
    assert listed["housing_ombudsman"].email is None


def test_an_operators_file_replaces_entries_and_leaves_the_rest(tmp_path, listed):
    file = tmp_path / "ours.yml"
    file.write_text(
        "entries:\n  shelter: {name: Shelter, phone: 0300 000 0000, source: https://example.org, confirmed: page}\n"
        "tribunal_areas:\n  London: [Smallville]\n"
    )
    changed = directory.load(file)
    assert changed["shelter"].phone == "0300 000 0000"
    assert changed["housing_ombudsman"] == listed["housing_ombudsman"]
    assert changed.regions(county="Smallville") == ("London",)


def test_a_file_in_use_is_what_load_gives_until_it_is_taken_out_of_use(tmp_path, listed):
    file = tmp_path / "ours.yml"
    file.write_text("entries:\n  shelter: {name: Shelter, phone: 0300 000 0000, source: https://example.org, confirmed: page}\n")
    directory.use(file)
    try:
        assert directory.load()["shelter"].phone == "0300 000 0000"
    finally:
        directory.use(None)
    assert directory.load()["shelter"] == listed["shelter"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("entries:\n  shelter: {name: Shelter}\n", "needs name, source and confirmed"),
        ("entries:\n  shelter: {name: S, source: x, confirmed: page, fax: 1}\n", "unknown key fax"),
        ("numbers: {}\n", "unknown part numbers"),
    ],
)
def test_a_broken_file_says_what_to_do(tmp_path, text, words):
    file = tmp_path / "ours.yml"
    file.write_text(text)
    with pytest.raises(DirectoryError, match=words):
        directory.load(file)


def test_an_unknown_name_lists_the_known(listed):
    with pytest.raises(DirectoryError, match="no entry 'santa'. Known: housing_ombudsman"):
        listed["santa"]
