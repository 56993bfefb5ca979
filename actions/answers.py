"""How an answer in words becomes facts: contact, address, time, outcome, adjustments."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import phonenumbers
from dateutil import parser

from register.facts import Facts
from register.references import find_reference

EMAIL = re.compile(r"[^\s@,;<>()]{1,64}@[^\s@,;<>()]{1,190}\.[A-Za-z]{2,24}")
POSTCODE = re.compile(r"\b([A-Za-z]{1,2}\d[A-Za-z\d]?)\s?(\d[A-Za-z]{2})\b")
PHONE = re.compile(r"(?:\+44|\b0)[\d\s()-]{8,16}\d")
NAME_FRAME = re.compile(
    r"\b(?:my name is|my name's|name is|name|i am|i'm|im|it's|its|this is|call me|called|"
    r"phone|mobile|number|email|tel|on|or|and|is|my)\b[:\s]*",
    re.IGNORECASE,
)
PLACE_WORD = re.compile(
    r"\b(?:flat|house|street|road|close|avenue|lane|court|way|drive|terrace|place|farm|cottage)\b", re.IGNORECASE
)
PLACE_FRAME = re.compile(
    r"^\W*(?:(?:my|the) (?:home|address) is|address|i live (?:at|in)|i'?m at|we are at|it'?s|it is)\b[\s:]*", re.IGNORECASE
)
END_OF_NAME = re.compile(r"[,;:!?\n]|\s[-–]\s|\.(?=(?:\s+\S+){4})")  # the full stop of "Mr. J. Smith" ends nothing
TENURES = {  # in order: who owns a part pays rent too
    "shared_owner": re.compile(r"\bshared?[ _-]?own|\b(?:part|half|share)\b|%", re.IGNORECASE),
    "tenant": re.compile(r"\brent|\btenan|\bcouncil\b|\bsocial\b|\bassured\b", re.IGNORECASE),
    "leaseholder": re.compile(r"\blease|\bown|\bbought|\bmortgage", re.IGNORECASE),
}
LONGEST_NAME = 5  # words


def take_contact(facts: Facts, text: str, found: dict[str, Any]) -> bool:
    """Name, phone and email from a reply such as "Asha Bell 07700 900123". False if there is none of them."""
    text = after_frame(text)
    email = EMAIL.search(text)
    phone = take_phone(text) or found.get("phone")
    name = found.get("name") or _name(EMAIL.sub(", ", PHONE.sub(", ", text)))
    if name:
        facts.name, facts.anonymous = name, False
    elif not (email or phone):
        return False
    facts.email = email.group() if email else facts.email
    facts.phone = phone or facts.phone
    return True


def _name(words: str) -> str | None:
    """The first few words between stops that can be a name: "Asha Bell. By the way, the lift is out again" names Asha Bell."""
    for piece in END_OF_NAME.split(words):
        said = " ".join(NAME_FRAME.sub(" ", piece).split()).strip(" .-")
        if any(letter.isalpha() for letter in said) and len(said.split()) <= LONGEST_NAME:
            return said
    return None


def take_phone(text: str) -> str | None:
    """The first British number in a text, in its international form; None if there is none.

    Any number of the right shape is taken, as a wrong digit is for a person to ask about and not for us to refuse.
    """
    for match in phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.POSSIBLE):
        if match.number.country_code == 44:
            return phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
    return None


def spoken_phone(number: str) -> str:
    """A British number as people write it at home: 07700 900123. Any other sender of texts as it came."""
    if not number.startswith("+44"):
        return number
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)


def take_address(facts: Facts, text: str, found: dict[str, Any] | None = None) -> bool:
    """The home's address and postcode, without what is said behind them. False if nothing in it looks like a place."""
    if not is_place(text) and not (found or {}).get("address"):
        return False
    postcode = POSTCODE.search(text)
    if postcode is not None:
        facts.postcode = f"{postcode.group(1)} {postcode.group(2)}".upper()
        if _has_place(text[: postcode.start()]):
            text = text[: postcode.end()]
    facts.address = PLACE_FRAME.sub("", text).strip().rstrip(".")
    return True


def is_place(text: str) -> bool:
    return bool(POSTCODE.search(text)) or _has_place(text)


def _has_place(text: str) -> bool:
    without_phone = EMAIL.sub(" ", PHONE.sub(" ", text))  # whose digits are no house number
    return bool(re.search(r"\d", without_phone) or PLACE_WORD.search(without_phone))


def correct_address(facts: Facts, text: str) -> None:
    """A correction such as "no, flat 12": it replaces the like part of the address, or else the whole of it."""
    part = re.search(r"\b(flat|apartment|unit|room|house|number|no)\.?\s*(\d+\s?[a-z]?)\b", text, re.IGNORECASE)
    old = facts.address or ""
    if part and not POSTCODE.search(text):
        label, number = part.groups()
        pattern = re.compile(rf"\b{label}\.?\s*\d+\s?[a-z]?\b", re.IGNORECASE)
        if pattern.search(old):
            facts.address = pattern.sub(f"{label} {number}", old, count=1)
            return
        if re.match(r"\s*\d+[a-z]?\b", old) and label.lower() in ("number", "no", "house"):
            facts.address = re.sub(r"^\s*\d+[a-z]?\b", number, old, count=1)
            return
        facts.address = f"{part.group()}, {old}" if old else part.group()
        return
    take_address(facts, after_frame(text))


def after_frame(text: str) -> str:
    """What is meant, without "no, I meant" and its like."""
    return re.sub(
        r"^\W*(?:(?:no+|nah|nope|sorry|wait|oops|actually|correction|not that)\b\W*)*"
        r"(?:(?:i meant?|i mean|it should (?:be|say)|that should (?:be|say|read)|should (?:be|say)|it'?s|it is|make (?:it|that)|"
        r"my (?:name|number|phone|email|address) (?:is|should be))\b\W*)*(?:(?:actually|really)\b\W*)?",
        "", text, flags=re.IGNORECASE,
    ).strip() or text.strip()


def take_tenure(facts: Facts, text: str) -> bool:
    """Whether the home is rented or owned, from an option or in words. False if it is not said."""
    facts.tenure = next((tenure for tenure, words in TENURES.items() if words.search(text)), None)
    return facts.tenure is not None


def take_bought_on(facts: Facts, text: str) -> bool:
    """The day a home was bought: of a month its last day, of a year its last month. False without a year."""
    year = re.search(r"\b(?:19|20)\d\d\b", text)
    if year is None:
        return False
    try:
        bought = parser.parse(text, default=datetime(int(year.group()), 12, 31), dayfirst=True, fuzzy=True)
    except (parser.ParserError, OverflowError):
        return False
    facts.bought_on = bought.date().isoformat()
    return True


def take_reference(facts: Facts, text: str) -> None:
    facts.earlier_reference = find_reference(text) or text.strip()[:60]
