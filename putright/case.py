"""`putright case REFERENCE`."""

from __future__ import annotations

import json
from typing import Any

from register import cases, migrate, records
from register.engine import Register


def show(database_url: str, reference: str, *, as_json: bool) -> int:
    register = Register(database_url)
    migrate.upgrade(register)
    with register.reading() as session:
        record = records.case_record(session, cases.find(session, reference))
    print(json.dumps(record, ensure_ascii=False, indent=2) if as_json else _readable(record))
    return 0


def _readable(record: dict[str, Any]) -> str:
    head = f"{record['reference']}  {record['landlord']}  {record['disposition']}  received {record['received_at']}"
    lines = [head, "", record["definition"], ""]
    for row in record["deadlines"]:
        lines.append(f"{row['due_on']}  {row['deadline']}  ({', '.join(cited['paragraph'] for cited in row['citations'])})")
    lines += ["", *(f"{line['at'][:16]}  {line['author']}: {line['text']}" for line in record["transcript"])]
    return "\n".join(lines)
