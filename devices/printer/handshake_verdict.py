"""What the handshake tester found, and what to set: keys and figures, for whoever has the words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from devices.printer.descriptor import Lost
from devices.printer.link import LineSettings
from devices.printer.models import Flow

Limit: TypeAlias = Literal["port", "baud", "cover", "stopped", "buffer"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was seen, or is to be done."""

    key: str
    """Of the text that says it."""
    data: Mapping[str, str | int] = field(default_factory=dict)
    """What the text has in braces."""
    flow: Flow | None = None
    """The handshake that the text names, if any."""


@dataclass(frozen=True, slots=True)
class HandshakeVerdict:
    """What was found, why, and what to set."""

    configured: LineSettings
    baud: int | None = None
    """At which the printer answers; None when it does at none."""
    flow: Flow | None = None
    """How it stops the host, `none` when it does not; None where the test could not tell."""
    limit: Limit | None = None
    """What kept the test from a full verdict; None when nothing did. `port`: not opened, lost, or
    takes no byte; `baud`: no answer at any; `cover`: not opened; `stopped`: somebody ended the
    test; `buffer`: nothing stopped us in twice the profile's buffer, or the printer's is larger
    still."""
    lost: Lost | None = None
    """Why the port was not opened, or went away."""
    offline_stops: bool | None = None
    """Whether it stops the host already when it is offline, not only when its buffer is full."""
    filled_bytes: int = 0
    """How many bytes it took before it stopped us."""
    evidence: tuple[Note, ...] = ()
    """What was seen, in order."""
    advice: tuple[Note, ...] = ()
    """What to do next: on the printer, in the configuration, or to test again. Nothing where a
    lost port says it all."""

    @property
    def agrees(self) -> bool | None:
        """Whether the configuration fits what was found; None where that is not known."""
        if self.baud is None:
            return None
        if self.baud != self.configured.baud:
            return False
        return None if self.flow is None else self.flow == self.configured.flow


def advice_for(verdict: HandshakeVerdict) -> Iterator[Note]:
    """What to do after this verdict."""
    configured = verdict.configured
    if verdict.limit == "port":
        if verdict.lost is None:
            yield Note("handshake.check_port")
        return
    if verdict.baud is None:
        yield Note("handshake.switch_on")
        return
    if verdict.baud != configured.baud:
        yield Note("handshake.set_baud", {"found": verdict.baud, "set": configured.baud})
    yield from _flow_advice(verdict)
    if verdict.offline_stops:
        yield Note("handshake.set_offline")


def _flow_advice(verdict: HandshakeVerdict) -> Iterator[Note]:
    flow, configured = verdict.flow, verdict.configured.flow
    if flow == "none":
        yield Note("handshake.set_some", flow=configured)
    elif flow is not None and flow != configured:
        yield Note("handshake.set_flow", {"flow": flow}, flow=configured)
    if verdict.limit == "stopped":
        yield Note("handshake.again")
    elif verdict.limit == "cover":
        seen = {note.key for note in verdict.evidence}
        unreported = "handshake.cover_unreported" in seen
        yield Note("handshake.check_cover" if unreported else "handshake.open_cover")
