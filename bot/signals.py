"""What rules read: how to reach the resident, when it happened, and words that say plainly how things stand.

The phrases are data (`phrases.yml`), found by spaCy's span ruler on blank English (no model to download). What they find
becomes features of the learned heads: a rule alone would take "my solicitor said no" for a threat.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import spacy
from ruamel.yaml import YAML
from spacy.language import Language

from bot.contact import Contacts
from bot.when import Named, times

PHRASES = Path(__file__).with_name("phrases.yml")


@dataclass(frozen=True)
class Signals:
    """`phrases`: names of `phrases.yml` found in the message; `times`: every past time named; `contact`: what is offered."""

    phrases: frozenset[str]
    times: tuple[Named, ...]
    contact: dict[str, str]


def read(text: str, today: date) -> Signals:
    """The signals of one message. `today` is the message's own day."""
    nlp, contacts = _rules()
    doc = nlp(text)
    return Signals(frozenset(span.label_ for span in doc.spans["ruler"]), tuple(times(text, today)), contacts.read(doc))


def names() -> tuple[str, ...]:
    """Every name in `phrases.yml`, in the file's order."""
    return tuple(_phrases())


@lru_cache(maxsize=1)
def _rules() -> tuple[Language, Contacts]:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("span_ruler", config={"phrase_matcher_attr": "LOWER"})
    with nlp.select_pipes(enable=[]):
        ruler.add_patterns([{"label": name, "pattern": own} for name, patterns in _phrases().items() for own in patterns])
    return nlp, Contacts(nlp)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list]:
    return YAML(typ="safe").load(PHRASES.read_text(encoding="utf-8"))
