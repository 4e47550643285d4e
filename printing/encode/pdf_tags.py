"""The structure of a document as PDF writes it (ISO 32000-1, 14.7 and 14.8).

Each run of texts on a page carries a number; the structure tree says which numbers make up a
cell, a heading or a paragraph, and the parent tree leads back from a number to its part.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from printing.encode.pdf_file import PdfFile, text_string
from printing.layout.structure import Node

_ATTRIBUTES: Final = {
    "TH": "/A<</O/Table/Scope/Column>>",
    "L": "/A<</O/List/ListNumbering/None>>",
    "Figure": "/A<</O/Layout/Placement/Block>>",
}


@dataclass(slots=True)
class Marks:
    """Which runs of which pages belong to each node."""

    pages: list[list[Node]] = field(default_factory=list)
    """For each page the node of each of its runs, in the order of their numbers."""
    runs: dict[Node, list[tuple[int, int]]] = field(default_factory=dict)
    """For each node its runs: number of the page, number of the run on it."""

    def turn(self) -> None:
        """A new page begins."""
        self.pages.append([])

    def number(self, node: Node) -> int:
        """The number of a new run of that node on the page."""
        page = self.pages[-1]
        self.runs.setdefault(node, []).append((len(self.pages) - 1, len(page)))
        page.append(node)
        return len(page) - 1


def add_structure(file: PdfFile, structure: Node, marks: Marks, pages: list[int]) -> int:
    """Add the structure tree; `pages` are the pages' objects. The tree root's object."""
    root = file.next_number
    numbers = {node: root + 1 + at for at, node in enumerate(_all(structure))}
    parents = root + 1 + len(numbers)
    file.add(
        f"<</Type/StructTreeRoot/K {numbers[structure]} 0 R/ParentTree {parents} 0 R"
        f"/ParentTreeNextKey {len(pages)}>>".encode("ascii")
    )
    above = {structure: root}
    for node, number in numbers.items():
        above |= dict.fromkeys(node.parts, number)
        file.add(_element(node, above[node], numbers, marks, pages).encode("ascii"))
    file.add(_parent_tree(marks, numbers).encode("ascii"))
    return root


def _all(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _all(part)


def _element(
    node: Node, parent: int, numbers: dict[Node, int], marks: Marks, pages: list[int]
) -> str:
    spans = f"/A<</O/Table/RowSpan {node.rows}>>" if node.rows > 1 else ""
    alt = f"/Alt{text_string(node.alt)}" if node.alt else ""
    own = spans + alt + _ATTRIBUTES.get(node.kind, "")
    if node.parts:
        own += f"/K[{' '.join(f'{numbers[part]} 0 R' for part in node.parts)}]"
    elif runs := marks.runs.get(node):
        first = runs[0][0]
        inside = (
            str(run) if page == first else f"<</Type/MCR/Pg {pages[page]} 0 R/MCID {run}>>"
            for page, run in runs
        )
        own += f"/Pg {pages[first]} 0 R/K[{' '.join(inside)}]"
    return f"<</S/{node.kind}/P {parent} 0 R{own}>>"


def _parent_tree(marks: Marks, numbers: dict[Node, int]) -> str:
    kids = (
        f"{page} [{' '.join(f'{numbers[node]} 0 R' for node in nodes)}]"
        for page, nodes in enumerate(marks.pages)
    )
    return f"<</Nums[{' '.join(kids)}]>>"
