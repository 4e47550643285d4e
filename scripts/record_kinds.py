"""Writes the table of kinds into docs/records.md: `python scripts/record_kinds.py`."""

import inspect
from collections.abc import Iterable
from pathlib import Path

from archive.records import SPECS, Column, RecordKind

PAGE = Path("docs/records.md")
BEGIN, END = "<!-- kinds -->\n", "<!-- /kinds -->"
HEAD = """| File | What a row is | Key | Must also have |
|---|---|---|---|
"""


def main() -> None:
    """Write the table between its marks."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


def page(text: str) -> str:
    """The page with the table as it is now."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


def table() -> str:
    """A line for each kind, in the order of loading."""
    return HEAD + "".join(map(_line, RecordKind))


def _line(kind: RecordKind) -> str:
    spec = SPECS[kind]
    what = (inspect.getdoc(spec.record) or "").split(".\n")[0].split(". ")[0].rstrip(".")
    what = " ".join(what.replace("`", "").split())
    key, rest = spec.columns[: spec.key], spec.columns[spec.key :]
    return f"| {kind.value} | {what} | {_named(key)} | {_named(c for c in rest if c.required)} |\n"


def _named(columns: Iterable[Column]) -> str:
    return ", ".join(f"{one.element.code} {one.element.zh}" for one in columns)


if __name__ == "__main__":
    main()
