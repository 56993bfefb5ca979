"""The Rasa side as seen from here: its environment, its model, how it is trained and started."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from putright.settings import ROOT, VAR, Settings

PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
MODELS = ROOT / "models"
INPUTS = ("config.yml", "domain.yml", "data", "bot", "requirements/rasa.txt", "requirements/encoder.txt")
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
}


class RasaError(RuntimeError):
    """Something about the Rasa side that the operator can put right."""


def fingerprint() -> str:
    """Changes when anything that the model is made from changes."""
    digest = hashlib.sha256()
    for name in INPUTS:
        place = ROOT / name
        inside = (path for path in place.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        for path in sorted(inside) if place.is_dir() else [place]:
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def model_path() -> Path:
    return MODELS / f"putright-{fingerprint()}.tar.gz"


def ensure_model(log: Path = VAR / "log" / "train.log") -> Path:
    """The model for what is in the tree now, trained if it is not there; a line of progress, the rest goes to the log."""
    path = model_path()
    if path.exists():
        return path
    if not PYTHON.exists():
        raise RasaError("The Rasa environment is not there. Run: make setup")
    log.parent.mkdir(parents=True, exist_ok=True)
    MODELS.mkdir(exist_ok=True)
    making = path.with_name(f"making-{os.getpid()}.tar.gz")
    name = making.name.removesuffix(".tar.gz")
    command = [str(PYTHON), "-m", "rasa", "train", "--out", str(MODELS), "--fixed-model-name", name]
    began = time.monotonic()
    with log.open("w") as output:
        training = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=output, stderr=subprocess.STDOUT)
        while training.poll() is None:
            _progress(f"Training the model, {time.monotonic() - began:.0f} s (details in {log})")
            time.sleep(1)
    if training.returncode != 0 or not making.exists():
        raise RasaError(f"Training failed. The reason is at the end of {log}.")
    making.rename(path)
    _progress(f"Trained the model in {time.monotonic() - began:.0f} s.\n")
    for old in sorted(MODELS.glob("putright-*.tar.gz"), key=lambda model: model.stat().st_mtime)[:-3]:
        old.unlink()
    return path


def _progress(text: str) -> None:
    if sys.stderr.isatty() or text.endswith("\n"):
        sys.stderr.write("\r\033[K" + text if sys.stderr.isatty() else text)
        sys.stderr.flush()


def environment(**extra: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return {**kept, **QUIET, "PYTHONPATH": str(ROOT), **extra}


def server_environment(settings: Settings) -> dict[str, str]:
    return environment(
        PUTRIGHT_RELAY_KEY=settings.relay_key,
        PUTRIGHT_ACTIONS_URL=f"http://127.0.0.1:{settings.actions_port}/webhook",
        PUTRIGHT_TRACKER_DB=str(settings.tracker_db),
        LOG_LEVEL="ERROR", LOG_LEVEL_LIBRARIES="ERROR",
    )


def server_command(settings: Settings, model: Path) -> list[str]:
    return [
        str(PYTHON), "-m", "rasa", "run", "-m", str(model), "-i", "127.0.0.1", "-p", str(settings.rasa_port),
        "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
    ]
