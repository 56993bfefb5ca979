"""`make chaos`: the real system, residents who talk, and SIGKILL at random moments. Nothing may be lost, doubled or out of order.

One JSON line with the figures goes to reports/chaos.json. Exit 0 if all held and enough was done, else 1.
`--without` takes one safety away, in a stand-in of ours and not in the product; the damage must then be seen.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select

from policies import packs
from putright.settings import ROOT
from register.engine import Register
from register.tables import Message
from tests.chaos import checks
from tests.chaos.killers import Killers, Tally
from tests.chaos.moments import Moments
from tests.chaos.report import Plan, report
from tests.chaos.residents import ANSWER_WITHIN, Diary, Resident
from tests.chaos.system import CONTROLS, System

REPORTS = ROOT / "reports"
TELL_EVERY = 30  # seconds
Say = Callable[[str], None]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=Plan.kills)
    parser.add_argument("--messages", type=int, default=Plan.messages)
    parser.add_argument("--seconds", type=int, default=Plan.seconds, help="no more killing after so long")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--database", help="an empty database for the register; a throw-away SQLite file if not given")
    parser.add_argument("--without", choices=CONTROLS, help="take one safety away")
    parser.add_argument("--expect-damage", action="store_true", help="exit 0 if damage was found")
    asked = parser.parse_args(argv)
    plan = Plan(kills=asked.kills, messages=asked.messages, seconds=asked.seconds, seed=asked.seed, without=asked.without)
    folder = Path(tempfile.mkdtemp(prefix="putright-chaos-"))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the processes are ended in any event
    figures = run(plan, folder, asked.database, say=_print)
    REPORTS.mkdir(exist_ok=True)
    line = json.dumps(figures)
    (REPORTS / (f"chaos-without-{plan.without}.json" if plan.without else "chaos.json")).write_text(line + "\n")
    _print(line)
    if figures["ok"]:
        shutil.rmtree(folder)
    else:
        _print(f"Databases and logs are kept in {folder}")
    return 0 if figures["damaged" if asked.expect_damage else "ok"] else 1


def run(plan: Plan, folder: Path, database_url: str | None = None, *, say: Say) -> dict[str, Any]:
    """One run: boot, talk and kill, let it drain, judge."""
    system = System.prepare(folder, database_url, plan.without)
    diary, stop, began = Diary(), threading.Event(), time.monotonic()
    say(f"Starting. Seed {plan.seed}; logs in {folder / 'log'}")
    try:
        system.start(next(iter(packs.load())))
        say(f"It answers after {time.monotonic() - began:.0f} s.")
        keeper = threading.Thread(target=system.keep, args=(stop,))
        keeper.start()
        tally = _talk_and_kill(plan, system, diary, say)
        drained = _drain(system)
        stop.set()
        keeper.join()
    finally:
        stop.set()
        system.supervisor.end()
    register = Register(system.settings.database_url)
    ledger = checks.Ledger.read(register, system.settings.tracker_db)
    register.close()
    faults = checks.damage(ledger, diary, system.logs())
    for name, found in faults.items():
        for fault in found[:10]:
            say(f"{name}: {fault}")
    return report(plan, system, diary, ledger, tally, faults, drained=drained, seconds=time.monotonic() - began)


def _talk_and_kill(plan: Plan, system: System, diary: Diary, say: Say) -> Tally:
    moments, enough, landlords = Moments(), threading.Event(), list(packs.load())
    residents = [
        Resident(number, system.web, landlords, diary, moments, enough, seed=plan.seed, pause=plan.hurry)
        for number in range(plan.residents)
    ]
    killers = Killers(system, moments, plan.seed, hurry=plan.hurry)
    tally, began, told_at = killers.tally, time.monotonic(), 0.0
    for resident in residents:
        resident.start()
    killers.start()
    while time.monotonic() - began < plan.seconds and not plan.is_done(tally, len(diary.acknowledged)):
        time.sleep(1)
        if time.monotonic() - told_at >= TELL_EVERY:
            told_at = time.monotonic()
            say(f"{told_at - began:4.0f} s: {tally.total} kills {tally.kills}, {tally.during_form} of them in a form; "
                f"{len(diary.acknowledged)} messages, {diary.finished} intakes to their end")
    killers.end()
    tally.messages = len(diary.acknowledged)
    enough.set()
    say("No more kills; letting the residents finish.")
    for resident in residents:
        resident.join(timeout=2 * ANSWER_WITHIN)
    return tally


def _drain(system: System) -> bool:
    """Wait till every message has its end; False if some has none after its time."""
    register, until = Register(system.settings.database_url), time.monotonic() + ANSWER_WITHIN
    waiting = select(exists().where(Message.author == "resident", Message.state == "new"))
    try:
        while time.monotonic() < until:
            with register.reading() as session:
                if not session.execute(waiting).scalar_one():
                    return True
            time.sleep(1)
        return False
    finally:
        register.close()


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
