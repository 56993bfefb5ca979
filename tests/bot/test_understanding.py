"""The component in Rasa's own hands: it trains, keeps arrays only, loads, and serves every message there is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.labels import KINDS
from bot.understanding import Understanding, day_of
from tests.bot.test_reading import KEYS

MESSAGES = {
    "complaint": ["I told you about the damp three times and nobody came", "your man never turned up again, third time now"],
    "service_request": ["the kitchen tap has started dripping, can someone come", "please send somebody for my broken gate"],
    "asb": ["next door play music all night and shout at us", "lads smoking weed on the stairs again"],
    "other": ["wrong number mate", "is this the pizza place"],
}
STANCE = {"complaint": "dissatisfied", "service_request": "first_ask", "asb": "reports", "other": "none"}
SUBJECT = {"complaint": "damp_and_mould", "service_request": "repairs", "asb": "neighbours", "other": "other"}


def examples() -> TrainingData:
    labelled = [
        Message.build(text, kind, example_metadata={"subject": SUBJECT[kind], "stance": STANCE[kind]})
        for kind, texts in MESSAGES.items()
        for text in texts
    ]
    dated = {"subject": "repairs", "stance": "dissatisfied", "months_ago": 1, "written_on": "2026-11-20"}
    asked = [
        Message.build(text, "complaint", example_metadata=dated)
        for text in ("you said 3 weeks ago you would fix it", "since last month nobody rang")
    ]
    turns = [Message.build(text, "affirm") for text in ("yes", "aye", "go on then")]
    return TrainingData([*labelled, *asked, *turns])


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> tuple[LocalModelStorage, Resource]:
    storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
    resource = Resource("understanding")
    context = ExecutionContext(GraphSchema({}))
    Understanding.create({}, storage, resource, context).train(examples())
    return storage, resource


@pytest.fixture(scope="module")
def component(trained) -> Understanding:
    return Understanding.load({}, *trained, ExecutionContext(GraphSchema({})))


def understood(component: Understanding, text: str, **metadata: str) -> dict:
    message = Message({"text": text, "metadata": {"today": "2026-11-20", **metadata}})
    component.process([message])
    return message.as_dict(only_output_properties=True)


def test_what_it_was_taught_it_knows(component):
    said = understood(component, "Nobody came about the damp, I told you three times")
    assert said["intent"]["name"] == said["understanding"]["kind"] == "complaint"
    assert [entry["name"] for entry in said["intent_ranking"]] == [a["kind"] for a in said["understanding"]["alternatives"]]


def test_the_output_is_that_of_classify_with_the_ranking_of_turns(component):
    said = understood(component, "aye")["understanding"]
    assert set(said) == KEYS | {"turn_ranking"}
    assert said["turn_ranking"][0]["name"] == "affirm"
    assert {a["kind"] for a in said["alternatives"]} == set(KINDS)


@pytest.mark.parametrize("text", ["", "   ", "🙄", "\x00", "?", "ا ب ت", "damp " * 500])
def test_anything_that_can_be_sent_is_read(component, text):
    said = understood(component, text)["understanding"]
    assert said["kind"] in KINDS
    assert all(0 <= a <= b <= len(text) for a, b in [matter["span"] for matter in said["matters"]])


def test_spans_count_code_points(component):
    text = "🙄🙄 nobody came about the damp"
    said = understood(component, text)["understanding"]
    assert all(text[slice(*matter["span"])] == matter["text"] for matter in said["matters"])


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        ({"today": "2026-12-20"}, date(2026, 12, 20)),
        ({"received_at": "2026-07-31T22:30:00Z"}, date(2026, 7, 31)),
        ({"received_at": "2026-07-31T23:30:00Z"}, date(2026, 8, 1)),  # past midnight in London
    ],
)
def test_the_clock_is_the_message_s_own(clock, day):
    assert day_of(clock) == day


def test_only_arrays_and_json_are_kept(trained):
    storage, resource = trained
    with storage.read_from(resource) as folder:
        kept = {path.suffix for path in Path(folder).rglob("*") if path.is_file()}
    assert kept == {".npz", ".json"}


def test_a_model_of_another_encoder_is_not_served(trained, monkeypatch):
    monkeypatch.setattr("bot.understanding.identity", lambda: "another")
    with pytest.raises(RasaException, match="make train"):
        Understanding.load({}, *trained, ExecutionContext(GraphSchema({})))


def test_labels_that_are_missing_are_named():
    from bot.labels import read_labels

    with pytest.raises(ValueError, match="no subject and no stance"):
        read_labels("my tap", "complaint", {})
