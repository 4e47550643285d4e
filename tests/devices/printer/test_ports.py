from pathlib import Path

from devices.printer.ports import ChangingName, changing_name


def test_a_kernels_name_is_told_with_the_name_that_stays(tmp_path: Path) -> None:
    port = tmp_path / "ttyUSB0"
    port.touch()
    assert changing_name(str(port), tmp_path) == ChangingName(str(port), None)
    by_id = tmp_path / "serial/by-id"
    by_id.mkdir(parents=True)
    (by_id / "usb-other").symlink_to(tmp_path / "ttyUSB1")
    (by_id / "usb-printer").symlink_to(port)
    assert changing_name(str(port), tmp_path) == ChangingName(str(port), str(by_id / "usb-printer"))


def test_a_name_that_stays_is_not_told(tmp_path: Path) -> None:
    for port in ("/dev/serial/by-id/usb-printer", "/dev/ttyS0", "/dev/usb/lp0", "/dev/pts/3"):
        assert changing_name(port, tmp_path) is None
