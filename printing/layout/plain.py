"""A document as plain text that a screen reader speaks: each row a sentence of names and values.

No box characters, no alignment, nothing that only the eye can put together: signs of a legend are
said in words, amounts with their unit, and each row is complete in itself except for the party
behind it, which is named where it changes.
"""

from collections.abc import Iterator

from printing.document import AmountCell, Cell, Column, Document, PartyCell, Row, Table


def layout_plain(document: Document) -> str:
    """Lines of text in the order of the A4 page; a blank line parts what belongs together."""
    foot, seal = document.foot, document.seal
    parts = [
        [f"{document.title}。", f"{document.agency}，{document.subtitle}。"],
        [_ended(f"{fact.label}：{fact.value}") for fact in document.facts],
        *(list(_table(table)) for table in document.tables if not table.narrow_only),
        [_ended(f"说明 {number}：{note}") for number, note in enumerate(_notes(document), 1)],
        *([[f"核验码：{seal.code}。", f"{seal.hint}。"]] if document.sealed else []),
        [f"{foot.serial}，{foot.copy}。", f"{foot.printed}，{foot.kiosk}。"],
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


def _table(table: Table) -> Iterator[str]:
    if not table.groups:
        by_hand = f"{'、'.join(table.blanks)}：打印后手写。" if table.blanks else ""
        yield _ended(f"{table.heading}。{table.empty}{by_hand}")
        return
    count = sum(len(group.rows) for group in table.groups)
    yield f"{table.heading}，共 {count} 行。"
    speaker = _Speaker(table)
    for row in table.rows():
        yield speaker.sentence(row)


class _Speaker:
    """Says the rows of a table one after the other."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._words = _legend(table)
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
            return _ended(f"{cells[0][1].text}：{self._value(cells[1][1])}")
        sums = [group.subtotal for group in self._table.groups] + [self._table.total]
        if any(row is one for one in sums):
            (_, label), *cells = cells
            return _ended(label.text) + self._named(cells)
        return self._named(cells)

    def _is_new(self, cell: Cell) -> bool:
        known = cell == self._party
        if isinstance(cell, PartyCell):
            self._party = cell
        return not known

    def _named(self, cells: list[tuple[Column, Cell]]) -> str:
        return "".join(_ended(f"{column.heading}：{self._value(cell)}") for column, cell in cells)

    def _value(self, cell: Cell) -> str:
        if isinstance(cell, AmountCell):
            return f"{cell.text} {self._table.unit}".rstrip()
        return self._words.get(cell.text, cell.text)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？")) else f"{sentence}。"
