"""What a printer says about itself: a tagged union, one code for each sentence to a person."""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeAlias, get_args

Paper: TypeAlias = Literal["ok", "near_end", "unknown"]
Reason: TypeAlias = Literal[
    "paper_out", "cover_open", "cutter", "head", "error", "buffer", "job_waits"
]


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
    """`buffer`: it holds our bytes back and does not say why, or did not say that it has read what
    ends an earlier job's broken command; after some tries that is no reason. `job_waits`: an
    earlier job of ours has not ended in its queue, so that pages of it may still come out."""

    @property
    def code(self) -> str:
        """`printer.` and the reason."""
        return f"printer.{self.reason}"


NEEDS: Final = {state.code: state for state in map(NeedsAttention, get_args(Reason))}
"""By their codes, which is how a job tells what it waits for."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing understandable came back, once: neither fine nor off. Ask again."""

    noise: int = 0
    """Bytes that came and fit no reply: more than none points to a wrong speed or parity."""
    code: ClassVar[str] = "printer.unknown"


@dataclass(frozen=True, slots=True)
class Offline:
    """The port is there and the printer is silent again: off, cable out, wrong speed."""

    noise: int = 0
    """As in `Unknown`."""
    code: ClassVar[str] = "printer.offline"


@dataclass(frozen=True, slots=True)
class Absent:
    """The port itself is missing, may not be opened, or just went away."""

    detail: str
    """What the operating system said, for the technician."""
    code: ClassVar[str] = "printer.absent"


@dataclass(frozen=True, slots=True)
class Busy:
    """The port is there and another program has it for itself."""

    detail: str
    """What the operating system said, and which program it is as far as that can be seen."""
    code: ClassVar[str] = "printer.busy"


@dataclass(frozen=True, slots=True)
class TellsNothing:
    """The port shows nothing of this printer, now or later: neither lines nor a status byte."""

    code: ClassVar[str] = "printer.tells_nothing"


NoPort: TypeAlias = Absent | Busy
"""Nothing can be asked: the printer itself may be well."""
PrinterState: TypeAlias = Ready | NeedsAttention | Unknown | TellsNothing | Offline | NoPort


NEVER_SEEN: Final = Absent("not opened yet")
"""The state of a printer at which nobody has looked."""
FIRST_LOOK_SECONDS: Final = 5.0
"""So long who asks second waits for the first look at a printer, as there is no last state yet."""
