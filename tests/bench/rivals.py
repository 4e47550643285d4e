"""The same statement as a PDF by us, fpdf2, WeasyPrint and typst, each in a process of its own.

All draw title, facts, tables, notes and the QR symbol in the same font. Only ours and typst's have
tags, only ours has feet and cells that span rows: the others are spared what they do not do by
themselves.
"""

import html
import importlib.util
import multiprocessing
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from printing.document import Column, Document, Table
from tests.bench.figures import median
from tests.bench.statements import ROWS, document_of_rows, fonts
from tests.printing.samples import FONTS

Maker = Callable[[Document], bytes]
AIM_MS: Final = 30
"""Of ours, for a page."""
RUNS: Final = {36: 15, 540: 5}
FAMILY: Final = "WenQuanYi Micro Hei"


def pdfs(_: Path) -> Iterator[str]:
    """Milliseconds warm, size of the file, and the most memory that the process ever held."""
    for rows in ROWS:
        ours = _measured("ours", rows)
        assert ours is not None
        told = [f"ours {_told(*ours)}, {ours[0] / ours[3]:.1f} ms a page (aim <= {AIM_MS})"]
        for name in ("fpdf2", "weasyprint", "typst"):
            other = _measured(name, rows)
            told.append(
                f"{name} {_told(*other)}, x {other[0] / ours[0]:.2f}"
                if other
                else f"{name} not installed (extra `bench`)"
            )
        yield f"PDF of {rows} rows, warm (aim: ours the fastest): {'; '.join(told)}"


def _told(ms: float, size: int, memory: int, pages: int) -> str:
    return f"{ms:.1f} ms, {pages} pages, {size / 1e6:.3f} MB, process {memory} MB"


def _measured(name: str, rows: int) -> tuple[float, int, int, int] | None:
    module = {"ours": "printing", "fpdf2": "fpdf"}.get(name, name)
    if importlib.util.find_spec(module) is None:
        return None
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, name, rows).result()


def _measure(name: str, rows: int) -> tuple[float, int, int, int]:
    """In its own process."""
    from printing.preview import page_count

    # Another holder each time: a maker that remembers its last answer must not give it again.
    each = iter([document_of_rows(rows, "report", holder) for holder in range(RUNS[rows] + 1)])
    makers: dict[str, Callable[[ExitStack], Maker]] = {
        "ours": _ours,
        "fpdf2": _fpdf2,
        "weasyprint": _weasyprint,
        "typst": _typst,
    }
    with ExitStack() as stack:
        make = makers[name](stack)
        made = make(next(each))
        ms = 1000 * median(lambda: make(next(each)), RUNS[rows])
    return ms, len(made), _peak_mb(), page_count(made)


def _peak_mb() -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    assert found
    return int(found[1]) // 1024


def _ours(_: ExitStack) -> Maker:
    from printing.encode.pdf import render_pdf

    chain = fonts()
    return lambda document: render_pdf(document, chain)


def _tables(document: Document) -> list[tuple[Table, Sequence[Column], list[list[str]]]]:
    """Head and cells of each table of the A4 pages."""
    return [
        (
            table,
            table.columns,
            [[cell.text if cell else "" for cell in row.cells] for row in table.rows()],
        )
        for table in document.tables
        if table.columns and not table.narrow_only
    ]


def _symbol(document: Document) -> bytes:
    import segno

    out = BytesIO()
    segno.make_qr(document.seal.url, error="m").save(out, kind="png", scale=6)
    return out.getvalue()


def _lines(document: Document) -> list[str]:
    facts = [f"{fact.label} {fact.value}" for fact in document.facts]
    return [document.subtitle, document.agency, *facts, document.foot.serial]


def _fpdf2(_: ExitStack) -> Maker:
    from fpdf import FPDF

    def make(document: Document) -> bytes:
        pdf: Any = FPDF()
        pdf.add_font("cjk", fname=FONTS[0])
        pdf.set_font("cjk", size=16)
        pdf.add_page()
        pdf.cell(text=document.title, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("cjk", size=9)
        for text in _lines(document):
            pdf.multi_cell(0, 5, text, new_x="LMARGIN", new_y="NEXT")
        for _table, columns, rows in _tables(document):
            width = pdf.epw / len(columns)
            for cells in ([column.heading for column in columns], *rows):
                for text in cells:  # its table() takes three times as long
                    pdf.cell(width, 5, text, border="B")
                pdf.ln()
        for note in document.notes:
            pdf.multi_cell(0, 5, note, new_x="LMARGIN", new_y="NEXT")
        pdf.image(BytesIO(_symbol(document)), w=30)
        return bytes(pdf.output())

    return make


def _weasyprint(_: ExitStack) -> Maker:
    import base64

    from weasyprint import HTML

    def make(document: Document) -> bytes:
        body = [f"<h1>{html.escape(document.title)}</h1>"]
        body += [f"<p>{html.escape(text)}</p>" for text in _lines(document)]
        for _table, columns, rows in _tables(document):
            head = "".join(f"<th>{html.escape(column.heading)}</th>" for column in columns)
            cells = (
                "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
                for row in rows
            )
            body.append(f"<table><thead><tr>{head}</tr></thead>{''.join(cells)}</table>")
        body += [f"<p>{html.escape(note)}</p>" for note in document.notes]
        image = base64.b64encode(_symbol(document)).decode("ascii")
        style = f"body{{font:9pt {FAMILY!r}}}table{{width:100%}}td{{border-bottom:1px solid}}"
        page = f"<style>{style}</style>{''.join(body)}<img src='data:image/png;base64,{image}'>"
        return bytes(HTML(string=page).write_pdf())

    return make


def _typst(stack: ExitStack) -> Maker:
    import typst

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    source = folder / "statement.typ"

    def make(document: Document) -> bytes:
        (folder / "qr.png").write_bytes(_symbol(document))
        parts = [f'#set text(font: "{FAMILY}", size: 9pt)', f"= {_typed(document.title)}"]
        parts += [_typed(text) + "\n" for text in _lines(document)]
        for _table, columns, rows in _tables(document):
            head = ", ".join(f"[{_typed(column.heading)}]" for column in columns)
            cells = ",\n".join(", ".join(f"[{_typed(text)}]" for text in row) for row in rows)
            columns_of = f"columns: {len(columns)} * (1fr,), stroke: (bottom: 0.3pt)"
            parts.append(f"#table({columns_of}, table.header({head}),\n{cells})")
        parts += [_typed(note) + "\n" for note in document.notes]
        parts.append('#image("qr.png", width: 30mm)')
        source.write_text("\n".join(parts), "utf-8")
        return bytes(compiler.compile(format="pdf"))

    source.write_text("", "utf-8")
    compiler: Any = typst.Compiler(str(source), font_paths=[str(FONTS[0].parent)])
    return make


def _typed(text: str) -> str:
    """As text in typst's own language."""
    return re.sub(r"([\\#$*_`<>@\[\]~=+\-/])", r"\\\1", text)
