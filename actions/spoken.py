"""What is said of a case: read back from the committed rows, each policy statement with its paragraph."""

from __future__ import annotations

import re
from typing import Any

from actions.read_back import mark
from actions.talk import Talk
from policies import routing, statements
from register import cases, intakes
from register.facts import Facts
from register.tables import Case

# The deadlines that are promised to the resident, and the statement that says each.
DATES = {
    "stage_1_acknowledgement": "acknowledge_by", "stage_1_response": "respond_by",
    "stage_2_acknowledgement": "stage_2_acknowledge_by", "stage_2_response": "stage_2_respond_by",
}
REACHABLE = re.compile(r"\d|://")  # a number to ring or a page to open: a place without one was named already
SAID_ANYWAY = ("complaint_recorded", "enquiry_recorded")


def date_statements(talk: Talk, case: Case) -> list[statements.Said]:
    """What is promised by when, as it is stored."""
    due, pack = {row.deadline: row.due_on for row in case.deadlines}, cases.pack_of(case)
    return [statements.say(pack, name, talk.channel, due_on=due[deadline]) for deadline, name in DATES.items() if deadline in due]


def outcome_statements(talk: Talk, case: Case) -> list[statements.Said]:
    """Dates with their paragraphs, what each matter's route says, what happens next, the Ombudsman. Short by text.

    What is no complaint says so last, where it can be made one.
    """
    pack, channel = cases.pack_of(case), talk.channel
    routed = _route_statements(talk, case, pack)
    said = date_statements(talk, case)
    if case.stage is not None:
        said = routed + said
        if channel == "web":
            said.append(statements.say(pack, "what_happens_next", channel))
        said.append(statements.say(pack, "ombudsman", channel))
    told = " ".join(one.text for one in said)
    for place in case.signposts:
        if REACHABLE.search(place["contact"]) and place["name"] not in told and place["contact"] not in told:
            said.append(_signpost(talk, place))
    said += _of_the_resident(talk, Facts.from_json(case.facts), pack)
    if case.stage is None:
        said += routed[1:] + routed[:1]
    return list({one.text: one for one in said}.values())


def _of_the_resident(talk: Talk, facts: Facts, pack: Any) -> list[statements.Said]:
    said = []
    if facts.adjustments and talk.channel == "web":
        said.append(statements.say(pack, "adjustments_recorded", talk.channel, adjustments=facts.adjustments))
    if facts.representative and facts.representative.get("authority") != "written":
        said.append(statements.say(pack, "representative_authority", talk.channel))
    if facts.anonymous:
        said.append(statements.say(pack, "anonymous", talk.channel))
    return said


def _signpost(talk: Talk, place: dict[str, Any]) -> statements.Said:
    """Where else to turn with a matter, as the case keeps it."""
    text = talk.words("utter_signpost").format(name=place["name"], why=place["why"], contact=place["contact"].rstrip("."))
    return statements.Said(text, ())


def _route_statements(talk: Talk, case: Case, pack: Any) -> list[statements.Said]:
    """What the policy says of each matter, once each, and of which point where there are several.

    What the case says by its reference and dates, or asks after, is not said again.
    """
    facts = Facts.from_json({**case.facts, "matters": [], "representative": None})
    alike = len({row.disposition for row in case.matters}) == 1
    plain = [statements.say(pack, name, talk.channel).text for name in SAID_ANYWAY] if alike else []
    found: dict[str, statements.Said] = {}
    for row in case.matters:
        route = routing.route(pack, cases.route_facts(facts, intakes.matter_facts(row)), talk.channel)
        for number, one in enumerate(route.statements):
            if one.text not in plain:
                found.setdefault(one.text, one if alike or number else _of_point(talk, row.position, one))
    return list(found.values())


def _of_point(talk: Talk, position: int, said: statements.Said) -> statements.Said:
    text = talk.words("utter_about_point").format(number=mark(position - 1, talk.channel), statement=said.text)
    return statements.Said(text, said.citations)
