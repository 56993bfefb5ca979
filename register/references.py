"""Case references: said aloud and typed on phones, and never to be guessed."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_MISHEARD = str.maketrans("ILO", "110")
_SHAPE = re.compile(r"\bPR\s?-?(\d{2})[\s-]?([0-9A-TV-Z]{5})[\s-]?([0-9A-TV-Z]{5})\b", re.IGNORECASE)


def new_reference(year: int) -> str:
    """For example PR26-7K2QH-9XW4T: fifty random bits, so that nobody can walk through other people's cases."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"PR{year % 100:02d}-{code[:5]}-{code[5:]}"


def find_reference(text: str) -> str | None:
    """The reference in what someone typed, however they spaced it and whichever of O and 0 they took; else None."""
    found = _SHAPE.search(text)
    if found is None:
        return None
    year, first, second = (part.upper().translate(_MISHEARD) for part in found.groups())
    return f"PR{year}-{first}-{second}"
