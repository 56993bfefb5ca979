"""Accounts of staff and their signed-in browsers. Passwords are kept as argon2id hashes, tokens as SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from register.engine import Register
from register.tables import Staff, StaffSession

SHORTEST_PASSWORD = 15
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)  # pages are read without a write in between
FREE_TRIES = 5
_hasher = PasswordHasher()  # argon2id with the library's current defaults
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


class StaffError(Exception):
    """What is wrong with an account or a password, in words for the person at the keyboard."""


def add(session: Session, *, email: str, name: str, password: str, now: datetime, landlords: list[str] | None = None) -> Staff:
    """Raises StaffError for a short password or an address that is taken."""
    if len(password) < SHORTEST_PASSWORD:
        raise StaffError(f"The password needs at least {SHORTEST_PASSWORD} characters. Three or four words together do well.")
    email = email.strip().lower()
    if session.execute(select(Staff).where(Staff.email == email)).scalar_one_or_none() is not None:
        raise StaffError(f"There is an account for {email} already.")
    account = Staff(email=email, name=name, password_hash=_hasher.hash(password), landlords=landlords or [], created_at=now)
    session.add(account)
    session.flush()
    return account


def sign_in(register: Register, *, email: str, password: str, now: datetime) -> tuple[Staff, str] | None:
    """The account and a new session's token; None if the two do not match or too many tries were made.

    An unknown address costs as much time as a wrong password, so that nobody learns who works here. The hash is worked out
    between two transactions: it takes long enough to keep everybody's messages waiting.
    """
    with register.reading() as session:
        account = _find(session, email)
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, password)
        right = True
    except (VerifyMismatchError, InvalidHashError):
        right = False
    if account is None:
        return None
    with register.writing() as session:
        account = session.execute(select(Staff).where(Staff.id == account.id).with_for_update()).scalar_one()
        if account.wait_until is not None and now < account.wait_until:
            return None
        if not right:
            account.failures += 1
            if account.failures >= FREE_TRIES:
                account.wait_until = now + timedelta(seconds=min(30 * 2 ** (account.failures - FREE_TRIES), 3600))
            return None
        account.failures, account.wait_until = 0, None
        token = secrets.token_urlsafe(32)
        session.add(StaffSession(token_hash=_hash(token), staff_id=account.id, started_at=now, seen_at=now))
        return account, token


def _find(session: Session, email: str) -> Staff | None:
    return session.execute(
        select(Staff).where(Staff.email == email.strip().lower(), Staff.disabled_at.is_(None))
    ).scalar_one_or_none()


def signed_in(register: Register, token: str, *, now: datetime) -> Staff | None:
    """Whose browser this is; None once it was idle or open for too long, or signed out. Seeing it keeps it alive."""
    with register.reading() as session:
        row = session.get(StaffSession, _hash(token))
        if row is None or row.ended_at is not None or now - row.seen_at > IDLE or now - row.started_at > LONGEST:
            return None
        account = session.get_one(Staff, row.staff_id)
    if account.disabled_at is not None:
        return None
    if now - row.seen_at > SEEN_EVERY:
        with register.writing() as session:
            session.get_one(StaffSession, row.token_hash).seen_at = now
    return account


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    row = session.get(StaffSession, _hash(token))
    if row is not None:
        row.ended_at = now


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
