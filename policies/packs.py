"""Loading the landlords' packs: strict, and every error names the file, the line and what to do."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from policies import pack_checks, yaml_lines
from policies.pack_model import Pack

FOLDER = Path(__file__).parent / "landlords"


class PackError(ValueError):
    """A pack that cannot be used: `file`, `line` (1-based) and `message`, a sentence that says what to do."""

    def __init__(self, file: Path, line: int, message: str):
        super().__init__(f"{file.name}, line {line}: {message}")
        self.file, self.line, self.message = file, line, message


class NoPackInForce(LookupError):
    """No version of the policy was in force on that day."""


class UnknownLandlord(KeyError):
    """No pack has this key."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Landlord:
    """One landlord and the versions of its policy, oldest first."""

    key: str
    versions: tuple[Pack, ...]

    @property
    def name(self) -> str | None:
        """The name residents know, from the newest version; None where it is a known gap."""
        return self.versions[-1].resident_name

    def in_force(self, on: date) -> Pack:
        """The version in force on a London date. Raises NoPackInForce."""
        begun = [pack for pack in self.versions if pack.in_force_from <= on]
        if not begun:
            first = self.versions[0].in_force_from
            raise NoPackInForce(f"The policy of {self.key} is held from {first:%d %B %Y}. Choose a later day than {on:%d %B %Y}.")
        return begun[-1]

    def version(self, version: str) -> Pack:
        """The version of that name: a case keeps the version under which it was opened. Raises NoPackInForce."""
        for pack in self.versions:
            if pack.version == version:
                return pack
        raise NoPackInForce(f'There is no version "{version}" of the policy of {self.key}. There are: '
                            f"{', '.join(pack.version for pack in self.versions)}.")


class Landlords(Mapping[str, Landlord]):
    """The landlords by key, in the order of their keys."""

    def __init__(self, landlords: dict[str, Landlord]):
        self._landlords = landlords

    def __getitem__(self, key: str) -> Landlord:
        try:
            return self._landlords[key]
        except KeyError:
            raise UnknownLandlord(f'There is no landlord "{key}". There are: {", ".join(self._landlords)}.') from None

    def managed_by(self, pack: Pack, manager: str, on: date) -> Pack | None:
        """The policy that applies where a managing partner handles the complaint: its own, in force on that day.

        None where no partner of that name has a pack that is loaded: then the landlord's own dates are given, with that doubt.
        """
        partners = pack.managing_partners.partners if pack.managing_partners else []
        keys = [partner.pack for partner in partners if partner.name.casefold() == manager.strip().casefold()]
        return self[keys[0]].in_force(on) if keys and keys[0] in self._landlords else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._landlords)

    def __len__(self) -> int:
        return len(self._landlords)


def load(folder: Path | None = None) -> Landlords:
    """Every pack in a folder (default: the five of this house). Raises PackError for the first fault found.

    Read again only when a file changed.
    """
    folder = folder or FOLDER
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise PackError(folder, 1, "There is no pack in this folder. Add one file per landlord, ending in .yml.")
    return _load(tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=8)
def _load(stamped: tuple[tuple[Path, int], ...]) -> Landlords:
    versions: dict[str, list[tuple[Pack, Path]]] = {}
    for file, _ in stamped:
        pack = read(file)
        versions.setdefault(pack.key, []).append((pack, file))
    landlords = {}
    for key in sorted(versions):
        dated = sorted(versions[key], key=lambda item: item[0].in_force_from)
        for (older, _), (newer, file) in zip(dated, dated[1:], strict=False):
            if older.in_force_from == newer.in_force_from or older.version == newer.version:
                raise PackError(file, 1, f"Two versions of {key} share a name or a first day. Give each its own "
                                "`version` and `in_force_from`.")
        landlords[key] = Landlord(key, tuple(pack for pack, _ in dated))
    return Landlords(landlords)


def read(file: Path) -> Pack:
    """One pack from one file. Raises PackError."""
    try:
        data, lines = yaml_lines.read(file)
    except yaml_lines.YamlError as error:
        raise PackError(file, error.line, error.message) from error
    if not isinstance(data, dict):
        raise PackError(file, 1, "A pack is a list of `name: value` lines. Begin with `key:`.")
    try:
        pack = Pack.model_validate(data)
    except ValidationError as error:
        path, message = pack_checks.first_fault(error)
        raise PackError(file, _line(lines, path), message) from error
    if file.stem != pack.key and not file.stem.startswith(f"{pack.key}-"):
        raise PackError(file, _line(lines, ("key",)), f'The file of "{pack.key}" must be named {pack.key}.yml, or {pack.key}-'
                        "and its version. Rename the file or correct the key.")
    for path, message in pack_checks.faults(pack):
        raise PackError(file, _line(lines, path), message)
    return pack


def _line(lines: dict[yaml_lines.Path_, int], path: yaml_lines.Path_) -> int:
    """The line of the nearest key that exists on the way to `path`."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
