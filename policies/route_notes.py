"""What staff should know beside a proposal: the printed rule, the Code's view of it, and what to find out."""
from __future__ import annotations

from collections.abc import Iterator

from policies import directory, proposing, signposting, statements
from policies.citations import spoken
from policies.pack_model import Pack
from policies.pack_rules import CourtRule, Departure, Rule, TimeLimit, Treatment
from policies.proposing import Proposal, RouteFacts


def for_staff(pack: Pack, facts: RouteFacts, proposal: Proposal) -> tuple[str, ...]:
    """Sentences for the case page, each once, the most pressing first."""
    notes = [*_circumstances(pack, facts, proposal), *_rule(pack, statements.value_at(pack, proposal.rule)),
             *_age(pack, facts, proposal)]
    if proposal.disposition == "stage2_escalation":
        notes += _stage_2(pack)
    notes += [*_people(pack, facts), *_places(pack, facts)]
    notes += [statements.note(pack, "signed_override", rule=signed.rule, signed_by=signed.signed_by, signed_on=signed.on)
              for signed in pack.spoken_overrides]
    return tuple(dict.fromkeys(notes))


def _circumstances(pack: Pack, facts: RouteFacts, proposal: Proposal) -> Iterator[str]:
    if facts.high_rise:
        yield statements.note(pack, "high_rise_priority" if facts.kind == "building_safety" else "high_rise_home")
        if facts.kind == "building_safety" and pack.intake.high_rise_examples:
            yield statements.note(pack, "high_rise_examples", examples=list(pack.intake.high_rise_examples))
    if proposal.disposition in ("excluded_proposed", "late_discretion"):
        yield statements.note(pack, "person_decides")
    if facts.about_handling and facts.kind != "complaint":
        yield statements.note(pack, "handling")
    if facts.kind == "court" and facts.proceedings == "none":
        yield statements.note(pack, "court_unknown")
    elif (facts.kind == "court" or facts.proceedings != "none") and proposal.ground != "court":
        yield statements.note(pack, "court_with_handling")
        yield from _rule(pack, pack.intake.court)
    if facts.already_decided and proposal.ground != "already_decided":
        yield from _rule(pack, pack.intake.already_decided)
    if facts.subject == "staff_conduct":
        yield statements.note(pack, "staff_conduct")
        yield from _rule(pack, pack.intake.staff_conduct)


def _rule(pack: Pack, rule: object) -> Iterator[str]:
    if not isinstance(rule, Rule):
        return
    if rule.printed:
        yield statements.note(pack, "printed_rule", printed=rule.printed, paragraphs=spoken(pack.cited(rule)))
    if isinstance(rule, (Treatment, CourtRule)) and rule.code_view and rule.code_view.printed:
        yield statements.note(pack, "code_view", printed=rule.code_view.printed, paragraphs=spoken(pack.cited(rule.code_view)))
    for departs in rule.departs:
        yield _departure(pack, departs)
    if rule.note:
        yield statements.note(pack, "rule_note", note=rule.note)
    if isinstance(rule, Treatment) and rule.handled_by:
        yield statements.note(pack, "handled_by", who=rule.handled_by)


def _departure(pack: Pack, departs: Departure) -> str:
    return statements.note(pack, "departure", finding=departs.finding, provision=spoken(pack.cited(departs.provision)),
                           safe_default=departs.safe_default)


def _age(pack: Pack, facts: RouteFacts, proposal: Proposal) -> Iterator[str]:
    months, rule, limit = facts.age, pack.intake.time_limit, proposing.limit_of(pack)
    complaint = proposal.disposition in ("stage1_complaint", "excluded_proposed", "late_discretion")
    if months is None or not complaint:
        return
    if limit and proposing.is_late(pack, facts):
        late = "late" if proposal.disposition == "late_discretion" else "late_as_well"
        yield statements.note(pack, late, months=months, limit=limit.time)
        yield from _printed_limit(pack, rule)
    elif rule.printed_limit and months > proposing.in_months(rule.printed_limit):
        yield statements.note(pack, "over_printed_limit", months=months, limit=rule.printed_limit.time)
    if rule.recurring and rule.recurring.printed and limit and months > proposing.in_months(rule.printed_limit or limit):
        yield from _rule(pack, rule.recurring)


def _printed_limit(pack: Pack, rule: TimeLimit) -> Iterator[str]:
    if rule.printed_limit:
        yield statements.note(pack, "printed_limit", limit=rule.printed_limit.time)


def _stage_2(pack: Pack) -> Iterator[str]:
    asking, window = pack.stage_2.asking, pack.clocks.stage_2_request_window
    if asking.reasons_asked or asking.evidence_asked or asking.conditions:
        yield statements.note(pack, "stage_2_conditions")
    if window:
        yield statements.note(pack, "stage_2_window", time=window.spoken[0].time)
    if asking.only_after_stage_1_response:
        yield statements.note(pack, "stage_2_after_response")
    if not pack.stage_2.reviewer.different_person:
        yield statements.note(pack, "stage_2_different_person")
    yield from _rule(pack, pack.stage_2.follow_on)


def _people(pack: Pack, facts: RouteFacts) -> Iterator[str]:
    if facts.anonymous:
        yield statements.note(pack, "anonymous_matter")
        yield from _rule(pack, pack.intake.anonymous)
    if facts.representative != "none":
        yield statements.note(pack, "representative_check")
        yield from _rule(pack, pack.intake.representative)
        solicitor = pack.intake.solicitor
        if solicitor and solicitor.printed:
            yield statements.note(pack, "solicitor", printed=solicitor.printed, paragraphs=spoken(pack.cited(solicitor)))
    if pack.managing_partners:
        yield statements.note(pack, "managing_partner_check")


def _places(pack: Pack, facts: RouteFacts) -> Iterator[str]:
    if facts.kind == "service_charge":
        regions = directory.load().regions(facts.postcode, facts.county)
        if not facts.postcode and not facts.county:
            yield statements.note(pack, "tribunal_unknown")
        elif len(regions) > 1:
            yield statements.note(pack, "tribunal_border")
        elif not regions:
            yield statements.note(pack, "tribunal_outside_england")
    if signposting.about_a_new_home(pack, facts):
        yield statements.note(pack, "home_purchase")
