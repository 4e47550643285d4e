"""Each fault at each byte of a job: what is claimed never exceeds what came out.

The job runs on the virtual clock against the simulated printer; the printer's ledger says which
rows are on paper and whose they are.
"""

import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import product

import pytest

from devices.printer.blocks import Block
from devices.printer.models import PrinterModel
from devices.printer.result import PrintResult
from devices.printer.simulated.faults import Fault
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import VOID, Desk, model, rows_job

pytestmark = pytest.mark.slow

HOLD_SECONDS = 3.0
MOST_SECONDS = HOLD_SECONDS + 9.0
"""Patience with a person, then with a printer that says nothing, and a few questions."""
REPAIR_SECONDS = 1.5
VOID_MARK = b"VOID\n"
GARBLES_THE_JOB = {
    Fault.FLIP_TO_PRINTER,
    Fault.DROP_TO_PRINTER,
    Fault.GARBAGE_TO_PRINTER,
    Fault.WRONG_SPEED,
}
"""What the printer was told is not what was sent, and nothing it says can show that: a claim is
compared with what it took for the job."""

MODELS = {
    "markers, RTS/CTS": model(),
    "markers, XON/XOFF": model(flow="xonxoff"),
    "markers, DSR polled": model(flow="dsr-poll"),
    "markers, no flow control": model(flow="none"),
    "markers, small buffer": model(buffer_bytes=45, baud=9600),
    "58 mm": model("escpos-58mm", settle_seconds=0.6),
    "no markers": model("escpos-80mm-plain", settle_seconds=0.6),
    "SPRT": model("escpos-sprt", settle_seconds=0.6),
}


def rows_of(job: str, block: int) -> list[str]:
    """No row becomes another one when a bit of it flips or a byte is lost."""
    return [f"{job * 3} {row * 3} 行" for row in ("abc"[block], "xyz"[block])]


def blocks_of(job: str, printer_model: PrinterModel) -> list[Block]:
    texts = ["".join(f"{row}\n" for row in rows_of(job, block)) for block in (0, 1)]
    cut = b"\x1dVB\x00" if printer_model.cut else b""
    return [
        Block(b"\x1b@\x1c&" + texts[0].encode("gb18030"), "first"),
        Block(b"\x1c&" + texts[1].encode("gb18030") + cut, "last"),
    ]


def bytes_of_a_job(desk: Desk, *, known: bool) -> int:
    if known:
        desk.printer.status()
    before = desk.sim.wire_bytes
    desk.printer.print_blocks(blocks_of("J", desk.model), void=())
    return desk.sim.wire_bytes - before


def printed(desk: Desk, job: str) -> Counter[str]:
    return Counter(row.text for row in desk.sim.ledger() if row.job == job)


def check_claim(desk: Desk, job: str, result: PrintResult, *faults: Fault) -> None:
    """Compare the claim with the ledger; nothing comes out twice, whatever is claimed.

    `sent` is checked like `confirmed`, though it is the weaker word: a fault that strikes when the
    driver no longer watches, or a printer that reads more than it prints in the model's
    settle time, it cannot see. None of the faults here does that.
    """
    paper = printed(desk, job)
    assert all(count == 1 for count in paper.values()), "printed twice"
    if result.outcome == "failed":
        assert not paper, "failed, and yet there is paper"
    if GARBLES_THE_JOB.intersection(faults):
        assert desk.sim.markers >= result.blocks_confirmed, "more than the printer ever said"
        return
    proven = [row for block in range(result.blocks_confirmed) for row in rows_of(job, block)]
    assert paper.keys() >= set(proven), "confirmed, and not on paper"
    if result.outcome == "confirmed":
        assert result.blocks_confirmed == 2
    if result.outcome == "sent":
        assert paper.keys() == {*rows_of(job, 0), *rows_of(job, 1)}, "sent, and not on paper"


def repair(desk: Desk, fault: Fault) -> None:
    """Take away the cause, as a person would."""
    fault.cure(desk.sim)
    if fault is Fault.CUTTER_JAM and desk.model.buffer_bytes < 100:
        # It waits for DLE ENQ, and holds an RTS/CTS line with its buffer full: only power helps.
        desk.sim.cycle_power()


def check(desk: Desk, fault: Fault, byte: int, repaired_after: float | None) -> PrintResult:
    """Let a fault strike at a byte of a job; then repair it and print another job."""
    started = desk.clock.now
    desk.sim.begin_job("J")
    desk.sim.schedule("byte", byte, lambda: fault.strike(desk.sim))
    if repaired_after is not None:
        desk.sim.schedule(
            "byte",
            byte,
            lambda: desk.sim.schedule("second", repaired_after, lambda: fault.cure(desk.sim)),
        )
    result = desk.printer.print_blocks(blocks_of("J", desk.model), void=())
    assert desk.clock.now - started < MOST_SECONDS, "no end"
    desk.run(0.5)
    desk.sim.unschedule()
    repair(desk, fault)
    desk.run(0.5)
    check_claim(desk, "J", result, fault)
    before = printed(desk, "J")
    desk.sim.begin_job("K")
    again = desk.printer.print_blocks(blocks_of("K", desk.model), void=())
    assert again.outcome == ("confirmed" if desk.model.marker else "sent"), again
    assert list(printed(desk, "K")) == [*rows_of("K", 0), *rows_of("K", 1)]
    if desk.model.clear:
        assert printed(desk, "J") == before, "the last job came out with the next"
    return result


def repairs(fault: Fault, byte: int) -> tuple[float | None, ...]:
    """When the cause is taken away: during the job, or only afterwards (at every second byte)."""
    if fault.passes:
        return (None,)
    return (REPAIR_SECONDS, None) if byte % 2 == 0 else (REPAIR_SECONDS,)


def sweep(
    make_desk: MakeDesk,
    printer_model: PrinterModel,
    fault: Fault,
    step: int,
    *,
    known: bool = False,
    print_timing: bool = False,
) -> Iterator[str]:
    """Check a fault at every `step`-th byte; a printer that is not `known` is first asked what
    it is, and that, too, can be disturbed."""
    total = bytes_of_a_job(make_desk(printer_model), known=known)
    start = list(Fault).index(fault) * 37 % min(step, total)  # other places for each fault
    for byte in range(start, total + 1, step):
        for repaired_after in repairs(fault, byte):
            desk = make_desk(printer_model, hold_seconds=HOLD_SECONDS, print_timing=print_timing)
            if known:
                desk.printer.status()
            where = f"{fault.name} at byte {byte}, repaired after {repaired_after}"
            try:
                yield check(desk, fault, byte, repaired_after).outcome
            except AssertionError as error:
                raise AssertionError(f"{where}: {error}") from error
            finally:
                desk.close()


def by_name(fault: Fault) -> str:
    return fault.name.lower()


@pytest.mark.parametrize("fault", Fault, ids=by_name)
def test_no_claim_exceeds_the_paper_when_a_fault_strikes(make_desk: MakeDesk, fault: Fault) -> None:
    assert set(sweep(make_desk, MODELS["markers, RTS/CTS"], fault, 41))


@pytest.mark.parametrize("name", [name for name in MODELS if name != "markers, RTS/CTS"])
@pytest.mark.parametrize("fault", Fault, ids=by_name)
def test_nor_on_any_other_kind_of_printer(make_desk: MakeDesk, fault: Fault, name: str) -> None:
    assert set(sweep(make_desk, MODELS[name], fault, 151))


@pytest.mark.parametrize("name", ["58 mm", "no markers", "SPRT"])
@pytest.mark.parametrize("fault", Fault, ids=by_name)
def test_nor_while_the_paper_moves_and_the_printer_reads_ahead(
    make_desk: MakeDesk, fault: Fault, name: str
) -> None:
    assert set(sweep(make_desk, MODELS[name], fault, 53, print_timing=True))


@pytest.mark.parametrize("fault", Fault, ids=by_name)
def test_no_claim_exceeds_the_paper_at_any_byte(make_desk: MakeDesk, fault: Fault) -> None:
    assert set(sweep(make_desk, MODELS["markers, RTS/CTS"], fault, 1, known=True))


@pytest.mark.parametrize("name", [name for name in MODELS if name != "markers, RTS/CTS"])
@pytest.mark.parametrize("fault", Fault, ids=by_name)
def test_nor_at_many_bytes_on_any_other_kind(make_desk: MakeDesk, fault: Fault, name: str) -> None:
    assert set(sweep(make_desk, MODELS[name], fault, 53))


def test_no_claim_exceeds_the_paper_when_two_faults_strike(make_desk: MakeDesk) -> None:
    chance = random.Random(20261122)
    outcomes = set()
    for _ in range(400):
        desk = make_desk(
            chance.choice(list(MODELS.values())),
            hold_seconds=HOLD_SECONDS,
            print_timing=chance.random() < 0.4,
        )
        desk.printer.status()
        faults = chance.choices(list(Fault), k=2)
        bytes_ = sorted(chance.choices(range(160), k=2))
        desk.sim.begin_job("J")
        for fault, byte in zip(faults, bytes_, strict=True):
            desk.sim.schedule("byte", byte, partial(fault.strike, desk.sim))
        desk.after(chance.choice((0.1, 0.4, 1.5, 60)), partial(faults[0].cure, desk.sim))
        result = desk.printer.print_blocks(blocks_of("J", desk.model), void=())
        desk.sim.unschedule()
        for fault in faults:
            repair(desk, fault)
            desk.run(0.5)
        desk.run(1)
        check_claim(desk, "J", result, *faults)
        outcomes.add(result.outcome)
        desk.close()
    assert outcomes == {"confirmed", "sent", "unknown", "failed"}


def cancel_at(desk: Desk, byte: int, blocks: list[Block] | None = None) -> PrintResult:
    asked: list[bool] = []
    desk.sim.begin_job("J")
    desk.sim.schedule("byte", byte, lambda: asked.append(True))
    result = desk.printer.print_blocks(
        blocks or blocks_of("J", desk.model), void=VOID, cancelled=lambda: bool(asked)
    )
    desk.run(0.5)
    return result


def test_a_cancel_at_any_byte_leaves_no_row_that_is_not_void(make_desk: MakeDesk) -> None:
    outcomes = set()
    for byte in range(bytes_of_a_job(make_desk(), known=False)):
        desk = make_desk()
        result = cancel_at(desk, byte)
        outcomes.add(result.outcome)
        voided = {row.void for row in desk.sim.ledger()}
        if result.outcome == "confirmed":
            assert voided == {False}, byte
        else:
            assert voided <= {True}, byte
        if result.outcome == "unknown":  # the cut had left: it could have come before the mark
            assert result.reason == "printer.not_voided", byte
            assert result.blocks_confirmed == 1, byte
    assert outcomes == {"cancelled", "unknown", "confirmed"}


def end_of_void(desk: Desk, byte: int, blocks: list[Block]) -> int:
    """Cancel without any fault, and return at which byte the void mark's line is complete."""
    desk.printer.status()
    before = desk.sim.wire_bytes
    assert cancel_at(desk, byte, blocks).outcome == "cancelled"
    desk.sim.tear_off()
    stream = b"".join(receipt.raw for receipt in desk.sim.take_receipts())
    return stream.index(VOID_MARK) + len(VOID_MARK) - before


@pytest.mark.parametrize(
    "fault", [Fault.PAPER_OUT, Fault.OFF, Fault.COVER_OPEN, Fault.POWER_CYCLE], ids=by_name
)
@pytest.mark.parametrize("name", ["58 mm", "no markers", "SPRT", "markers, RTS/CTS"])
def test_a_fault_right_behind_the_void_mark_never_ends_cancelled_without_it(
    make_desk: MakeDesk, name: str, fault: Fault
) -> None:
    delays = [hundredths / 100 for hundredths in range(0, 40, 3)]
    for byte, rows, delay in product((50, 60), (1, 3), delays):
        blocks = rows_job(6, rows)
        strikes_at = end_of_void(make_desk(MODELS[name], print_timing=True), byte, blocks)
        desk = make_desk(MODELS[name], print_timing=True)
        desk.printer.status()
        desk.sim.schedule(
            "byte",
            strikes_at,
            partial(desk.sim.schedule, "second", delay, partial(fault.strike, desk.sim)),
        )
        result = cancel_at(desk, byte, blocks)
        voided = {row.void for row in desk.sim.ledger()}
        if result.outcome == "cancelled":
            assert voided == {True}, (byte, rows, delay)
        else:
            assert result.outcome == "unknown", (byte, rows, delay)
