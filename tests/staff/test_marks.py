"""Marked phrases: the text is never touched, whatever the spans are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policies import packs
from policies.code import load as load_code
from register.tables import Message
from staff.marks import lines, pieces, spans_of
from staff.quotes import quotes

PLACES = st.integers(-3, 40)
SPANS = st.lists(st.tuples(PLACES, PLACES, st.sampled_from(["kind", "emergency", "subject"])), max_size=6)


@given(st.text(max_size=30), SPANS)
def test_put_together_again_the_pieces_are_the_text_and_each_sign_covers_its_span(text, spans):
    found = pieces(text, spans)
    assert "".join(piece.text for piece in found) == text
    at = 0
    for piece in found:
        for place in range(at, at + len(piece.text)):
            assert set(piece.signs) == {what for start, end, what in spans if start <= place < end}
        at += len(piece.text)


def test_overlapping_phrases_are_marked_with_both_signs():
    assert [(piece.text, piece.signs) for piece in pieces("gas leak now", [(0, 8, "kind"), (0, 3, "emergency")])] == [
        ("gas", ("kind", "emergency")), (" leak", ("kind",)), (" now", ()),
    ]


def test_spans_count_code_points_and_come_from_model_and_safety_net():
    message = Message(
        text="🔥 fire!", understanding={"because": [{"span": [2, 6], "for": "kind"}]},
        safety={"emergency": "fire", "safeguarding": "none", "spans": [[2, 6, "emergency"]]},
    )
    assert spans_of(message) == [(2, 6, "kind"), (2, 6, "emergency")]
    assert [piece.text for piece in pieces(message.text, spans_of(message))] == ["🔥 ", "fire", "!"]


def test_an_option_pressed_is_shown_by_its_label():
    asked = Message(author="bot", text="What?", options=[{"id": "repair", "label": "A repair"}])
    pressed = Message(author="resident", text="1", chosen="repair")
    assert [line.chosen for line in lines([asked, pressed])] == [None, "A repair"]


def test_what_the_model_made_of_a_name_or_an_option_is_not_shown_as_evidence():
    def said(text, kind, **values):
        because = {"kind": kind, "because": [{"span": [0, 2], "for": "kind"}]}
        return Message(author="resident", text=text, understanding=because, **values)

    told = said("No heat, nobody came", "complaint")
    name, no = said("Mary Jones", "service_request"), said("no", "complaint", chosen="nothing")
    found = lines([told, name, no], ["No heat, nobody came"])
    assert [line.evidence for line in found] == [True, False, False]
    assert [any(piece.signs for piece in line.pieces) for line in found] == [True, False, False]


def test_parts_of_one_answer_are_joined_and_two_answers_are_not():
    said = (("a", "1"), ("b", "1"), ("c", "2"))
    rows = [Message(author="bot", text=text, answers_id=answers, options=[]) for text, answers in said]
    assert [line.joined for line in lines(rows)] == [False, True, False]


def test_a_cited_paragraph_is_quoted_from_the_pack_or_the_code():
    pack = packs.load()["milestone"].versions[-1]
    cited = [{"document": pack.document, "paragraph": "4.45"}, {"document": "Complaint Handling Code 2024", "paragraph": "2.4"}]
    own, code = quotes(pack, [*cited, cited[0]], "service_charge")
    assert own.texts == (pack.intake.service_charge.printed,) and own.spoken == "policy 4.45"
    assert code.texts == (load_code()["2.4"].rule,)


def test_of_a_paragraph_with_several_rules_all_are_quoted_where_no_ground_chooses():
    pack = packs.load()["milestone"].versions[-1]
    (own,) = quotes(pack, [{"document": pack.document, "paragraph": "4.45"}], None)
    assert pack.intake.service_charge.printed in own.texts and pack.intake.court.printed in own.texts
    (unknown,) = quotes(pack, [{"document": "Some Act 1999", "paragraph": "3"}], None)
    assert unknown.texts == ()
