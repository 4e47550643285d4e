"""The printer's figures: what a question costs, and how much of the line a job uses."""

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from devices.printer.blocks import Block
from devices.printer.models import Flow, PrinterModel, load_model
from devices.printer.printer import SerialPrinter
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import PtyPrinter

STATUS_BAUD = 9600
QUERIES = 200
SLOW_QUERIES = 10
"""For python-escpos, which takes seconds for each."""
BAUDS = (9600, 19_200, 38_400, 57_600, 115_200)
FLOWS: tuple[Flow, ...] = ("rtscts", "xonxoff", "dsr-poll", "none")
_WITHOUT_LINES: dict[Flow, str] = {
    "rtscts": " (on a pseudo-terminal, which has no such lines)",
    "dsr-poll": " (DSR is the simulated printer's own, given to the driver beside the port)",
}
JOB_SECONDS = 3.0
"""Wire time of the job that the use of the line is measured with."""
_SWITCH_SECONDS = 0.0002
"""The simulator shares the driver's interpreter here, and a real printer does not: with the usual
5 ms one waits for the other longer than 48 bytes take at 115200 baud."""
_ROW = "2026-10 养老保险 单位缴费 6420.00 513.60 示例有限公司\n".encode("gb18030")
_VOID = (Block(b"\x1b@VOID\n", "void"), Block(b"\x1dVB\x00", "cut"))


def status(folder: Path) -> Iterator[str]:
    """A status query at 9600 baud, beside python-escpos on the same simulated printer."""
    model = replace(load_model("escpos-80mm"), baud=STATUS_BAUD)
    with PtyPrinter(SimulatedPrinter(model, baud_timing=True)) as line:
        with SerialPrinter(line.path, model, monotonic=time.monotonic, wait=line.wait) as printer:
            printer.status()
            ours = _times(printer.status, QUERIES)
        theirs = _times_of_python_escpos(line.path)
    ratio = ours[len(ours) // 2] / theirs[len(theirs) // 2]
    yield (
        f"printer status at {STATUS_BAUD} baud: {_spread(ours)} (aim p99 < 50 ms); "
        f"python-escpos 3.1 is_online + paper_status: {_spread(theirs)}; ratio {ratio:.3f}"
    )


def _times_of_python_escpos(port: str) -> list[float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from escpos.printer import Serial

        other = Serial(devfile=port, baudrate=STATUS_BAUD, timeout=1)
    try:
        return _times(lambda: (other.is_online(), other.paper_status()), SLOW_QUERIES)
    finally:
        other.close()


def _times(run: Callable[[], object], count: int) -> list[float]:
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return sorted(taken)


def _spread(times: list[float]) -> str:
    last = min(len(times) - 1, int(len(times) * 0.99))
    return f"p50 {times[len(times) // 2] * 1000:.1f} ms, p99 {times[last] * 1000:.1f} ms"


def line_use(folder: Path) -> Iterator[str]:
    """Bytes of a long job against what the line carries from its first byte to its last."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        for flow in FLOWS:
            shares = ", ".join(f"{baud} baud {_share(baud, flow):.1%}" for baud in BAUDS)
            yield f"use of the line, {flow}{_WITHOUT_LINES.get(flow, '')}: {shares} (aim >= 98 %)"
    finally:
        sys.setswitchinterval(usual)


def _share(baud: int, flow: Flow) -> float:
    model = replace(load_model("escpos-80mm"), baud=baud, flow=flow)
    simulated = SimulatedPrinter(model, baud_timing=True)
    with (
        PtyPrinter(simulated) as line,
        SerialPrinter(
            line.path,
            model,
            monotonic=time.monotonic,
            wait=line.wait,
            lines=simulated.lines if flow == "dsr-poll" else None,
        ) as printer,
    ):
        printer.print_blocks(_long_job(model)[-1:], void=_VOID)  # what it asks only once is asked
        result = printer.print_blocks(_long_job(model), void=_VOID)
    assert (result.outcome, simulated.overrun_bytes) == ("confirmed", 0), result
    assert result.first_byte_at is not None
    seconds = simulated.last_byte_at - result.first_byte_at
    return result.bytes_sent / (seconds * baud / 10)


def _long_job(model: PrinterModel) -> list[Block]:
    """Blocks of the statement's size, and a cut."""
    rows = 12
    count = max(2, int(model.baud / 10 * JOB_SECONDS / (rows * len(_ROW))))
    blocks = [Block(b"\x1c&" + _ROW * rows, f"rows {number}") for number in range(count)]
    return [*blocks, Block(b"\n\x1dVB\x00", "cut")]


def receipt_bytes(_: Path) -> Iterator[str]:
    """The same statement on 58 mm paper as characters and as pictures."""
    from printing.encode.escpos import encode_escpos
    from printing.encode.raster import encode_raster
    from printing.glyphs import Glyphs, Pen
    from printing.layout.roll import layout_roll
    from tests.bench.statements import fonts
    from tests.printing.samples import statement

    chain = fonts()
    roll = layout_roll(statement(reveal="receipt"), 32)
    text = encode_escpos(
        roll, rom="gb18030-2byte", columns=32, cut=False, qr=True, glyphs=Glyphs(chain)
    )
    pictures = encode_raster(roll, columns=32, cut=False, pen=Pen(chain))
    few, many = (sum(len(block.data) for block in blocks) for blocks in (text, pictures))
    yield (
        f"receipt of {len(roll.lines)} lines, 58 mm: {few} B as characters, {many} B as pictures; "
        f"ratio {many / few:.1f}"
    )
