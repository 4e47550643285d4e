"""From the text of a field to the cell a store keeps, by the form of its element."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final, NoReturn, assert_never

from archive import card_number, identity_number
from archive.codes import code_table
from archive.elements import Element, Form
from archive.errors import InvalidValueError
from archive.importing.paragraphs import clean
from archive.reasons import Reason
from archive.records import Cell, Column
from archive.values import Month, parse_date, parse_fen

Parser = Callable[[str], Cell]

_CACHED: Final = 65536
"""Months, codes, dates and amounts repeat over the rows; reading each anew takes most time."""
# Controls, invisible format characters, lone surrogates, line ends. Private and unassigned code
# points stay: old systems keep rare characters of names there, and Unicode grows.
_NO_TEXT: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9-]+", re.ASCII)
_AREA: Final = re.compile(r"[0-9]{6}", re.ASCII)
_HEX: Final = re.compile(r"[0-9A-Fa-f]{32}", re.ASCII)


class Cells(dict[str, Cell]):
    """From the text of a field to its cell: `cells[text]`, or a Reason where it has none.

    `map(cells.__getitem__, column)` reads a column without a step of Python for each row, since
    a text that was read before is only looked up. A text that was refused is not remembered.
    """

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.refused = 0
        """How many texts had no cell so far."""
        self._column = column
        self._read = _reader(column.element)

    def __missing__(self, text: str) -> Cell:
        try:
            cell = self._cell(text.strip())
        except InvalidValueError as error:
            self.refused += 1
            return error.reason
        if len(self) >= _CACHED:
            self.clear()
        self[text] = cell
        return cell

    def _cell(self, text: str) -> Cell:
        if text:
            return self._read(text)
        if self._column.filled:
            raise InvalidValueError(Reason.REQUIRED)
        return self._column.empty


def _reader(element: Element) -> Parser:  # noqa: C901 - one arm for each form
    match element.form:
        case Form.TEXT:
            return lambda text: _text(text, element.length)
        case Form.PARAGRAPHS:
            return lambda text: _paragraphs(text, element.length)
        case Form.IDENTIFIER:
            return lambda text: _identifier(text, element.length)
        case Form.CODE:
            table = code_table(element.table)
            return lambda text: text if text in table else _refuse(Reason.UNKNOWN_CODE)
        case Form.NUMBER_CODE:
            numbers = code_table(element.table)
            return lambda text: int(text) if text in numbers else _refuse(Reason.UNKNOWN_CODE)
        case Form.YEAR:
            return lambda text: int(Month.parse(text + "01")) // 100
        case Form.COUNT:
            return lambda text: _count(text, element.length)
        case Form.DATE:
            return lambda text: int(text) if parse_date(text) else None
        case Form.MONTH:
            return lambda text: int(Month.parse(text))
        case Form.AMOUNT:
            return parse_fen
        case Form.CITIZEN_NUMBER:
            return _citizen_number
        case Form.CARD_NUMBER:
            return card_number.parse
        case Form.HEX:
            return lambda text: text.upper() if _HEX.fullmatch(text) else _refuse(Reason.CHARACTERS)
        case Form.AREA:
            return lambda text: text if _AREA.fullmatch(text) else _refuse(Reason.CHARACTERS)
        case _:
            assert_never(element.form)


def _text(text: str, length: int) -> str:
    if len(text) > length:
        raise InvalidValueError(Reason.TOO_LONG)
    if any(unicodedata.category(char) in _NO_TEXT for char in text):
        raise InvalidValueError(Reason.NOT_TEXT)
    return text


def _paragraphs(text: str, length: int) -> str | None:
    cleaned = clean(text)
    if len(cleaned) > length:
        raise InvalidValueError(Reason.TOO_LONG)
    return cleaned or None


def _count(text: str, length: int) -> int:
    if len(text) > length or not (text.isascii() and text.isdigit()):
        raise InvalidValueError(Reason.NUMBER)
    return int(text)


def _identifier(text: str, length: int) -> str:
    if len(text) > length:
        raise InvalidValueError(Reason.TOO_LONG)
    if not _IDENTIFIER.fullmatch(text):
        raise InvalidValueError(Reason.CHARACTERS)
    return text


def _citizen_number(text: str) -> str:
    number = identity_number.parse_social_security_number(text)
    return text.upper() if number is None else number.text


def _refuse(reason: Reason) -> NoReturn:
    raise InvalidValueError(reason)
