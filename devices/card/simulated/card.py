"""A social security card that answers APDUs, with the files and status words of LD/T 32-2015."""

import secrets
import time
from collections.abc import Callable
from typing import Final

from devices.card.apdu import SHORT_LE, Command, Ins, Response, StatusWord
from devices.card.keys import MasterKeys
from devices.card.simulated.chip import SimulatedChip, right_length, status
from devices.card.simulated.files import Directory, build_file_system
from devices.card.simulated.layout import Access, ElementaryFile, Structure
from devices.card.simulated.profile import CardProfile
from devices.card.simulated.security import Security
from devices.card.ssc import SSSE_AID

_FIRST, _LAST, _NEXT, _PREVIOUS, _NUMBER, _FROM_NUMBER = range(6)
_PROPRIETARY: Final = 0x80


class SimulatedCard(SimulatedChip):
    """One card; with the nation's master keys it holds its own ones, without it is a clone."""

    def __init__(
        self,
        profile: CardProfile,
        *,
        keys: MasterKeys | None = None,
        sleep: Callable[[float], None] = time.sleep,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        super().__init__(profile.atr, profile.faults, profile.baud, sleep)
        self._profile = profile
        self._directories = build_file_system(profile)
        self._root = self._directories.pop(SSSE_AID, None) if profile.root else None
        self._security = Security(profile, keys, random_bytes)
        self.forget()

    @property
    def profile(self) -> CardProfile:
        """What the card was made from."""
        return self._profile

    @property
    def tries_left(self) -> int:
        """How many wrong PINs the card still takes."""
        return self._security.tries_left

    def forget(self) -> None:
        """Drop what was selected and what was proven."""
        self._directory: Directory | None = self._root
        self._file: ElementaryFile | None = None
        self._record = 0
        self._security.forget()

    def dispatch(self, command: Command) -> Response:
        """Answer a command that is well formed."""
        if self._profile.faults.blocked == "card":
            return status(StatusWord.NOT_SUPPORTED)
        if command.cla != (_PROPRIETARY if command.ins == Ins.CHANGE_PIN else 0):
            return status(StatusWord.CLA_UNKNOWN)
        if command.ins == Ins.GET_RESPONSE:
            return self.get_response(command)
        self.drop_waiting()
        match command.ins:
            case Ins.SELECT:
                return self._select(command)
            case Ins.READ_RECORD:
                return self._read_record(command)
            case Ins.READ_BINARY:
                return self._read_binary(command)
            case Ins.UPDATE_RECORD | Ins.UPDATE_BINARY:
                return status(StatusWord.SECURITY_NOT_SATISFIED)
            case _:
                return self._prove(command)

    def _prove(self, command: Command) -> Response:
        match command.ins:
            case Ins.VERIFY:
                return self._security.verify(command)
            case Ins.CHANGE_PIN:
                return self._security.change_pin(command)
            case Ins.GET_CHALLENGE:
                return self._security.get_challenge(command)
            case Ins.EXTERNAL_AUTHENTICATE:
                return self._security.external_authenticate(command)
            case Ins.INTERNAL_AUTHENTICATE:
                proof = self._security.internal_authenticate(command)
                if isinstance(proof, StatusWord):
                    return status(proof)
                return self.send_out(command, proof)
            case _:
                return status(StatusWord.INS_UNKNOWN)

    # SELECT

    def _select(self, command: Command) -> Response:
        if command.p2 not in (0x00, 0x0C):
            return status(StatusWord.WRONG_P1P2)
        match command.p1:
            case 0x04:
                return self._select_application(command)
            case 0x00 | 0x02:
                return self._select_file(command)
            case _:
                return status(StatusWord.WRONG_P1P2)

    def _select_application(self, command: Command) -> Response:
        directory = self._directories.get(command.data)
        if directory is None:
            return status(StatusWord.FILE_NOT_FOUND)
        if self._profile.faults.blocked == "application" and directory.aid == SSSE_AID:
            return status(StatusWord.APPLICATION_LOCKED)
        self._enter(directory)
        return status(StatusWord.OK) if command.p2 else self.send_out(command, directory.fci)

    def _select_file(self, command: Command) -> Response:
        if len(command.data) not in ((0, 2) if command.p1 == 0 else (2,)):
            return status(StatusWord.WRONG_LENGTH)
        if command.data in (b"", b"\x3f\x00"):
            self._enter(self._root)
            return status(StatusWord.OK)
        file = self._file_by_sfi(command.data[1]) if command.data[0] == 0xEF else None
        if file is None:
            return status(StatusWord.FILE_NOT_FOUND)
        self._file, self._record = file, 0
        return status(StatusWord.OK)

    def _enter(self, directory: Directory | None) -> None:
        """Make a directory the current one; another than before loses what keys have opened."""
        if directory is not self._directory:
            self._security.leave_application()
        self._directory, self._file, self._record = directory, None, 0

    # reading

    def _file_by_sfi(self, sfi: int) -> ElementaryFile | None:
        return self._directory.files.get(sfi) if self._directory else None

    def _open(self, sfi: int, *structures: Structure) -> ElementaryFile | StatusWord:
        """The file meant by a short identifier (0: the current one), if it may be read so."""
        file = self._file_by_sfi(sfi) if sfi and self._profile.sfi else None
        if not sfi:
            file = self._file
        if file is None:
            return StatusWord.FILE_NOT_FOUND if sfi else StatusWord.NO_CURRENT_FILE
        if file.structure not in structures:
            return StatusWord.WRONG_FILE_STRUCTURE
        if not self._may_read(file.access):
            return StatusWord.SECURITY_NOT_SATISFIED
        if self._is_worn(file):
            return StatusWord.MEMORY_ERROR
        if file is not self._file:
            self._file, self._record = file, 0
        return file

    def _may_read(self, access: Access) -> bool:
        match access:
            case Access.FREE:
                return True
            case Access.PIN:
                return self._security.pin_satisfied
            case Access.RKSSSE:
                return self._security.rkssse_proven
            case Access.KEY | Access.PIN_AND_KEY:
                return False

    def _is_worn(self, file: ElementaryFile) -> bool:
        worn = self._profile.faults.worn_file
        if worn is None or self._directory is None:
            return False
        name = f"EF{file.identifier:02X}"
        return worn == (
            name if self._directory.aid == SSSE_AID else f"{self._directory.label}/{name}"
        )

    def _read_record(self, command: Command) -> Response:
        file = self._open(command.p2 >> 3, Structure.RECORDS, Structure.CYCLIC)
        if isinstance(file, StatusWord):
            return status(file)
        mode = command.p2 & 0x07
        if mode > (_FROM_NUMBER if self._profile.read_all else _NUMBER):
            return status(StatusWord.WRONG_P1P2)
        if mode >= _NUMBER:
            first = command.p1 or self._record
            numbers = [first] if mode == _NUMBER else range(first, len(file.records) + 1)
        else:
            numbers = self._by_tag(file, command.p1, mode)
        found = [number for number in numbers if 1 <= number <= len(file.records)]
        if not found:
            return status(StatusWord.RECORD_NOT_FOUND)
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
            return right_length(length)
        self._record = numbers[0]
        return Response(data[:length], StatusWord.OK)

    def _read_binary(self, command: Command) -> Response:
        short = bool(command.p1 & 0x80)
        sfi = command.p1 & 0x1F if short else 0
        if short and (command.p1 & 0x60 or not sfi):
            return status(StatusWord.WRONG_P1P2)
        file = self._open(sfi, Structure.TRANSPARENT)
        if isinstance(file, StatusWord):
            return status(file)
        offset = command.p2 if short else command.p1 << 8 | command.p2
        left = len(file.content) - offset
        if left <= 0:
            return status(StatusWord.WRONG_OFFSET)
        le = command.le or SHORT_LE
        if le > left:
            return right_length(min(left, SHORT_LE))
        return Response(file.content[offset : offset + le], StatusWord.OK)
