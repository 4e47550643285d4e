"""What a printer says it is, and what becomes of claims that its profile cannot keep."""

from dataclasses import replace

import pytest

from devices.printer.commands import ECHO, NO_SIZE, end_picture
from devices.printer.models import load_model
from devices.printer.open_picture import LATE_ANSWERS
from devices.printer.probe import Disagreement, Probe, believed, disagreements
from devices.printer.state import Ready, Unknown
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Desk, model, rows_job


def test_a_printer_says_what_it_is_when_its_port_is_opened(desk: Desk) -> None:
    assert desk.printer.status() == Ready("ok")
    assert desk.printer.probe == Probe(
        model_id=0x20,
        maker="SIMULATED",
        model="escpos-80mm",
        fonts="GB18030",
        hanzi=True,
        cutter=True,
        markers=True,
        auto_status=True,
    )
    assert desk.printer.disagreements == ()
    desk.sim.tear_off()
    assert [receipt.transcript.strip() for receipt in desk.sim.take_receipts()] in ([], [""])
    assert desk.sim.errors == []


def test_it_is_asked_once_in_each_opening_of_the_port(desk: Desk) -> None:
    desk.printer.status()
    before = desk.sim.wire_bytes
    desk.printer.status()
    assert desk.sim.wire_bytes - before == 9
    desk.printer.close()
    assert desk.printer.probe is None
    desk.printer.status()
    assert desk.printer.probe is not None


def test_a_silent_printer_is_not_probed_and_one_that_comes_back_is(desk: Desk) -> None:
    desk.sim.switch_off()
    before = desk.sim.wire_bytes
    assert desk.printer.status() == Unknown()
    desk.sim.switch_on()
    desk.run(1)
    assert desk.sim.wire_bytes - before <= 9
    assert desk.printer.probe is None
    desk.printer.status()
    assert desk.printer.probe is not None


def test_only_what_the_profile_says_the_printer_knows_is_sent(make_desk: MakeDesk) -> None:
    desk = make_desk(model("escpos-58mm"), looked=False)
    desk.printer.status()
    assert desk.printer.probe == Probe()
    assert desk.printer.probe.silent
    ends_a_picture = len(NO_SIZE) + len(end_picture(desk.model.dots))
    asked = (LATE_ANSWERS + 1) * len(ECHO[desk.model.echo])
    assert desk.sim.wire_bytes == ends_a_picture + asked + 9 * 3
    assert desk.sim.errors == []


def test_a_profile_that_claims_markers_for_a_printer_without_them_gets_drained_not_confirmed(
    desk: Desk,
) -> None:
    desk.sim.marker_filter = lambda reply: b""
    started = desk.clock.now
    assert desk.printer.status() == Ready("ok")
    assert desk.clock.now - started < 1.5
    assert desk.printer.disagreements == (Disagreement("markers", profile=True, printer=False),)
    result = desk.print_rows(rows_job(4))
    assert (result.outcome, result.evidence, result.blocks_confirmed) == ("sent", "drained", 0)
    assert desk.rows() == list(range(12))


def test_a_job_that_comes_first_is_probed_for_too(desk: Desk) -> None:
    desk.sim.marker_filter = lambda reply: b""
    result = desk.print_rows(rows_job(4))
    assert (result.outcome, result.evidence) == ("sent", "drained")


@pytest.mark.parametrize(
    ("found", "named"),
    [
        (Probe(), ()),
        (Probe(markers=True, hanzi=True, cutter=True), ()),
        (Probe(hanzi=False), (Disagreement("hanzi", profile=True, printer=False),)),
        (Probe(cutter=False), (Disagreement("cutter", profile=True, printer=False),)),
    ],
)
def test_what_nobody_answered_is_no_disagreement(
    found: Probe, named: tuple[Disagreement, ...]
) -> None:
    assert disagreements(load_model("escpos-80mm"), found) == named


def test_a_printer_is_never_believed_to_be_more_than_its_profile_says() -> None:
    plain = load_model("escpos-80mm-plain")
    assert believed(plain, Probe(markers=True, auto_status=True)) == plain
    full = load_model("escpos-80mm")
    less = believed(full, Probe(markers=False, auto_status=False))
    assert (less.marker, less.auto_bits) == (False, ())
    assert less.settle_seconds >= 1
    assert replace(less, marker=True, settle_seconds=0, auto_bits=full.auto_bits) == full
