"""Which format a file has, by how it begins."""

import codecs
from pathlib import Path
from typing import Final

from archive.errors import ImportUnreadableError
from archive.importing.batch import Source
from archive.importing.csv_rows import CsvRows
from archive.importing.json_rows import JsonRows
from archive.importing.xml_rows import XmlRows

_BEGINNING: Final = 1024
_WIDE_XML: Final = (
    codecs.BOM_UTF16_LE + "<".encode("utf-16-le"),
    codecs.BOM_UTF16_BE + "<".encode("utf-16-be"),
)


def open_source(path: Path) -> Source:
    """The rows of a file; ImportFormatError where it is none of CSV, XML and JSON lines."""
    try:
        with path.open("rb") as file:
            start = file.read(_BEGINNING)
        text = start.removeprefix(codecs.BOM_UTF8).lstrip()
        if text.startswith(b"<") or start.startswith(_WIDE_XML):
            return XmlRows(path)
        return JsonRows(path) if text.startswith(b"{") else CsvRows(path)
    except OSError as error:
        raise ImportUnreadableError(path, None, error.strerror or "") from None
