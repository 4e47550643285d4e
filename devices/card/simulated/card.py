"""A social security card that answers APDUs, with the files and status words of LD/T 32-2015."""

import hmac
import secrets
import time
from collections.abc import Callable
from typing import Final

from devices.card.apdu import SHORT_LE, Command, Ins, Response, StatusWord
from devices.card.errors import CardDataError
from devices.card.simulated.files import (
    Access,
    Directory,
    ElementaryFile,
    Structure,
    build_file_system,
)
from devices.card.simulated.profile import CardProfile

ETU_PER_CHARACTER: Final = 12
"""T=0: start bit, eight data bits, parity and two of guard time."""

_CHALLENGES: Final = (4, 8, 16)
_PIN_LENGTHS: Final = range(2, 9)
_FIRST, _LAST, _NEXT, _PREVIOUS, _NUMBER, _FROM_NUMBER = range(6)


class CardPulledError(Exception):
    """The fault `remove_at_apdu`: the card left the reader instead of answering."""


class SimulatedCard:
    """One card with its state; the reader calls `power_on`, `process` and `power_off`."""

    def __init__(
        self,
        profile: CardProfile,
        *,
        sleep: Callable[[float], None] = time.sleep,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._profile = profile
        self._sleep = sleep
        self._random_bytes = random_bytes
        self._directories = build_file_system(profile)
        self._tries_left = profile.pin.tries_left if profile.pin else 0
        self._wire_seconds = 0.0
        self._powered = False
        self._forget()

    @property
    def profile(self) -> CardProfile:
        """What the card was made from."""
        return self._profile

    @property
    def atr(self) -> bytes:
        """The answer to reset; empty for a mute card."""
        return b"" if self._profile.faults.mute else self._profile.atr

    @property
    def tries_left(self) -> int:
        """How many wrong PINs the card still takes."""
        return self._tries_left

    @property
    def wire_seconds(self) -> float:
        """Time that the characters alone have needed on the contacts at the profile's baud."""
        return self._wire_seconds

    def power_on(self) -> bytes:
        """Reset: everything proven or selected is forgotten. Returns the answer to reset."""
        self._forget()
        self._powered = not self._profile.faults.mute
        self._pace(len(self.atr))
        return self.atr

    def power_off(self) -> None:
        """Take the power away."""
        self._forget()
        self._powered = False

    def process(self, apdu: bytes) -> bytes:
        """Answer one command; a card that is mute or without power gives no bytes at all."""
        if not self._powered:
            return b""
        self._commands += 1
        if self._commands == self._profile.faults.remove_at_apdu:
            raise CardPulledError
        answer = self._answer(apdu).to_bytes()
        self._pace(_characters(apdu, answer))
        return answer

    def _forget(self) -> None:
        self._directory: Directory | None = None
        self._file: ElementaryFile | None = None
        self._record = 0
        self._pin_proven = False
        self._waiting = b""
        self._challenged = False
        self._commands = 0

    def _pace(self, characters: int) -> None:
        if self._profile.baud and characters:
            seconds = characters * ETU_PER_CHARACTER / self._profile.baud
            self._wire_seconds += seconds
            self._sleep(seconds)

    def _answer(self, apdu: bytes) -> Response:
        for start, sw in self._profile.faults.answers:
            if apdu.startswith(start):
                return Response(b"", sw)
        try:
            command = Command.from_bytes(apdu)
        except CardDataError:
            return _status(StatusWord.WRONG_LENGTH)
        if command.cla != 0:
            return _status(StatusWord.CLA_UNKNOWN)
        return self._dispatch(command)

    def _dispatch(self, command: Command) -> Response:
        if command.ins == Ins.GET_RESPONSE:
            return self._get_response(command)
        self._waiting = b""
        match command.ins:
            case Ins.SELECT:
                return self._select(command)
            case Ins.READ_RECORD:
                return self._read_record(command)
            case Ins.READ_BINARY:
                return self._read_binary(command)
            case Ins.VERIFY:
                return self._verify(command)
            case Ins.GET_CHALLENGE:
                return self._get_challenge(command)
            case Ins.INTERNAL_AUTHENTICATE | Ins.EXTERNAL_AUTHENTICATE:
                return self._authenticate(command)
            case Ins.UPDATE_RECORD | Ins.UPDATE_BINARY:
                return _status(StatusWord.SECURITY_NOT_SATISFIED)
            case _:
                return _status(StatusWord.INS_UNKNOWN)

    # SELECT

    def _select(self, command: Command) -> Response:
        if command.p2 not in (0x00, 0x0C):
            return _status(StatusWord.WRONG_P1P2)
        match command.p1:
            case 0x04:
                return self._select_application(command)
            case 0x00 | 0x02:
                return self._select_file(command)
            case _:
                return _status(StatusWord.WRONG_P1P2)

    def _select_application(self, command: Command) -> Response:
        directory = self._directories.get(command.data)
        if directory is None:
            return _status(StatusWord.FILE_NOT_FOUND)
        self._directory, self._file, self._record = directory, None, 0
        return self._with_fci(command, directory.fci)

    def _select_file(self, command: Command) -> Response:
        if len(command.data) not in ((0, 2) if command.p1 == 0 else (2,)):
            return _status(StatusWord.WRONG_LENGTH)
        if command.data in (b"", b"\x3f\x00"):
            self._directory, self._file = None, None
            return _status(StatusWord.OK)
        file = self._file_by_sfi(command.data[1]) if command.data[0] == 0xEF else None
        if file is None:
            return _status(StatusWord.FILE_NOT_FOUND)
        self._file, self._record = file, 0
        return _status(StatusWord.OK)

    def _with_fci(self, command: Command, fci: bytes) -> Response:
        """T=0: with data going in, what comes out waits for GET RESPONSE unless Le asked for it."""
        if command.p2 == 0x0C:
            return _status(StatusWord.OK)
        self._waiting = fci
        return self._fetch(command.le) if command.le else _more(len(fci))

    def _get_response(self, command: Command) -> Response:
        if not self._waiting:
            return _status(StatusWord.CONDITIONS_NOT_SATISFIED)
        if command.p1 or command.p2:
            return _status(StatusWord.WRONG_P1P2)
        le = command.le or SHORT_LE
        if le > len(self._waiting):
            return _right_length(len(self._waiting))
        return self._fetch(le)

    def _fetch(self, le: int) -> Response:
        data, self._waiting = self._waiting[:le], self._waiting[le:]
        return Response(data, _more(len(self._waiting)).sw if self._waiting else StatusWord.OK)

    # reading

    def _file_by_sfi(self, sfi: int) -> ElementaryFile | None:
        return self._directory.files.get(sfi) if self._directory else None

    def _open(self, sfi: int, *structures: Structure) -> ElementaryFile | StatusWord:
        """The file meant by a short identifier (0: the current one), if it may be read so."""
        file = self._file_by_sfi(sfi) if sfi else self._file
        if file is None:
            return StatusWord.FILE_NOT_FOUND if sfi else StatusWord.NO_CURRENT_FILE
        if file.structure not in structures:
            return StatusWord.WRONG_FILE_STRUCTURE
        if not self._may_read(file.access):
            return StatusWord.SECURITY_NOT_SATISFIED
        if file is not self._file:
            self._file, self._record = file, 0
        return file

    def _may_read(self, access: Access) -> bool:
        match access:
            case Access.FREE:
                return True
            case Access.PIN:
                return self._pin_proven or self._profile.pin is None
            case _:
                return False

    def _read_record(self, command: Command) -> Response:
        file = self._open(command.p2 >> 3, Structure.RECORDS, Structure.CYCLIC)
        if isinstance(file, StatusWord):
            return _status(file)
        mode = command.p2 & 0x07
        if mode > _FROM_NUMBER:
            return _status(StatusWord.WRONG_P1P2)
        if mode >= _NUMBER:
            first = command.p1 or self._record
            numbers = [first] if mode == _NUMBER else range(first, len(file.records) + 1)
        else:
            numbers = self._by_tag(file, command.p1, mode)
        found = [number for number in numbers if 1 <= number <= len(file.records)]
        if not found:
            return _status(StatusWord.RECORD_NOT_FOUND)
        return self._exact(command, b"".join(file.records[number - 1] for number in found), found)

    def _by_tag(self, file: ElementaryFile, tag: int, mode: int) -> list[int]:
        """Numbers of the records with that tag, as first, last, next or previous asks."""
        if file.structure is not Structure.RECORDS:
            return []
        numbers = [n for n, record in enumerate(file.records, 1) if record[0] == tag]
        match mode:
            case 1:
                return numbers[-1:]
            case 2:
                return [n for n in numbers if n > self._record][:1]
            case 3:
                return [n for n in numbers if not self._record or n < self._record][-1:]
            case _:
                return numbers[:1]

    def _exact(self, command: Command, data: bytes, numbers: list[int]) -> Response:
        """Records go out whole: any other Le is answered with the right one."""
        length = min(len(data), SHORT_LE)
        if command.le != length:
            return _right_length(length)
        self._record = numbers[0]
        return Response(data[:length], StatusWord.OK)

    def _read_binary(self, command: Command) -> Response:
        short = bool(command.p1 & 0x80)
        sfi = command.p1 & 0x1F if short else 0
        if short and (command.p1 & 0x60 or not sfi):
            return _status(StatusWord.WRONG_P1P2)
        file = self._open(sfi, Structure.TRANSPARENT)
        if isinstance(file, StatusWord):
            return _status(file)
        offset = command.p2 if short else command.p1 << 8 | command.p2
        left = len(file.content) - offset
        if left <= 0:
            return _status(StatusWord.WRONG_OFFSET)
        le = command.le or SHORT_LE
        if le > left:
            return _right_length(min(left, SHORT_LE))
        return Response(file.content[offset : offset + le], StatusWord.OK)

    # PIN and keys

    def _verify(self, command: Command) -> Response:
        if command.p1 or command.p2:
            return _status(StatusWord.WRONG_P1P2)
        pin = self._profile.pin
        if pin is None:
            return _status(StatusWord.KEY_NOT_FOUND if command.data else StatusWord.OK)
        if not self._tries_left:
            return _status(StatusWord.LOCKED)
        if not command.data:
            return _tries(self._tries_left)
        if len(command.data) not in _PIN_LENGTHS:
            return _status(StatusWord.WRONG_LENGTH)
        if hmac.compare_digest(command.data, pin.packed):
            self._tries_left, self._pin_proven = pin.tries, True
            return _status(StatusWord.OK)
        self._tries_left, self._pin_proven = self._tries_left - 1, False
        return _tries(self._tries_left)

    def _get_challenge(self, command: Command) -> Response:
        if command.p1 or command.p2:
            return _status(StatusWord.WRONG_P1P2)
        if command.data or command.le not in _CHALLENGES:
            return _status(StatusWord.WRONG_LENGTH)
        self._challenged = True
        return Response(self._random_bytes(command.le), StatusWord.OK)

    def _authenticate(self, command: Command) -> Response:
        """No key is on this card: every authentication fails before any arithmetic."""
        external = command.ins == Ins.EXTERNAL_AUTHENTICATE
        if len(command.data) not in (16, 17):
            return _status(StatusWord.WRONG_LENGTH)
        if external and not self._challenged:
            return _status(StatusWord.NO_CHALLENGE)
        self._challenged = False
        return _status(StatusWord.KEY_NOT_FOUND)


def _status(sw: StatusWord) -> Response:
    return Response(b"", sw)


def _more(length: int) -> Response:
    return Response(b"", StatusWord.MORE_DATA | (length & 0xFF if length < SHORT_LE else 0))


def _right_length(length: int) -> Response:
    return Response(b"", StatusWord.RIGHT_LENGTH | (length & 0xFF))


def _tries(left: int) -> Response:
    return Response(b"", StatusWord.TRIES_LEFT | left)


def _characters(apdu: bytes, answer: bytes) -> int:
    """Characters of T=0 on the contacts (ISO/IEC 7816-3, clause 10.3).

    A header of five, one procedure byte before the data of either direction, the status word.
    Data both ways are two such exchanges: the second is GET RESPONSE.
    """
    sent, received = apdu[4] if len(apdu) > 5 else 0, len(answer) - 2
    exchanges = 2 if sent and received else 1
    return exchanges * 7 + sent + received + bool(sent) + bool(received)
