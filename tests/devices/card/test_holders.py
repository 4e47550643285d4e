"""Who may hold the card, read from a /proc that the test has made."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_mock import MockerFixture, MockType
from smartcard import scard

from devices.card.errors import CardBusyError
from devices.card.holders import Holder, Holders, find_holders
from devices.card.pcsc import PcscSource
from tests.devices.card.pcsc_calls import READER

LIBRARY = "7f00-7f01 r-xp 00000000 08:01 42 /usr/lib/x86_64-linux-gnu/libpcsclite.so.1.0.0\n"
OWN = 100


def process(proc: Path, pid: int, name: str, maps: str = LIBRARY, *files: str) -> None:
    folder = proc / str(pid)
    folder.joinpath("fd").mkdir(parents=True)
    folder.joinpath("comm").write_text(f"{name}\n", encoding="utf-8")
    folder.joinpath("maps").write_text(maps, encoding="utf-8")
    for number, file in enumerate(files or ("socket:[4711]",)):
        folder.joinpath("fd", str(number)).symlink_to(file)


def test_every_other_client_of_the_service_is_named(tmp_path: Path) -> None:
    process(tmp_path, OWN, "kiosk")
    process(tmp_path, 9, "other kiosk")
    process(tmp_path, 8, "opensc-tool")
    process(tmp_path, 7, "pcscd")
    tmp_path.joinpath("net").mkdir()
    found = find_holders(tmp_path, OWN).found
    assert found == (Holder(8, "opensc-tool"), Holder(9, "other kiosk"))
    assert str(found[0]) == "opensc-tool (8)"


def test_a_program_that_drives_a_reader_itself_is_named(tmp_path: Path) -> None:
    process(tmp_path, 8, "scdaemon", "", "/dev/bus/usb/001/002")
    process(tmp_path, 9, "usb-backup", "", "/dev/bus/usb/001/003")
    assert find_holders(tmp_path, OWN).found == (Holder(8, "scdaemon"),)


def test_others_have_nothing_to_do_with_cards(tmp_path: Path) -> None:
    process(tmp_path, 8, "without a socket", LIBRARY, "/dev/null")
    process(tmp_path, 9, "without the library", "7f00 /usr/lib/libc.so.6\n")
    assert find_holders(tmp_path, OWN).found == ()


def test_a_process_that_ends_meanwhile_or_is_closed_to_us_is_passed_over(tmp_path: Path) -> None:
    tmp_path.joinpath("8").mkdir()
    process(tmp_path, 9, "opensc-tool")
    tmp_path.joinpath("9/maps").unlink()
    process(tmp_path, 10, "half closed")
    assert find_holders(tmp_path, OWN).found == (Holder(10, "half closed"),)


def test_who_may_not_look_into_everything_says_so(tmp_path: Path, mocker: MockerFixture) -> None:
    """A unit with ProtectProc=invisible sees its own processes only."""
    process(tmp_path, 9, "opensc-tool")
    assert find_holders(tmp_path, OWN) == Holders((Holder(9, "opensc-tool"),), whole=False)
    process(tmp_path, 1, "systemd", "")
    assert find_holders(tmp_path, OWN).whole
    opened = Path.iterdir
    mocker.patch.object(
        Path, "iterdir", lambda place: refuse() if place.match("9/fd") else opened(place)
    )
    assert find_holders(tmp_path, OWN) == Holders((), whole=False)


def refuse() -> Iterator[Path]:
    raise PermissionError


def test_the_machines_own_processes_can_be_looked_through() -> None:
    assert all(holder.pid > 0 for holder in find_holders().found)


def test_a_busy_card_is_told_with_those_who_may_hold_it(pcsc: MockType) -> None:
    pcsc.SCardConnect.return_value = (scard.SCARD_E_SHARING_VIOLATION, 0, 0)
    source = PcscSource(
        sleep=lambda _: None, find_holders=lambda: Holders((Holder(8, "opensc-tool"),), whole=True)
    )
    with pytest.raises(CardBusyError) as caught:
        source.connect(READER)
    assert caught.value.holders == ("opensc-tool (8)",)
    assert str(caught.value) == "another program holds the card: opensc-tool (8)"
