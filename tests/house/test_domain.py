"""domain.yml, the rules and the actions say the same."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import string
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action

import actions
from actions.intake_form import SLOTS, ValidateIntakeForm

ROOT = Path(__file__).resolve().parents[2]


@cache
def domain() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


@cache
def rules() -> list[dict[str, Any]]:
    found = []
    for path in sorted((ROOT / "data").rglob("*.yml")):
        if path.parent.name != "nlu":
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            found += data.get("rules", []) + data.get("stories", [])
    return found


def asides() -> set[str]:
    return {aside["name"] for aside in yaml.safe_load((ROOT / "bot" / "turns.yml").read_text(encoding="utf-8"))["asides"]}


def steps(key: str) -> set[str]:
    return {step[key] for rule in rules() for step in rule["steps"] if isinstance(step, dict) and key in step}


def action_names() -> set[str]:
    names = set()
    for module in pkgutil.iter_modules(actions.__path__):
        for _, thing in inspect.getmembers(importlib.import_module(f"actions.{module.name}"), inspect.isclass):
            if issubclass(thing, Action) and thing.__module__.startswith("actions.") and not inspect.isabstract(thing):
                names.add(thing().name())
    return names


def test_every_action_of_the_domain_is_a_class_and_back():
    assert set(domain()["actions"]) == action_names()


def test_every_required_slot_can_be_asked_for_and_validated():
    required = domain()["forms"]["intake_form"]["required_slots"]
    assert set(required) == set(SLOTS)
    asked = set(domain()["actions"]) | set(domain()["responses"])
    assert [slot for slot in required if not {f"utter_ask_{slot}", f"action_ask_{slot}"} & asked] == []
    assert [slot for slot in required if not hasattr(ValidateIntakeForm, f"validate_{slot}")] == []


def test_every_rule_uses_what_the_domain_declares():
    known = {name for part in ("actions", "responses", "forms") for name in domain()[part]}
    known |= {"action_listen", "action_deactivate_loop"}
    assert steps("action") - known == set()
    assert steps("intent") - set(domain()["intents"]) == set()


def test_every_turn_that_the_reader_knows_has_a_rule():
    assert asides() | {"tell", "answer", "unclear", "greet", "thanks", "goodbye"} <= steps("intent")


def test_every_aside_is_answered_at_a_question_too():
    at_question = {
        step["intent"] for rule in rules() if {"active_loop": "intake_form"} in rule.get("condition", [])
        for step in rule["steps"] if "intent" in step
    }
    assert asides() - at_question == set()


def response_texts() -> dict[str, list[str]]:
    return {name: [variant["text"] for variant in variants] for name, variants in domain()["responses"].items()}


def test_the_conversation_holds_no_policy_number():
    """A number, date, limit or telephone number comes from a pack or the directory, with its paragraph."""
    number = re.compile(r"\d|working day|calendar")
    wrong = [f"{name}: {text}" for name, found in response_texts().items() for text in found if number.search(text)]
    assert wrong == []


def test_every_gap_in_a_response_is_filled_by_an_action():
    """Rasa says an unfilled {gap} as it stands: each must be a slot, or a value that some action gives to that response."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "actions").glob("*.py"))
    slots = set(domain()["slots"])
    wrong = []
    for name, found in response_texts().items():
        for gap in {gap for text in found for gap in re.findall(r"\{(\w+)\}", text)} - slots:
            if not re.search(rf"\b{gap}=", source):
                wrong.append(f"{name}: {{{gap}}}")
    assert wrong == []


def test_a_response_with_channels_has_one_for_every_channel():
    wrong = []
    for name, variants in domain()["responses"].items():
        channels = {variant.get("channel") for variant in variants}
        if channels != {None} and not {"web", "sms", None} <= channels:
            wrong.append(name)
    assert wrong == []


def test_texts_are_plain_and_options_short_enough_for_a_phone():
    gsm = {*string.ascii_letters, *string.digits, *"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà{}"}
    for name, variants in domain()["responses"].items():
        for variant in variants:
            assert set(variant["text"]) <= gsm, f"{name} would cost more than it should by text: {set(variant['text']) - gsm}"
            if variant.get("channel") == "sms":
                assert all(len(button["title"]) <= 20 for button in variant.get("buttons", [])), name


def test_sentences_are_short():
    """At most twenty words a sentence, for a reading age of nine to eleven."""
    wrong = [
        f"{name}: {sentence}" for name, found in response_texts().items() for text in found
        for sentence in re.split(r"(?<=[.?!:])\s+", text) if len(sentence.split()) > 20
    ]
    assert wrong == []


def test_no_python_of_the_conversation_holds_a_sentence_for_residents():
    """Words live in domain.yml and policies/words: a string of several words with an end mark does not belong in an action."""
    sentence = re.compile(r"^[A-Z](?:\S*\s){4,}[^\n]*[.?!]$")
    wrong = []
    for path in (ROOT / "actions").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.body[0].value) for node in ast.walk(tree)
                if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body
                and isinstance(node.body[0], ast.Expr)}
        wrong += [
            f"{path.name}:{node.lineno}" for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
            and sentence.match(node.value)
        ]
    assert wrong == []

