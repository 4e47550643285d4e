"""What a page's texts are to somebody who cannot see it: the structure of a tagged PDF.

Kinds and their nesting are those of ISO 32000-1, 14.8.4: Document, H1, H2, P, L with LI, Lbl and
LBody, Table with THead, TBody, TR, TH and TD, Figure. What belongs to no node (rules, the foot, a
head that is repeated on the next page) is decoration, which a screen reader skips.
"""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "Document",
    "H1",
    "H2",
    "P",
    "L",
    "LI",
    "Lbl",
    "LBody",
    "Table",
    "THead",
    "TBody",
    "TR",
    "TH",
    "TD",
    "Figure",
]


@dataclass(slots=True, eq=False)
class Node:
    """A part of the document, in reading order among its parent's parts."""

    kind: Kind
    alt: str = field(default="", repr=False)
    """What a figure shows, in words."""
    rows: int = 1
    """How many rows of its table a cell spans."""
    parts: list["Node"] = field(default_factory=list, repr=False)

    def add(self, kind: Kind, *, alt: str = "", rows: int = 1) -> "Node":
        """A new last part."""
        part = Node(kind, alt, rows)
        self.parts.append(part)
        return part
