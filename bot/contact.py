"""How to reach the resident, where the message offers it: name, phone, e-mail, address, postcode.

Only what is plainly offered is taken; the conversation reads it back before it is kept. spaCy's rule matcher on blank English
finds names and streets by the words around them; numbers and postcodes have a form of their own.
"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc

# UK numbers: 10 or 11 digits with 0, or +44; spaces, dots, dashes and brackets between.
PHONE = re.compile(r"(?<![\d£])(?:\+44[\s.-]?\(?0?\)?|\(?0)(?:[\s.()-]?\d){9,10}(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
POSTCODE = re.compile(r"\b((?:GIR ?0AA)|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b", re.I)

STREETS = """
street st road rd lane ln avenue ave close court ct house drive way place walk
terrace gardens crescent square tower towers point row green hill grove mews buildings fold park rise
view bungalows cottages estate heights lodge yard wharf
""".split()
_NUMBER = {"TEXT": {"REGEX": r"^\d{1,4}[a-zA-Z]?,?$"}}
_UNIT = {"LOWER": {"IN": ["flat", "apartment", "apt", "room", "unit", "plot"]}}
_WORD = {"IS_ALPHA": True, "IS_STOP": False, "LOWER": {"NOT_IN": STREETS}}
_STREET = {"LOWER": {"IN": STREETS}}
_COMMA = {"TEXT": ",", "OP": "?"}
_CAPITAL = {
    "TEXT": {"REGEX": r"^[A-Z]['’]?[A-Z]?[a-z][a-zA-Z'’-]*$|^[A-Z]\.?$"},
    "IS_STOP": False,
    "LOWER": {"NOT_IN": ["i", "flat", "the", "and", "from", "tenant"]},
}
_TITLE = {"LOWER": {"IN": ["mr", "mrs", "ms", "miss", "dr", "mx", "rev", "sir", "mr.", "mrs.", "ms.", "dr."]}}

ADDRESSES = [
    [_UNIT, _NUMBER, _COMMA, _NUMBER, _COMMA, _WORD, {**_WORD, "OP": "?"}, _STREET],
    [_UNIT, _NUMBER, _COMMA, _WORD, {**_WORD, "OP": "?"}, _STREET],
    [_NUMBER, _COMMA, _WORD, {**_WORD, "OP": "?"}, _STREET],
]
_MAYBE_TITLE = {**_TITLE, "OP": "?"}
_MORE = {**_CAPITAL, "OP": "{0,2}"}
_CLOSING = {"LOWER": {"IN": ["regards", "thanks", "faithfully", "sincerely", "ta", "cheers", "thx"]}}
_BREAK = {"TEXT": {"IN": [",", ".", "\n", ",\n", "\n\n"]}, "OP": "*"}
NAMES = [
    [{"LOWER": "my"}, {"LOWER": "name"}, {"LOWER": {"IN": ["is", "'s", "’s"]}}, _MAYBE_TITLE, {"IS_ALPHA": True}, _MORE],
    [{"LOWER": "name"}, {"TEXT": {"IN": [":", "-"]}}, _MAYBE_TITLE, {"IS_ALPHA": True}, _MORE],
    [{"LOWER": {"IN": ["im", "i'm", "i"]}}, {"LOWER": {"IN": ["am", "'m", "’m"]}, "OP": "?"}, _MAYBE_TITLE, _CAPITAL, _CAPITAL],
    [{"LOWER": "this"}, {"LOWER": "is"}, _MAYBE_TITLE, _CAPITAL, {**_CAPITAL, "OP": "{1,2}"}],
    [_CLOSING, _BREAK, _MAYBE_TITLE, _CAPITAL, _MORE],
]
_LEAD_IN = re.compile(
    r"^(?:my name (?:is|'s|’s)|my name['’]s|name ?[:-]|i ?['’]?a?m|this is"
    r"|regards|thanks|faithfully|sincerely|ta|cheers|thx)[\s,.]*",
    re.IGNORECASE,
)


class Contacts:
    """Finds what a resident offers about how to be reached."""

    def __init__(self, nlp: Language) -> None:
        self._matcher = Matcher(nlp.vocab)
        self._matcher.add("address", ADDRESSES, greedy="LONGEST")
        self._matcher.add("name", NAMES, greedy="LONGEST")

    def read(self, doc: Doc) -> dict[str, str]:
        """Any of name, phone, email, address, postcode; the first of each."""
        found: dict[str, str] = {}
        for kind, start, end in sorted(self._matcher(doc), key=lambda match: match[1]):
            name, words = doc.vocab.strings[kind], doc[start:end].text
            words = _LEAD_IN.sub("", words).strip() if name == "name" else words
            if words:
                found.setdefault(name, words)
        for name, pattern in (("phone", PHONE), ("email", EMAIL), ("postcode", POSTCODE)):
            match = pattern.search(doc.text)
            if match:
                found[name] = match[0].upper() if name == "postcode" else match[0].strip()
        return found
