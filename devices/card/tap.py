"""A source whose exchanges with cards can be followed, by what they are and never by what they say.

An `Exchange` has no room for data: no identity, PIN, key or record can stand in one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from devices.card.apdu import Ins, name_of
from devices.card.connection import CardConnection, CardListener, CardSource, Watch

_OF_A_PIN: Final = (Ins.VERIFY, Ins.CHANGE_PIN)
_INS_AT: Final = 1


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command and its answer."""

    reader: str
    ins: str
    """Name of the instruction, or its number."""
    sent: int | None
    """Bytes; None for a PIN, whose length is a secret as well."""
    received: int
    sw: str
    """Status word and its name; empty where no answer came."""
    seconds: float


Tell = Callable[[Exchange], None]


class TappedSource:
    """Another source, of which `tell` hears every exchange for which `wanted` says so."""

    def __init__(
        self,
        source: CardSource,
        monotonic: Callable[[], float],
        tell: Tell,
        wanted: Callable[[], bool],
    ) -> None:
        self._source = source
        self._monotonic = monotonic
        self._tell = tell
        self._wanted = wanted

    def readers(self) -> tuple[str, ...]:
        """The names of the readers that are there now."""
        return self._source.readers()

    def connect(self, reader: str) -> CardConnection:
        """Power the card in that reader and hold it."""
        return _TappedConnection(self._source.connect(reader), reader, self._exchanged)

    def watch(self, listener: CardListener) -> Watch:
        """As the source itself does."""
        return self._source.watch(listener)

    def _exchanged(self, reader: str, command: bytes, send: Callable[[bytes], bytes]) -> bytes:
        if not self._wanted():
            return send(command)
        begun, answer = self._monotonic(), b""
        try:
            answer = send(command)
        finally:
            self._tell(_exchange(reader, command, answer, self._monotonic() - begun))
        return answer


class _TappedConnection:
    """A connection whose exchanges go through the source's tap."""

    def __init__(
        self,
        connection: CardConnection,
        reader: str,
        exchanged: Callable[[str, bytes, Callable[[bytes], bytes]], bytes],
    ) -> None:
        self._connection = connection
        self._reader = reader
        self._exchanged = exchanged

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._connection.atr

    def transmit(self, command: bytes) -> bytes:
        """Send one command, exactly once."""
        return self._exchanged(self._reader, command, self._connection.transmit)

    def close(self) -> None:
        """Power the card off."""
        self._connection.close()


def _exchange(reader: str, command: bytes, answer: bytes, seconds: float) -> Exchange:
    ins = command[_INS_AT]
    sw = int.from_bytes(answer[-2:], "big")
    return Exchange(
        reader,
        Ins(ins).name if ins in list(Ins) else f"INS {ins:02X}",
        None if ins in _OF_A_PIN else len(command),
        max(0, len(answer) - 2),
        f"{sw:04X} {name_of(sw)}" if answer else "",
        seconds,
    )
