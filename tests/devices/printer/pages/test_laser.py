from collections.abc import Iterator

import pytest

from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.result import Progress
from devices.printer.state import Absent, NeedsAttention, Offline, Ready, Unknown
from tests.devices.printer.pages.conftest import MakeCable, MakeSerial
from tests.devices.printer.pages.documents import pdf
from tests.devices.printer.pages.laser import HOLD, VOID, Desk, document, page, pcl


@pytest.fixture(params=["serial", "network"])
def desk(
    request: pytest.FixtureRequest, make_cable: MakeCable, serial_link: MakeSerial
) -> Iterator[Desk]:
    made = (
        Desk(make_cable, pcl("pcl-serial"), serial_link)
        if request.param == "serial"
        else Desk(make_cable, pcl())
    )
    yield made
    made.printer.close()


@pytest.fixture
def network(make_cable: MakeCable) -> Iterator[Desk]:
    made = Desk(make_cable, pcl())
    yield made
    made.printer.close()


@pytest.fixture
def counted(make_cable: MakeCable) -> Iterator[Desk]:
    made = Desk(make_cable, pcl("pcl-network-counted"))
    yield made
    made.printer.close()


def test_a_job_is_confirmed_when_its_last_page_lies_in_the_tray(desk: Desk) -> None:
    seen: list[Progress] = []
    result = desk.print(on_progress=seen.append)
    assert (result.outcome, result.evidence, result.reason) == ("confirmed", "pages", None)
    assert (result.blocks_sent, result.blocks_confirmed) == (3, 3)
    assert len(desk.sim.tray) == 3  # at once: nothing is still to come
    assert desk.sim.errors == []
    assert [p.blocks_confirmed for p in seen] == sorted(p.blocks_confirmed for p in seen)
    assert desk.print(1).outcome == "confirmed"


def test_the_printer_is_told_a_number_for_a_name(desk: Desk) -> None:
    desk.print(1)
    assert desk.sim.tray[0].job[0] == "K"
    assert desk.sim.tray[0].job[1:].isdigit()


@pytest.mark.parametrize(
    ("stop", "mend", "state"),
    [
        ("take_paper", "load_paper", NeedsAttention("paper_out")),
        ("open_cover", "close_cover", NeedsAttention("cover_open")),
        ("jam", "clear_jam", NeedsAttention("error")),
    ],
)
def test_a_fault_is_told_waited_for_and_the_job_goes_on(
    desk: Desk, stop: str, mend: str, state: NeedsAttention
) -> None:
    holds: list[str | None] = []
    desk.cable.when_job_byte(300, getattr(desk.sim, stop))
    desk.cable.after(20, getattr(desk.sim, mend))
    result = desk.print(on_progress=lambda progress: holds.append(progress.hold))
    assert result.outcome == "confirmed"
    assert state.code in holds
    assert desk.whole_pages() == [1, 2, 3]
    getattr(desk.sim, stop)()
    assert desk.printer.status() == state
    before = desk.sim.wire_bytes
    failed = desk.print()
    assert (failed.outcome, failed.reason, failed.bytes_sent) == ("failed", state.code, 0)
    assert desk.sim.wire_bytes - before < 200  # questions only


def test_a_fault_that_nobody_mends_ends_as_unknown_within_the_time_limit(desk: Desk) -> None:
    desk.cable.when_job_byte(300, desk.sim.take_paper)
    started = desk.clock.now
    result = desk.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.paper_out")
    assert result.blocks_confirmed <= len(desk.sim.tray)
    assert desk.clock.now - started < HOLD + 10


def tray(desk: Desk) -> list[str]:
    """What each sheet is: its first word."""
    return [sheet.transcript.split()[0] for sheet in desk.sim.tray]


@pytest.mark.parametrize("pause", [0.0, 1.0, 4.0, 30.0])
def test_pages_that_nobody_waited_for_come_out_before_the_next_job(
    desk: Desk, pause: float
) -> None:
    desk.cable.when_job_byte(150, desk.sim.take_paper)
    assert desk.print().outcome == "unknown"
    desk.sim.load_paper()
    desk.cable.run(pause)
    result = desk.printer.print_blocks([page(7), page(8)], void=VOID)
    assert (result.outcome, result.blocks_confirmed) == ("confirmed", 2)
    assert tray(desk)[-3:] == ["VOID", "P7", "P8"]
    assert len(tray(desk)) == len(set(tray(desk)))
    assert desk.sim.tray[-3].job != desk.sim.tray[-2].job == desk.sim.tray[-1].job
    assert desk.print(1).outcome == "confirmed"
    assert tray(desk)[-3:] == ["P7", "P8", "P1"]  # no second void sheet


@pytest.mark.parametrize("reachable", [True, False])
def test_a_cancel_ends_the_wait_for_a_printer_that_was_lost(
    make_cable: MakeCable, reachable: bool
) -> None:
    made, ended = Desk(make_cable, pcl("pcl-network-counted")), list[bool]()

    def lose() -> None:
        made.cable.reachable = reachable
        made.cable.hang_up()
        made.cable.after(0.5, lambda: ended.append(True))

    made.cable.when_job_byte(229, lose)
    started = made.clock.now
    assert made.print(cancelled=lambda: bool(ended)).outcome == "unknown"
    assert made.clock.now - started < 5.0
    made.printer.close()


def another_process(desk: Desk) -> PjlPrinter:
    """What starts when the first was killed."""
    desk.printer.close()
    return PjlPrinter(
        desk.cable.tcp(),
        desk.model,
        monotonic=desk.clock,
        pause=desk.cable.run,
        hold_seconds=HOLD,
    )


def test_the_first_job_of_a_process_waits_for_what_an_earlier_one_left(network: Desk) -> None:
    network.cable.when_job_byte(150, network.sim.take_paper)
    network.print(2)
    with another_process(network) as printer:
        assert printer.print_blocks([page(7)], void=VOID).reason == "printer.paper_out"
        network.sim.load_paper()
        result = printer.print_blocks([page(7)], void=VOID)
    assert result.outcome == "confirmed"
    assert tray(network) == ["P1", "P2", "P7"]


def test_a_raster_row_that_a_killed_process_broke_off_does_not_swallow_the_next_job(
    network: Desk,
) -> None:
    network.sim.receive(b"\x1bE\x1b*t150R\x1b*r1A\x1b*b0m900W" + b"\xff" * 20)
    result = network.print(2)
    assert result.outcome == "confirmed"
    assert network.whole_pages() == [1, 2]


def test_a_printer_that_stays_busy_is_not_begun_upon(network: Desk) -> None:
    network.sim.reply_filter = lambda reply: reply.replace(b"10001", b"10023")
    holds: list[str | None] = []
    started = network.clock.now
    result = network.print(on_progress=lambda progress: holds.append(progress.hold))
    assert (result.outcome, result.reason, result.bytes_sent) == ("failed", "printer.buffer", 0)
    assert "printer.buffer" in holds
    assert network.clock.now - started < network.model.page_seconds + 10
    assert network.sim.tray == []


def test_a_visit_that_ends_while_the_printer_is_busy_sends_nothing(network: Desk) -> None:
    network.sim.reply_filter = lambda reply: reply.replace(b"10001", b"10023")
    until = network.clock.now + 5
    result = network.print(cancelled=lambda: network.clock.now > until)
    assert (result.outcome, result.bytes_sent) == ("cancelled", 0)
    assert network.sim.tray == []


def test_a_code_that_nobody_knows_is_unknown(network: Desk) -> None:
    network.sim.reply_filter = lambda reply: reply.replace(b"10001", b"10099")
    assert network.printer.status() == Unknown()
    result = network.print()
    assert (result.outcome, result.reason) == ("failed", "printer.unknown")


@pytest.mark.parametrize("codes", [(10023, 10023), (41010, 10023), (10099, 10001)])
def test_chatter_without_progress_ends_the_job_in_time(
    network: Desk, codes: tuple[int, int]
) -> None:
    def chatter(step: int) -> None:
        code = codes[step % 2]
        online = "FALSE" if code == 41010 else "TRUE"
        text = f"@PJL USTATUS DEVICE\r\nCODE={code}\r\nONLINE={online}\r\n\x0c"
        network.sim.say(text.encode())
        if step < 100:
            network.cable.after(5.0, lambda: chatter(step + 1))

    network.cable.when_job_byte(150, lambda: setattr(network.sim, "_page_seconds", 1e9))
    network.cable.into_job(1.0, lambda: chatter(0))
    started = network.clock.now
    assert network.print().outcome == "unknown"
    assert network.clock.now - started < network.model.page_seconds + HOLD + 20


def test_silence_is_unknown_first_and_then_offline(desk: Desk) -> None:
    assert desk.printer.status() == Ready("ok")
    desk.sim.mute()
    assert desk.printer.status() == Unknown()
    assert desk.printer.status() == Offline()
    result = desk.print()
    assert (result.outcome, result.bytes_sent) == ("failed", 0)
    desk.sim.mute(False)
    assert desk.printer.status() == Ready("ok")


def test_a_printer_that_cannot_be_reached_is_absent(network: Desk) -> None:
    network.cable.reachable = False
    assert isinstance(network.printer.status(), Absent)
    assert network.print().reason == "printer.absent"


def test_of_a_printer_without_a_back_channel_nothing_is_known(make_cable: MakeCable) -> None:
    made = Desk(make_cable, pcl("pcl-oneway"))
    assert made.printer.status() == Unknown()
    assert made.printer.status() == Unknown()  # it is not called silent: nobody asks it
    for _ in range(2):
        result = made.print()
        assert (result.outcome, result.reason) == ("unknown", "printer.tells_nothing")
        assert (result.evidence, result.blocks_sent, result.blocks_confirmed) == ("none", 3, 0)
    assert made.whole_pages() == [1, 2, 3, 1, 2, 3]
    assert len(made.sim.tray) == 6
    made.printer.close()


def test_a_printer_that_cannot_be_seen_to_be_off_is_never_called_printed(
    make_cable: MakeCable,
) -> None:
    made = Desk(make_cable, pcl("pcl-oneway"))
    made.sim.switch_off()
    assert made.printer.status() == Unknown()
    assert made.print().outcome == "unknown"
    assert made.sim.tray == []
    made.printer.close()


def test_answers_that_stop_in_the_middle_leave_the_job_unknown(desk: Desk) -> None:
    desk.cable.when_job_byte(300, desk.sim.mute)
    result = desk.print()
    assert result.outcome == "unknown"
    assert desk.whole_pages() == [1, 2, 3]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"USTATUS PAGE\r\n2", b"USTATUS PAGE\r\n3"),
        (b"USTATUS PAGE\r\n2", b"USTATUS PAGE\r\n1"),
        (b"USTATUS PAGE\r\n2", b"USTATVS PAGE\r\n2"),
        (b"PAGES=3", b"PAGES=2"),
        (b"PAGES=3", b"PAGES=4"),
        (b"END", b"E\x00D"),
    ],
)
def test_a_wrong_count_or_a_spoilt_message_is_never_a_proof(
    network: Desk, old: bytes, new: bytes
) -> None:
    network.sim.reply_filter = lambda reply: reply.replace(old, new)
    result = network.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.pages_missing")


def test_noise_between_messages_and_slow_answers_change_nothing(network: Desk) -> None:
    network.sim.reply_filter = lambda reply: b"\xff\x00noise\x0c" + reply
    network.sim.reply_seconds = 1.0
    assert network.print().outcome == "confirmed"


def test_a_lost_connection_is_unknown_and_nothing_is_printed_again(network: Desk) -> None:
    network.cable.when_job_byte(400, network.cable.hang_up)
    result = network.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")
    assert network.cable.connections == 1
    pages = network.whole_pages()
    assert len(pages) == len(set(pages))
    assert network.print(1).outcome == "confirmed"


def test_a_connection_that_was_idle_for_too_long_is_opened_again(network: Desk) -> None:
    assert network.print().outcome == "confirmed"
    network.cable.hang_up()
    assert network.print(1).outcome == "confirmed"
    network.cable.hang_up()
    network.cable.reachable = False
    result = network.print()
    assert (result.outcome, result.reason) == ("failed", "printer.absent")


def test_a_power_cut_behind_a_counted_page_prints_the_rest_and_nothing_twice(
    counted: Desk,
) -> None:
    counted.cable.into_job(4.0, lambda: counted.cable.cut_power(10.0))  # page 1 is out, 2 is not
    result = counted.print()
    assert (result.outcome, result.evidence) == ("confirmed", "pages")
    assert counted.whole_pages() == [1, 2, 3]
    assert len(counted.sim.tray) == 3


def test_a_counter_that_does_not_stand_where_it_should_leaves_the_job_unknown(
    counted: Desk,
) -> None:
    def cut() -> None:
        counted.cable.cut_power(10.0)
        counted.sim.page_count += 1  # somebody else's page, or one of ours nobody heard of

    counted.cable.into_job(4.0, cut)
    result = counted.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")
    assert counted.whole_pages() == [1]


def test_a_printer_that_stays_away_leaves_the_job_unknown_in_time(counted: Desk) -> None:
    counted.cable.into_job(4.0, lambda: counted.cable.cut_power(1e6))
    started = counted.clock.now
    assert counted.print().outcome == "unknown"
    assert counted.clock.now - started < HOLD + 70


def test_a_cancel_before_the_first_byte_sends_nothing(desk: Desk) -> None:
    assert desk.print(cancelled=lambda: True).outcome == "cancelled"
    assert desk.sim.wire_bytes == 0


@pytest.mark.slow
def test_a_report_is_cancelled_like_any_job(network: Desk) -> None:
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 20

    result = document(network.printer, pdf(3), cancelled=cancelled)
    assert result.outcome == "cancelled"
    assert len(network.sim.tray) < 4


def test_a_cancel_later_ends_the_page_and_voids_it(desk: Desk) -> None:
    ended: list[bool] = []
    desk.cable.when_job_byte(260, lambda: ended.append(True))
    result = desk.print(pages=9, cancelled=lambda: bool(ended))
    assert (result.outcome, result.evidence) == ("cancelled", "pages")
    pages = desk.whole_pages()
    assert pages == list(range(1, len(pages) + 1))
    assert desk.sim.tray[-1].transcript == "VOID\n"
    assert desk.sim.errors == []


def test_a_line_held_for_ever_ends_as_unknown(desk: Desk) -> None:
    desk.cable.when_job_byte(300, desk.sim.hold)
    started = desk.clock.now
    result = desk.print()
    assert result.outcome == "unknown"
    assert desk.clock.now - started < desk.model.page_seconds + HOLD + 10
