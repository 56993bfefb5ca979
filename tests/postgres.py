"""A PostgreSQL 15 of the tests' own, started from Debian's binaries on a free port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin", "/usr/local/bin", "/usr/bin")


def binaries() -> Path:
    for place in PLACES:
        if (Path(place) / "initdb").exists() and (Path(place) / "postgres").exists():
            return Path(place)
    raise RuntimeError("PostgreSQL's programs were not found. Install them: apt-get install postgresql-15")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _as_other_user() -> dict:
    """PostgreSQL refuses to run as root: give it an account that owns nothing else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and neither a 'postgres' nor a 'nobody' account exists.")


@contextmanager
def server() -> Iterator[str]:
    """Yields the server's URL without a database name, e.g. postgresql://postgres@127.0.0.1:5433"""
    place, who, port = binaries(), _as_other_user(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="putright-postgres-"))
    if who:
        os.chown(folder, who["user"], who["group"])
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([place / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
                   check=True, **quiet, **who)
    process = subprocess.Popen(
        [place / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1",
         "-c", "max_connections=60"],
        **quiet, **who,
    )
    try:
        for _ in range(150):
            ready = subprocess.run([place / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)])
            if ready.returncode == 0:
                break
            time.sleep(0.1)
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)  # ends its clients; on a plain SIGTERM it would wait for them
        process.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)
