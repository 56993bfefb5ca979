"""Two pictures of an evaluation, as SVG: which kinds are taken for which, and whether confidence means what it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

CELL, MARGIN, SIDE = 44, 150, 360
INK, LINE, FILL = "#1d2b36", "#c9d2d9", "#00625a"


def confusion(table: np.ndarray, names: Sequence[str]) -> str:
    """Rows: what the message is; columns: what it was taken for; shade: share of the row."""
    size = CELL * len(names)
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    parts = []
    for i, given in enumerate(names):
        parts.append(f'<text x="{MARGIN - 8}" y="{MARGIN + CELL * i + 27}" text-anchor="end">{_words(given)}</text>')
        parts.append(f'<text transform="translate({MARGIN + CELL * i + 27} {MARGIN - 8}) rotate(-55)">{_words(given)}</text>')
        for j in range(len(names)):
            x, y = MARGIN + CELL * j, MARGIN + CELL * i
            shade = f'fill="{FILL}" fill-opacity="{share[i, j]:.2f}" stroke="{LINE}"'
            parts.append(f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" {shade}/>')
            if table[i, j]:
                ink = "#fff" if share[i, j] > 0.5 else INK
                parts.append(f'<text x="{x + CELL / 2}" y="{y + 27}" text-anchor="middle" fill="{ink}">{table[i, j]}</text>')
    return _svg(
        MARGIN + size + 60, MARGIN + size + 10, "Confusion of kinds: rows are what it is, columns what it was taken for", parts
    )


def reliability(bins: Sequence[tuple[float, float, int]]) -> str:
    """Mean confidence (across) against share right (up) of each bin; on the line, confidence means what it says."""
    left, top = 60, 20

    def place(across: float, up: float) -> tuple[float, float]:
        return left + SIDE * across, top + SIDE * (1 - up)

    parts = [f'<rect x="{left}" y="{top}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{LINE}"/>']
    (x0, y0), (x1, y1) = place(0, 0), place(1, 1)
    parts.append(f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="{LINE}" stroke-dasharray="5 4"/>')
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, y = place(tick, tick)
        parts.append(f'<text x="{x}" y="{top + SIDE + 20}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{tick}</text>')
    points = [place(sure, right) for sure, right, _ in bins]
    parts.append(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="{FILL}" stroke-width="2"/>'
    )
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{FILL}"/>' for x, y in points]
    parts.append(f'<text x="{left + SIDE / 2}" y="{top + SIDE + 42}" text-anchor="middle">confidence</text>')
    parts.append(f'<text transform="translate(16 {top + SIDE / 2}) rotate(-90)" text-anchor="middle">share right</text>')
    return _svg(left + SIDE + 30, top + SIDE + 55, "Reliability: confidence against the share that was right", parts)


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    style = f"font: 13px sans-serif; fill: {INK}"
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" xmlns="http://www.w3.org/2000/svg"'
    return f'<svg {size} role="img" style="{style}"><title>{title}</title>{"".join(parts)}</svg>'


def _words(name: str) -> str:
    return name.replace("_", " ")
