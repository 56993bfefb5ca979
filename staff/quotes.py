"""What a cited paragraph says: the policy's own words from the pack, the Code's rule from the Code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pydantic import BaseModel

from policies import citations, code
from policies.citations import Citation
from policies.pack_model import Pack
from policies.pack_rules import Rule


@dataclass(frozen=True, slots=True)
class Quote:
    """A paragraph, how it is said ("policy 4.7"), and what it says: nothing where neither pack nor Code holds its words."""

    spoken: str
    document: str
    texts: tuple[str, ...]


def quotes(pack: Pack, cited: Iterable[dict[str, str]], ground: str | None) -> list[Quote]:
    """Each cited paragraph once, in order. Where several rules stand in one paragraph, the rule of `ground` is quoted."""
    wanted = dict.fromkeys(Citation(one["document"], one["paragraph"]) for one in cited)
    own = getattr(pack.intake, ground, None) if ground else None
    return [Quote(citations.spoken([one]), one.document, _texts(pack, one, own)) for one in wanted]


def _texts(pack: Pack, cited: Citation, own: Rule | None) -> tuple[str, ...]:
    if cited.document == citations.CODE:
        return (code.load()[cited.paragraph].rule,) if cited.paragraph in code.load() else ()
    if isinstance(own, Rule) and own.printed and cited in pack.cited(own):
        return (own.printed,)
    return _printed(pack).get(cited, ())


@lru_cache(maxsize=32)
def _printed(pack: Pack) -> dict[Citation, tuple[str, ...]]:
    found: dict[Citation, dict[str, None]] = {}
    for rule in _rules(pack):
        if rule.printed:
            for cited in pack.cited(rule):
                found.setdefault(cited, {})[rule.printed] = None
    return {cited: tuple(texts) for cited, texts in found.items()}


def _rules(model: BaseModel) -> Iterator[Rule]:
    if isinstance(model, Rule):
        yield model
    for name in type(model).model_fields:
        value = getattr(model, name)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, BaseModel):
                yield from _rules(inner)
