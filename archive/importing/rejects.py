"""The rejects file: one line for each row that was not loaded, nobody's data in full."""

import csv
import io
import os
import re
from pathlib import Path
from typing import Final, Self

from archive.elements import Element, Form
from archive.errors import ImportUnreadableError
from archive.masking import mask_name, mask_number
from archive.reasons import Reason

HEADER: Final = ("file", "line", "field", "name", "value", "reason", "zh", "en", "loaded")

_SHOWN: Final = 40
# A row whose columns slipped may hold an identity number or a name in any field.
_LONG_DIGITS: Final = re.compile(r"\d{9,}")
_DIGITS: Final = re.compile(r"\d{8,}")
"""Of a number that is somebody's; a date has as many."""
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[\s\-](?=\d)")
_FORMULA: Final = ("=", "+", "@", "\t", "\r")


class Rejects:
    """Tells refusals and warnings, in a file that its owner only can read.

    How long the file is stands in the store together with the rows it tells of. So what an import
    that was killed had told of rows that the store does not know is cut off, and told again.
    """

    def __init__(self, path: Path, position: int) -> None:
        """Go on at that byte; OSError becomes ImportUnreadableError."""
        self._path = path
        self._told = io.StringIO(newline="")
        self._writer = csv.writer(self._told, lineterminator="\n")
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            os.ftruncate(self._handle, position)
            os.lseek(self._handle, position, os.SEEK_SET)
        except OSError as error:
            raise ImportUnreadableError(path, None, error.strerror or "") from None
        if position == 0:
            self._told.write("\ufeff")  # spreadsheets need the mark in front
            self._writer.writerow(HEADER)
            self.sync()

    def add(
        self,
        file: Path,
        line: int,
        reason: Reason,
        element: Element | None = None,
        value: str = "",
        *,
        loaded: bool = False,
    ) -> None:
        """Tell of a row, and of the field at fault where there is one."""
        code, name = (element.code, element.zh) if element else ("", "")
        shown = shown_value(element, value) if element else ""
        self._writer.writerow(
            (
                *(file.name, line, code, name, shown, reason.value, reason.zh, reason.en),
                "是 yes" if loaded else "否 no",
            )
        )

    def sync(self) -> int:
        """Bring everything to the disk; the file's length in bytes."""
        told = self._told.getvalue().encode("utf-8", "replace")
        try:
            while told:
                told = told[os.write(self._handle, told) :]
                os.fsync(self._handle)
            self._told.seek(0)
            self._told.truncate()
            return os.lseek(self._handle, 0, os.SEEK_CUR)
        except OSError as error:
            raise ImportUnreadableError(self._path, None, error.strerror or "") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)


def holds(path: Path, length: int) -> bool:
    """Whether the file is there with at least so many bytes."""
    try:
        return path.stat().st_size >= length
    except OSError:
        return False


def shown_value(element: Element, value: str) -> str:
    """A value for the rejects file: masked where it is, or may be, somebody's."""
    text = "".join(char if char.isprintable() else "\ufffd" for char in value)
    if element.code == "AAC003":
        text = mask_name(text)
    elif element.personal or _like_a_number(element, text):
        text = mask_number(text)
    elif element.form is not Form.TEXT and not text.isascii():
        text = mask_name(text)
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 1] + "…"
    # A spreadsheet takes such a text for a formula.
    return "'" + text if text.startswith(_FORMULA) else text


def _like_a_number(element: Element, text: str) -> bool:
    """Whether it may be somebody's number, also with spaces or hyphens in it."""
    joined = _BETWEEN_DIGITS.sub("", text)
    wanted = _LONG_DIGITS if element.form is Form.DATE else _DIGITS
    return wanted.search(joined) is not None
