"""The report of an evaluation, as Markdown and as one HTML page with its pictures."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

from bot.labels import KINDS
from evaluation import figures, pictures
from evaluation.figures import Case

LENGTHS = (
    (0, 10, "up to 10 words"),
    (11, 30, "11 to 30"),
    (31, 60, "31 to 60"),
    (61, 150, "61 to 150"),
    (151, 10**6, "over 150"),
)
HARD_ONES = 40
STYLE = """body { font: 16px/1.5 sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1d2b36 }
table { border-collapse: collapse } td, th { border: 1px solid #c9d2d9; padding: .3rem .6rem; text-align: left }"""


def write(
    folder: Path, name: str, contenders: dict[str, Sequence[Case]], parts: dict[str, Sequence[Case]], public: list[list[str]]
) -> Path:
    """`folder`/NAME.md and .html; `contenders` holds ours first. Gives the Markdown file."""
    cases = next(iter(contenders.values()))
    text = "\n\n".join(_sections(name, cases, contenders, parts, public))
    shown = {
        "confusion": pictures.confusion(figures.confusion(cases), KINDS),
        "reliability": pictures.reliability(figures.reliability(cases)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for title, picture in shown.items():
        (folder / f"{name}-{title}.svg").write_text(picture, encoding="utf-8")
    path = folder / f"{name}.md"
    path.write_text(text + "\n", encoding="utf-8")
    path.with_suffix(".html").write_text(_page(f"Understanding: {name}", text, shown), encoding="utf-8")
    return path


def _sections(name: str, cases: Sequence[Case], contenders: dict, parts: dict, public: list[list[str]]) -> list[str]:
    kinds = [[kind, *(f"{value:.3f}" for value in row[:3]), str(row[3])] for kind, row in figures.by_kind(cases).items()]
    sections = [
        f"# How well residents are understood: {name} set",
        f"{len(cases)} messages that nothing was trained on. In brackets: 95 % interval, and the messages behind a figure.",
        "## Ours",
        _table(["figure", "value"], [[title, str(figure)] for title, figure in figures.headline(cases).items()]),
        "## Beside others",
        _table(["contender", "kind", "macro F1", "calibration error"], [_row(title, own) for title, own in contenders.items()]),
        "## What each part is worth (kind by the whole-message heads)",
        _table(["left out", "kind", "macro F1", "calibration error"], [_row(title, own) for title, own in parts.items()]),
        "## By kind",
        _table(["kind", "precision", "recall", "F1", "messages"], kinds),
        "![Confusion](confusion)",
        "## By channel, register and length",
        _table(["messages", "kind", "danger found", "heard"], [_group(title, own) for title, own in _groups(cases)]),
        "## Confidence",
        "![Reliability](reliability)",
        "## What the errors cost",
        _table(["error", "count", "cost"], [[title, str(n), f"{cost:g}"] for title, (n, cost) in figures.costs(cases).items()]),
    ]
    if public:
        sections += ["## Public few-shot data", _table(["data", "ours", "published or stock, for comparison"], public)]
    return [*sections, "## Where the hard ones went wrong", *_wrong(cases)]


def _row(title: str, cases: Sequence[Case]) -> list[str]:
    right, macro = figures.share(c.right for c in cases), figures.resampled(cases, figures.macro_f1)
    return [title, str(right), f"{macro.value:.3f}", f"{figures.calibration_error(cases):.3f}"]


def _groups(cases: Sequence[Case]) -> list[tuple[str, list[Case]]]:
    found = [
        (f"{field}: {value}", [c for c in cases if c.gold.get(field) == value])
        for field in ("channel", "register")
        for value in _values(cases, field)
    ]
    words = [(c, len(c.gold["text"].split())) for c in cases]
    return [*found, *((title, [c for c, n in words if low <= n <= high]) for low, high, title in LENGTHS)]


def _values(cases: Sequence[Case], field: str) -> list[str]:
    return sorted({c.gold[field] for c in cases if c.gold.get(field)})


def _group(title: str, cases: Sequence[Case]) -> list[str]:
    kind, danger = figures.share(c.right for c in cases), figures.share(c.danger_said for c in cases if c.danger)
    return [title, str(kind), str(danger), str(figures.share(c.heard for c in cases if c.unhappy))]


def _wrong(cases: Sequence[Case]) -> list[str]:
    """The surest errors first: they teach most."""
    wrong = sorted((c for c in cases if not c.right or (c.danger and not c.danger_said)), key=lambda c: -c.said["confidence"])
    return [_line(case) for case in wrong[:HARD_ONES]]


def _line(case: Case) -> str:
    missed = ", danger missed" if case.danger and not case.danger_said else ""
    text = " ".join(case.gold["text"].split())
    return f"- {case.gold['kind']} read as {case.said['kind']} ({case.said['confidence']:.2f}{missed}): {text[:300]}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _page(title: str, text: str, shown: dict[str, str]) -> str:
    body = "\n".join(_block(block, shown) for block in text.split("\n\n"))
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def _block(block: str, shown: dict[str, str]) -> str:
    """The few forms of Markdown that the report uses."""
    picture = re.fullmatch(r"!\[.*\]\((\w+)\)", block)
    if picture:
        return shown[picture[1]]
    if block.startswith("#"):
        level = len(block) - len(block.lstrip("#"))
        return f"<h{level}>{html.escape(block.lstrip('# '))}</h{level}>"
    if block.startswith("|"):
        rows = [[html.escape(cell.strip()) for cell in line.strip("|").split("|")] for line in block.splitlines()]
        head = "".join(f"<th>{cell}</th>" for cell in rows[0])
        rest = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[2:])
        return f"<table><tr>{head}</tr>{rest}</table>"
    return f"<p>{html.escape(block)}</p>"


def summary(cases: Sequence[Case]) -> list[str]:
    """The headline for the terminal."""
    return [f"{title:38} {figure}" for title, figure in figures.headline(cases).items()]
