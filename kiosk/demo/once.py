"""`kiosk demo --once`: the main job on simulated devices, unattended, with all it leaves behind."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from devices.printer.result import PrintResult
from kiosk.composition import simulated
from kiosk.config import Settings
from kiosk.demo.data import DemoCard, prepare, settings_for
from kiosk.demo.hall import SimulatedHall
from kiosk.errors import usable
from kiosk.headless import (
    Identified,
    check_paper,
    identify,
    make,
    print_on_roll,
    wait_for_card,
    wait_in,
)
from kiosk.machine import Machine
from kiosk.paper import finished
from kiosk.timeline import Timeline
from printing.preview import pdf_to_png
from printing.statements.material import Asked

CARD_SECONDS = 10.0
PAPER_SECONDS = 30.0
REPORT_DPI = 150
RECEIPT_FILES = ("receipt.bin", "receipt.txt", "receipt.png")


@dataclass(frozen=True, slots=True)
class OnceReport:
    """What `timeline.json` says. Times are milliseconds; `line_ms` begins with the card present.

    `card_wire_ms` is the time on the contacts of both chips, the card's and the security module's.
    """

    stack: str
    stages: list[dict[str, str | float]]
    line_ms: float
    card_wire_ms: float
    printer_wire_ms: float
    apdu_count: int
    card_bytes_sent: int
    card_bytes_received: int
    printer_bytes: int
    printer_blocks: int
    outcome: str
    evidence: str
    pdf_bytes: int


def run_once(
    settings: Settings,
    data: Path,
    out: Path,
    *,
    person: int,
    real_time: bool,
    say: Callable[[str], None],
    in_process: bool = False,
) -> OnceReport:
    """Do the main job for the holder of demo card `person` (from 1); files go to `out`."""
    with usable(out):
        out.mkdir(parents=True, exist_ok=True)
    cards = prepare(data, say)
    names = "".join(card.holder for card in cards)
    wire = out / "wire"
    wire.mkdir(exist_ok=True)
    # A journal of its own: this also works while the demo with its page is running.
    chosen = settings_for(data, settings, journal=wire / "journal.db")
    machine, hall = simulated(
        chosen,
        wire,
        real_time=real_time,
        in_process=in_process,
        known_characters=names,
    )
    try:
        with machine:
            say(f"card stack: {hall.stack}")
            report = _main_job(machine, hall, cards[person - 1], out, say)
    finally:
        shutil.rmtree(wire)
    (out / "timeline.json").write_text(
        json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", "utf-8"
    )
    say(f"done: {', '.join(sorted(path.name for path in out.iterdir()))} in {out}")
    return report


def _main_job(
    machine: Machine, hall: SimulatedHall, card: DemoCard, out: Path, say: Callable[[str], None]
) -> OnceReport:
    timeline = Timeline(machine.monotonic)
    # pcscd looks into each slot by itself: it may find the card before the module.
    wait_in(machine, hall.sam_slot.reader, CARD_SECONDS)
    inserted = hall.card(card.profile)
    say("inserting the card")
    with timeline.stage("card present"):
        hall.slot.insert(inserted)
        reader = wait_for_card(machine, CARD_SECONDS)
    say("reading the card, verifying the PIN on it, looking the holder up")
    found = identify(
        machine, reader, "contributions", Asked(), lambda _: card.typed_pin(), timeline
    )
    say("laying out and printing the statement")
    statement = make(machine, "contributions", found.records, timeline)
    paper = print_on_roll(machine, statement, timeline)
    line_ms = timeline.total_ms - timeline.stages[0].duration_ms
    say("making the same statement as an A4 report")
    with timeline.stage("report"):
        file = finished(machine, statement)
    (out / "statement.pdf").write_bytes(file)
    (out / "statement.png").write_bytes(pdf_to_png(file, REPORT_DPI))
    hall.slot.remove()
    check_paper(paper)
    if not hall.printer.model.cut:
        hall.printer.tear_off()  # as the citizen does where no blade cuts
    hall.line.wait_for_receipts(1, PAPER_SECONDS)
    for name in RECEIPT_FILES:
        shutil.copy(hall.paper / name.replace("receipt", "receipt-0001"), out / name)
    chips = inserted.wire_seconds + hall.sam.wire_seconds
    return _summary(hall, timeline, found, paper.result, line_ms, len(file), chips)


def _summary(
    hall: SimulatedHall,
    timeline: Timeline,
    found: Identified,
    result: PrintResult,
    line_ms: float,
    pdf_bytes: int,
    card_wire_seconds: float,
) -> OnceReport:
    return OnceReport(
        stack=hall.stack,
        stages=[asdict(stage) for stage in timeline.stages],
        line_ms=round(line_ms, 3),
        card_wire_ms=round(card_wire_seconds * 1000, 3),
        printer_wire_ms=round(hall.printer.wire_seconds * 1000, 3),
        apdu_count=found.traffic.apdus,
        card_bytes_sent=found.traffic.bytes_sent,
        card_bytes_received=found.traffic.bytes_received,
        printer_bytes=result.bytes_sent,
        printer_blocks=result.blocks_sent,
        outcome=result.outcome,
        evidence=result.evidence,
        pdf_bytes=pdf_bytes,
    )
