"""What `make bench` measures. Each figure names its reference, its ratio and its aim."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent


def median(run: Callable[[], object], times: int) -> float:
    """The median of several runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def line(folder: Path) -> Iterator[str]:
    """The whole line against the time that its two wires alone need."""
    report = _once(folder, "--real-time")
    wires = report["card_wire_ms"] + report["printer_wire_ms"]
    yield (
        f"line, card in to paper confirmed ({report['stack']}): {report['line_ms']:.0f} ms; its "
        f"wires alone: card and security module at 9600 baud {report['card_wire_ms']:.0f} ms + "
        f"printer at 115200 baud {report['printer_wire_ms']:.0f} ms; "
        f"ratio {report['line_ms'] / wires:.3f} (aim <= 1.15)"
    )


def _once(folder: Path, *options: str) -> dict[str, Any]:
    """The times of one unattended run, in a process of its own: a PC/SC client keeps its socket."""
    places: list[str | Path] = ["--data", folder / "demo", "--out", folder / "once"]
    _run([BIN / "kiosk", "demo", "--once", *places, *options])
    report: dict[str, Any] = json.loads((folder / "once/timeline.json").read_text("utf-8"))
    return report


def pdf(folder: Path) -> Iterator[str]:
    """The A4 statement, warm, by length."""
    from printing.encode.pdf import render_pdf
    from printing.preview import page_count
    from printing.signing.keys import FileKey
    from printing.signing.pades import PdfSigner
    from tests import signing
    from tests.bench.statements import document_of_pages, fonts

    chain = fonts()
    key = FileKey(signing.key_file(folder, signing.hall()), signing.PASSWORD)
    signer = PdfSigner(key, None, lambda: datetime.now(UTC), reason="", location="")
    for pages in (1, 5, 15):
        document = document_of_pages(pages, chain)  # and everything is warm now
        made = page_count(render_pdf(document, chain))
        seconds = median(partial(render_pdf, document, chain), 9)
        file = render_pdf(document, chain)
        signed = median(partial(signer.sign, file), 9)
        yield (
            f"PDF, warm, {made} pages, tagged: {seconds * 1000:.1f} ms, {len(file) // 1024} KB; "
            f"its signature (RSA 2048, no timestamp): {signed * 1000:.1f} ms more"
        )


def cold_start(folder: Path) -> Iterator[str]:
    """`kiosk --help` in a new process, beside an empty Python."""
    ours = median(lambda: _run([BIN / "kiosk", "--help"]), 9)
    empty = median(lambda: _run([sys.executable, "-c", "pass"]), 9)
    yield (
        f"kiosk --help, cold: {ours * 1000:.0f} ms (aim < 250); an empty Python: "
        f"{empty * 1000:.0f} ms; ratio {ours / empty:.1f}"
    )


def _run(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, capture_output=True)
