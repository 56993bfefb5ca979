"""`putright staff add`."""

from __future__ import annotations

import getpass
import sys

from putright.run import landlords as known_landlords
from putright.settings import SettingError, Settings
from register import migrate, staff
from register.engine import Register


def add(settings: Settings, email: str, name: str, landlords: list[str]) -> int:
    """The password is asked for twice; where there is no terminal it is one line of standard input."""
    wrong = [key for key in landlords if key not in known_landlords(settings)]
    if wrong:
        raise SettingError(f"No landlord has the key {', '.join(wrong)}.")
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise staff.StaffError("The two passwords differ. Nothing was changed.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    register = Register(settings.database_url)
    migrate.upgrade(register)
    with register.writing() as session:
        staff.add(session, email=email, name=name, password=password, landlords=landlords, now=settings.clock.now())
    print(f"{email} can sign in at {settings.public_url}/staff")
    return 0
