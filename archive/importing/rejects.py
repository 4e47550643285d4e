"""The rejects file: one line for each row that was not loaded, nobody's data in full."""

import csv
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from archive.elements import Element, Form
from archive.errors import ImportUnreadableError
from archive.masking import mask_name, mask_number
from archive.reasons import Reason

HEADER: Final = ("file", "line", "field", "name", "value", "reason", "zh", "en")

_SHOWN: Final = 40
# A row whose columns slipped may hold an identity number or a name in any field.
_LONG_DIGITS: Final = re.compile(r"\d{9,}")
_FORMULA: Final = ("=", "+", "@", "\t", "\r")


class Rejects:
    """Writes refusals as they come."""

    def __init__(self, writer: Any) -> None:  # csv's writer has no type of its own  # noqa: ANN401
        self._writer = writer
        self.count = 0

    def add(
        self, file: Path, line: int, reason: Reason, element: Element | None = None, value: str = ""
    ) -> None:
        """Tell that a row was refused, and the field at fault where there is one."""
        self.count += 1
        code, name = (element.code, element.zh) if element else ("", "")
        shown = shown_value(element, value) if element else ""
        self._writer.writerow(
            (file.name, line, code, name, shown, reason.value, reason.zh, reason.en)
        )


@contextmanager
def rejects_file(path: Path) -> Iterator[Rejects]:
    """A new rejects file, readable by its owner only; spreadsheets need the mark in front."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise ImportUnreadableError(path, None, error.strerror or "") from None
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        yield Rejects(writer)


def shown_value(element: Element, value: str) -> str:
    """A value for the rejects file: masked where it is, or may be, somebody's."""
    text = "".join(char if char.isprintable() else "\ufffd" for char in value)
    if element.code == "AAC003":
        text = mask_name(text)
    elif element.personal or _LONG_DIGITS.search(text):
        text = mask_number(text)
    elif element.form is not Form.TEXT and not text.isascii():
        text = mask_name(text)
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 1] + "…"
    # A spreadsheet takes such a text for a formula.
    return "'" + text if text.startswith(_FORMULA) else text
