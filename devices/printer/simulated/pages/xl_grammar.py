"""What may stand in a session of PCL XL: the operators, their attributes, and their order.

The operators are those that Ghostscript writes for text, lines and areas. Any other is an error.

Source: HP's "PCL XL Feature Reference Protocol Class 2.0".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from devices.printer.pages.xl_stream import Operation
from devices.printer.simulated.pages.pcl_page import RefusedError

Place: TypeAlias = Literal["nothing", "session", "source", "page", "font", "char"]
"""The innermost thing that is open."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One operator: the attributes that it must and may have, and where it may stand."""

    name: str
    must: frozenset[int]
    may: frozenset[int]
    places: tuple[Place, ...]
    leads_to: Place | None


def _rule(
    name: str,
    must: str = "",
    may: str = "",
    *,
    places: tuple[Place, ...] = ("page",),
    to: Place | None = None,
) -> Rule:
    return Rule(name, frozenset(bytes.fromhex(must)), frozenset(bytes.fromhex(may)), places, to)


_FONTS: Final[tuple[Place, ...]] = ("source", "page")
RULES: Final[Mapping[int, Rule]] = MappingProxyType(
    {
        0x41: _rule("BeginSession", "86 89", "8F", places=("nothing",), to="session"),
        0x42: _rule("EndSession", places=("session",), to="nothing"),
        0x43: _rule("BeginPage", "25 28", "26 34", places=("source",), to="page"),
        0x44: _rule("EndPage", "", "31", to="source"),
        0x48: _rule("OpenDataSource", "82 88", places=("session",), to="source"),
        0x49: _rule("CloseDataSource", places=("source",), to="session"),
        0x4F: _rule("BeginFontHeader", "A8 A9", places=_FONTS, to="font"),
        0x50: _rule("ReadFontHeader", "A7", places=("font",)),
        0x51: _rule("EndFontHeader", places=("font",), to="page"),
        0x52: _rule("BeginChar", "A8", places=_FONTS, to="char"),
        0x53: _rule("ReadChar", "A2 A3", places=("char",)),
        0x54: _rule("EndChar", places=("char",), to="page"),
        0x62: _rule("SetClipReplace", "53"),
        0x63: _rule("SetBrushSource", "", "04 09"),
        0x6A: _rule("SetColorSpace", "03"),
        0x6B: _rule("SetCursor", "4C"),
        0x6F: _rule("SetFont", "A6 A8 AA"),
        0x79: _rule("SetPenSource", "", "05 09"),
        0x7A: _rule("SetPenWidth", "4B"),
        0x84: _rule("CloseSubPath"),
        0x85: _rule("NewPath"),
        0x86: _rule("PaintPath"),
        0x93: _rule("BezierPath", "4D 50"),
        0x95: _rule("BezierRelPath", "4D 50"),
        0x9B: _rule("LinePath", "", "45 4D 50"),
        0x9D: _rule("LineRelPath", "", "45 4D 50"),
        0xA0: _rule("Rectangle", "42"),
        0xA8: _rule("Text", "AB"),
    }
)  # fmt: skip


class Order:
    """Holds a session's operations to their order."""

    def __init__(self) -> None:
        self.place: Place = "nothing"
        self._outside: Place = "nothing"

    def take(self, operation: Operation) -> str:
        """Return the operator's name; raise RefusedError where it may not stand so."""
        rule = RULES.get(operation.operator)
        if rule is None:
            raise RefusedError(f"operator {operation.operator:02X}")
        if self.place not in rule.places:
            raise RefusedError(f"{rule.name} in {self.place}")
        found = operation.attributes.keys()
        if lacking := sorted(rule.must - found):
            raise RefusedError(f"{rule.name} without attribute {lacking[0]}")
        if left := sorted(found - rule.must - rule.may):
            raise RefusedError(f"{rule.name} with attribute {left[0]}")
        self._move(rule)
        return rule.name

    def _move(self, rule: Rule) -> None:
        if rule.leads_to in ("font", "char"):
            self._outside = self.place
        if rule.leads_to is not None:
            ends = self.place in ("font", "char")
            self.place = self._outside if ends else rule.leads_to
