"""The departures that the fields of a pack show by themselves, whatever its author noted: a function for each part."""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from policies import code, directory
from policies.directory import Entry
from policies.pack_model import Pack
from policies.pack_rules import Contact

_WORKING_DAYS_A_WEEK, _DAYS_A_WEEK, _DAYS_A_MONTH, _MONTHS_A_YEAR = 5, 7, 30, 12


@dataclass(frozen=True, slots=True)
class Seen:
    """A departure: which of lint.yml, at which rule of the pack, against which provision; `at` where the paragraph is known."""

    what: str
    path: str
    provision: str
    values: dict[str, Any] = field(default_factory=dict)
    at: tuple[str, ...] = ()


def seen(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    """Every departure that the fields show, in the order of the pack. `data`: lint.yml."""
    for look in (_overrides, _ombudsman, _clocks, _windows, _intake, _time_limit, _court, _letters, _extensions, _stage_2,
                 _others, _contacts):
        yield from look(pack, data)


def _clocks(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    for name, provision in data["clocks"].items():
        clock, path, allowed = getattr(pack.clocks, name), f"clocks.{name}", code.load()[provision].time
        own = [reading for reading in (*clock.printed, *clock.spoken) if _paragraphs(pack, reading.cite)]
        if not own and not name.endswith("extension_limit"):  # an extension without a limit is seen by its own check
            yield Seen("no_time", path, provision, {"allowed": allowed})
        for reading in clock.printed or own:
            if days(reading.time) > days(allowed):
                yield Seen("longer", path, provision, {"printed": reading.time, "allowed": allowed},
                           _paragraphs(pack, reading.cite))
    review, response = pack.clocks.stage_2_review, pack.clocks.stage_2_response
    after = next((reading for reading in (*response.printed, *response.spoken) if reading.start == "stage_2_review"), None)
    provision = data["clocks"]["stage_2_response"]
    if review and after and days(review.spoken[0].time) + days(after.time) > days(code.load()[provision].time):
        yield Seen("review_and_outcome", "clocks.stage_2_response", provision,
                   {"review": review.spoken[0].time, "outcome": after.time, "allowed": code.load()[provision].time},
                   _paragraphs(pack, after.cite))


def _windows(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    window, closed = pack.clocks.stage_2_request_window, pack.clocks.deemed_closed
    if window and days(window.spoken[0].time) < data["shortest_stage_2_window_in_months"] * _DAYS_A_MONTH:
        yield Seen("short_window", "clocks.stage_2_request_window", "6.10", {"printed": window.spoken[0].time})
    if closed:
        yield Seen("closed_by_silence", "clocks.deemed_closed", "6.10", {"printed": closed.spoken[0].time})


def _intake(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    intake = pack.intake
    if any(words in (intake.definition.printed or "") for words in data["of_2022"]):
        yield Seen("old_definition", "intake.definition", "1.2")
    for topic in data["never_left_out_by_topic"]:
        if getattr(intake, topic).disposition == "excluded_proposed":
            yield Seen("left_out_by_topic", f"intake.{topic}", "2.5")
    if intake.policy_disagreement.disposition != "stage1_complaint":
        yield Seen("policy_is_feedback", "intake.policy_disagreement", "1.2")
    if not _paragraphs(pack, intake.service_request.cite):
        yield Seen("service_request_unsaid", "intake.service_request", "1.4")
    if intake.concern_settled_at_once:
        yield Seen("informal_step", "intake.concern_settled_at_once", "5.2")
    if intake.channels.only_via:
        yield Seen("only_via", "intake.channels", "3.2", {"who": intake.channels.only_via})
    if not intake.refusal_gives_reasons_and_ombudsman:
        yield Seen("refusal_silent", "intake.refusal", "2.4")
    for number, condition in enumerate(pack.captured.printed_conditions):
        yield Seen("condition_first", f"captured.printed_conditions.{number}", "1.3", {"printed": condition.printed})


def _time_limit(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    rule, path, allowed = pack.intake.time_limit, "intake.time_limit", code.load()["2.3"].time
    if rule.printed_limit and days(rule.printed_limit.time) < days(allowed):
        yield Seen("limit_short", path, "2.3", {"printed": rule.printed_limit.time, "allowed": allowed},
                   _paragraphs(pack, rule.printed_limit.cite))
    elif rule.limit and rule.counts_from != "awareness":
        yield Seen("limit_without_awareness", path, "2.3")
    if rule.limit and not rule.discretion:
        yield Seen("limit_without_discretion", path, "2.3")


def _court(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    court = pack.intake.court
    if "excluded_proposed" in (court.threatened, court.letter_before_claim):
        yield Seen("court_too_early", "intake.court", "2.2")
    if court.ended == "excluded_proposed":
        yield Seen("court_ended", "intake.court", "2.2")


def _letters(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    """Acknowledgements and responses against the Code's contents of both stages."""
    for stage, rules, response in (("stage_1", pack.stage_1, "6.9"), ("stage_2", pack.stage_2, "6.19")):
        contains, named = rules.acknowledgement.contains, {"stage": stage.replace("_", " ")}
        if missing := _said(data, [item for item in code.load()["5.6"].contains if item not in contains]):
            yield Seen("acknowledgement_without_definition", f"{stage}.acknowledgement", "5.6", named | {"missing": missing})
        if not set(code.load()["5.7"].contains) <= set(contains):
            yield Seen("acknowledgement_without_responsibility", f"{stage}.acknowledgement", "5.7", named)
        if missing := _said(data, [item for item in code.load()[response].contains if item not in rules.response.contains]):
            yield Seen("letter_contents", f"{stage}.response", response, named | {"missing": missing})
        if rules.response.remedy_only_if_upheld:
            yield Seen("only_if_upheld", f"{stage}.response", response, named)
        if rules.response.in_writing is False:
            yield Seen("not_in_writing", f"{stage}.response", response, named)


def _extensions(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    for stage, rule, provision, details in (("stage_1", pack.stage_1.extension, "6.4", "6.5"),
                                            ("stage_2", pack.stage_2.extension, "6.15", "6.16")):
        values = {"stage": stage.replace("_", " "), "allowed": code.load()[provision].time}
        if not rule.capped:
            yield Seen("extension_open", f"{stage}.extension", provision, values)
        elif not rule.reasons:
            yield Seen("extension_without_reasons", f"{stage}.extension", provision, values)
        if not rule.ombudsman_details:
            yield Seen("extension_without_ombudsman", f"{stage}.extension", details, values)


def _stage_2(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    asking = pack.stage_2.asking
    if asking.conditions:
        yield Seen("grounds_asked", "stage_2.asking", "6.10")
    if asking.reasons_asked or asking.evidence_asked:
        yield Seen("reasons_asked", "stage_2.asking", "6.12")
    if asking.addressed_to:
        yield Seen("addressed_to", "stage_2.asking", "3.2", {"who": asking.addressed_to})
    if not pack.stage_2.reviewer.different_person:
        yield Seen("same_reviewer", "stage_2.reviewer", "6.13")
    if pack.stage_2.follow_on:
        yield Seen("follow_on", "stage_2.follow_on", "6.10")
    if not _paragraphs(pack, pack.stage_2.refusal.cite):
        yield Seen("stage_2_refusal_silent", "stage_2.refusal", "5.11")


def _ombudsman(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    rule = pack.ombudsman
    if rule.wait:
        yield Seen("ombudsman_wait", "ombudsman", "3.7", {"wait": rule.wait})
    if rule.designated_person == "gate":
        yield Seen("ombudsman_gate", "ombudsman", "3.7")
    if rule.tenures:
        yield Seen("ombudsman_tenures", "ombudsman", "3.7")
    if not rule.any_time and not rule.wait:
        yield Seen("ombudsman_at_the_end", "ombudsman", "3.7")


def _others(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    if pack.conduct.refuses_to_progress:
        yield Seen("behaviour_refusal", "conduct.behaviour", "5.14")
    if not pack.adjustments.recorded:
        yield Seen("adjustments_unrecorded", "adjustments", "5.10")
    if pack.review_due and pack.review_due < code.load().in_force_from:
        due = f"{pack.review_due:%B %Y}"
        yield Seen("review_passed", "review_due", "8.1", {"due": due}, (f"Review date, {due}",))
    if pack.managing_partners and pack.managing_partners.own_policy_applies:
        yield Seen("partners_policy", "managing_partners", "5.1")
    purchase = pack.signposts.home_purchase
    if purchase and purchase.printed_instead_of_ombudsman:
        yield Seen("instead_of_ombudsman", "signposts.home_purchase", "3.7")


def _contacts(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    """Printed contacts that the directory knows as old, and tribunal offices that are another region's."""
    listed = directory.load()
    for path, contact, provision in (("ombudsman.printed_contact", pack.ombudsman.printed_contact, "3.7"),
                                     ("signposts.debt_advice_contact", pack.signposts.debt_advice_contact, "3.4")):
        if isinstance(contact, Contact):
            for entry, old in _one_for_each_way(listed.old_contacts_in(_all_ways(contact))):
                what = "old_email" if "@" in old.text else "old_contact"
                yield Seen(what, path, provision, {"old": old.text, "what": old.what, "now": entry.contact}, tuple(contact.cite))
    for number, region in enumerate(pack.signposts.tribunal_regions):
        path, office = f"signposts.tribunal_regions.{number}", listed.tribunals[region.name]
        if wrong := _differs(region.printed, office):
            values = {"region": region.name, "printed": ", ".join(wrong), "now": office.contact}
            yield Seen("tribunal_contact", path, "3.4", values, tuple(region.printed.cite))
        for words in region.wrong:
            if "councils" in words:
                yield Seen("old_areas", path, "3.4", {"what": words}, tuple(region.cite[1:2]))


def _overrides(pack: Pack, data: dict[str, Any]) -> Iterator[Seen]:
    for signed in pack.spoken_overrides:
        departs = getattr(_at(pack, signed.rule), "departs", None)
        provision = departs[0].provision[0].removeprefix("Code ") if departs else "2.1"
        yield Seen("override", signed.rule, provision, {"who": f"{signed.signed_by}, {signed.role}", "words": signed.words},
                   tuple(signed.cite))


def days(time: str) -> float:
    """A time as calendar days, to compare two: "20 working days" is four weeks."""
    number, unit = time.split(" ", 1)
    weight = {"working day": _DAYS_A_WEEK / _WORKING_DAYS_A_WEEK, "day": 1, "month": _DAYS_A_MONTH,
              "year": _DAYS_A_MONTH * _MONTHS_A_YEAR}
    return int(number) * weight[unit.removesuffix("s")]


def _paragraphs(pack: Pack, cited: list[str]) -> tuple[str, ...]:
    return tuple(paragraph for paragraph in cited if paragraph in pack.paragraphs)


def _said(data: dict[str, Any], items: list[str]) -> str:
    return ", ".join(data["items"][item] for item in items)


def _all_ways(contact: Contact) -> str:
    return "\n".join(way for way in (contact.phone, contact.email, contact.web, contact.post) if way)


def _one_for_each_way(found: tuple) -> list[tuple[Entry, Any]]:
    """A PO Box and its postcode are one old address; a number with a digit too many is not also the shorter one."""
    first: dict[tuple[str, str], tuple[Entry, Any]] = {}
    for entry, old in found:
        first.setdefault((entry.key, old.what), (entry, old))
    return list(first.values())


def _differs(printed: Contact, office: Entry) -> list[str]:
    """The printed ways that are not the office's: e-mail and telephone by their letters and figures, post by its postcode."""
    def plain(way: str) -> str:
        return re.sub(r"[^a-z0-9@.]", "", way.casefold())
    wrong = [way for way, own in ((printed.email, office.email), (printed.phone, office.phone))
             if way and plain(way) != plain(own or "")]
    postcode = plain((office.post or "").rpartition(",")[2])
    return wrong + ([printed.post] if printed.post and not plain(printed.post).endswith(postcode) else [])


def _at(pack: Pack, path: str) -> object:
    here: object = pack
    for step in path.split("."):
        here = getattr(here, step, None)
    return here

