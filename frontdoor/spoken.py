"""A turn's answer as it goes out: on the page as it came, by text as one text with its options numbered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from frontdoor import gsm, words
from frontdoor.choices import mark_and_label
from frontdoor.door import reply
from register.inbox import Reply

Said = dict[str, Any]  # {"text", "options": [{"id", "label"}]}


def replies(said: Sequence[Said], channel: str, introduction: str | None = None) -> list[Reply]:
    """What was said as rows to store. By text one turn is one text, unless it is longer than the network takes."""
    if channel != "sms":
        return [reply(channel, each["text"], _options(each)) for each in said]
    options = next((_options(each) for each in reversed(said) if each["options"]), ())
    lines = [*([introduction] if introduction else []), *(each["text"] for each in said if each["text"]), *option_lines(options)]
    pieces = gsm.parts(gsm.plain("\n".join(lines)))
    return [reply(channel, piece, options if place == len(pieces) else ()) for place, piece in enumerate(pieces, start=1)]


def option_lines(options: Sequence[dict[str, str]]) -> list[str]:
    """ "Reply 1 for …", one option a line; an option that carries its own mark keeps it."""
    lines = []
    for number, option in enumerate(options, start=1):
        mark, label = mark_and_label(option["label"], number)
        lines.append(words.say("option_first" if number == 1 else "option_next", "sms", mark=mark, label=label))
    return lines


def _options(said: Said) -> tuple[dict[str, str], ...]:
    return tuple({"id": option["id"], "label": option["label"]} for option in said["options"])
