"""What scripted residents say. Each complaint holds a job number of its own, by which it is found in the register again."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

SURNAME, STREET = "Quillfeather", "Larkspindle"
CANARIES = (SURNAME, STREET)  # said in every intake, and never to be found in a log
COMPLAINTS = (
    "My kitchen ceiling has leaked since October, I rang five times about job {job} and nobody ever came",
    "Your contractor botched the bathroom floor under job {job} and nobody answers when I ring about it",
    "I have waited nine weeks for the boiler repair you promised me under job {job} and I am fed up with it",
    "the front door lock was meant to be mended last month, job {job}, you missed three appointments and never said sorry",
    "Third time I am writing about the damp in my daughter's room, job {job}, and still nobody has been to look at it",
    "I am not happy with how the man who came for job {job} spoke to me and he left the hallway filthy",
    "you closed job {job} and told me it was done but the window still does not shut and no one calls me back",
    "The lift has been out for three weeks again and I complained about it twice under job {job} without any answer",
)
DIGRESSIONS = (
    "are you a robot?", "who sees this", "how long will it take", "what can I complain about",
    "where do I find the ombudsman number", "thanks", "hello?",
)
OUTCOMES = ("I want it repaired", "an apology and the repair done", "Not sure yet", "compensation for my time", "get it sorted")
ADJUSTMENTS = ("no", "No, nothing", "please ring me, I do not read well", "large print please", "none")
NAMES = ("Asha", "Ben", "Chloe", "Dev", "Ewa", "Farah", "Grace", "Hamid", "Ines", "Jack")


@dataclass
class Told:
    """One intake as its resident knows it. What they were shown is in `reference`."""

    conversation: str  # public id
    job: str
    complaint: str
    name: str
    address: str
    flat: str
    reference: str | None = None
    given: set[str] = field(default_factory=set)  # the questions that they answered
    times_told: int = 0  # how often they sent the complaint


def new_intake(rng: random.Random, conversation: str) -> Told:
    job, flat = str(rng.randint(100_000, 999_999)), str(rng.randint(2, 90))
    return Told(
        conversation=conversation, job=job, complaint=rng.choice(COMPLAINTS).format(job=job),
        name=f"{rng.choice(NAMES)} {SURNAME}", address=f"Flat {flat}, 7 {STREET} Close, LS1 4AB", flat=flat,
    )


def answer(told: Told, slot: str, rng: random.Random) -> str:
    """What this resident says to a question."""
    return {
        "details": told.complaint, "wish": "yes", "earlier_reference": "I do not have it", "incident": "in October",
        "outcome": rng.choice(OUTCOMES), "adjustments": rng.choice(ADJUSTMENTS), "authority": "Yes, in writing",
        "managing_partner": "not sure", "bought_on": "not sure", "tenure": "I rent it",
        "contact": f"{told.name} 07700 900{rng.randint(100, 999)}",
        "address": told.address, "about_case": "No, it is new", "reading": "1", "confirmed": "yes",
        "change_point": "the address", "change_text": told.address,
    }[slot]
