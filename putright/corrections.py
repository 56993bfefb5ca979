"""`putright corrections`: what staff put right becomes examples for the next training, once a person has approved each."""

from __future__ import annotations

import json

from putright.settings import Settings
from register import lessons, migrate
from register.engine import Register

SHOWN = 8  # characters of an id: enough to tell those that wait apart


def run(settings: Settings, action: str, ids: list[str], by: str) -> int:
    """`list`, `approve`, `refuse` or `export`. Raises CaseError for an id that does not wait or an unknown account."""
    register = Register(settings.database_url)
    migrate.upgrade(register)
    try:
        if action == "list":
            _list(register)
        elif action == "export":
            _export(register)
        else:
            with register.writing() as session:
                count = lessons.decide(session, ids, by=by, at=settings.clock.now(), approve=action == "approve")
            print(f"{count} {'approved' if action == 'approve' else 'refused'}.")
    finally:
        register.close()
    return 0


def _list(register: Register) -> None:
    with register.reading() as session:
        found = lessons.waiting(session)
    for one in found:
        print(f"{one.id[:SHOWN]}  {one.reference}  {one.field}: {_said(one.before)} -> {_said(one.after)}  ({one.reason})")
        print(f"          {one.example['text']}\n")
    print(f"{len(found)} waiting. Nothing in one may say who wrote it; then: putright corrections approve ID --by EMAIL")


def _export(register: Register) -> None:
    with register.reading() as session:
        for example in lessons.approved(session):
            print(json.dumps(example, ensure_ascii=False))


def _said(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
