"""The picture of a case: well-formed, described in words, safe under a strict content security policy."""
from __future__ import annotations

from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import pytest

from policies import clocks, packs, timeline, workdays

SVG = "{http://www.w3.org/2000/svg}"
CALENDAR = workdays.england()


def drawn(key: str = "midlands_rural", **more):
    facts = clocks.ClockFacts(received=datetime(2026, 12, 18, 18, 30))
    deadlines = clocks.deadlines(packs.load()[key].versions[-1], facts, CALENDAR)
    return timeline.svg(deadlines, CALENDAR, title="Case <PR-1> & dates", **more)


@pytest.mark.parametrize("key", ["midlands_rural", "milestone", "millat", "mso", "resolution"])
def test_the_same_facts_stand_in_words(key):
    root = ElementTree.fromstring(drawn(key, ident="a"))
    assert root.get("role") == "img" and root.get("aria-labelledby") == "a-title a-desc"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (title.get("id"), title.text, desc.get("id")) == ("a-title", "Case <PR-1> & dates", "a-desc")
    assert desc.text.count("due ") >= 3 and "(Fri 18 Dec 2026)" in desc.text


def test_nothing_that_a_strict_policy_would_block():
    text = drawn(met={"stage_1_acknowledgement": date(2026, 12, 22)}, today=date(2026, 12, 23))
    for element in ElementTree.fromstring(text).iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "rect", "text", "line", "circle"}
        assert not {"style", "href", "class"} & set(element.keys()) and not any(name.startswith("on") for name in element.keys())


def test_each_day_left_out_is_shaded_with_its_reason():
    reasons = [t.text for t in ElementTree.fromstring(drawn()).iterfind(f"{SVG}rect/{SVG}title")]
    assert {"Fri 25 Dec 2026: Christmas Day", "Mon 28 Dec 2026: Boxing Day (substitute day)"} <= set(reasons)
    whole = (date(2026, 12, 18) + timedelta(days=n) for n in range(35))
    assert len(reasons) == sum(not CALENDAR.is_working_day(day) for day in whole)


def test_what_was_met_and_today_are_marked():
    root = ElementTree.fromstring(drawn(met={"stage_1_acknowledgement": date(2026, 12, 22)}, today=date(2026, 12, 23)))
    assert len(root.findall(f"{SVG}circle")) == 1 and "met Tue 22 Dec 2026" in root.find(f"{SVG}desc").text
    dashed = [line for line in root.iterfind(f"{SVG}line") if line.get("stroke-dasharray")]
    assert len(dashed) == 1


def test_labels_replace_names_and_bars_keep_their_order_in_time():
    root = ElementTree.fromstring(drawn(labels={"stage_1_response": "Our answer"}))
    assert "Our answer" in [text.text for text in root.iterfind(f"{SVG}text")]
    bars = [float(rect.get("x")) for rect in root.iterfind(f"{SVG}rect") if rect.get("rx")]
    assert bars == sorted(bars)


def test_a_window_of_a_year_is_drawn_without_shading_and_nothing_at_all_is_empty():
    facts = clocks.ClockFacts(stage_2_response=date(2026, 12, 18))
    text = timeline.svg(clocks.deadlines(packs.load()["mso"].versions[-1], facts, CALENDAR), CALENDAR, title="A year")
    assert ElementTree.fromstring(text).find(f"{SVG}rect/{SVG}title") is None
    assert timeline.svg([], CALENDAR, title="Nothing") == ""
