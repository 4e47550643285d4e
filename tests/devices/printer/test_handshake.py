"""The handshake tester against the simulated printer: each verdict has its reason."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from devices.printer.handshake import HandshakeTest
from devices.printer.handshake_verdict import HandshakeVerdict, Note
from devices.printer.link import LineSettings, SerialLink
from devices.printer.models import Flow, PrinterModel
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Desk, model


def examine(
    desk: Desk,
    profile: PrinterModel,
    *,
    open_cover: bool = True,
    wired_at: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    lines: bool = True,
) -> HandshakeVerdict:
    """Run the test with a technician at hand; at any but `wired_at` baud only noise comes."""

    def open_link(settings: LineSettings) -> SerialLink:
        desk.sim.mute(wired_at is not None and settings.baud != wired_at)
        if wired_at is not None and settings.baud != wired_at:
            desk.after(0.05, lambda: desk.sim.send_noise(b"\xfe\x80"))
        seen = desk.sim.lines if lines else None
        return SerialLink("/dev/p", settings, desk.clock, desk.wait, lines=seen)

    def ask() -> bool:
        if open_cover:
            desk.sim.open_cover()
        return open_cover

    return HandshakeTest(
        open_link, profile, desk.clock, ask_for_open_cover=ask, cancelled=cancelled
    ).run()


@pytest.mark.parametrize(
    ("flow", "sign"),
    [("rtscts", "CTS"), ("xonxoff", "XOFF"), ("dsr-poll", "CTS, DSR")],
)
def test_the_flow_control_that_the_printer_has_is_found_and_agrees(
    make_desk: MakeDesk, flow: Flow, sign: str
) -> None:
    real = model(flow=flow)
    desk = make_desk(real)
    verdict = examine(desk, real)
    assert verdict.baud == 115200
    assert verdict.flow == ("rtscts" if flow == "dsr-poll" else flow)
    assert 3900 < verdict.filled_bytes <= 4096
    assert any(sign in str(note.data.get("signs")) for note in verdict.evidence)
    assert verdict.offline_stops is False
    assert verdict.evidence[-1] == Note("handshake.cleared")
    assert desk.sim.overrun_bytes == 0
    desk.sim.close_cover()
    desk.run(5)
    assert desk.paper().strip() == "", "nothing but NULs went out"
    assert desk.sim.errors == []


def test_a_printer_whose_dtr_reaches_only_our_dsr_needs_polling(make_desk: MakeDesk) -> None:
    real = model(flow="dsr-poll")
    desk = make_desk(real)
    lines = desk.sim.lines
    desk.sim.lines = lambda: replace(lines(), cts=None)  # type: ignore[method-assign]
    verdict = examine(desk, real)
    assert (verdict.flow, verdict.agrees, verdict.advice) == ("dsr-poll", True, ())


def test_a_printer_that_agrees_with_its_profile_needs_nothing_set(desk: Desk) -> None:
    verdict = examine(desk, desk.model)
    assert (verdict.agrees, verdict.limit, verdict.advice) == (True, None, ())


def test_a_disagreement_says_what_to_set(make_desk: MakeDesk) -> None:
    desk = make_desk(model(flow="xonxoff"))
    verdict = examine(desk, model(flow="rtscts"))
    assert (verdict.flow, verdict.agrees) == ("xonxoff", False)
    assert verdict.advice == (Note("handshake.set_flow", {"flow": "xonxoff"}, flow="rtscts"),)


def test_a_printer_that_stops_nobody_is_found_out_by_its_overrun(make_desk: MakeDesk) -> None:
    desk = make_desk(model(flow="none"))
    verdict = examine(desk, model(flow="rtscts"))
    assert (verdict.flow, verdict.limit, verdict.agrees) == ("none", "buffer", False)
    assert desk.sim.overrun_bytes > 0
    assert "handshake.not_stopped" in [note.key for note in verdict.evidence]
    assert verdict.advice == (Note("handshake.set_some", flow="rtscts"),)


def test_the_baud_rate_is_found_by_valid_answers(make_desk: MakeDesk) -> None:
    desk = make_desk(model())
    verdict = examine(desk, model(), wired_at=19200)
    assert (verdict.baud, verdict.agrees) == (19200, False)
    assert [note.data["baud"] for note in verdict.evidence[:3]] == [115200, 9600, 19200]
    heard = {"baud": 115200, "good": 0, "asked": 3, "noise": 2}
    assert verdict.evidence[0] == Note("handshake.unanswered", heard)
    assert verdict.advice[0] == Note("handshake.set_baud", {"found": 19200, "set": 115200})


def test_a_printer_that_is_off_has_no_baud_rate(desk: Desk) -> None:
    desk.sim.switch_off()
    verdict = examine(desk, desk.model)
    assert (verdict.baud, verdict.limit, verdict.agrees) == (None, "baud", None)
    assert verdict.advice == (Note("handshake.switch_on"),)


def test_without_the_technician_the_verdict_is_limited(desk: Desk) -> None:
    verdict = examine(desk, desk.model, open_cover=False)
    assert (verdict.baud, verdict.flow, verdict.limit) == (115200, None, "cover")
    assert verdict.agrees is None
    assert verdict.advice == (Note("handshake.open_cover"),)
    assert verdict.filled_bytes == 0


def test_an_open_cover_that_the_printer_does_not_report_is_no_open_cover(desk: Desk) -> None:
    desk.sim.open_cover = lambda: None  # type: ignore[method-assign]
    verdict = examine(desk, desk.model)
    assert (verdict.limit, verdict.advice) == ("cover", (Note("handshake.check_cover"),))


def test_a_test_that_is_stopped_clears_the_printer(desk: Desk) -> None:
    asked = iter(range(1000))
    verdict = examine(desk, desk.model, cancelled=lambda: next(asked) > 20)
    assert (verdict.limit, verdict.advice) == ("stopped", (Note("handshake.again"),))
    assert 0 < verdict.filled_bytes < 1000
    assert verdict.evidence[-1] == Note("handshake.cleared")


def test_a_bug_in_between_leaves_the_port_closed(desk: Desk) -> None:
    def bug() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examine(desk, desk.model, cancelled=bug)
    assert desk.port is not None
    assert not desk.port.is_open


def test_a_port_that_cannot_be_opened_ends_the_test(desk: Desk) -> None:
    desk.port_refused = FileNotFoundError("no such port")
    verdict = examine(desk, desk.model)
    assert (verdict.limit, verdict.baud) == ("port", None)
    assert "no such port" in str(verdict.evidence[0].data)
    assert verdict.lost is not None
    assert (verdict.lost.state.code, verdict.advice) == ("printer.absent", ())


def test_a_port_that_vanishes_ends_the_test(desk: Desk) -> None:
    desk.when_byte(500, desk.unplug)
    verdict = examine(desk, desk.model)
    assert (verdict.limit, verdict.evidence[-1].key) == ("port", "handshake.port_lost")


def test_a_printer_that_stops_the_host_when_it_is_offline_is_told_to_wait_for_a_full_buffer(
    make_desk: MakeDesk,
) -> None:
    real = model(flow="rtscts")
    desk = make_desk(real)
    desk.sim._offline_drops_line = True
    verdict = examine(desk, real)
    assert (verdict.flow, verdict.agrees, verdict.filled_bytes) == ("rtscts", True, 0)
    assert verdict.offline_stops is True
    assert verdict.advice == (Note("handshake.set_offline"),)


@pytest.mark.parametrize("from_byte", [0, 2000])
def test_a_port_that_takes_no_byte_ends_the_test_within_seconds(
    make_desk: MakeDesk, from_byte: int
) -> None:
    real = model()
    desk = make_desk(real)
    started = desk.clock.now

    def wait(fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        assert desk.clock.now - started < 30, "no end"
        stuck = desk.sim.wire_bytes >= from_byte
        return desk.wait(fd, want_write and not stuck, timeout)

    def open_link(settings: LineSettings) -> SerialLink:
        return SerialLink("/dev/p", settings, desk.clock, wait, lines=desk.sim.lines)

    def ask() -> bool:
        desk.sim.open_cover()
        return True

    verdict = HandshakeTest(open_link, real, desk.clock, ask_for_open_cover=ask).run()
    assert (verdict.limit, verdict.flow) == ("port", None)
    assert Note("handshake.port_stuck", {"seconds": 2}) in verdict.evidence
    assert verdict.advice == (Note("handshake.check_port"),)
    assert desk.clock.now - started < 10
