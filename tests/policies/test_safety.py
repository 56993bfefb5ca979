"""The safety net: tables of real-sounding messages, where it looks, and that hostile text cannot slow it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from policies import packs, safety
from policies.safety import Safety

HERE = Path(__file__).parent / "safety"
DANGEROUS = [
    (what, value, str(text))
    for what, values in YAML(typ="safe").load((HERE / "dangerous.yml").read_text()).items()
    for value, texts in values.items()
    for text in texts
]
HARMLESS = [str(text) for text in YAML(typ="safe").load((HERE / "harmless.yml").read_text())]


def test_the_tables_are_long_enough_and_have_no_repeats():
    assert len({text for _, _, text in DANGEROUS}) == len(DANGEROUS) >= 150
    assert len(set(HARMLESS)) == len(HARMLESS) >= 150


@pytest.mark.parametrize(("what", "value", "text"), DANGEROUS)
def test_danger_is_seen(what, value, text):
    assert getattr(safety.read(text), what) == value


@pytest.mark.parametrize("text", HARMLESS)
def test_no_danger_no_alarm(text):
    assert not safety.read(text), safety.read(text)


@pytest.mark.parametrize(("what", "value", "text"), DANGEROUS[::7])
def test_danger_is_seen_in_capitals_and_deep_in_a_complaint(what, value, text):
    buried = (
        "I have written four times about my rent account and nobody answers. "
        + text.upper()
        + ". I also want to know why my letter was ignored."
    )
    seen = safety.read(buried)
    assert getattr(seen, what) == value
    assert any(buried.index(text.upper()) <= start < end for start, end, _ in seen.spans)


@pytest.mark.parametrize(
    "text",
    [
        "I can smell ga\u200bs",
        "I can smell g\u0301as",
        "ＳＭＥＬＬ  ＧＡＳ",
        "smell\n\n of   gas",
        "SMELLLLL GAAAAS",
        "🔥 in the hall",
    ],
)
def test_disguised_words_are_read(text):
    assert safety.read(text).emergency in {"gas", "fire"}


def test_spans_point_into_the_text_as_written():
    text = "Hé\u200bllo — I thiŋk theres a SMEL of gaaas  here"
    (start, end, what), *_ = safety.read(text).spans
    assert (text[start:end], what) == ("SMEL of gaaas", "emergency")


@given(st.text(max_size=300))
def test_any_text_is_read_and_spans_stay_inside_it(text):
    for start, end, what in safety.read(text).spans:
        assert 0 <= start < end <= len(text)
        assert what in {"emergency", "safeguarding"}


def test_a_past_danger_is_set_aside_but_not_where_the_words_speak_of_now():
    assert not safety.read("there was a gas leak last year")
    assert safety.read("there was a gas leak last year and I can smell gas again now").emergency == "gas"
    assert safety.read("there was a fire last winter. my kitchen is on fire").emergency == "fire"


def test_a_claim_for_what_is_over_is_set_aside_but_not_a_danger_told_politely_or_of_last_night():
    assert not safety.read("the ceiling fell on my piano. is there a claim form")
    assert safety.read("the ceiling fell on my piano. thank you").emergency == "structural"
    assert safety.read("the ceiling fell on my piano last night. is there a claim form").emergency == "structural"


def test_merge_loses_nothing_and_the_rules_go_first():
    rules, model = Safety("gas", "none", ((0, 3, "emergency"),)), Safety("flood", "child", ((4, 9, "safeguarding"),))
    assert safety.merge(rules, model) == Safety("gas", "child", ((0, 3, "emergency"), (4, 9, "safeguarding")))
    assert safety.merge(Safety(), model) == model
    assert safety.merge(rules, Safety()) == rules


def test_every_repetition_in_the_patterns_is_bounded():
    """No `*`, no `+`, no `{n,}`: so the time to read a message grows with its length and no faster."""
    rules = safety._rules()
    for pattern in [rules.harmless, rules.past, rules.present, *(rule.pattern for rule in rules.rules)]:
        outside_sets = re.sub(r"\[[^\]]*\]", "", pattern.pattern)
        assert not re.search(r"(?<!\\)[*+]|\{\d+,\}", outside_sets), pattern.pattern[:200]


def test_it_needs_nothing_but_the_standard_library():
    code = (
        "import sys; sys.path.insert(0, '.'); from policies import safety; print(safety.read('i smell gas').emergency)"
    )
    said = subprocess.check_output([sys.executable, "-S", "-c", code], cwd=Path(__file__).parents[2], text=True)
    assert said.strip() == "gas"


@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("key", list(packs.load()))
def test_every_danger_has_words_that_begin_with_whom_to_ring(key, channel):
    pack = packs.load()[key].versions[-1]
    for what, value in {(what, value) for what, value, _ in DANGEROUS}:
        said = safety.advice(pack, *((value, "none") if what == "emergency" else ("none", value)), channel)
        assert re.search(r"\d{3}", said.text.split(". ")[0]), said.text
        if channel == "sms":
            assert len(said.text) <= 160, said.text


def test_no_danger_no_advice():
    pack = packs.load()["millat"].versions[-1]
    assert safety.advice(pack, "none", "none", "web") is None


def test_two_dangers_are_both_answered():
    pack = packs.load()["millat"].versions[-1]
    web = safety.advice(pack, "gas", "domestic_abuse", "web").text
    assert "0800 111 999" in web and "0808 2000 247" in web
    assert len(safety.advice(pack, "gas", "domestic_abuse", "sms").text) <= 160
