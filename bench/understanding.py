"""How long understanding takes and how much memory, beside Rasa's stock pipeline on the same messages, on one core; and how
soon the real server answers. Minutes: two models are trained.

Run from the checkout: python -m bench.understanding
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter, sleep

import httpx

from putright import processes, rasa
from putright.settings import ROOT, load

FIGURES = (
    ("train_s", "training, s (stock: 1 of 100 epochs, 1/10)"),
    ("load_s", "loading, s"),
    ("p50_60_ms", "60 words, median ms"),
    ("p95_60_ms", "60 words, 95th percentile, ms"),
    ("p50_400_ms", "400 words, median ms"),
    ("p95_400_ms", "400 words, 95th percentile, ms"),
    ("memory_mb", "memory at most, MB"),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = {name: _measured(name, Path(folder, name)) for name in ("ours", "stock")}
    print(f"{'':44}{'ours':>10}{'stock':>10}{'ratio':>8}")
    for key, title in FIGURES:
        ours, stock = found["ours"][key], found["stock"][key]
        print(f"{title:44}{ours:10.1f}{stock:10.1f}{ours / stock:8.2f}")
    seconds, memory = served()
    print(f"the server as `run` starts it: ready after {seconds:.1f} s, {memory:.0f} MB")


def _measured(which: str, folder: Path) -> dict[str, float]:
    folder.mkdir()
    return {**_rasa("train", which, str(folder)), **_rasa("serve", str(folder))}


def _rasa(*arguments: str) -> dict[str, float]:
    command = [str(rasa.PYTHON), "-m", "bench._rasa", *arguments]
    said = subprocess.check_output(command, cwd=ROOT, env=rasa.environment(), stderr=subprocess.DEVNULL)
    return json.loads(said.splitlines()[-1])


def served() -> tuple[float, float]:
    """Seconds until Rasa answers that it is ready, and the megabytes that it then holds."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(load(), rasa_port=processes.free_port(), tracker_db=Path(folder, "rasa.db"))
        model = rasa.ensure_model()
        parts = processes.parts(settings, model, names=("rasa",), logs=Path(folder))
        supervisor = processes.Supervisor(parts)
        began = perf_counter()
        try:
            supervisor.start()
            while not _ready(settings.rasa_url):
                sleep(0.1)
            seconds = perf_counter() - began
            return seconds, _megabytes(parts[0].process.pid)
        finally:
            supervisor.end()


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/webhooks/journal/", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1024**2


if __name__ == "__main__":
    main()
