"""What a text costs: the GSM-7 alphabet, segments, and our own words brought back into it.

One letter outside the alphabet turns the whole text into UCS-2 and can triple its price. Alphabet: 3GPP TS 23.038.
"""

from __future__ import annotations

import math

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")  # each takes two places
_PLAIN = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‒": "-", "‑": "-", "‐": "-", "−": "-", "…": "...", "•": "-", "·": "-",
    "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\t": " ",
    "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u00ad": "",
})  # fmt: skip
_SINGLE, _JOINED = {True: 160, False: 70}, {True: 153, False: 67}
LONGEST = 1600  # Twilio refuses a longer body


def plain(text: str) -> str:
    """Curly quotes, dashes, dots and odd spaces in their plain form. Letters of names are left as they are."""
    return text.translate(_PLAIN)


def is_gsm(text: str) -> bool:
    return all(letter in BASIC or letter in EXTENDED for letter in text)


def segments(text: str) -> int:
    """How many segments a text is billed as; an empty one is none.

    A pair that belongs together (an extended letter, a surrogate pair) is never cut, so a segment may end one short.
    """
    gsm = is_gsm(text)
    sizes = [_size(letter, gsm) for letter in text]
    if sum(sizes) <= _SINGLE[gsm]:
        return math.ceil(sum(sizes) / _SINGLE[gsm])
    count, room = 1, _JOINED[gsm]
    for size in sizes:
        if size > room:
            count, room = count + 1, _JOINED[gsm]
        room -= size
    return count


def _size(letter: str, gsm: bool) -> int:
    if gsm:
        return 2 if letter in EXTENDED else 1
    return 2 if ord(letter) > 0xFFFF else 1


def parts(text: str, longest: int = LONGEST) -> list[str]:
    """A text in pieces that Twilio takes, cut at a line's or a word's end."""
    pieces = []
    while len(text) > longest:
        cut = max(text.rfind("\n", 0, longest), 0) or max(text.rfind(" ", 0, longest), 0) or longest
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text] if text or not pieces else pieces
