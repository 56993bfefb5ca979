"""What a resident writes stays data on every page, and no post breaks one."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from frontdoor.pages import LONGEST_FORM
from tests.frontdoor.conftest import carry
from tests.frontdoor.forms import write
from tests.frontdoor.rasa_standin import said

pytestmark = pytest.mark.usefixtures("no_waiting")


HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "</textarea><script>x</script>",
    "{{ 7*7 }}", "{% include 'base.html' %}", "{name}", "javascript:alert(1)", "[x](javascript:alert(1))", "\u202eevil\u202c",
    "' OR 1=1 --", "%00", "&lt;b&gt;", "\U000e0041tag", "=HYPERLINK(\"x\")", "/restart", "\x00",
    "\ud800".encode("utf-8", "replace").decode(),
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_written_is_shown_as_written(sqlite_door, sqlite_web, sqlite_relay, rasa, text):
    rasa.script = lambda turn: said(text, options={"x": f"{text}!"})
    write(sqlite_web, f"I wrote {text}")
    carry(sqlite_relay)
    for path in ("/milestone", "/milestone/transcript"):
        page = sqlite_web.get(path).text
        assert not re.search(r"<(script|img|svg)(?! src=\"/static/)[^>]*(onerror|onload|alert|>x)", page)
        assert f"I wrote {text}".replace("\x00", "\ufffd") in unescape(page)
    assert f"I wrote {text}".replace("\x00", "\ufffd") in sqlite_web.get("/milestone/transcript.txt").text


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=300), once=st.text(max_size=120), option=st.text(max_size=20))
@example(text=" ", once="", option="0")  # a button of a page that is long gone
def test_no_post_breaks_the_page(sqlite_web, text, once, option):
    for form in ({"text": text, "once": once}, {"text": text, "option": option}, {text: once}):
        assert sqlite_web.post("/milestone", data=form, follow_redirects=False).status_code in (303, 400)


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"text=%", b"text=%ff%fe", b"text=" + b"a" * 100_000, b"=&&&=", b"text[]=1", b'{"text": 1}']
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/plain", ""]
)
def test_no_body_breaks_the_page(sqlite_web, body, kind):
    answer = sqlite_web.post("/milestone", content=body, headers={"content-type": kind}, follow_redirects=False)
    assert answer.status_code in (303, 400), answer.status_code


def test_a_body_too_large_is_refused_kindly(sqlite_web):
    answer = sqlite_web.post("/milestone", data={"text": "a" * LONGEST_FORM})
    assert answer.status_code == 413 and "shorter message" in answer.text
