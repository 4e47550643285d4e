"""The application files of the card as data (人社信息函〔2012〕37号, file structure V2.0).

Tags, lengths and what opens a file are as published; an item whose meaning is not published has no
name, and one whose form is not published is bytes. Files of the DF that the standard only names
(DF05, DF06) and the reserved ones (DF01 EF16 to EF1A) are not here.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from devices.card.records import CyclicFile, Opening, RecordFile, Row


class Kind(Enum):
    """How an item's bytes are read."""

    TEXT = "an"
    DIGITS = "cn"
    DATE = "date"
    NUMBER = "b"
    BYTES = "bytes"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Field:
    """One item: a record of a variable-record file, or a part of a cyclic record (tag 0)."""

    tag: int
    kind: Kind = Kind.BYTES
    length: int | None = None
    name: str = ""
    most: int = 1
    inner: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True)
class ApplicationFile:
    """One file of an application."""

    application: str
    aid: bytes
    sfi: int
    title: str
    """As the standard calls it."""
    opened_by: Opening
    fields: tuple[Field, ...]
    cyclic: bool = False

    @property
    def place(self) -> str:
        """How the file is called in an error: `DF02 EF07`."""
        return f"{self.application} EF{self.sfi:02X}"

    def as_records(self) -> RecordFile:
        """The file for the record reader."""
        rows = tuple(Row(field.tag, field.length, field.most) for field in self.fields)
        return RecordFile(self.place, self.sfi, rows, self.opened_by)

    def as_cycle(self) -> CyclicFile:
        """The cyclic file for the record reader."""
        length = sum(field.length or 0 for field in self.fields)
        return CyclicFile(self.place, self.sfi, length, self.opened_by)


def _text(tag: int, length: int | None, name: str = "") -> Field:
    return Field(tag, Kind.TEXT, length, name)


def _digits(tag: int, length: int, name: str = "") -> Field:
    return Field(tag, Kind.DIGITS, length, name)


def _date(tag: int, name: str) -> Field:
    return Field(tag, Kind.DATE, 4, name)


def _number(length: int, name: str) -> Field:
    return Field(0, Kind.NUMBER, length, name)


def _unknown(*tags: int) -> tuple[Field, ...]:
    return tuple(Field(tag) for tag in tags)


def _group(tag: int, length: int, most: int, inner: tuple[Field, ...], name: str = "") -> Field:
    return Field(tag, Kind.GROUP, length, name, most, inner)


_KEY, _PIN = Opening.KEY, Opening.PIN_OR_KEY


def _file(
    number: int,
    sfi: int,
    title: str,
    *fields: Field,
    opened_by: Opening = _PIN,
    cyclic: bool = False,
) -> ApplicationFile:
    aid = bytes.fromhex(f"D156000005{number - 1 if number < 5 else number - 3:02X}")
    return ApplicationFile(f"DF{number:02d}", aid, sfi, title, opened_by, fields, cyclic)


PERSON: Final = (
    _file(
        1,
        0x05,
        "户籍",
        _text(0x20, 0x02, "household_kind"),
        _text(0x21, 0x50, "household_address"),
        _digits(0x0E, 0x03, "household_area"),
    ),
    _file(
        1,
        0x06,
        "常住地",
        _text(0x23, 0x50, "residence_address"),
        _digits(0x24, 0x03, "residence_area"),
        _text(0x28, 0x0F, "telephone"),
        _text(0x2C, 0x32, "contact_name"),
        _text(0x2D, 0x0F, "contact_telephone"),
    ),
    _file(1, 0x07, "个人状况", _text(0x29, 0x01, "work_state")),
    _file(1, 0x08, "婚姻", _text(0x2B, 0x01, "marital_state")),
    _file(
        1,
        0x09,
        "身份及单位",
        _text(0x2E, 0x46, "employer"),
        _text(0x30, 0x09, "employer_code"),
        _text(0x32, 0x02, "person_status"),
    ),
    _file(
        1,
        0x0A,
        "国籍政治面貌",
        _text(0x37, 0x03, "nationality"),
        _text(0x38, 0x02, "political_state"),
        _date(0x39, "party_joined"),
    ),
    _file(
        1,
        0x15,
        "学历",
        _digits(0x2A, 0x01, "education"),
        _group(
            0x40,
            0x34,
            3,
            (_text(0x57, 0x03), _digits(0x58, 0x03), _text(0x59, 0x28)),
            "degree",
        ),
    ),
)
"""DF01 公共."""

EMPLOYMENT: Final = (
    _file(
        2,
        0x05,
        "技能",
        *_unknown(0x42, 0x41),
        _group(0x43, 0x6C, 2, _unknown(0x5A, 0x5B, 0x5C, 0x5D, 0x5E)),
        _group(0x44, 0x65, 2, _unknown(0x33, 0x34, 0x35, 0x36)),
    ),
    _file(2, 0x06, "就业状况", *_unknown(0x4C, 0x4B, 0x4D, 0x60, 0x4F, 0x50, 0x3A)),
    _file(
        2,
        0x07,
        "就业记录",
        _text(0, 0x07, "occupation"),
        _date(0, "start"),
        _date(0, "end"),
        _text(0, 0x46, "employer"),
        cyclic=True,
    ),
    _file(2, 0x09, "失业登记证", *_unknown(0x55, 0x56, 0x96, 0x97)),
    _file(
        2,
        0x15,
        "援助",
        _group(0x99, 0x10, 4, _unknown(0x10, 0x11, 0x12)),
        *_unknown(0x0F, 0x1F),
    ),
    _file(2, 0x16, "扶持政策", Field(0, Kind.BYTES, 0x12), cyclic=True),
)
"""DF02 就业与失业."""

_PENSION = _file(
    3,
    0x07,
    "养老",
    _text(0x70, 0x03, "insurance_kind"),
    _digits(0x71, 0x03, "insured_area"),
    _date(0x6E, "account_opened"),
    _date(0x6C, "retired"),
    _date(0x6F, "benefits_from"),
    _date(0x73, "updated"),
)
_UNEMPLOYMENT = _file(
    3, 0x05, "失业保险", *_unknown(0x61, 0x60, 0x98, 0x62, 0x63, 0x64, 0x65, 0x66)
)
_MEDICAL = _file(
    4,
    0x05,
    "医保基本",
    _text(0x81, 0x08, "insurance_kind_and_mark"),
    _digits(0x84, 0x03, "insured_area"),
    _text(0x87, 0x11, "health_record_number"),
    _digits(0x8C, 0x01, "person_class"),
    _date(0x80, "account_opened"),
    _text(0x8B, 0x1D, "account_number"),
    _text(0x8A, 0x0F, "medical_card_number"),
    _text(0x83, 0x09, "appointed_institution_1"),
    _text(0x86, 0x09, "appointed_institution_2"),
    _text(0x89, 0x09, "appointed_institution_3"),
    _text(0x7D, None, "injury_institution_1"),
    _text(0x7E, None, "injury_institution_2"),
    _text(0x7F, None, "injury_institution_3"),
    _text(0x8D, None, "maternity_institution_1"),
    _text(0x8E, None, "maternity_institution_2"),
    *_unknown(0x8F),
)

INSURANCE: Final = (
    _UNEMPLOYMENT,
    _file(
        3,
        0x06,
        "鉴定",
        *_unknown(0x45, 0x46, 0x47, 0x48, 0x49, 0x67, 0x6B),
        _group(0x4A, 0x61, 3, _unknown(0x13, 0x14, 0x15, 0x16, 0x17)),
    ),
    _PENSION,
    _file(3, 0x15, "工伤", *_unknown(0x7A, 0x7B, 0x7C)),
    _file(3, 0x16, "生育", *_unknown(0x51, 0x5F)),
    _file(3, 0x17, "认定", *_unknown(0x3B, 0x3C, 0x3D, 0x3E, 0x3F)),
    _file(3, 0x18, "供养", *_unknown(0x74, 0x75, 0x76, 0x77, 0x78)),
    _file(
        3,
        0x19,
        "参保凭证",
        _group(0x79, 0x27, 4, _unknown(0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E)),
    ),
)
"""DF03 社会保险1."""

MEDICAL: Final = (
    _MEDICAL,
    _file(
        4,
        0x06,
        "临时脱网结算",
        *_unknown(0x90, 0x92, 0x93),
        opened_by=Opening.PIN_AND_KEY,
    ),
    _file(
        4,
        0x08,
        "医疗交易明细",
        _number(2, "sequence"),
        _text(0, 1, "kind"),
        _digits(0, 6, "terminal"),
        _digits(0, 7, "time"),
        _number(4, "from_account"),
        _number(4, "paid_by_holder"),
        _number(4, "from_fund"),
        opened_by=Opening.PIN,
        cyclic=True,
    ),
    _file(4, 0x15, "特殊结算记录", _number(2, "sequence"), _text(0, 1, "kind"), cyclic=True),
)
"""DF04 社会保险2/医保; the amounts are in the unit of the card, of which no source says which."""

TALENT: Final = (
    _file(7, 0x05, "荣誉", *_unknown(0xF0, 0xF1, 0xF2, 0xF3, 0xF4), opened_by=_KEY),
    _file(7, 0x06, "专家", *_unknown(0xF5, 0xF6, 0xF7), opened_by=_KEY),
    _file(7, 0x07, "军转", *_unknown(0xF8, 0xF9), opened_by=_KEY),
)
"""DF07 人事与人才."""

INSURANCE_SUMMARY: Final = (_UNEMPLOYMENT, _PENSION, _MEDICAL)
"""What a hall shows of a holder's insurance."""

ALL_FILES: Final = (*PERSON, *EMPLOYMENT, *INSURANCE, *MEDICAL, *TALENT)

REUSED_TAGS: Final = frozenset(
    (0x32, 0x37, 0x38, 0x4B, 0x4D, 0x4F, 0x50, 0x55, 0x61, 0x71, 0x81, 0x84, 0x87, 0x90, 0x93)
)
"""On a 1.0 card these tags may have their older meaning."""
