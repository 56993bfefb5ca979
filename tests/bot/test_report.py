"""The report: every section, in Markdown and in HTML with its pictures, and nothing of a message taken for markup."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from bot.labels import KINDS
from evaluation import pictures, report
from tests.bot.test_figures import case


def test_the_report_is_whole(tmp_path):
    wrong = case({"kind": "asb", "text": "<b>loud</b> | next door", "channel": "sms", "emergency": "gas"}, alternatives=[])
    cases = [case({"channel": "web"}), wrong]
    path = report.write(tmp_path, "dev", {"ours": cases, "other": cases}, {"nothing": cases}, [["BANKING77", "85.0", "85.2"]])
    text, page = path.read_text(), path.with_suffix(".html").read_text()
    for heading in ("Ours", "Beside others", "By kind", "By channel", "Confidence", "errors cost", "Public", "hard ones"):
        assert f"{heading}" in text and heading in page
    assert "danger missed" in text
    assert page.count("<svg") == 2 and "<b>loud" not in page


def test_pictures_are_well_formed():
    confusion = pictures.confusion(np.eye(len(KINDS), dtype=int), KINDS)
    for picture in (confusion, pictures.reliability([(0.4, 0.5, 10), (0.9, 0.8, 10)])):
        assert ElementTree.fromstring(picture).tag.endswith("svg")
