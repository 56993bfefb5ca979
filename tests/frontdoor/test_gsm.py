"""What texts cost, and our words kept within the cheap alphabet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdoor.gsm import LONGEST, is_gsm, parts, plain, segments
from frontdoor.words import all_words


@pytest.mark.parametrize(("text", "cost"), [
    ("", 0), ("a", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
    ("a" * 152 + "€" + "a" * 10, 2),  # the pair does not fit into the first segment's last place
    ("a" * 152 + "€" * 77, 3), ("ŵ" + "a" * 69, 1), ("ŵ" + "a" * 70, 2), ("ŵ" * 134, 2), ("ŵ" * 135, 3),
    ("😀" * 35, 1), ("😀" * 36, 2), ("😀" * 66, 2), ("😀" * 67, 3), ("^{}\\[~]|€" * 8 + "abcdefghabcdefgh", 1),
])  # fmt: skip
def test_segments_are_counted_as_they_are_billed(text, cost):
    assert segments(text) == cost


@pytest.mark.parametrize(("written", "sent"), [
    ("‘Hello’ “you”", "'Hello' \"you\""), ("a – b — c", "a - b - c"), ("wait…", "wait..."), ("5\u00a0days", "5 days"),
    ("no\u200bgap", "nogap"), ("café Muñoz Müller £5", "café Muñoz Müller £5"), ("Tŷ Gŵyn", "Tŷ Gŵyn"), ("naïve", "naïve"),
])  # fmt: skip
def test_our_words_come_back_into_the_cheap_alphabet_and_names_are_left_alone(written, sent):
    assert plain(written) == sent


def test_one_curly_apostrophe_would_have_tripled_the_price():
    acknowledgement = (
        "Thank you. We have recorded your complaint, and a person will read it. It’s reference is PR26-7K2QH-9XW4T. " + "a" * 46
    )
    assert (segments(acknowledgement), segments(plain(acknowledgement))) == (3, 1)


def test_every_word_of_ours_for_texts_is_cheap():
    ours = [forms["sms"] for forms in all_words().values() if "sms" in forms]
    assert ours and all(is_gsm(text.replace("{", "").replace("}", "")) for text in ours)
    assert all(segments(text) <= 2 for text in ours)


@given(st.text())
def test_a_text_is_never_cheaper_than_its_letters(text):
    assert segments(text) * 160 >= len(text)
    assert is_gsm(plain(text)) or not is_gsm(text)


@given(st.text(alphabet=st.sampled_from("ab \n"), max_size=8000))
def test_parts_are_short_enough_and_lose_no_letter(text):
    pieces = parts(text)
    assert all(len(piece) <= LONGEST for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
