"""A printer on /dev/usb/lpN or /dev/lpN: bytes through the kernel's driver, and its status byte.

Source: lp(4) and linux/lp.h; USB printer class 1.1, 4.2.2.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable
from typing import TypeAlias

from devices.printer.descriptor import FAULTS, DescriptorLink, OnTraffic, Wait

LPGETSTATUS = 0x060B
PAPER_OUT, SELECTED, NO_ERROR = 0x20, 0x10, 0x08
"""Bits of the status byte. 80h (not busy) and 40h (acknowledge) mean something on a parallel port
only, the USB class reserves them: whether bytes go out shows it better on both."""

GetStatus: TypeAlias = Callable[[int, int, bytes], bytes]
"""fcntl.ioctl, or what stands in for it."""


class UsbLpLink(DescriptorLink):
    """One printer port; the kernel lets only one program open it."""

    def __init__(
        self,
        port: str,
        monotonic: Callable[[], float],
        wait: Wait | None = None,
        *,
        open_port: Callable[[str, int], int] = os.open,
        ioctl: GetStatus = fcntl.ioctl,
        on_traffic: OnTraffic | None = None,
    ) -> None:
        super().__init__(port, monotonic, wait, on_traffic=on_traffic)
        self._open_port = open_port
        self._ioctl = ioctl

    def port_status(self) -> int | None:
        """Return the status byte, None when the port has none."""
        try:
            return self._ioctl(self._fd, LPGETSTATUS, b"\0" * 4)[0]
        except FAULTS:
            return None

    def unsent(self) -> int:
        """Return 1 while the last write is on its way: the driver takes one at a time."""
        try:
            return 0 if self._wait(self._fd, True, 0.0)[1] else 1
        except FAULTS:
            return 0  # the next turn tells

    def _open_descriptor(self) -> int:
        fd = self._open_port(self.port, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            raise
        return fd

    def _close_descriptor(self, fd: int) -> None:
        with contextlib.suppress(OSError):
            os.close(fd)

    def _discard(self) -> None:
        """Drop nothing: the driver holds one write at most, and it is on the bus."""
