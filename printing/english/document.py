"""The English paper: the same document with its words in English and its data as they are.

Agencies issue such papers for people who work here and read no Chinese: both titles, and the line
that the Chinese text prevails. A paper that is signed is Chinese only, as nobody shall sign a
wording that does not count; so are the kiosk's own papers for technicians.
"""

from dataclasses import replace
from typing import Final

from archive.codes import Language
from printing.document import (
    Cell,
    Column,
    Document,
    Fact,
    Foot,
    Group,
    Mark,
    MarkCell,
    PartyCell,
    Row,
    Table,
    TextCell,
)
from printing.english.phrases import Phrases
from printing.statements import STATEMENTS, statement

PREVAILS: Final = "英文仅供参考，以中文为准。"
"""The first note, in both languages."""


def has_english(document: Document) -> bool:
    """Whether there is an English paper of it: not of one that is filled in and signed."""
    return document.statement in STATEMENTS and not any(table.blanks for table in document.tables)


def written(document: Document, language: Language) -> Document:
    """In the language asked for, where there is such a paper."""
    return english(document) if language == "en" else document


def english(document: Document) -> Document:
    """The English paper; of one that has none, the Chinese one as it is."""
    if not has_english(document):
        return document
    said = _Translator()
    return replace(
        document,
        title_en=statement(document.statement).called(document)["en"],
        subtitle=said.text(document.subtitle),
        agency=said.text(document.agency),
        facts=tuple(map(said.fact, document.facts)),
        tables=tuple(map(said.table, document.tables)),
        notes=tuple(map(said.text, (PREVAILS, *document.notes))),
        seal=replace(document.seal, hint=said.text(document.seal.hint)),
        foot=said.foot(document.foot),
    )


class _Translator:
    """Goes through the parts of one document."""

    def __init__(self) -> None:
        phrases = Phrases()
        self.text, self._term, self._narrow = phrases.text, phrases.term, phrases.narrow

    def fact(self, fact: Fact) -> Fact:
        """Who the holder is stays as it is."""
        value = fact.value if fact.sensitive else self.text(fact.value)
        return replace(fact, label=self.text(fact.label), value=value)

    def foot(self, foot: Foot) -> Foot:
        """Serial number, copy, time and kiosk."""
        return replace(
            foot,
            serial=self.text(foot.serial),
            copy=self.text(foot.copy),
            printed=self.text(foot.printed),
            kiosk=self.text(foot.kiosk),
        )

    def table(self, table: Table) -> Table:
        """Its heading, its columns and every cell."""
        return replace(
            table,
            heading=self.text(table.heading),
            columns=tuple(map(self._column, table.columns)),
            groups=tuple(map(self._group, table.groups)),
            total=table.total and self._row(table.total),
            unit=self._term(table.unit),
            legend=self.text(table.legend),
            empty=self.text(table.empty),
        )

    def _column(self, column: Column) -> Column:
        return replace(
            column, heading=self.text(column.heading), short=self._narrow(column.narrow, "heads")
        )

    def _group(self, group: Group) -> Group:
        subtotal = group.subtotal and self._row(group.subtotal)
        return Group(self.text(group.label), tuple(map(self._row, group.rows)), subtotal)

    def _row(self, row: Row) -> Row:
        return replace(row, cells=tuple(map(self._cell, row.cells)))

    def _cell(self, cell: Cell | None) -> Cell | None:
        match cell:
            case TextCell():
                return TextCell(self.text(cell.text), self._narrow(cell.brief, "cells"))
            case PartyCell():
                return PartyCell(cell.number, self.text(cell.name))
            case MarkCell():
                return MarkCell(tuple(map(self._mark, cell.marks)))
            case _:
                return cell

    def _mark(self, mark: Mark) -> Mark:
        return Mark(self._narrow(mark.short, "marks"), self.text(mark.label))
