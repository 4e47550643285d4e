"""Who may hold the card, read from a /proc that the test has made."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytest_mock import MockerFixture, MockType
from smartcard import scard

from devices.card.clients import SOCKET_VARIABLE, USUAL_SOCKET, clients_of, service_socket
from devices.card.errors import CardBusyError
from devices.card.holders import Holder, Holders, find_holders
from devices.card.pcsc import PcscSource
from tests.devices.card.pcsc_calls import READER

OWN = 100
CLIENT = "socket:[4711]"


def ours() -> frozenset[int]:
    """The clients' ends at the pcscd of this kiosk."""
    return frozenset({4711})


def process(proc: Path, pid: int, name: str, *files: str) -> None:
    folder = proc / str(pid)
    folder.joinpath("fd").mkdir(parents=True)
    folder.joinpath("comm").write_text(f"{name}\n", encoding="utf-8")
    for number, file in enumerate(files or (CLIENT,)):
        folder.joinpath("fd", str(number)).symlink_to(file)


def test_every_other_client_of_the_service_is_named(tmp_path: Path) -> None:
    process(tmp_path, OWN, "kiosk")
    process(tmp_path, 9, "other kiosk", "/dev/null", CLIENT)
    process(tmp_path, 8, "opensc-tool")
    tmp_path.joinpath("net").mkdir()
    found = find_holders(tmp_path, OWN, ours).found
    assert found == (Holder(8, "opensc-tool"), Holder(9, "other kiosk"))
    assert str(found[0]) == "opensc-tool (8)"


def test_who_uses_another_pcscd_is_not_named(tmp_path: Path) -> None:
    process(tmp_path, 1, "systemd", "/dev/null")
    process(tmp_path, 8, "pcsc_scan in a container", "socket:[4712]")
    assert find_holders(tmp_path, OWN, ours) == Holders((), whole=True)


def test_where_the_kernel_tells_of_no_connection_nobody_is_named_by_guess(tmp_path: Path) -> None:
    process(tmp_path, 1, "systemd", "/dev/null")
    process(tmp_path, 8, "opensc-tool")
    process(tmp_path, 9, "scdaemon", "/dev/bus/usb/001/002")
    found = find_holders(tmp_path, OWN, lambda: None)
    assert found == Holders((Holder(9, "scdaemon"),), whole=False)


def test_a_program_that_drives_a_reader_itself_is_named(tmp_path: Path) -> None:
    process(tmp_path, 8, "scdaemon", "/dev/bus/usb/001/002")
    process(tmp_path, 9, "usb-backup", "/dev/bus/usb/001/003")
    assert find_holders(tmp_path, OWN, ours).found == (Holder(8, "scdaemon"),)


def test_a_process_that_ends_meanwhile_is_passed_over(tmp_path: Path) -> None:
    tmp_path.joinpath("8").mkdir()
    process(tmp_path, 9, "opensc-tool")
    tmp_path.joinpath("9/comm").unlink()
    process(tmp_path, 10, "still there")
    assert find_holders(tmp_path, OWN, ours).found == (Holder(10, "still there"),)


def test_who_may_not_look_into_everything_says_so(tmp_path: Path, mocker: MockerFixture) -> None:
    """A unit with ProtectProc=invisible sees its own processes only."""
    process(tmp_path, 9, "opensc-tool")
    assert find_holders(tmp_path, OWN, ours) == Holders((Holder(9, "opensc-tool"),), whole=False)
    process(tmp_path, 1, "systemd", "/dev/null")
    assert find_holders(tmp_path, OWN, ours).whole
    opened = Path.iterdir
    mocker.patch.object(
        Path, "iterdir", lambda place: refuse() if place.match("9/fd") else opened(place)
    )
    assert find_holders(tmp_path, OWN, ours) == Holders((), whole=False)


def refuse() -> Iterator[Path]:
    raise PermissionError


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """The path of a socket may have about 100 characters."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def end_of(connection: socket.socket) -> int:
    """The inode number of a socket of this process."""
    return int(Path(f"/proc/self/fd/{connection.fileno()}").readlink().name[8:-1])


def test_the_kernel_tells_who_is_connected_to_which_service(short_folder: Path) -> None:
    paths = (short_folder / "ours.comm", short_folder / "theirs.comm")
    with ExitStack() as open_:
        ends = []
        for path in paths:
            service, client = (open_.enter_context(socket.socket(socket.AF_UNIX)) for _ in "sc")
            service.bind(str(path))
            service.listen()
            client.connect(str(path))
            open_.enter_context(service.accept()[0])
            ends.append(end_of(client))
        told = [clients_of(path) for path in paths]
    if None in told:
        pytest.skip("this kernel does not tell")
    assert told == [frozenset({end}) for end in ends]
    assert clients_of(short_folder / "nowhere.comm") == frozenset()


def test_without_netlink_nothing_is_known_of_connections(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    mocker.patch("devices.card.clients.socket.socket", side_effect=PermissionError)
    assert clients_of(tmp_path) is None


def test_the_service_is_the_one_that_this_process_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOCKET_VARIABLE, raising=False)
    assert service_socket() == Path(USUAL_SOCKET)
    monkeypatch.setenv(SOCKET_VARIABLE, "/run/other/pcscd.comm")
    assert service_socket() == Path("/run/other/pcscd.comm")


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
