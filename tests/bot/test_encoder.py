"""The encoder: the same vectors however it is called, every piece of a long text, and files that are what they should be."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bot.encoder import MAX_TOKENS, encoder, weights


def similarity(one: str, other: str) -> float:
    a, b = (read.whole() for read in encoder().encode([one, other]))
    return float(a @ b)


def test_like_meanings_are_nearer_than_unlike_ones():
    said = "The boiler has packed in and there is no hot water."
    assert similarity(said, "Our heating is broken.") > similarity(said, "Thank you for the lovely flowers.") + 0.2


def test_a_text_reads_the_same_alone_and_among_others():
    texts = ["yes", "The lift is stuck again and nobody came.", "damp " * 90]
    together = encoder().encode(texts)
    for text, read in zip(texts, together, strict=True):
        assert np.allclose(read.hidden, encoder().encode([text])[0].hidden, atol=1e-5)


def test_a_text_longer_than_a_window_is_read_to_its_end():
    text = "my boiler is broken " * 200 + "smell of gas"
    read = encoder().encode([text])[0]
    assert len(read.hidden) > 3 * MAX_TOKENS
    assert read.offsets.max() == len(text)
    assert np.linalg.norm(read.mean(len(text) - len("smell of gas"), len(text))) == pytest.approx(1, abs=1e-5)


def test_offsets_count_code_points():
    text = "🙄🙄 lift"
    read = encoder().encode([text])[0]
    start, end = read.offsets[-2]
    assert text[start:end] == "lift"


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
def test_a_text_without_words_has_a_vector_and_no_stretch(text):
    read = encoder().encode([text])[0]
    assert np.isfinite(read.whole()).all()
    assert not read.mean(0, len(text)).any()


def test_a_damaged_graph_file_is_built_again(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "CACHE", tmp_path)
    path = weights.graph_file()
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    assert weights.graph_file().read_bytes() == whole


def test_weights_that_are_not_the_published_ones_are_refused(monkeypatch):
    monkeypatch.setattr(weights, "PUBLISHED_SHA256", "0" * 64)
    with pytest.raises(weights.EncoderError, match="make setup"):
        weights.weights()


def test_changed_tensors_must_belong_to_their_description(tmp_path, monkeypatch):
    tuned, about = tmp_path / "tuned.safetensors", tmp_path / "tuned.json"
    tuned.write_bytes(b"something else")
    about.write_text(json.dumps({"base_sha256": weights.PUBLISHED_SHA256, "sha256": "0" * 64}))
    monkeypatch.setattr(weights, "TUNED", tuned)
    monkeypatch.setattr(weights, "TUNED_ABOUT", about)
    with pytest.raises(weights.EncoderError, match="belong together"):
        weights.weights()
