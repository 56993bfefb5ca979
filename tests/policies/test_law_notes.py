"""The law's clocks reach staff with the matter: for who rents, from the moment of the message."""
from datetime import datetime, timezone

from policies import packs
from policies.law_notes import law_notes

FRIDAY = datetime(2026, 12, 18, 18, 30, tzinfo=timezone.utc)


def notes(key, subject, tenure, emergency=False):
    return list(law_notes(packs.load()[key].versions[-1], subject, tenure, FRIDAY, emergency=emergency))


def test_a_renter_with_damp_has_the_laws_steps():
    said = notes("millat", "damp_and_mould", "tenant")
    assert len(said) == 5 and "investigate by" in said[0] and "6 Jan 2027" in said[0]


def test_an_emergency_runs_in_hours():
    (said,) = notes("millat", "damp_and_mould", "tenant", emergency=True)
    assert "19 Dec 2026" in said and "24 hours" in said


def test_a_shared_owner_has_none_and_an_unknown_tenure_is_asked():
    assert notes("millat", "damp_and_mould", "shared owner") == notes("milestone", "damp_and_mould", None) == []
    (said,) = notes("millat", "damp_and_mould", None)
    assert "Find out whether the resident rents" in said


def test_a_data_protection_complaint_has_its_own_clock():
    (said,) = notes("milestone", "data_protection", None)
    assert "17 Jan 2027" in said


def test_other_subjects_have_none():
    assert notes("millat", "pests", "tenant") == []
