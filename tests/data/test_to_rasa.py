"""JSON lines to Rasa's files: every text comes back as it was, whatever is in it, and the same messages give the same files."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from evaluation.to_rasa import clean, held, read, write

LABELS = {"kind": "asb", "subject": "neighbours", "stance": "reports", "channel": "sms", "months_ago": 0, "anonymous": False}
letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\u2028\u2029\x85")
typed = st.text(alphabet=letters, min_size=1, max_size=80)


def back(folder) -> list[dict]:
    return YAML(typ="safe").load((folder / "asb.yml").read_text(encoding="utf-8"))["nlu"][0]["examples"]


@given(st.lists(typed.filter(str.strip), min_size=1, max_size=3), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_any_text_comes_back_as_it_was(tmp_path_factory, lines, between):
    folder = tmp_path_factory.mktemp("nlu")
    text = between.join(lines)
    write([{"text": text, **LABELS}], folder)
    assert back(folder)[0]["text"] == clean(text)


@pytest.mark.parametrize("text", ["- a list?", "'quoted", '"quoted"', "key: value", "# no", "yes", "12", "a\n  b", "%&*!|>"])
def test_what_yaml_would_take_for_its_own_is_kept(tmp_path, text):
    write([{"text": text, **LABELS}], tmp_path)
    assert back(tmp_path)[0]["text"] == text


def test_labels_come_back_without_their_defaults(tmp_path):
    write([{"text": "noise again", **LABELS, "outcomes": [], "emergency": "none", "note": "mine"}], tmp_path)
    assert back(tmp_path)[0]["metadata"] == {"channel": "sms", "months_ago": 0, "stance": "reports", "subject": "neighbours"}


def test_the_order_of_the_lines_does_not_matter(tmp_path):
    messages = [{"text": text, **LABELS} for text in ("dogs", "drums", "bins on fire")]
    write(messages, tmp_path / "one")
    write(messages[::-1], tmp_path / "other")
    assert (tmp_path / "one" / "asb.yml").read_text() == (tmp_path / "other" / "asb.yml").read_text()


@pytest.mark.parametrize("text", ["see [this](that)", "it is ${HOME}", "[a]{b}"])
def test_what_rasa_would_change_is_refused_with_its_place(tmp_path, text):
    path = tmp_path / "w1.jsonl"
    path.write_text(json.dumps({"text": text, **LABELS}), encoding="utf-8")
    with pytest.raises(ValueError, match="w1.jsonl:1"):
        read(path, "2026-11-20")


def test_a_message_remembers_its_writer_and_day(tmp_path):
    path = tmp_path / "w1.jsonl"
    path.write_text(json.dumps({"text": "drums", **LABELS}), encoding="utf-8")
    (message,) = read(path, "2026-11-20")
    assert (message["writer"], message["written_on"]) == ("w1", "2026-11-20")


def test_adding_keeps_every_message_that_is_there(tmp_path):
    write([{"text": "noise again", **LABELS}], tmp_path)
    before = held(tmp_path)
    lines = tmp_path / "more.jsonl"
    lines.write_text(json.dumps({**LABELS, "text": "NAME next door shouts", "written_on": "2026-12-18"}) + "\n")
    write(before + read(lines, "2026-11-20"), tmp_path)
    assert before == [{"text": "noise again", **{k: v for k, v in LABELS.items() if k != "anonymous"}}]
    assert [(message["text"], message.get("written_on")) for message in held(tmp_path)] == [
        ("NAME next door shouts", "2026-12-18"), ("noise again", None),
    ]
