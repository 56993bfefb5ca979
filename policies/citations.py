"""Where a rule stands: a document and a paragraph, how it is written in a pack, and how it is said."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CODE = "Complaint Handling Code 2024"
SCHEME = "Housing Ombudsman Scheme"
_SHORT = {"Code ": CODE, "Scheme ": SCHEME}
_SPOKEN = {CODE: "Code", SCHEME: "Ombudsman Scheme"}


@dataclass(frozen=True, slots=True)
class Citation:
    """One paragraph of one document: the landlord's policy by its title, the Code, the Scheme or a law."""

    document: str
    paragraph: str

    def as_json(self) -> dict[str, str]:
        return {"document": self.document, "paragraph": self.paragraph}


def parse(written: str, policy_title: str) -> Citation:
    """The citation that a pack writes as "4.7", "Code 6.2", "Scheme 42.b" or "Equality Act 2010: section 20"."""
    for prefix, document in _SHORT.items():
        if written.startswith(prefix):
            return Citation(document, written[len(prefix):].strip())
    document, colon, paragraph = written.partition(": ")
    return Citation(document, paragraph) if colon else Citation(policy_title, written)


def spoken(citations: Iterable[Citation]) -> str:
    """How paragraphs are said to a resident: "policy 4.7, Code 6.3"; each one once, in order."""
    said = [f"{_SPOKEN.get(c.document) or _own(c.document)} {c.paragraph}" for c in citations]
    return ", ".join(dict.fromkeys(said))


def _own(document: str) -> str:
    """A landlord's own document is "policy"; a law or another scheme keeps its name."""
    return "policy" if document.endswith("Policy") else document
