"""Commands over a connection: fetches what is waiting, corrects Le, counts the traffic."""

from dataclasses import dataclass
from typing import Final

from devices.card.apdu import SHORT_LE, Command, Ins, Response, StatusWord
from devices.card.atr import parse_atr
from devices.card.connection import CardConnection
from devices.card.errors import CardDataError

_MORE_DATA = 0x61
_RIGHT_LENGTH = 0x6C
_LONGEST_ANSWER = 0x10000
_MOST_PIECES: Final = _LONGEST_ANSWER // SHORT_LE
"""A card that hands its answer out byte by byte would hold the kiosk for half an hour."""
_T1: Final = 1


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went over the wire so far, in APDUs and their bytes."""

    apdus: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0


class Channel:
    """T=0 as the terminal has to speak it (ISO/IEC 7816-3, clause 12.2)."""

    def __init__(self, connection: CardConnection) -> None:
        self._connection = connection
        self._traffic = Traffic()
        self.answer_le = _le_of_an_answer(connection.atr)
        """Le for commands with data that want an answer; `None`: they carry none."""

    @property
    def traffic(self) -> Traffic:
        """What went over the wire so far."""
        return self._traffic

    def run(self, command: Command) -> Response:
        """Send one command whose answer's data nobody needs: what waits (61xx) is left behind."""
        response = self._exchange(command)
        if response.sw >> 8 == _MORE_DATA:
            return Response(b"", StatusWord.OK)
        return response

    def send(self, command: Command) -> Response:
        """Send one command and return its whole answer.

        61xx is followed by GET RESPONSE until all is there. 6Cxx repeats the command once with
        the right Le, but never a command with data: a PIN goes over the wire once.
        """
        response = self._exchange(command)
        if response.sw >> 8 == _RIGHT_LENGTH and not command.data:
            response = self._exchange(_with_le(command, response.sw))
        data, pieces = bytearray(response.data), 0
        while response.sw >> 8 == _MORE_DATA:
            pieces += 1
            response = self._exchange(_with_le(Command(0, Ins.GET_RESPONSE, 0, 0), response.sw))
            if response.sw >> 8 == _RIGHT_LENGTH:
                corrected = _with_le(Command(0, Ins.GET_RESPONSE, 0, 0), response.sw)
                response = self._exchange(corrected)
            endless = pieces > _MOST_PIECES or not response.data
            if response.sw >> 8 == _MORE_DATA and endless:
                raise CardDataError("GET RESPONSE without an end")
            data += response.data
            if len(data) > _LONGEST_ANSWER:
                raise CardDataError("response longer than an answer may be")
        return Response(bytes(data), response.sw)

    def _exchange(self, command: Command) -> Response:
        raw = command.to_bytes()
        answer = self._connection.transmit(raw)
        before = self._traffic
        self._traffic = Traffic(
            before.apdus + 1, before.bytes_sent + len(raw), before.bytes_received + len(answer)
        )
        return Response.from_bytes(answer)


def _with_le(command: Command, sw: int) -> Command:
    le = sw & 0xFF or SHORT_LE
    return Command(command.cla, command.ins, command.p1, command.p2, le=le)


def _le_of_an_answer(atr: bytes) -> int | None:
    """T=0 fetches the answer with GET RESPONSE and has no room for Le.

    Over T=1 a command without Le gets no answer at all; without contacts (PC/SC part 3) the ATR
    that the reader makes up names T=1 as well.
    """
    try:
        return SHORT_LE if _T1 in parse_atr(atr).protocols else None
    except CardDataError:
        return None
