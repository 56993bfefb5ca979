"""The house holds to its plan: who may import whom, and nothing where it does not belong."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("policies", "register", "actions", "bot", "frontdoor", "staff", "putright")
# Imports point down only: what each room may use of the house.
MAY = {
    "policies": set(),
    "bot": set(),
    "register": {"policies"},
    "actions": {"policies", "register"},
    "frontdoor": {"policies", "register"},
    "staff": {"policies", "register"},
    "putright": {"policies", "register", "actions", "frontdoor", "staff"},
}
# What the pure room and the sealed room may use from outside.
POLICIES_OUTSIDE = {"pydantic", "pydantic_core", "yaml", "holidays"}
WEB_FRAMEWORKS = {"litestar", "uvicorn", "starlette"}
ELSEWHERE = {"tests", "docs", "data", "evaluation", "requirements", "scripts", "bench"}


def files(room: str) -> list[Path]:
    return [path for path in sorted((ROOT / room).rglob("*.py")) if "__pycache__" not in path.parts]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def tracked() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if (ROOT / name).is_file()]


def texts(*endings: str) -> dict[str, str]:
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in tracked() if name.endswith(endings)}


def test_every_room_is_there():
    assert [room for room in ROOMS if not files(room)] == []


def test_imports_point_down_only():
    wrong = [
        f"{path.relative_to(ROOT)} imports {other}"
        for room in ROOMS for path in files(room) for other in imported(path) & set(ROOMS)
        if other != room and other not in MAY[room]
    ]
    assert wrong == []


def test_policies_are_pure():
    standard = set(sys.stdlib_module_names)
    banned = {"socket", "urllib", "http", "sqlite3", "subprocess", "requests"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}" for path in files("policies") for name in imported(path)
        if (name not in standard | POLICIES_OUTSIDE | {"policies"}) or name in banned
    ]
    assert wrong == []


def test_only_the_register_knows_the_database_library_or_the_migrations():
    wrong = [
        f"{path.relative_to(ROOT)} imports alembic" for room in ROOMS if room != "register" for path in files(room)
        if "alembic" in imported(path)
    ]
    assert wrong == []


def test_only_doors_and_the_command_line_read_the_clock():
    reads = re.compile(r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    wrong = [
        str(path.relative_to(ROOT)) for room in ("policies", "register", "actions") for path in files(room)
        if reads.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_the_safety_net_needs_the_standard_library_alone():
    code = (
        "import sys; sys.path.insert(0, '.'); from policies import safety; safety.read('smell of gas'); "
        "print(sorted(n for n in ('pydantic', 'ruamel', 'holidays', 'spacy') if n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_bot_is_python_3_10():
    for path in files("bot"):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))
    newer = re.compile(r"\bdatetime\.UTC\b|import UTC\b|\bStrEnum\b|\btomllib\b|typing import .*\bSelf\b|except\*")
    assert [str(path) for path in files("bot") if newer.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_for_evaluation_lies_where_training_reads():
    assert [name for name in tracked() if name.startswith("data/") and name.endswith((".jsonl", ".json", ".csv"))] == []


def test_every_folder_at_the_top_is_in_the_readme():
    folders = {name.split("/")[0] for name in tracked() if "/" in name and not name.startswith(".")}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(folder for folder in folders if f"{folder}/" not in readme) == []
    assert folders <= set(ROOMS) | ELSEWHERE


def test_no_registry_address_and_no_machine_path():
    """The patterns are written so that they do not find themselves."""
    hosts = re.compile(
        r"pythonhoste[d]\.|(?:^|[^a-z])pyp[i]\.org|npmj[s]\.org|debia[n]\.org|/op[t]/pypi|/roo[t]/|/wor[k]/|\.\./share[d]"
    )
    endings = (".py", ".txt", ".in", ".toml", ".yml", ".md", "Makefile", ".html", ".js", ".sh", "setup", "lock", "run")
    assert [name for name, text in texts(*endings).items() if hosts.search(text)] == []


def test_no_to_dos_and_no_drawers():
    marks = re.compile(r"\bTOD[O]\b|\bFIXM[E]\b|raise NotImplementedErro[r]")
    wrong = [name for name, text in texts(".py", ".yml", ".html", ".js").items() if marks.search(text)]
    wrong += [name for name in tracked() if Path(name).name in ("utils.py", "helpers.py", "misc.py") or "_v2" in name]
    assert wrong == []


def test_python_3_10_and_rasa_stay_behind_the_seam():
    outside = [path for room in ROOMS if room != "bot" for path in files(room)]
    assert [str(path) for path in outside if "rasa" in imported(path)] == []
    below = [path for room in ("policies", "register", "actions") for path in files(room)]
    assert [str(path) for path in below if imported(path) & WEB_FRAMEWORKS] == []
