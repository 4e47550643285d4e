"""The notes of a paper on A4: numbered, grey, none of them parted."""

from collections.abc import Sequence
from itertools import zip_longest

from printing.layout.page_rows import note_runs
from printing.layout.sheet import KEPT, LEFT, RIGHT, Flow, Measure, Text, baseline
from printing.layout.size import PageType
from printing.layout.structure import Node
from printing.text import wrap


class PageNotes:
    """All notes, measured for the width of the page."""

    def __init__(
        self, notes: Sequence[str], measure: Measure, of: PageType, *, parted: bool
    ) -> None:
        """Many are parted in any case."""
        self._type = of
        self._indent = measure(f"{len(notes)}. ", of.note)
        room = RIGHT - LEFT - self._indent
        self._notes = [wrap(note, room, lambda text: measure(text, of.note)) for note in notes]
        whole = self._height(range(len(notes)))
        self._runs = note_runs(len(notes), parted=parted or whole > KEPT)

    @property
    def first(self) -> float:
        """How high those are that stand below the last of the tables."""
        return self._height(self._runs[0])

    def draw(self, flow: Flow) -> None:
        """Put them on the page, and on as many more as they need."""
        listed = flow.structure.add("L")
        for run in self._runs:
            if not flow.room(self._height(run)):
                flow.turn()
            for at in run:
                self._put(flow, at, listed.add("LI"))

    def _put(self, flow: Flow, at: int, item: Node) -> None:
        size = self._type.note
        mark, body = item.add("Lbl"), item.add("LBody")
        for label, text in zip_longest((f"{at + 1}. ",), self._notes[at], fillvalue=""):
            line = baseline(flow.y, self._type.note_line, size)
            if label:
                flow.add(Text(LEFT, line, label, size, soft=True, node=mark))
            flow.add(Text(LEFT + self._indent, line, text, size, soft=True, node=body))
            flow.y += self._type.note_line

    def _height(self, run: range) -> float:
        return self._type.note_line * sum(len(self._notes[at]) for at in run)
