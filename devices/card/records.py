"""Reading a variable-record file whole with the fewest commands the card understands.

Cards differ in what READ RECORD takes (LD/T 32-2015; ISO/IEC 7816-4, 7.3.3): all records at once
or one, the file by its short identifier or selected before, a record by its tag or its number.
"""

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Final

from devices.card.apdu import SHORT_LE, Command, Ins, Response, StatusWord
from devices.card.channel import Channel
from devices.card.errors import CardBlockedError, CardRefusedError
from devices.card.tlv import Record, parse_record, parse_records

_FIRST: Final = 0
_NEXT: Final = 2
_BY_NUMBER: Final = 4
_ALL_FROM_NUMBER: Final = 5
_ABSENT: Final = (StatusWord.RECORD_NOT_FOUND, StatusWord.FILE_NOT_FOUND)
_MOST_CYCLIC: Final = 254
"""Record numbers end at FE."""
_UNLISTED: Final = 8
"""Records beyond the listed ones that are read by number: vendors add some."""


class Opening(Enum):
    """What a card wants before it shows a file."""

    FREE = "free"
    PIN = "pin"
    KEY = "key"
    PIN_OR_KEY = "pin_or_key"
    PIN_AND_KEY = "pin_and_key"


@dataclass(frozen=True, slots=True)
class Row:
    """A record that a file may have: its tag, its value's length if known, how often at most."""

    tag: int
    length: int | None = None
    most: int = 1


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A variable-record file: `place` names it in errors, `sfi` on the card."""

    place: str
    sfi: int
    rows: tuple[Row, ...]
    opened_by: Opening = Opening.FREE

    @property
    def known_length(self) -> int:
        """Bytes of the records whose length is known, with their headers."""
        return sum(row.most * (row.length + 2) for row in self.rows if row.length is not None)

    @property
    def length(self) -> int:
        """Bytes of all records; 256, as many as there are, where one is not known."""
        if any(row.length is None for row in self.rows):
            return SHORT_LE
        return self.known_length


@dataclass(frozen=True, slots=True)
class CyclicFile:
    """A file of fixed-length records without tags, the newest first."""

    place: str
    sfi: int
    length: int
    opened_by: Opening = Opening.FREE


@dataclass(frozen=True, slots=True)
class CyclicRecords:
    """What a cyclic file holds, the newest first."""

    records: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Records:
    """What a file holds."""

    records: tuple[Record, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Absent:
    """The card has no such file, or nothing in it."""


@dataclass(frozen=True, slots=True)
class Protected:
    """The card does not show the file before this was proven."""

    by: Opening


FileRecords = Records | Absent | Protected


@dataclass(frozen=True, slots=True)
class _Refused:
    """This way of reading is not for this card."""

    command: str
    sw: int


_NOTHING: Final = _Refused("", StatusWord.RECORD_NOT_FOUND)
_TOO_LONG: Final = _Refused("", StatusWord.WRONG_LENGTH)


class _Way(IntEnum):
    """The ways to read a file, the one with the fewest commands first."""

    ALL_BY_SFI = 0
    ALL_SELECTED = 1
    TAG_BY_SFI = 2
    TAG_SELECTED = 3
    NUMBER_BY_SFI = 4
    NUMBER_SELECTED = 5


_SELECTED: Final = (_Way.ALL_SELECTED, _Way.TAG_SELECTED, _Way.NUMBER_SELECTED)


class RecordReader:
    """Reads files of one card; what worked for one file is tried first for the next."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._way = _Way.ALL_BY_SFI
        self._proven = False

    def read(self, file: RecordFile) -> FileRecords:
        """All records of a file, walking down the ways until the card understands one."""
        refusals: list[_Refused] = []
        for way in list(_Way)[self._way :]:
            match self._try(way, file):
                case Records() as found:
                    if not self._proven:
                        self._way, self._proven = way, True
                    return found
                case _Refused() as refusal:
                    refusals.append(refusal)
                    if self._proven and refusal.sw in _ABSENT:
                        return Absent()  # the way is right: it is the file that is not there
                case Protected() as protected:
                    return protected
        for refusal in refusals:
            if refusal.sw not in _ABSENT:
                raise CardRefusedError(refusal.command, refusal.sw)
        return Absent()

    def read_cyclic(self, file: CyclicFile) -> CyclicRecords | Absent | Protected:
        """All records of a cyclic file by their numbers: no other way gives them one by one."""
        if self._way not in _SELECTED:
            content = self._cycle(file, file.sfi)
            if not isinstance(content, _Refused):
                return content
        command, selected = select_file(self._channel, file.sfi)
        if not selected.ok:
            return _absent(_refusal(command, selected, file))
        content = self._cycle(file, 0)
        return _absent(content) if isinstance(content, _Refused) else content

    def _cycle(self, file: CyclicFile, sfi: int) -> CyclicRecords | Protected | _Refused:
        found: list[bytes] = []
        while len(found) < _MOST_CYCLIC:
            command = _read(len(found) + 1, sfi, _BY_NUMBER, file.length)
            response = self._channel.send(command)
            if not response.ok:
                refusal = _refusal(command, response, file)
                if found and isinstance(refusal, _Refused):
                    break
                return refusal
            found.append(response.data)
        return CyclicRecords(tuple(found))

    def _try(self, way: _Way, file: RecordFile) -> Records | Protected | _Refused:
        sfi = file.sfi
        if way in _SELECTED:
            command, response = select_file(self._channel, file.sfi)
            if not response.ok:
                return _refusal(command, response, file)
            sfi = 0
        match way:
            case _Way.ALL_BY_SFI | _Way.ALL_SELECTED:
                return self._all(file, sfi)
            case _Way.TAG_BY_SFI | _Way.TAG_SELECTED:
                return self._by_tag(file, sfi)
            case _Way.NUMBER_BY_SFI | _Way.NUMBER_SELECTED:
                return self._by_number(file, sfi)

    def _all(self, file: RecordFile, sfi: int) -> Records | Protected | _Refused:
        if file.known_length > SHORT_LE:
            return _TOO_LONG
        command = _read(1, sfi, _ALL_FROM_NUMBER, file.length)
        response = self._channel.send(command)
        if not response.ok:
            return _refusal(command, response, file)
        if len(response.data) == SHORT_LE:
            return _TOO_LONG  # cut off where a short answer ends
        records = parse_records(response.data, file.place)
        if not records or (len(records) == 1 < len(file.rows) and not self._proven):
            # A card that overlooks "all" answers with the first record alone.
            return _Refused(command.label, StatusWord.RECORD_NOT_FOUND)
        return Records(records)

    def _by_tag(self, file: RecordFile, sfi: int) -> Records | Protected | _Refused:
        found: list[Record] = []
        for row in file.rows:
            for mode in (_FIRST, *(_NEXT for _ in range(row.most - 1))):
                command = _read(row.tag, sfi, mode, _record_length(row))
                response = self._channel.send(command)
                if response.sw == StatusWord.RECORD_NOT_FOUND:
                    break
                if not response.ok:
                    return _refusal(command, response, file)
                place = f"{file.place} tag {row.tag:02X}"
                found.append(Record(row.tag, parse_record(response.data, row.tag, place)))
        return _those(found)

    def _by_number(self, file: RecordFile, sfi: int) -> Records | Protected | _Refused:
        lengths = [_record_length(row) for row in file.rows for _ in range(row.most)]
        lengths += [SHORT_LE] * _UNLISTED
        found: list[Record] = []
        for number, length in enumerate(lengths, 1):
            command = _read(number, sfi, _BY_NUMBER, length)
            response = self._channel.send(command)
            if response.sw == StatusWord.RECORD_NOT_FOUND:
                break
            if not response.ok:
                return _refusal(command, response, file)
            found += parse_records(response.data, f"{file.place} record {number}")
        return _those(found)


def select_file(channel: Channel, sfi: int) -> tuple[Command, Response]:
    """Select EFxx below the current DF, in the form of the standard, then in the other one."""
    identifier = bytes((0xEF, sfi))
    command = Command(0, Ins.SELECT, 2, 0, identifier)
    response = channel.run(command)
    if response.ok or response.sw == StatusWord.FILE_NOT_FOUND:
        return command, response
    command = Command(0, Ins.SELECT, 0, 0, identifier)
    return command, channel.run(command)


def _read(p1: int, sfi: int, mode: int, le: int) -> Command:
    return Command(0, Ins.READ_RECORD, p1, sfi << 3 | mode, le=le)


def _record_length(row: Row) -> int:
    return SHORT_LE if row.length is None else row.length + 2


def _absent(refusal: Protected | _Refused) -> Absent | Protected:
    """The end of the last way: nothing is there, or the card refuses to show it."""
    match refusal:
        case Protected():
            return refusal
        case _Refused(_, sw) if sw in _ABSENT:
            return Absent()
        case _Refused(command, sw):
            raise CardRefusedError(command, sw)


def _those(found: list[Record]) -> Records | _Refused:
    return Records(tuple(found)) if found else _NOTHING


def _refusal(
    command: Command, response: Response, file: RecordFile | CyclicFile
) -> Protected | _Refused:
    """What a refusal means: the file is protected, or it is to be read in another way."""
    match response.sw:
        case StatusWord.SECURITY_NOT_SATISFIED:
            return Protected(file.opened_by)
        case StatusWord.APPLICATION_LOCKED:
            raise CardBlockedError(response.sw)
        case StatusWord.MEMORY_ERROR:
            raise CardRefusedError(command.label, response.sw)  # worn: no other way will do
        case sw:
            return _Refused(command.label, sw)
