"""Residents over the HTTP API: each message is sent until it is acknowledged, always under the same client id."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from register.references import find_reference
from tests.chaos import questions, script
from tests.chaos.moments import Moments
from tests.chaos.script import Told

AGAIN = 0.4  # seconds until a request that failed is sent again
LOOK_EVERY = 0.7
ANSWER_WITHIN = 400  # seconds: five minutes are promised, then a person has it
MOST_TURNS = 40  # a resident gives up after so many: the conversation goes in circles then
DIGRESS, TWICE, SECOND_THOUGHT, SECOND_INTAKE, TWO_YESES = 0.22, 0.12, 0.25, 0.2, 0.2


@dataclass
class Diary:
    """What all residents together sent and saw."""

    acknowledged: set[str] = field(default_factory=set)  # "public id:client id"
    posted_again: int = 0
    intakes: list[Told] = field(default_factory=list)
    shown: list[tuple[str, int, str]] = field(default_factory=list)  # public id, seq, text
    stuck: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def finished(self) -> int:
        return sum(told.reference is not None for told in self.intakes)


class Resident(threading.Thread):
    """Goes from intake to intake until `enough` is set, then ends the one begun."""

    def __init__(
        self, number: int, web: str, landlords: list[str], diary: Diary, moments: Moments, enough: threading.Event, *,
        seed: int, pause: float,
    ) -> None:
        super().__init__(name=f"resident {number}", daemon=True)
        self._rng = random.Random(f"{seed} resident {number}")
        self._http = httpx.Client(base_url=f"{web}/api", timeout=12, trust_env=False)
        self._landlords, self._diary, self._moments, self._enough, self._pause = landlords, diary, moments, enough, pause
        self._public_id, self._token, self._seen, self._in_form = "", "", 0, False
        self._references: set[str] = set()  # those shown in this conversation

    def run(self) -> None:
        while not self._enough.is_set():
            if not self._public_id or self._rng.random() > SECOND_INTAKE:
                self._begin()
            told = script.new_intake(self._rng, self._public_id)
            self._diary.intakes.append(told)
            try:
                if self._tell(told) is not None:  # handed over, with a question that stands: no place for another matter
                    self._public_id = ""
            except Exception as error:  # whatever it was, this resident got nowhere, and the others go on
                self._diary.stuck.append(f"{self._public_id}, job {told.job}: {type(error).__name__} {error}")
                self._public_id = ""
        self._http.close()

    def _begin(self) -> None:
        begun = self._until_answered("POST", "/conversations", json={"landlord": self._rng.choice(self._landlords)})
        self._public_id, self._token, self._seen = begun["conversation"], begun["token"], 0
        self._references = set()

    def _tell(self, told: Told) -> str | None:
        """One intake, from the complaint to the reference; the question that stands at its end."""
        slot = None
        for _ in range(MOST_TURNS):
            self._in_form = slot is not None
            time.sleep(self._rng.uniform(0.3, 1.7) * self._pause)
            slot = self._take_turn(told, slot)
            if told.reference:
                return slot
        raise TimeoutError(f"no reference after {MOST_TURNS} turns")

    def _take_turn(self, told: Told, slot: str | None) -> str | None:
        """The question that stands after this turn."""
        if slot is None:  # the beginning, or nothing was asked as a person has that message: it is told again
            told.times_told += 1
            return self._say(told, told.complaint, None)
        if self._rng.random() < DIGRESS:
            return self._say(told, self._rng.choice(script.DIGRESSIONS), slot) or slot
        if slot == questions.READ_BACK and "changed" not in told.given and self._rng.random() < SECOND_THOUGHT:
            told.given.add("changed")
            told.flat = str(self._rng.randint(100, 999))
            return self._say(told, f"no, I meant flat {told.flat}", slot) or slot
        told.given.add(slot)
        return self._say(told, script.answer(told, slot, self._rng), slot) or slot

    def _say(self, told: Told, text: str, slot: str | None) -> str | None:
        """Send a message and read what is answered; the slot that is asked for next."""
        confirming = slot == questions.READ_BACK and text == "yes"
        began = time.monotonic()
        with self._moments.turn(confirming=confirming, in_form=self._in_form):
            self._post(text, twice=self._rng.random() < TWICE)
            if confirming and self._rng.random() < TWO_YESES:
                self._post(text, twice=False)
            lines = self._read()
        self._diary.waits.append(time.monotonic() - began)
        asked: str | None = None
        for line in lines:
            found = find_reference(line["text"])
            if found and found not in self._references:
                self._references.add(found)
                told.reference = found
            asked = questions.asked(line["text"], [option["label"] for option in line["options"]]) or asked
        return asked

    def _post(self, text: str, *, twice: bool) -> None:
        client_id = uuid4().hex
        other = threading.Thread(target=self._send, args=(client_id, text)) if twice else None
        if other:
            other.start()
        self._send(client_id, text)
        if other:
            other.join()

    def _send(self, client_id: str, text: str) -> None:
        body = {"text": text, "client_id": client_id}
        self._until_answered("POST", f"/conversations/{self._public_id}/messages", json=body)
        with self._diary.lock:
            self._diary.acknowledged.add(f"{self._public_id}:{client_id}")

    def _read(self) -> list[dict[str, Any]]:
        """What was said since, once nothing is waited for. Raises TimeoutError."""
        said: list[dict[str, Any]] = []
        until = time.monotonic() + ANSWER_WITHIN
        while time.monotonic() < until:
            found = self._until_answered("GET", f"/conversations/{self._public_id}/messages", params={"after": self._seen})
            for line in found["messages"]:
                self._seen = max(self._seen, line["seq"])
                if line["author"] != "resident":
                    said.append(line)
                    self._diary.shown.append((self._public_id, line["seq"], line["text"]))
            if not found["waiting"]:
                return said
            time.sleep(LOOK_EVERY)
        raise TimeoutError(f"a message waited more than {ANSWER_WITHIN} s for its answer")

    def _until_answered(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """The same request until the server has answered it. Raises TimeoutError."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        until = time.monotonic() + ANSWER_WITHIN
        while time.monotonic() < until:
            try:
                response = self._http.request(method, path, headers=headers, **request)
                if response.status_code < 300:
                    return response.json()
                if response.status_code < 500:
                    raise AssertionError(f"{method} {path}: {response.status_code} {response.text[:200]}")
            except (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError):
                pass
            with self._diary.lock:
                self._diary.posted_again += method == "POST"
            time.sleep(AGAIN)
        raise TimeoutError(f"{method} was not answered within {ANSWER_WITHIN} s")
