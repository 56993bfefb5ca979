"""The command `putright`."""

from __future__ import annotations

import argparse
import logging
import sys

from putright import policy
from putright.settings import SettingError


def main(argv: list[str] | None = None) -> int:
    """Exit 0 when done, 1 when the answer is no, 2 for bad input: a sentence on standard error says what to do."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        return arguments.run(arguments) or 0
    except (SettingError, *_known_errors()) as error:
        print(f"putright: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0


def _known_errors() -> tuple[type[Exception], ...]:
    from policies.packs import PackError, UnknownLandlord
    from putright.processes import PortTaken
    from putright.rasa import RasaError
    from register.cases import CaseError
    from register.staff import StaffError

    return (CaseError, StaffError, RasaError, PortTaken, PackError, UnknownLandlord)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="putright", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    run = commands.add_parser("run", help="start everything and keep it running until Ctrl-C")
    run.set_defaults(run=_run)
    train = commands.add_parser("train", help="train the model if its data changed")
    train.set_defaults(run=_train)
    migrate = commands.add_parser("migrate", help="bring the register to the newest shape")
    migrate.set_defaults(run=_migrate)
    doctor = commands.add_parser("doctor", help="say what is missing and what is unsafe")
    doctor.set_defaults(run=_doctor)

    classify = commands.add_parser("classify", help="understand messages: JSON lines in, JSON lines out")
    classify.add_argument("--today", help="the day the messages were written, YYYY-MM-DD")
    classify.add_argument("--json", action="store_true", help="JSON lines (the only form)")
    classify.set_defaults(run=_classify)

    chat = commands.add_parser("chat", help="talk as a resident: one message a line")
    chat.add_argument("--landlord", required=True)
    chat.add_argument("--channel", choices=("web", "sms"), default="web")
    chat.add_argument("--at", help="the conversation's clock, Europe/London, such as 2026-12-18T18:30")
    chat.add_argument("--database", help="a register to write to; a throw-away one if not given")
    chat.add_argument("--json", action="store_true")
    chat.set_defaults(run=_chat)

    case = commands.add_parser("case", help="show a case")
    case.add_argument("reference")
    case.add_argument("--json", action="store_true")
    case.set_defaults(run=_case)

    sweep = commands.add_parser("sweep", help="the nightly look: what is due, missed, silent or stuck")
    sweep.add_argument("--today", help="YYYY-MM-DD (default: today in London)")
    sweep.add_argument("--json", action="store_true")
    sweep.set_defaults(run=_sweep)

    staff = commands.add_parser("staff", help="accounts of staff").add_subparsers(required=True, metavar="action")
    add = staff.add_parser("add", help="add an account; the password is asked for")
    add.add_argument("email")
    add.add_argument("--name", required=True)
    add.add_argument("--landlord", action="append", default=[], help="may be given again; none means all")
    add.set_defaults(run=_staff_add)

    corrections = commands.add_parser("corrections", help="what staff put right, as masked examples for the next training")
    corrections.set_defaults(run=_corrections, action="list", ids=[], by="")
    actions = corrections.add_subparsers(metavar="action")
    for name, words in (("list", "those that wait for a person to read them"), ("export", "the approved ones, as JSON lines")):
        actions.add_parser(name, help=words).set_defaults(action=name)
    for name, words in (("approve", "let these be used: nothing in them says who wrote"), ("refuse", "these are not to be used")):
        decide = actions.add_parser(name, help=words)
        decide.add_argument("ids", nargs="+", metavar="ID")
        decide.add_argument("--by", required=True, metavar="EMAIL", help="the account of the person who has read them")
        decide.set_defaults(action=name)

    policy.add_commands(commands)

    part = commands.add_parser("part", help="one of the processes that `run` starts")
    part.add_argument("name", choices=("web", "relay", "actions"))
    part.set_defaults(run=_part)
    return parser


# Each command imports what it needs when it runs, so that `putright policy` does not wait for a web framework.


def _run(_: argparse.Namespace) -> int:
    from putright import run, settings

    return run.run(settings.load())


def _train(_: argparse.Namespace) -> int:
    from putright import rasa

    print(rasa.ensure_model())
    return 0


def _migrate(_: argparse.Namespace) -> int:
    from putright import settings
    from register import migrate
    from register.engine import Register

    migrate.upgrade(Register(settings.load().database_url))
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from putright import doctor

    return doctor.report()


def _classify(arguments: argparse.Namespace) -> int:
    from putright import classify

    return classify.classify(sys.stdin, sys.stdout, today=arguments.today)


def _chat(arguments: argparse.Namespace) -> int:
    from putright import chat

    return chat.chat(sys.stdin, sys.stdout, landlord=arguments.landlord, channel=arguments.channel, at=arguments.at,
                     database=arguments.database, as_json=arguments.json)


def _case(arguments: argparse.Namespace) -> int:
    from putright import case, settings

    return case.show(settings.load().database_url, arguments.reference, as_json=arguments.json)


def _sweep(arguments: argparse.Namespace) -> int:
    from putright import nightly, settings

    return nightly.sweep(settings.load(), today=arguments.today, as_json=arguments.json)


def _staff_add(arguments: argparse.Namespace) -> int:
    from putright import accounts, settings

    return accounts.add(settings.load(), arguments.email, arguments.name, arguments.landlord)


def _corrections(arguments: argparse.Namespace) -> int:
    from putright import corrections, settings

    return corrections.run(settings.load(), arguments.action, arguments.ids, arguments.by)


def _part(arguments: argparse.Namespace) -> int:
    from putright import part, settings

    return part.run(arguments.name, settings.load())


if __name__ == "__main__":
    sys.exit(main())
