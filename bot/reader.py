"""The reader of turns as the last part of Rasa's pipeline: it gives each message its intent for the dialogue."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot import turns


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TurnReader(GraphComponent):
    """Puts `intent` and `turn` on every message from its metadata (asked, chosen, options) and its `understanding`."""

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TurnReader:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            metadata = message.get("metadata") or {}
            turn = turns.read(
                message.get(TEXT) or "",
                asked=metadata.get("asked"),
                chosen=metadata.get("chosen"),
                options=metadata.get("options") or (),
                understanding=message.get("understanding"),
            )
            message.set("turn", {"intent": turn.intent, "value": turn.value, "field": turn.field}, add_to_output=True)
            message.set(INTENT, {"name": turn.intent, "confidence": 1.0}, add_to_output=True)
        return messages
