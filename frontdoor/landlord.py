"""A landlord as residents meet it at the door: its name, and the ways to reach it and others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policies import directory
from policies.pack_model import Pack
from policies.pack_rules import Contact, Gap
from policies.packs import Landlord


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach somebody: what is known, or where it can be found."""

    phone: str | None = None
    email: str | None = None
    post: str | None = None
    web: str | None = None
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Face:
    """`name` stands in sentences ("your landlord" where the policy does not name itself), `title` in a list of landlords."""

    key: str
    name: str
    title: str
    contact: Way
    post: Way
    data_protection: Way
    emergency: Way


def face(landlord: Landlord, on: date) -> Face:
    """The landlord on a London date. Raises NoPackInForce."""
    return face_of(landlord.in_force(on))


def face_of(pack: Pack) -> Face:
    named = pack.resident_name
    return Face(
        key=pack.key, name=named or _instead(pack.name), title=named or pack.document,
        contact=_way(pack.contacts.complaints), post=_way(pack.contacts.post), emergency=_way(pack.contacts.emergency),
        data_protection=_way(pack.data_protection.contact),
    )


def _instead(name: str | Gap) -> str:
    return name.instead if isinstance(name, Gap) else name


def _way(contact: Contact | Gap) -> Way:
    if isinstance(contact, Gap):
        return Way(instead=contact.instead)
    return Way(phone=contact.phone, email=contact.email, post=contact.post, web=contact.web)


def ombudsman() -> directory.Entry:
    return directory.load()["housing_ombudsman"]
