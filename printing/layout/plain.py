"""A document as plain text that a screen reader speaks: each row a sentence of names and values.

No box characters, no alignment, nothing that only the eye can put together: signs of a legend are
said in words, amounts with their unit, and each row is complete in itself except for the party
behind it, which is named where it changes.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from printing.document import AmountCell, Cell, Column, Document, PartyCell, Row, Table
from printing.layout.words import Words, hint, words_of

_ENDS: Final = ("。", "！", "？", ".")


def layout_plain(document: Document) -> str:
    """Lines of text in the order of the A4 page; a blank line parts what belongs together."""
    foot, words = document.foot, words_of(document)
    notes = [
        _named(words.note.format(number=number), note, words)
        for number, note in enumerate(_notes(document), 1)
    ]
    parts = [
        [
            *(_ended(title, words) for title in document.titles),
            _listed(document.agency, document.subtitle, words),
        ],
        [_named(fact.label, fact.value, words) for fact in document.facts],
        *(list(_table(table, words)) for table in document.tables if not table.narrow_only),
        notes,
        *(
            [[_named(words.code, document.seal.code, words), *hint(document)]]
            if document.sealed
            else []
        ),
        [
            _listed(*pair, words)
            for pair in ((foot.serial, foot.copy), (foot.printed, foot.kiosk))
            if any(pair)
        ],
    ]
    return "\n".join(f"{line}\n" if line is part[-1] else line for part in parts for line in part)


def _notes(document: Document) -> Iterator[str]:
    """A note may name a sign beside its meaning; the meaning is enough."""
    signs = {sign: said for table in document.tables for sign, said in _legend(table).items()}
    for note in document.notes:
        for sign, meaning in signs.items():
            note = note.replace(f"{sign} {meaning}", meaning)
        yield note


def _legend(table: Table) -> dict[str, str]:
    """What the table's signs mean."""
    return dict(part.split(" ", 1) for part in table.legend.split("　") if " " in part)


def _table(table: Table, words: Words) -> Iterator[str]:
    if not table.groups:
        by_hand = f"{'、'.join(table.blanks)}：打印后手写。" if table.blanks else ""
        yield _ended(_together((_ended(table.heading, words), table.empty, by_hand), words), words)
        return
    count = sum(len(group.rows) for group in table.groups)
    yield words.rows.format(heading=table.heading, count=count)
    speaker = _Speaker(table, words)
    for row in table.rows():
        yield speaker.sentence(row)


class _Speaker:
    """Says the rows of a table one after the other."""

    def __init__(self, table: Table, words: Words) -> None:
        self._table = table
        self._words = words
        self._signs = _legend(table)
        self._party: PartyCell | None = None

    def sentence(self, row: Row) -> str:
        """All that the row says."""
        cells = [
            (self._table.columns[place], cell)
            for place in self._table.places()
            if (cell := row.cells[place]) is not None and cell.text and self._is_new(cell)
        ]
        if len(self._table.columns) == 2 and len(cells) == 2:
            # A name and what it says: the headings would only repeat themselves.
            (_, name), (_, cell) = cells
            return _named(name.text, self._value(cell), self._words)
        sums = [group.subtotal for group in self._table.groups] + [self._table.total]
        if any(row is one for one in sums):
            (_, label), *cells = cells
            return _together((_ended(label.text, self._words), self._all(cells)), self._words)
        return self._all(cells)

    def _is_new(self, cell: Cell) -> bool:
        known = cell == self._party
        if isinstance(cell, PartyCell):
            self._party = cell
        return not known

    def _all(self, cells: list[tuple[Column, Cell]]) -> str:
        named = (_named(column.heading, self._value(cell), self._words) for column, cell in cells)
        return _together(named, self._words)

    def _value(self, cell: Cell) -> str:
        if isinstance(cell, AmountCell):
            return f"{cell.text} {self._table.unit}".rstrip()
        return self._signs.get(cell.text, cell.text)


def _named(name: str, text: str, words: Words) -> str:
    return _ended(f"{name}{words.colon}{text}", words)


def _listed(one: str, other: str, words: Words) -> str:
    return _ended(words.comma.join(filter(None, (one, other))), words)


def _together(sentences: Iterable[str], words: Words) -> str:
    return words.between.join(filter(None, sentences))


def _ended(sentence: str, words: Words) -> str:
    return sentence if sentence.endswith(_ENDS) else sentence + words.stop
