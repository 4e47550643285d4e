"""What a printer says about itself: a tagged union, one code for each sentence to a person."""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

Paper: TypeAlias = Literal["ok", "near_end", "unknown"]
Reason: TypeAlias = Literal["paper_out", "cover_open", "cutter", "head", "error"]


@dataclass(frozen=True, slots=True)
class Ready:
    """The printer answered and will print."""

    paper: Paper
    """`near_end`: the roll is nearly used up; `unknown`: this model has no sensor for it."""

    @property
    def code(self) -> str:
        """`printer.ready` or `printer.paper_low`."""
        return "printer.paper_low" if self.paper == "near_end" else "printer.ready"


@dataclass(frozen=True, slots=True)
class NeedsAttention:
    """The printer answered and will not print before somebody has come to it."""

    reason: Reason

    @property
    def code(self) -> str:
        """`printer.` and the reason."""
        return f"printer.{self.reason}"


@dataclass(frozen=True, slots=True)
class Silent:
    """The port is there and nothing understandable came back: off, cable out, wrong speed."""

    noise: int = 0
    """Bytes that came and fit no reply: more than none points to a wrong speed or parity."""
    code: ClassVar[str] = "printer.silent"


@dataclass(frozen=True, slots=True)
class Absent:
    """The port itself is missing, taken by another process, or just went away."""

    detail: str
    """What the operating system said, for the technician."""
    code: ClassVar[str] = "printer.absent"


PrinterState: TypeAlias = Ready | NeedsAttention | Silent | Absent
