"""Nothing that a resident writes is a command to the machine, and spans still point where they pointed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdoor.neutral import relayed, storable

BEFORE = [
    "",
    " ",
    "\t",
    "\n",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u2066",
    "\U000e0020",
    " \u200b \n",
    "／",
    "⁄",
    "//",
    "/ /",
    "\u0301",
]
COMMANDS = ["/restart", "/session_start", '/affirm{"x":1}', "/ hi", '/deny{"ref":"CASE-999"}', "/"]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_text(before, command):
    copy = relayed(before + command)
    assert len(copy) == len(before + command)
    assert not copy.strip().startswith(("/", "／"))


@given(st.text())
def test_the_copy_keeps_length_and_place_and_can_never_begin_with_a_slash(text):
    copy = relayed(text)
    assert len(copy) == len(text)
    assert not copy.strip().startswith("/")
    assert all(here == there or here in " ." for here, there in zip(copy, text, strict=True))
    assert not any(unicodedata.category(letter) in {"Cf", "Co"} for letter in copy)


@pytest.mark.parametrize(
    "text", ["It is 24/7 noise", "and/or", "  the boiler", "1/2 the flat", "Hello\nthere\ttoo", "mañana ŵ 漢字 😀"]
)
def test_ordinary_words_go_as_they_are(text):
    assert relayed(text) == text


def test_hidden_letters_become_spaces():
    assert relayed("ask\u202efor\U000e0041help\x00") == "ask for help "


@pytest.mark.parametrize(("given_", "kept"), [("a\x00b", "a\ufffdb"), ("\ud83d!", "\ufffd!"), ("¡@ÿ\u200b", "¡@ÿ\u200b")])
def test_only_what_no_database_takes_is_changed_in_what_we_store(given_, kept):
    assert storable(given_) == kept
    storable(given_).encode()
