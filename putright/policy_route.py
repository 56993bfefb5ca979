"""`putright policy route` and `putright policy lint`: where a matter goes, and where a policy departs from the Code."""
from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from policies import lint, packs, routing
from policies.directory import DirectoryError
from policies.pack_model import Pack
from policies.routing import KINDS, PROCEEDINGS, REPRESENTATIVE, RouteFacts
from policies.statements import StatementError
from putright.policy_arguments import a_day, print_json

_BAD_INPUT = (packs.PackError, packs.NoPackInForce, packs.UnknownLandlord, routing.RouteError, StatementError, DirectoryError,
              lint.LintError)
_FLAGS = ("already_decided", "high_rise", "about_handling", "anonymous")


def add_commands(subparsers: argparse._SubParsersAction) -> None:
    """Adds `route` and `lint` to the subcommands of `policy`; each sets `run`, which returns the exit code."""
    route = _add(subparsers, "route", _route, "where a matter goes, and what the resident is told")
    route.add_argument("key")
    route.add_argument("--kind", required=True, choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    route.add_argument("--on", type=a_day, help="the version in force on that day (default: the newest)")
    for months in ("--months-ago", "--aware-months-ago"):
        route.add_argument(months, type=int, metavar="N")
    for words in ("--county", "--postcode", "--tenure", "--subject"):
        route.add_argument(words)
    route.add_argument("--bought-on", type=a_day)
    route.add_argument("--proceedings", choices=PROCEEDINGS, default="none")
    route.add_argument("--representative", choices=REPRESENTATIVE, default="none")
    route.add_argument("--channel", choices=("web", "sms"), default="web")
    for flag in _FLAGS:
        route.add_argument(f"--{flag.replace('_', '-')}", action="store_true")
    report = _add(subparsers, "lint", _lint, "where policies depart from the Code; exit 1 while a high finding is not accepted")
    report.add_argument("key", nargs="?", help="one landlord (default: all)")
    report.add_argument("--on", type=a_day, help="the version in force on that day (default: the newest)")


def _add(subparsers: argparse._SubParsersAction, name: str, run: Callable[[argparse.Namespace], int],
         words: str) -> argparse.ArgumentParser:
    def run_or_say(arguments: argparse.Namespace) -> int:
        try:
            return run(arguments)
        except _BAD_INPUT as error:
            print(f"putright policy: {error}", file=sys.stderr)
            return 2
    command = subparsers.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.set_defaults(run=run_or_say)
    return command


def _pack(arguments: argparse.Namespace, key: str) -> Pack:
    landlord = packs.load()[key]
    return landlord.in_force(arguments.on) if arguments.on else landlord.versions[-1]


def _route(arguments: argparse.Namespace) -> int:
    facts = RouteFacts(**{name: getattr(arguments, name) for name in RouteFacts.__dataclass_fields__})
    route = routing.route(_pack(arguments, arguments.key), facts, arguments.channel)
    if arguments.json:
        print_json(route.as_json())
        return 0
    print(f"{route.disposition}{f' ({route.ground})' if route.ground else ''}")
    for said in route.statements:
        print(f"  {said.text}")
    for signpost in route.signposts:
        print(f"  → {signpost.name}: {signpost.contact}. {signpost.why}")
    for note in route.for_staff:
        print(f"  [staff] {note}")
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    keys = [arguments.key] if arguments.key else list(packs.load())
    found = [finding for key in keys for finding in lint.lint(_pack(arguments, key))]
    if arguments.json:
        print_json([finding.as_json() for finding in found])
    else:
        for finding in found:
            print(f"{finding.landlord:15} {finding.severity:6} {finding.paragraph} / {finding.provision}: {finding.finding}")
            print(f"{'':22} Instead: {finding.safe_default}")
            if finding.accepted:
                said = finding.accepted
                print(f"{'':22} Accepted by {said.by} on {said.on}: {said.why}")
    return 1 if any(finding.stops for finding in found) else 0
