"""How Rasa comes by the labelled messages: read by a C parser, in seconds.

Rasa's own reader takes each file through a Python parser several times, a minute and a half in all. What comes of it is the same
(`tests/bot/test_importer.py` compares them); whatever is not a file of one of the twelve kinds is left to Rasa.
"""

from __future__ import annotations

from pathlib import Path

import rasa.shared.data
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method
from ruamel.yaml import YAML

from bot.labels import KINDS


class LabelledMessages(RasaFileImporter):
    """Files named after a kind in a folder `nlu` hold labelled messages; see data/nlu."""

    def __init__(
        self, config_file: str | None = None, domain_path: str | None = None, training_data_paths: list[str] | str | None = None
    ) -> None:
        files = rasa.shared.data.get_data_files(training_data_paths, lambda file: Path(file).suffix in (".yml", ".yaml"))
        self._labelled = sorted(file for file in files if Path(file).parent.name == "nlu" and Path(file).stem in KINDS)
        super().__init__(config_file, domain_path, sorted(set(files) - set(self._labelled)))

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        messages = [message for file in self._labelled for message in labelled(Path(file))]
        return TrainingData(messages).merge(super().get_nlu_data(language))


def labelled(file: Path) -> list[Message]:
    """The messages of one file with their labels, as Rasa's reader gives them."""
    found = []
    for intent in YAML(typ="safe").load(file.read_text(encoding="utf-8"))["nlu"]:
        for example in intent["examples"]:
            text, metadata = example["text"].strip("\n\r "), example["metadata"]
            found.append(Message.build(text, intent["intent"], example_metadata=metadata))
    return found
