"""`putright policy`: the landlords' policies from the command line, for people who know housing and for other programs.

`add_commands` adds `policy` and its own subcommands; each sets `run`, a function of the parsed arguments that returns the exit
code: 0, 1 where a check failed, 2 for bad input, with a sentence on standard error.
"""
from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

from policies import clocks, lint, new_landlord, packs, show, timeline, workdays, yaml_lines
from policies.citations import spoken
from policies.clocks import FACTS, ClockFacts
from policies.pack_model import Pack
from putright import policy_route
from putright.policy_arguments import a_day, a_moment, print_json

_BAD_INPUT = (packs.PackError, packs.NoPackInForce, packs.UnknownLandlord, clocks.FactsOutOfOrder, workdays.OutsideCalendar,
              workdays.HolidayFileError, new_landlord.AnswerError, yaml_lines.YamlError, FileExistsError, FileNotFoundError)


class NothingGiven(ValueError):
    """A question without what it needs to be answered."""


def add_commands(subparsers: argparse._SubParsersAction) -> None:
    """Adds `policy …` to the command line of the house."""
    commands = subparsers.add_parser("policy", help="landlords' policies: rules, dates, routes, departures from the Code")
    commands = commands.add_subparsers(dest="policy_command", required=True, metavar="list|show|clocks|explain|route|lint|new")
    _add(commands, "list", _list, "the landlords and the versions of their policies")
    one = _add(commands, "show", _show, "one policy as timelines and rules")
    one.add_argument("key")
    one.add_argument("--on", type=a_day, help="the version in force on that day (default: the newest)")
    for name, run, words in (("clocks", _clocks, "every deadline that the given facts fix"),
                             ("explain", _explain, "one deadline day by day: each day counted, or why not")):
        command = _add(commands, name, run, words)
        command.add_argument("key")
        _add_facts(command)
    commands.choices["clocks"].add_argument("--svg", action="store_true", help="the timeline as a picture")
    command.add_argument("--deadline", required=True, choices=clocks.NAMES, metavar="NAME", help=", ".join(clocks.NAMES))
    new = _add(commands, "new", _new, "make a pack for another landlord by answering questions")
    new.add_argument("key", help="small letters, figures and _, for example oak_homes")
    new.add_argument("--answers", type=Path, help="a YAML file of answers by question, instead of asking")
    new.add_argument("--folder", type=Path, default=packs.FOLDER, help="where to write the pack")
    policy_route.add_commands(commands)


def answering(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Turns what is wrong with the input into a sentence on standard error and exit code 2."""
    def run_or_say(arguments: argparse.Namespace) -> int:
        try:
            return run(arguments)
        except (*_BAD_INPUT, NothingGiven) as error:
            print(f"putright policy: {error}", file=sys.stderr)
            return 2
    return run_or_say


def _add(commands: argparse._SubParsersAction, name: str, run: Callable, words: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.set_defaults(run=answering(run))
    return command


def _add_facts(command: argparse.ArgumentParser) -> None:
    command.add_argument("--on", type=a_day, help="the version in force on that day (default: that of the first fact)")
    for fact in FACTS:
        command.add_argument(f"--{fact.replace('_', '-')}", type=a_moment, metavar="WHEN")
    command.add_argument("--stage-1-response-sent", choices=("post", "electronic"), default="post",
                         help="how the response went, if nobody knows when it was received")


def _facts(arguments: argparse.Namespace) -> tuple[Pack, ClockFacts]:
    facts = ClockFacts(**{field.name: getattr(arguments, field.name) for field in fields(ClockFacts)})
    given = facts.dates()
    if not given:
        raise NothingGiven("Give at least one fact, for example --received 2026-12-18T18:30.")
    clocks.check_order(facts)
    pack = packs.load()[arguments.key].in_force(arguments.on or min(given.values()))
    for day in given.values():
        workdays.england().why_not(day)
    return pack, facts


def _list(arguments: argparse.Namespace) -> int:
    landlords = packs.load().values()
    if arguments.json:
        print_json([{"landlord": one.key, "name": one.name, "versions": [
            {"version": pack.version, "in_force_from": pack.in_force_from.isoformat(), "document": pack.document,
             "gaps": [path for path, _ in show.gaps(pack)]} for pack in one.versions]} for one in landlords])
        return 0
    for one in landlords:
        for pack in one.versions:
            print(f"{one.key:16}{one.name or '(not named)':28}version {pack.version}, in force from {_said(pack.in_force_from)}"
                  f" · {len(show.gaps(pack))} known gaps")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    landlord = packs.load()[arguments.key]
    pack = landlord.in_force(arguments.on) if arguments.on else landlord.versions[-1]
    if arguments.json:
        print_json(pack.model_dump(mode="json"))
    else:
        print(show.show(pack), end="")
    return 0


def _clocks(arguments: argparse.Namespace) -> int:
    pack, facts = _facts(arguments)
    found = clocks.deadlines(pack, facts, workdays.england())
    if arguments.json:
        print_json([deadline.as_json() for deadline in found])
        return 0
    if arguments.svg:
        title = f"{pack.resident_name or pack.document}: what is due when"
        print(timeline.svg(found, workdays.england().with_closures(pack.working_days.closures), title=title))
        return 0
    for deadline in found:
        latest = " at the latest" if deadline.at_latest else ""
        print(f"{deadline.deadline:26}{_said(deadline.due_on)}{latest}")
        for_staff = " · for staff" if deadline.for_staff else ""
        print(f"    {deadline.rule} ({_said(deadline.from_on)}) · {spoken(deadline.citations)}{for_staff}")
        for other in deadline.also:
            print(f"    also {_said(other.due_on)}: {other.reading} · {spoken(other.citations)}")
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    pack, facts = _facts(arguments)
    working = clocks.explain(pack, facts, arguments.deadline, workdays.england())
    if not working:
        raise NothingGiven(f"These facts do not fix {arguments.deadline} for {arguments.key}. Give the fact that it starts from; "
                           f"`putright policy show {arguments.key}` says which, or that there is no such limit.")
    if arguments.json:
        print_json([row.as_json() for row in working])
        return 0
    for row in working:
        print(f"{_said(row.on):16} {'–' if row.counted is None else row.counted:>3}  {row.why}")
    return 0


def _new(arguments: argparse.Namespace) -> int:
    answers = _answers_from(arguments.answers) if arguments.answers else _ask()
    file, pack = new_landlord.write(arguments.key, answers, arguments.folder)
    found = lint.lint(pack)
    friday = datetime(2026, 12, 18, 18, 30)
    worked = [*clocks.deadlines(pack, ClockFacts(received=friday), workdays.england()),
              *clocks.deadlines(pack, ClockFacts(stage_2_request=friday), workdays.england())]
    if arguments.json:
        print_json({"file": str(file), "gaps": [path for path, _ in show.gaps(pack)],
                    "worked": [deadline.as_json() for deadline in worked], "lint": [finding.as_json() for finding in found]})
        return 0
    print(f"Written: {file}\n\nGaps to fill:")
    print("\n".join(f"  {path}: {gap.gap}" for path, gap in show.gaps(pack)) or "  none")
    print("\nWhere it departs from the Code:")
    print("\n".join(f"  {one.severity}: {one.paragraph} / {one.provision}: {one.finding}" for one in found) or "  nowhere")
    print("\nReceived Friday 18 December 2026, 18:30; stage 2 asked for at the same moment:")
    print("\n".join(f"  {deadline.deadline:26}{_said(deadline.due_on)}" for deadline in worked))
    return 0


def _answers_from(file: Path) -> dict[str, str]:
    answers, lines = yaml_lines.read(file)
    known = {question.id for question in new_landlord.questions()}
    if not isinstance(answers, dict):
        raise new_landlord.AnswerError(f"{file.name}: write one answer a line, as `name: Oak Homes`.")
    for name in answers:
        if name not in known:
            raise new_landlord.AnswerError(f'{file.name}, line {lines[(name,)]}: there is no question "{name}".')
    return {name: "" if answer is None else str(answer) for name, answer in answers.items()}


def _ask() -> dict[str, str]:
    """Asks on standard error and reads standard input, again until an answer can be used."""
    answers = {}
    for question in new_landlord.questions():
        while True:
            print(question.ask, file=sys.stderr)
            try:
                answers[question.id] = input("> ")
            except EOFError:
                raise NothingGiven("The answers ended before the questions did. Begin again, or give --answers FILE.") from None
            try:
                new_landlord.check(question, answers[question.id])
                break
            except new_landlord.AnswerError as error:
                print(error, file=sys.stderr)
    return answers


def _said(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
