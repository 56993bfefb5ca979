"""The figures of a run, as one line of JSON."""

from __future__ import annotations

import platform
import statistics
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import make_url

from putright.settings import ROOT
from tests.chaos.checks import Ledger
from tests.chaos.killers import Tally
from tests.chaos.residents import Diary
from tests.chaos.system import PARTS, System


@dataclass(frozen=True)
class Plan:
    """How much must be done for a run to count, and how."""

    kills: int = 100
    messages: int = 500
    seconds: int = 2400  # no more killing after so long
    seed: int = 1
    residents: int = 14
    hurry: float = 1.0  # below 1: less peace between kills, less thought between messages
    without: str | None = None

    @property
    def of_each(self) -> int:
        """Kills that each process must have had."""
        return min(10, self.kills // 8)

    @property
    def intakes(self) -> int:
        """Intakes that must have come to their end."""
        return self.messages // 20

    def is_done(self, tally: Tally, accepted: int) -> bool:
        return tally.total >= self.kills and min(tally.kills.values()) >= self.of_each and accepted >= self.messages


def report(
    plan: Plan, system: System, diary: Diary, ledger: Ledger, tally: Tally, faults: dict[str, list[str]], *,
    drained: bool, seconds: float,
) -> dict[str, Any]:
    """`ok`: enough was done and nothing was damaged. `done_enough`: at least half of the kills were in a form, too."""
    damaged = any(faults.values()) or not drained
    done_enough = plan.is_done(tally, tally.messages) and tally.during_form * 2 >= tally.total and diary.finished >= plan.intakes
    return {
        "ok": done_enough and not damaged, "damaged": damaged, "done_enough": done_enough, "plan": asdict(plan),
        "kills": {"total": tally.total, **tally.kills, "in_a_form": tally.during_form},
        "restarts": {name: system.parts[name].restarts for name in PARTS},
        "messages": {
            "accepted": len(diary.acknowledged), "while_killing": tally.messages, "posted_again": diary.posted_again,
            "dead": sum(row.state == "dead" for row in ledger.heard()), "replies": len(ledger.said()),
        },
        "intakes": {"begun": len(diary.intakes), "finished": diary.finished, "cases": len(ledger.cases)},
        "wait_seconds": {"median": round(statistics.median(diary.waits or [0]), 1), "longest": round(max(diary.waits or [0]), 1)},
        **{name: len(found) for name, found in faults.items()},
        "faults": {name: found[:20] for name, found in faults.items() if found},
        "drained": drained, "seconds": round(seconds), "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": _versions(system),
    }


def _versions(system: System) -> dict[str, str]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return {
        "commit": commit.stdout.strip(), "database": make_url(system.settings.database_url).get_backend_name(),
        "python": platform.python_version(), "rasa-sdk": version("rasa-sdk"), "sqlalchemy": version("sqlalchemy"),
        "model": system.model.name,
    }
