"""The quick way to the labelled messages gives what Rasa's own reader gives."""

from __future__ import annotations

from pathlib import Path

from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter

from bot.importer import LabelledMessages, labelled
from bot.labels import KINDS

ROOT = Path(__file__).parents[2]
NLU = ROOT / "data" / "nlu"


def some_of(file: Path, to: Path, count: int = 40) -> Path:
    """A file of the first few messages: Rasa's reader needs seconds for a whole one."""
    head, *examples = file.read_text(encoding="utf-8").split("\n  - text:")
    to.parent.mkdir(exist_ok=True)
    to.write_text("\n  - text:".join([head, *examples[:count]]) + "\n", encoding="utf-8")
    return to


def test_both_readers_give_the_same_messages(tmp_path):
    for kind in KINDS:
        some_of(NLU / f"{kind}.yml", tmp_path / "nlu" / f"{kind}.yml")
    quick = LabelledMessages(training_data_paths=[str(tmp_path)]).get_nlu_data()
    usual = RasaFileImporter(training_data_paths=[str(tmp_path)]).get_nlu_data()
    assert len(quick.intent_examples) == 40 * len(KINDS)
    assert quick.fingerprint() == usual.fingerprint()
    as_said = {message.fingerprint() for message in usual.training_examples}
    assert {message.fingerprint() for message in quick.training_examples} == as_said


def test_every_other_file_is_left_to_rasa():
    others = [str(NLU / "turns.yml"), str(ROOT / "data" / "stories")]
    importer = TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), others)
    assert not set(KINDS) & importer.get_nlu_data().intents
    assert "affirm" in importer.get_nlu_data().intents
    assert importer.get_stories().story_steps


def test_no_message_is_lost():
    count = (NLU / "asb.yml").read_text(encoding="utf-8").count("\n  - text:")
    assert len(labelled(NLU / "asb.yml")) == count > 300
