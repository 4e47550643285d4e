"""A cancel on a laser printer that is stopped, silent or slow: it ends soon, and honestly."""

from collections.abc import Iterator

import pytest

from tests.devices.printer.pages.conftest import MakeCable
from tests.devices.printer.pages.laser import VOID, Desk, page, pcl


@pytest.fixture
def network(make_cable: MakeCable) -> Iterator[Desk]:
    made = Desk(make_cable, pcl())
    yield made
    made.printer.close()


@pytest.mark.parametrize(
    ("stop", "go_on", "code"),
    [
        ("take_paper", "load_paper", "printer.paper_out"),
        ("open_cover", "close_cover", "printer.cover_open"),
        ("jam", "clear_jam", "printer.error"),
    ],
)
@pytest.mark.parametrize("before", [0.5, 12.0])
def test_a_cancel_on_a_stopped_printer_ends_soon_says_why_and_the_next_job_begins_with_the_void(
    network: Desk, stop: str, go_on: str, code: str, before: float
) -> None:
    network.cable.into_job(4.0, getattr(network.sim, stop))
    network.cable.into_job(4.0 + before, lambda: ended.append(network.clock.now))
    ended: list[float] = []
    result = network.print(pages=5, cancelled=lambda: bool(ended))
    assert (result.outcome, result.reason) == ("unknown", code)
    assert network.clock.now - ended[0] < 6.0
    getattr(network.sim, go_on)()
    network.cable.run(60)
    others = [page(9)]
    assert network.printer.print_blocks(others, void=VOID).outcome == "confirmed"
    *_, void, other = network.sim.tray
    assert void.transcript == "VOID\n"
    assert other.transcript.startswith("P9")


def test_a_cancel_on_a_silent_printer_ends_soon_as_offline(network: Desk) -> None:
    network.cable.into_job(0.0, network.sim.mute)
    until = network.clock.now + 4.0
    result = network.print(pages=5, cancelled=lambda: network.clock.now > until)
    assert (result.outcome, result.reason) == ("unknown", "printer.offline")
    assert network.clock.now - until < 12.0


def test_a_cancel_on_a_printer_that_warms_up_is_waited_for_and_voided(network: Desk) -> None:
    network.sim._page_seconds = 20.0
    until = network.clock.now + 4.0
    result = network.print(pages=2, cancelled=lambda: network.clock.now > until)
    assert (result.outcome, result.evidence) == ("cancelled", "pages")
    assert network.sim.tray[-1].transcript == "VOID\n"
