"""What a turn is: an answer to what was asked, an aside, a new matter, a correction, or not understood.

Decided before any slot is filled, so that a running form cannot take "are you a robot" for what happened. The words are in
turns.yml; what is learned arrives as `understanding` and its `turn_ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.turn_words import phrases, tidied

# What is asked, and what an answer to it looks like. `choice`: one of the options said. The others are in words.
CHOICES = {"reading", "wish", "confirmed", "change_point", "authority", "about_case"}
STORY = {"details", "change_text"}  # the resident's own words are awaited: only what is surely an aside is one
FACTS = {"contact", "address", "earlier_reference", "managing_partner", "bought_on", "tenure"}
SURE = 0.8  # a learned aside counts from here; below it the resident's words are taken as said
NEW_MATTER_WORDS = 12  # a reply to "what is your name?" of this length and of a known kind tells us something new
TOLD_WORDS = 5  # of this length, a reply to a choice tells us more
NO_MATTER = {"other"}


@dataclass(frozen=True)
class Turn:
    """`intent` for the dialogue; `value`: an option's id, or skip/dunno/affirm/deny; `field`: what a correction changes."""

    intent: str
    value: str | None = None
    field: str | None = None


def read(
    text: str,
    *,
    asked: str | None,
    chosen: str | None = None,
    options: Sequence[dict[str, str]] = (),
    understanding: dict[str, Any] | None = None,
) -> Turn:
    """Read one turn. `asked` is the form's requested slot, `chosen` an option that the relay resolved for certain."""
    if chosen:
        return Turn(chosen if chosen in STANDING else "answer", chosen)
    tidy = tidied(text)
    word_count = len(tidy.split())
    option = _option_meant(tidy, asked, options)
    if option is not None and asked:
        return Turn("answer", option)
    if not tidy:
        return Turn("unclear")
    if asked == "change_point":
        point = _point_meant(tidy, options)
        if point is not None:
            return Turn("answer", point)
    short = _short_answer(tidy)
    if asked and short in ("affirm", "deny", "skip", "dunno"):
        return _answered(asked, short, options)
    aside = _aside(tidy, word_count, asked, understanding)
    if asked is None:
        return _untold(tidy, short, aside, understanding)
    if aside == "correct":
        return _corrected(asked, _field(tidy)) or _told_when_asked(tidy, word_count, asked, options, understanding)
    if aside is not None:
        return Turn(aside)
    if short in ("goodbye", "thanks", "greet"):
        return Turn(short)
    return _told_when_asked(tidy, word_count, asked, options, understanding)


STANDING = {"make_complaint", "ask_person", "start_again"}  # options that stand for an intent wherever they are pressed


STARTS = {  # how the label of an option begins that stands for a short answer
    "affirm": ("yes ",), "deny": ("no ", "not yet "), "skip": ("no ", "skip ", "none ", "nothing "),
    "dunno": ("not sure ", "dont know ", "don't know ", "skip "),
}  # fmt: skip


def _answered(asked: str, short: str, options: Sequence[dict[str, str]]) -> Turn:
    """Yes, no, skip and don't know, by what was asked."""
    for option in options:
        if f"{tidied(option['label'])} ".startswith(STARTS[short]):
            return Turn("answer", option["id"])
    if asked in CHOICES:
        known = {"confirmed": {"affirm": "yes", "deny": "change"}, "wish": {"affirm": "yes", "deny": "no"}}
        value = known.get(asked, {}).get(short)
        return Turn("answer", value) if value else Turn("unclear")
    if short == "affirm" and asked in ("details", "contact", "address", "change_text"):
        return Turn("unclear")  # "yes" says nothing of what happened or where
    return Turn("answer", "skip" if short in ("skip", "deny") else short)


OWN_FIELDS = {"address": {"address"}, "contact": {"contact", "phone", "email"}, "incident": {"incident"}}


def _corrected(asked: str, field: str | None) -> Turn | None:
    """A correction of what was said before; None if it is about the very question that was asked, so that it answers it."""
    if field in OWN_FIELDS.get(asked, ()) or (field is None and asked in CHOICES - {"confirmed"}):
        return None
    return Turn("answer", "change") if asked == "confirmed" and field is None else Turn("correct", field=field)


def _untold(tidy: str, short: str | None, aside: str | None, understanding: dict[str, Any] | None) -> Turn:
    """Nothing was asked: the resident opens, or says more after the end."""
    if aside is not None:
        return Turn(aside, field=_field(tidy) if aside == "correct" else None)
    if short in ("greet", "thanks", "goodbye"):
        return Turn(short)
    if tidy in phrases().acknowledged or phrases().behind.sub("", tidy) in phrases().acknowledged:
        return Turn("thanks")
    if short is not None:
        return Turn("unclear")
    return Turn("tell" if _tells(understanding) or len(tidy.split()) >= 4 else "unclear")


def _told_when_asked(
    tidy: str, word_count: int, asked: str, options: Sequence[dict[str, str]], understanding: dict[str, Any] | None
) -> Turn:
    """A reply in words: to a choice, to a question of fact, or to an open question."""
    if asked in CHOICES:
        field = _field(tidy)
        if asked == "confirmed" and field is not None and word_count < NEW_MATTER_WORDS:
            return Turn("correct", field=field)
        first = _first_word(tidy)
        if first is not None:
            return _answered(asked, first, options)
        return Turn("tell") if word_count >= TOLD_WORDS and _tells(understanding) else Turn("unclear")
    return Turn("tell") if _tells_more(tidy, word_count, asked, understanding) else Turn("answer")


def _tells_more(tidy: str, word_count: int, asked: str, understanding: dict[str, Any] | None) -> bool:
    """ "Also your receptionist was rude" is a further matter at any question that does not await a story."""
    if asked in STORY or not _tells(understanding):
        return False
    if phrases().further.search(tidy) and word_count >= TOLD_WORDS and not any(mark.isdigit() or mark == "@" for mark in tidy):
        return not (asked == "adjustments" and understanding.get("adjustments"))
    if _field(tidy) is not None:
        return False
    needs_nothing = asked == "adjustments" and not (understanding.get("adjustments") or understanding.get("outcomes"))
    return (asked in FACTS or needs_nothing) and word_count >= NEW_MATTER_WORDS


def _tells(understanding: dict[str, Any] | None) -> bool:
    return bool(understanding) and understanding.get("kind") not in NO_MATTER | {None}


def _short_answer(tidy: str) -> str | None:
    """Which of the short answers a whole message is, allowing politeness around it and one slip in a longer word."""
    known, before, behind = phrases().answers, phrases().before, phrases().behind
    bare = before.sub("", behind.sub("", tidy)).strip()
    for form in (tidy, behind.sub("", tidy), before.sub("", tidy), bare):
        if form in known:
            return known[form]
    if len(bare) >= 5 and len(bare.split()) <= 4:
        close = get_close_matches(bare, known, n=1, cutoff=0.87)
        return known[close[0]] if close and _negated(close[0]) == _negated(bare) else None
    return None


def _negated(tidy: str) -> bool:
    """ "thats not right" is no slip of "thats right"."""
    return any(word in ("no", "not", "never", "dont", "isnt") or word.endswith("n't") for word in tidy.split())


def _option_meant(tidy: str, asked: str | None, options: Sequence[dict[str, str]]) -> str | None:
    """The option named by its place ("the second one"), by nearly its own words, or by words that only its label has."""
    if not options or not tidy:
        return None
    place = _place(tidy, len(options))
    if place is not None:
        return options[place]["id"]
    labels = {tidied(option["label"]): option["id"] for option in options}
    if tidy in labels:
        return labels[tidy]
    close = get_close_matches(tidy, labels, n=1, cutoff=0.85) if len(tidy) >= 4 else []
    if close and _negated(close[0]) == _negated(tidy):
        return labels[close[0]]
    said = set(tidy.split()) - phrases().small
    if asked not in CHOICES or not said or said & {"yes", "no", "not"}:
        return None
    holding = [identifier for label, identifier in labels.items() if said <= set(label.split())]
    return holding[0] if len(holding) == 1 else None


def _place(tidy: str, count: int) -> int | None:
    words = [word for word in tidy.split() if word not in phrases().around] or tidy.split()[-1:]
    if words == ["last"]:
        return count - 1
    place = phrases().ordinals.get(words[0]) if len(words) == 1 else None
    return place if place is not None and place < count else None


def _first_word(tidy: str) -> str | None:
    """ "yeah twice now", "no its the first time": the first word answers, the rest explains."""
    found = phrases().answers.get(tidy.split()[0]) if tidy else None
    return found if found in ("affirm", "deny") else None


def _point_meant(tidy: str, options: Sequence[dict[str, str]]) -> str | None:
    """A point named by its mark or by a word of its label: "b", "point 3", "the address"."""
    words = set(tidy.split()) - {"the", "my", "point", "number", "line", "is", "wrong", "change", "it", "what", "you"}
    for option in options:
        mark, _, label = option["label"].lower().partition(". ")
        if mark in words or words & {word for word in label.split() if len(word) > 3 and word not in ("what", "should")}:
            return option["id"]
    field = _field(tidy)
    known = [option["id"] for option in options]
    return field if field in known else "contact" if field in ("phone", "email") and "contact" in known else None


def _aside(tidy: str, word_count: int, asked: str | None, understanding: dict[str, Any] | None) -> str | None:
    if word_count > (phrases().story_words if asked in STORY else phrases().aside_words):
        return None
    for aside in phrases().asides:
        if asked not in aside.not_at and any(pattern.search(tidy) for pattern in aside.patterns):
            return aside.name
    ranking = (understanding or {}).get("turn_ranking") or []
    if ranking and ranking[0]["confidence"] >= SURE and any(aside.name == ranking[0]["name"] for aside in phrases().asides):
        return str(ranking[0]["name"])
    return None


def _field(tidy: str) -> str | None:
    for name, patterns in phrases().fields:
        if any(pattern.search(tidy) for pattern in patterns):
            return name
    return None
