"""The receipt on the screen: each line of the roll as cells, so that columns align in any font."""

from dataclasses import dataclass, field
from typing import assert_never

from printing.layout.roll import Line, Qr, Roll, Rule
from printing.text import width


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the preview: `kind` is its class, `cells` its characters with their widths."""

    kind: str
    cells: tuple[tuple[str, bool, bool], ...] = field(default=(), repr=False)
    """Text, whether it is wide (two columns), whether it is bold."""


def shown_lines(roll: Roll) -> tuple[ShownLine, ...]:
    """Every line of the roll, for the template."""
    return tuple(_shown(line) for line in roll.lines)


def _shown(line: Line | Rule | Qr) -> ShownLine:
    match line:
        case Rule():
            return ShownLine("rule")
        case Qr():
            return ShownLine("qr")
        case Line():
            classes = ["big"] * (line.size == 2) + ["tall"] * line.tall + ["middle"] * line.centred
            return ShownLine(" ".join(classes), tuple(_cells(line)))
        case _:
            assert_never(line)


def _cells(line: Line) -> list[tuple[str, bool, bool]]:
    """Wide characters stand alone, narrow ones together."""
    cells: list[tuple[str, bool, bool]] = []
    for run in line.runs:
        for character in run.text:
            wide = width(character) == 2
            if cells and not wide and not cells[-1][1] and cells[-1][2] == run.bold:
                cells[-1] = (cells[-1][0] + character, False, run.bold)
            else:
                cells.append((character, wide, run.bold))
    return cells
