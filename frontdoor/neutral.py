"""A resident's words made harmless for Rasa, letter for letter: spans still point into the stored text.

Rasa takes a text that begins with "/" for an intent with slots, and strips spaces before it looks.
"""

from __future__ import annotations

import unicodedata

SLASHES = frozenset("/／⁄∕⧸")
_KEPT = frozenset("\n\t")
_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Co", "Cs", "Cn"}


def relayed(text: str) -> str:
    """The copy that Rasa reads, of the same length: no command at its start, no control, bidi or tag characters."""
    begun = _length_of_command(text)
    rest = "".join(" " if letter not in _KEPT and unicodedata.category(letter) in _UNSEEN else letter for letter in text[begun:])
    return "." * begun + rest


def _length_of_command(text: str) -> int:
    """How many letters at the start are slashes, or spaces and invisible characters before one."""
    length = 0
    for at, letter in enumerate(text):
        if letter in SLASHES:
            length = at + 1
        elif not (letter.isspace() or unicodedata.category(letter) in _UNSEEN | {"Mn"}):
            break
    return length


def storable(text: str) -> str:
    """The text as it can be kept in every database: a NUL and half a surrogate pair become the replacement character."""
    return "".join("\ufffd" if letter == "\x00" or "\ud800" <= letter <= "\udfff" else letter for letter in text)
