"""A case as a picture: an accessible SVG of its deadlines, what has happened, and the days that do not count.

Only presentation attributes: pages with a strict content security policy can embed it as it is.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import escape

from policies.clocks import Deadline
from policies.workdays import Calendar

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 800, 230, 96, 44, 30
_LONGEST_SHADED = 150  # days; over more than that single days are too thin to see
_INK, _SHADE, _BAR, _STAFF, _MET = "#1a1a1a", "#e4e4e4", "#1d5c8f", "#6b6b6b", "#1b6e3c"


def svg(deadlines: Sequence[Deadline], calendar: Calendar, *, title: str, met: Mapping[str, date] | None = None,
        today: date | None = None, labels: Mapping[str, str] | None = None, ident: str = "timeline") -> str:
    """The timeline as one <svg> element; an empty string when there is no deadline.

    `met`: the day on which a deadline was met, by name. `labels`: what deadlines are called (default: their names).
    `ident`: prefix of the element's ids, its own on each page. The same facts stand in the description for screen readers.
    """
    if not deadlines:
        return ""
    met, labels = met or {}, labels or {}
    first = min(d.from_on for d in deadlines)
    last = max([d.due_on for d in deadlines] + [day for name, day in met.items() if name in {d.deadline for d in deadlines}])
    scale = _Scale(first, last)
    height = _TOP + _ROW * len(deadlines) + 24
    named = [(d, labels.get(d.deadline, d.deadline.replace("_", " "))) for d in deadlines]
    opening = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
               f'aria-labelledby="{ident}-title {ident}-desc" font-family="sans-serif" font-size="13" fill="{_INK}">')
    parts = [opening, f'<title id="{ident}-title">{escape(title)}</title>',
             f'<desc id="{ident}-desc">{escape(_description(named, met))}</desc>']
    parts += _days_left_out(scale, calendar, height)
    parts += _axis(scale, height)
    for row, (deadline, label) in enumerate(named):
        parts += _row(scale, _TOP + row * _ROW, deadline, label, met.get(deadline.deadline))
    if today and first <= today <= last:
        parts.append(_line(scale.x(today), _TOP - 6, height - 20, _INK, dashed=True))
    return "".join([*parts, "</svg>"])


class _Scale:
    """Days to horizontal places."""

    def __init__(self, first: date, last: date):
        self.first, self.last = first, last
        self.day = (_WIDTH - _LEFT - _RIGHT) / max((last - first).days, 1)

    def x(self, day: date) -> float:
        return round(_LEFT + (day - self.first).days * self.day, 1)


def _description(named: Iterable[tuple[Deadline, str]], met: Mapping[str, date]) -> str:
    def said(deadline: Deadline, label: str) -> str:
        done = met.get(deadline.deadline)
        return f"{label}: due {_said(deadline.due_on)}, {deadline.rule} ({_said(deadline.from_on)})" + (
            f", met {_said(done)}" if done else "")
    return ". ".join(said(deadline, label) for deadline, label in named) + "."


def _said(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _days_left_out(scale: _Scale, calendar: Calendar, height: int) -> list[str]:
    days = (scale.last - scale.first).days
    if days > _LONGEST_SHADED:
        return []
    every = (scale.first + timedelta(days=n) for n in range(days + 1))
    return [f'<rect x="{scale.x(day) - scale.day / 2:.1f}" y="{_TOP - 4}" width="{scale.day:.1f}" height="{height - _TOP - 16}" '
            f'fill="{_SHADE}" shape-rendering="crispEdges"><title>{escape(_said(day))}: {escape(why)}</title></rect>'
            for day in every if (why := calendar.why_not(day))]


def _axis(scale: _Scale, height: int) -> list[str]:
    parts = []
    for day, anchor in ((scale.first, "start"), (scale.last, "end")):
        parts.append(f'<text x="{scale.x(day)}" y="20" text-anchor="{anchor}">{escape(_said(day))}</text>')
        parts.append(_line(scale.x(day), 26, height - 20, _INK))
    return parts


def _row(scale: _Scale, top: int, deadline: Deadline, label: str, met: date | None) -> list[str]:
    start, end = scale.x(deadline.from_on), scale.x(deadline.due_on)
    colour = _STAFF if deadline.for_staff else _BAR
    parts = [f'<text x="0" y="{top + 15}">{escape(label)}</text>',
             f'<rect x="{start}" y="{top + 4}" width="{max(end - start, 2):.1f}" height="14" rx="3" fill="{colour}"/>',
             f'<text x="{end + 6}" y="{top + 15}">{deadline.due_on.day} {deadline.due_on:%b %Y}</text>']
    if met:
        parts.append(f'<circle cx="{scale.x(met)}" cy="{top + 11}" r="6" fill="{_MET}" stroke="#ffffff" stroke-width="2"/>')
    return parts


def _line(x: float, top: int, bottom: int, colour: str, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<line x1="{x}" y1="{top}" x2="{x}" y2="{bottom}" stroke="{colour}" stroke-width="1"{dashes}/>'
