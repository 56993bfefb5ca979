"""The safety net: does a message speak of a danger now, or of somebody who is not safe?

Rules and plain standard library only, so that it answers when nothing else does. A miss is far worse than a false alarm:
words are read through misspellings, text-speak and missing punctuation; only phrases known to be harmless are set aside.
Rules: `safety.toml`. What is said first: `policies/words/safety.yml`.
"""
from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import tomllib

if TYPE_CHECKING:
    from policies.pack_model import Pack
    from policies.statements import Said

_FILE = Path(__file__).with_name("safety.toml")
_WORD = re.compile(r"[^\W_]+(?:['’‘`´][^\W_]+){0,3}")
_APOSTROPHE = re.compile(r"['’‘`´]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_AROUND = 80
_INVISIBLE = {"Cf", "Mn"}


@dataclass(frozen=True, slots=True)
class Safety:
    """What a message says of danger. `spans`: (start, end, "emergency" or "safeguarding") in code points of the text read."""

    emergency: str = "none"
    safeguarding: str = "none"
    spans: tuple[tuple[int, int, str], ...] = ()

    def __bool__(self) -> bool:
        return self.emergency != "none" or self.safeguarding != "none"


@dataclass(frozen=True, slots=True)
class _Rule:
    what: Literal["emergency", "safeguarding"]
    value: str
    pattern: re.Pattern[str]
    past_is_harmless: bool


@dataclass(frozen=True, slots=True)
class _Rules:
    words: dict[str, str]
    spelled: dict[str, tuple[str, ...]]
    never_respell: frozenset[str]
    harmless: re.Pattern[str]
    past: re.Pattern[str]
    present: re.Pattern[str]
    settled: re.Pattern[str]
    tense: re.Pattern[str]
    rules: tuple[_Rule, ...]


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text in plain small letters, and for each letter where it stood in the text as written."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def read(text: str) -> Safety:
    """The most pressing danger of each sort in `text`, with every phrase that speaks of one."""
    rules = _rules()
    folded = _fold(text, rules)
    safe = rules.harmless.sub(lambda phrase: "#" * len(phrase[0]), folded.text)
    settled = bool(rules.settled.search(safe))
    found: dict[str, str] = {}
    spans = set()
    for rule in rules.rules:
        for hit in rule.pattern.finditer(safe):
            if rule.past_is_harmless and _is_past(safe, hit, rules, settled):
                continue
            found.setdefault(rule.what, rule.value)  # rules stand in order of urgency
            spans.add((folded.starts[hit.start()], folded.ends[hit.end() - 1], rule.what))
    return Safety(found.get("emergency", "none"), found.get("safeguarding", "none"), tuple(sorted(spans)))


def merge(rules: Safety, model: Safety) -> Safety:
    """What both saw: the rules win where they speak, the model adds what they missed; nothing seen by either is lost."""
    return Safety(rules.emergency if rules.emergency != "none" else model.emergency,
                  rules.safeguarding if rules.safeguarding != "none" else model.safeguarding,
                  tuple(sorted({*rules.spans, *model.spans})))


def advice(pack: Pack, emergency: str, safeguarding: str, channel: str) -> Said | None:
    """What is said before anything else, the number to ring first; None where there is no danger.

    By text one message must do, so that where there is a danger in the home and somebody is not safe, both are answered briefly.
    """
    from policies import statements  # the net above must work where the words' library does not
    names = [f"safety_{value}" for value in (emergency, safeguarding) if value != "none"]
    if not names:
        return None
    if channel == "web" or len(names) == 1:
        return statements.join([statements.say(pack, name, channel) for name in names])
    return statements.say(pack, "safety_both", channel)


def _is_past(text: str, hit: re.Match[str], rules: _Rules, settled: bool) -> bool:
    """The words around the danger, within its sentence, set it in the past and say nothing of now.

    Where the whole message asks for money for what is over (`settled`), the past tense is enough.
    """
    start = max(hit.start() - _AROUND, *(text.rfind(mark, 0, hit.start()) + 1 for mark in ".!?"))
    stops = [at for mark in ".!?" if (at := text.find(mark, hit.end())) >= 0]
    sentence = text[start:min([*stops, hit.end() + _AROUND])]
    past = rules.past.search(sentence) or (settled and rules.tense.search(hit[0]))
    return bool(past) and not rules.present.search(sentence)


def _fold(text: str, rules: _Rules) -> _Folded:
    """Small letters without accents, apostrophes and invisible marks; text-speak written out; danger words spelled right."""
    letters: list[tuple[str, int]] = []
    for at, written in enumerate(text):
        if written.isascii():
            letters.append((written.lower(), at))
            continue
        for letter in unicodedata.normalize("NFKD", written).casefold():
            if unicodedata.category(letter) not in _INVISIBLE:
                letters.append((letter, at))
    plain = "".join(letter for letter, _ in letters)
    out: list[tuple[str, int, int]] = []
    done = 0
    for word in _WORD.finditer(plain):
        out.extend(_between(plain, letters, done, word.start(), rules))
        start, end = letters[word.start()][1], letters[word.end() - 1][1] + 1
        out.extend((letter, start, end) for letter in _written_out(word[0], rules))
        done = word.end()
    out.extend(_between(plain, letters, done, len(plain), rules))
    return _Folded("".join(letter for letter, _, _ in out), tuple(start for _, start, _ in out), tuple(end for _, _, end in out))


def _between(plain: str, letters: list[tuple[str, int]], start: int, end: int, rules: _Rules) -> list[tuple[str, int, int]]:
    """What stands between two words: a stop, a mark that is a word of its own (a flame), or one space."""
    out, spaced = [], False
    for index in range(start, end):
        letter, at = plain[index], letters[index][1]
        meaning = rules.words.get(letter) or (letter if letter in ".!?,/" else " ")
        if meaning == " " and spaced:
            continue
        out.extend((each, at, at + 1) for each in meaning)
        spaced = meaning == " "
    return out


def _written_out(word: str, rules: _Rules) -> str:
    straight = word if word.isalnum() else _APOSTROPHE.sub("'", word)
    if straight in rules.words:
        return rules.words[straight]
    plain = _STRETCHED.sub(r"\1", straight.replace("'", ""))
    if plain in rules.words:
        return rules.words[plain]
    if plain in rules.never_respell:
        return plain
    return next((right for cut in _cuts(plain) for right in rules.spelled.get(cut, ()) if _one_slip(plain, right)), plain)


def _cuts(word: str) -> list[str]:
    """A word and what is left when one letter after the first is lost: words one slip apart have such a cut in common."""
    if not 5 <= len(word) <= 16:
        return []
    return [word, *(word[:at] + word[at + 1:] for at in range(1, len(word)))]


def _one_slip(written: str, right: str) -> bool:
    """One letter missing, added or wrong, or two neighbours swapped."""
    if len(written) != len(right):
        return True  # they share a cut
    wrong = [at for at, (one, other) in enumerate(zip(written, right, strict=True)) if one != other]
    return len(wrong) <= 1 or (len(wrong) == 2 and wrong[1] == wrong[0] + 1 and written[wrong[0]] == right[wrong[1]]
                               and written[wrong[1]] == right[wrong[0]])


@cache
def _rules() -> _Rules:
    with _FILE.open("rb") as file:
        raw = tomllib.load(file)
    parts = raw["parts"]

    def compiled(patterns: list[str]) -> re.Pattern[str]:
        starts = [pattern.removeprefix(r"\b") for pattern in patterns]  # the look-behind below says it once for all
        written = "|".join(f"(?:{pattern})" for pattern in starts)
        for _ in range(3):  # a part may name parts that name parts
            written = re.sub(r"<([a-z_0-9]+)>", lambda name: f"(?:{parts[name[1]]})", written)
        return re.compile(rf"(?<![a-z0-9])(?:{written})")  # phrases begin with a word: most places are passed over

    spelled: dict[str, tuple[str, ...]] = {}
    for word in raw["spelled"]["words"]:
        for cut in _cuts(word):
            spelled[cut] = (*spelled.get(cut, ()), word)
    rules = tuple(_Rule(what, rule["value"], compiled(rule["any"]), rule.get("past_is_harmless", False))
                  for what in ("emergency", "safeguarding") for rule in raw[what])
    return _Rules(raw["words"], spelled, frozenset(raw["spelled"]["real_words"] + raw["spelled"]["words"]),
                  compiled(raw["harmless"]["any"]), compiled(raw["past"]["any"]), compiled(raw["past"]["unless"]),
                  compiled(raw["past"]["settled"]), compiled(raw["past"]["tense"]), rules)
