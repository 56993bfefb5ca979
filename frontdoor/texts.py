"""A text from a resident, whether Twilio brought it or we found it in Twilio's list: written down once, whatever it says.

STOP, START and HELP count only as whole messages, as on the networks; "stop ignoring me" is a complaint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from frontdoor import words
from frontdoor.choices import fold
from frontdoor.door import Door, receive, reply
from frontdoor.landlord import Face, face, ombudsman
from policies.dates import london_date
from register import conversations, inbox, outbox, tasks
from register.inbox import Accepted
from register.tables import Conversation

STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START = frozenset({"start", "unstop", "yes"})
HELP = frozenset({"help", "info"})
SAME_AN_HOUR, MOST_AN_HOUR = 3, 40  # an auto-reply answers every answer; a person does not
_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class Text:
    """An inbound text. `opt_out_type`: what Twilio itself answered already (STOP, START, HELP), where it does so."""

    sid: str
    landlord: str
    sender: str
    body: str
    media: int = 0
    opt_out_type: str | None = None
    sent_at: datetime | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, str], landlord: str) -> Text | None:
        """Twilio's fields as they came; None where they make no text."""
        sid, sender = form.get("MessageSid", ""), form.get("From", "")
        media = form.get("NumMedia", "")
        if not _SID.fullmatch(sid) or not sender or len(sender) > 64:
            return None
        return cls(sid, landlord, sender, form.get("Body", ""), int(media) if media.isdecimal() else 0, form.get("OptOutType"))


def take(door: Door, session: Session, text: Text) -> Accepted:
    """Write a text down and deal with the networks' words. The same `sid` again changes nothing."""
    at = door.clock() - (door.wall() - text.sent_at) if text.sent_at else door.clock()
    conversation = conversations.open_by_text(session, text.landlord, text.sender, now=at)
    known = conversations.by_client_id(session, "sms", text.sid)
    if known is not None:
        return Accepted(known, duplicate=True)
    accepted = receive(door, session, conversation, client_id=text.sid, text=text.body, at=at, provider_at=text.sent_at)
    word = network_word(text, opted_out=outbox.opted_out(session, text.landlord, text.sender))
    if _is_loop(session, conversation, text, at):
        _leave_to_a_person(session, conversation, accepted)
    elif word is not None:
        _obey(door, session, conversation, accepted, word, silent=text.opt_out_type is not None)
    elif text.media and not text.body.strip():
        _answer(door, session, conversation, accepted, words.say("picture", "sms"))
    return accepted


def _is_loop(session: Session, conversation: Conversation, text: Text, at: datetime) -> bool:
    """True for what another machine sends: the same words again and again, or more texts than anybody writes."""
    before = conversations.texts_since(session, conversation.id, at - timedelta(hours=1))
    return before.count(text.body) > SAME_AN_HOUR or len(before) > MOST_AN_HOUR


def _leave_to_a_person(session: Session, conversation: Conversation, accepted: Accepted) -> None:
    """Kept, and answered by nobody but a person, who is told once a day."""
    accepted.message.state = "done"
    day = london_date(accepted.message.at)
    tasks.raise_task(session, "dead_letter", f"loop:{conversation.id}:{day}", conversation=conversation,
                     message_id=accepted.message.id, now=accepted.message.at, details={"code": "loop"})


def network_word(text: Text, *, opted_out: bool) -> str | None:
    """STOP, START or HELP, or None for content. START and YES mean something only to somebody who has said STOP."""
    said = fold(text.body).strip(" .!\"'")
    if text.opt_out_type == "STOP" or said in STOP:
        return "STOP"
    if said in START and (opted_out or text.opt_out_type == "START"):
        return "START"
    return "HELP" if text.opt_out_type == "HELP" or said in HELP else None


def _obey(door: Door, session: Session, conversation: Conversation, accepted: Accepted, word: str, *, silent: bool) -> None:
    landlord = face(door.landlords[conversation.landlord], london_date(accepted.message.at))
    if word == "STOP":
        outbox.opt_out(session, conversation, now=accepted.message.at)
        accepted.message.state = "done"  # the network says goodbye itself, and nothing of ours would arrive
        return
    if word == "START":
        outbox.opt_in(session, conversation)
    if silent:
        accepted.message.state = "done"
        return
    said = _help(landlord) if word == "HELP" else words.say("joined_again", "sms", name=landlord.name)
    _answer(door, session, conversation, accepted, said)


def _answer(door: Door, session: Session, conversation: Conversation, accepted: Accepted, said: str) -> None:
    """Answer at once, without the machine; what was asked before stays asked."""
    accepted.message.state = "done"
    inbox.say(session, conversation, [reply("sms", said)], answers=accepted.message, wall=door.wall(), first_no=inbox.KEPT_NO)


def _help(landlord: Face) -> str:
    way = landlord.contact
    contact = words.say("contact_by_phone", "sms", phone=way.phone) if way.phone else ""
    contact = contact or words.say("contact_elsewhere", "sms", instead=way.instead or way.web or way.email)
    return words.say("help", "sms", name=landlord.name, contact=contact, ombudsman=ombudsman().phone)
