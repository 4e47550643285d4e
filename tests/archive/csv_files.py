"""Small CSV files for the tests of the import."""

import csv
from collections.abc import Callable

from archive.importer import ImportSummary

Load = Callable[..., ImportSummary]
"""Writes its arguments to files and imports them."""

PERSONS_HEAD = "AAC001,AAC002,AAC003,AAC004,AAC005,AAC006"
ZHANG = "1,11010519491231002X,张三丰,2,01,19491231"
LI = "2,440524188001010014,李四,1,01,18800101"
EMPLOYERS = "AAB001,AAB004\n9,示例市华岚精密机械有限公司\n"
DUES_HEAD = "AAC001,AAE140,AAE003,AAA115,AAE002,AAB001,AAE180,AAE020,AAE022,AAE080,AAE082,AAE078"
DUE = "1,110,202510,10,202510,9,8907.00,1425.12,712.56,1425.12,712.56,1"


def persons(*rows: str) -> str:
    return "\n".join((PERSONS_HEAD, *rows)) + "\n"


def dues(*rows: str) -> tuple[str, str, str]:
    return persons(ZHANG), EMPLOYERS, "\n".join((DUES_HEAD, *rows)) + "\n"


def rejects(summary: ImportSummary) -> list[tuple[str, ...]]:
    with summary.rejects.open(encoding="utf-8-sig", newline="") as file:
        rows = [tuple(row[:6]) for row in csv.reader(file)]
    assert rows[0] == ("file", "line", "field", "name", "value", "reason")
    return rows[1:]
