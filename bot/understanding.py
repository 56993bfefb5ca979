"""The Rasa component that understands a message: it trains, keeps and serves `bot.model`."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import features, model, reading
from bot.encoder.weights import identity
from bot.labels import KINDS, Labels, read_labels

UNDERSTANDING = "understanding"
ABOUT = "about.json"
LONDON = ZoneInfo("Europe/London")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Understanding(IntentClassifier, GraphComponent):
    """Sets `understanding` (see `bot.reading.understanding`, with `turn_ranking` over every intent), the kind as
    intent, and the kinds as its ranking.

    The message's clock is `today` or `received_at` of its metadata, else the machine's London date.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Train again when the encoder or this room's code changes, not only when the data does."""
        code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
        return identity() + hashlib.sha256(code).hexdigest()

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage = storage
        self._resource = resource
        self._model: model.Model | None = None
        self._settings = reading.Settings.measured()

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Understanding:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Understanding:
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            if json.loads((folder / ABOUT).read_text())["encoder"] != identity():
                raise RasaException("The encoder has changed since this model was trained. Run `make train`.")
            component._model = model.Model.load(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples of the twelve kinds; the other intents only teach what a turn is."""
        today = datetime.now(LONDON).date()
        labelled: list[Labels] = []
        turns: list[Message] = []
        for example in training_data.intent_examples:
            if example.get(INTENT) in KINDS:
                labelled.append(read_labels(example.get(TEXT), example.get(INTENT), _labels_given(example)))
            else:
                turns.append(example)
        self._model = model.train(
            features.read([labels.text for labels in labelled], [labels.written_on or today for labels in labelled]),
            labelled,
            features.read([turn.get(TEXT) for turn in turns], [today] * len(turns)),
            [turn.get(INTENT) for turn in turns],
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
            (folder / ABOUT).write_text(json.dumps({"encoder": identity()}))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        days = [day_of(message.get(METADATA) or {}) for message in messages]
        reads = features.read([message.get(TEXT) or "" for message in messages], days)
        for message, read, opinion in zip(messages, reads, map(self._model.opinion, reads), strict=True):
            understood = reading.understanding(read, opinion, self._settings)
            understood["turn_ranking"] = reading.ranking(opinion.turn, self._model.turn.values["turn"])
            ranking = [{"name": a["kind"], "confidence": a["confidence"]} for a in understood["alternatives"]]
            message.set(UNDERSTANDING, understood, add_to_output=True)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _labels_given(example: Message) -> dict[str, Any]:
    return (example.get(METADATA) or {}).get(METADATA_EXAMPLE) or {}


def day_of(metadata: dict[str, Any]) -> date:
    """The London day on which a message was written: `today`, or that of `received_at`, or the machine's."""
    if metadata.get("today"):
        return date.fromisoformat(metadata["today"])
    if metadata.get("received_at"):
        return datetime.fromisoformat(metadata["received_at"].replace("Z", "+00:00")).astimezone(LONDON).date()
    return datetime.now(LONDON).date()
