"""Power fails within a void mark: what falls out of the printer is visibly void all the same."""

from collections import Counter
from functools import partial

import pytest

from devices.printer.blocks import Block
from devices.printer.result import PrintResult
from printing.encode.escpos import void_blocks
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Desk, rows_job
from tests.devices.printer.test_every_fault import MODELS

pytestmark = pytest.mark.slow

OFF_SECONDS = 0.1
CANCEL_AT = 60
JOB = rows_job(6, rows=1)
EVERY_BYTE = {("markers, RTS/CTS", False), ("no markers", True)}
"""With these most could fall: a printer without power holds the line, and the rest of the mark and
its cut come afterwards; or the mark was read and not yet printed, and only the cut comes."""
STEP = 8


def fail_power_at(desk: Desk, byte: int) -> None:
    back = partial(desk.sim.schedule, "second", OFF_SECONDS, desk.sim.switch_on)
    desk.sim.schedule("byte", byte, desk.sim.switch_off)
    desk.sim.schedule("byte", byte, back)


def mark(desk: Desk) -> tuple[Block, ...]:
    return void_blocks("J", columns=desk.model.columns, cut=desk.model.cut)


def cancelled_job(desk: Desk, power_fails_at: int | None = None) -> PrintResult:
    """Cancel in the middle of a job; power fails for a moment at that byte."""
    asked: list[bool] = []
    desk.printer.status()
    desk.sim.begin_job("J")
    desk.sim.schedule("byte", CANCEL_AT, lambda: asked.append(True))
    if power_fails_at is not None:
        fail_power_at(desk, power_fails_at)
    result = desk.printer.print_blocks(JOB, void=mark(desk), cancelled=lambda: bool(asked))
    desk.run(1.0)
    return result


def void_what_hangs(desk: Desk) -> str:
    """As the kiosk does before it prints anything else."""
    void = mark(desk)
    return desk.printer.print_blocks(void, void=void).outcome


def valid_rows(desk: Desk, *, fallen: bool) -> list[str]:
    """Rows that no mark takes back, of the pieces that were cut or of all."""
    last = len(desk.sim.take_receipts()) if fallen else 1 << 30
    rows = desk.sim.ledger()
    return [row.text for row in rows if "ROW" in row.text and not row.void and row.piece <= last]


def bytes_of_a_cancelled_job(desk: Desk) -> int:
    desk.printer.status()
    before = desk.sim.wire_bytes
    assert cancelled_job(desk).outcome == "cancelled"
    return desk.sim.wire_bytes - before


@pytest.mark.parametrize("print_timing", [False, True], ids=["at once", "while paper moves"])
@pytest.mark.parametrize("name", MODELS)
def test_no_slip_falls_without_its_void_mark_when_power_fails_at_any_byte_of_it(
    make_desk: MakeDesk, name: str, print_timing: bool
) -> None:
    model = MODELS[name]
    most = bytes_of_a_cancelled_job(make_desk(model, print_timing=print_timing))
    ends: Counter[str] = Counter()
    step = 1 if (name, print_timing) in EVERY_BYTE else STEP
    for byte in range(CANCEL_AT, most, step):
        desk = make_desk(model, print_timing=print_timing)
        result = cancelled_job(desk, byte)
        ends[result.outcome] += 1
        assert not valid_rows(desk, fallen=True), (byte, result)
        if result.outcome != "cancelled":
            assert result.outcome == "unknown", (byte, result)
            assert void_what_hangs(desk) in ("confirmed", "sent"), byte
        assert not valid_rows(desk, fallen=False), (byte, result)
        desk.close()
    assert ends["unknown"], "the losses were real"


@pytest.mark.parametrize("name", ["markers, RTS/CTS", "no markers"])
def test_nor_when_power_fails_while_what_hangs_is_voided(make_desk: MakeDesk, name: str) -> None:
    ends: Counter[str] = Counter()
    for byte in range(0, 130, 3):
        desk = make_desk(MODELS[name], print_timing=True)
        desk.printer.status()
        desk.sim.begin_job("J")
        desk.printer.print_blocks(rows_job(2, cut=b""), void=())
        fail_power_at(desk, byte)
        end = void_what_hangs(desk)
        ends[end] += 1
        desk.run(1.0)
        assert not valid_rows(desk, fallen=True), (byte, end)
        if end not in ("confirmed", "sent"):
            assert void_what_hangs(desk) in ("confirmed", "sent"), byte
        assert not valid_rows(desk, fallen=False), (byte, end)
        desk.close()
    assert ends["unknown"], "the losses were real"
