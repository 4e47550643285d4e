"""What the private pcscd does before any process is started."""

from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from devices.card.errors import ServiceDownError
from devices.card.simulated.pcscd import PrivatePcscd


@pytest.mark.parametrize("missing", ["PROGRAM", "DRIVER"])
def test_what_is_not_installed_is_named(mocker: MockerFixture, missing: str) -> None:
    mocker.patch("devices.card.simulated.pcscd.PROGRAM", Path("/bin/sh"))
    mocker.patch("devices.card.simulated.pcscd.DRIVER", Path("/bin/sh"))
    assert PrivatePcscd.available() is None
    mocker.patch(f"devices.card.simulated.pcscd.{missing}", Path("/nowhere/at/all"))
    reason = PrivatePcscd.available()
    assert reason is not None
    assert reason.startswith("/nowhere/at/all is not installed")


def test_a_pcscd_that_ends_at_once_is_a_service_that_is_down(
    mocker: MockerFixture, tmp_path: Path
) -> None:
    mocker.patch("devices.card.simulated.pcscd.PROGRAM", Path("/bin/false"))
    mocker.patch("devices.card.simulated.pcscd._LONGEST_SOCKET_PATH", 1000)
    mocker.patch("devices.card.simulated.pcscd.socket.socket.bind")
    mocker.patch("devices.card.simulated.pcscd.socket.socket.listen")
    mocker.patch("pathlib.Path.chmod")
    daemon = PrivatePcscd(tmp_path)
    mocker.patch("devices.card.simulated.pcscd._is_taken", return_value=False)
    with pytest.raises(ServiceDownError):
        daemon.start()
    assert daemon.pid is None


def test_a_directory_too_deep_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too long"):
        PrivatePcscd(tmp_path / ("d" * 100)).start()
