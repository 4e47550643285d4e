"""The host's end of the cable: a port that is there or not, and how it heeds the printer."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

from devices.printer.models import Flow


class HostPort(ABC):
    """Verbs for what happens to the cable and to the port; from any thread, at any time."""

    def __init__(self, flow: Flow) -> None:
        self.host_flow: Flow = flow
        """The flow control that the host's port obeys."""
        self.plugged = True
        """Whether the cable is in, and the port for whoever opens it; else it is hung up."""
        self.port_taken = False
        """Whether another program has the port, so that it is there and cannot be opened."""

    @abstractmethod
    def _touch(self) -> AbstractContextManager[object]:
        """Change something; whoever runs the simulation hears of it."""

    @abstractmethod
    def _hold_wire(self) -> None:
        """Let the host's port obey the flow control that it was opened with."""

    @abstractmethod
    def _drop_wire(self) -> None:
        """Lose what is on its way, either way."""

    def _port_opened(self) -> None:
        """The host has opened its port."""
        self._hold_wire()

    def open_port(self, flow: Flow) -> None:
        """Let the host open its port."""
        with self._touch():
            self.host_flow = flow
            self._port_opened()

    def hang_up(self) -> None:
        """Pull the cable out of the host: its port is gone."""
        with self._touch():
            self.plugged = False
            self._drop_wire()
            self._hold_wire()

    def plug_in(self) -> None:
        """Put the cable in again."""
        with self._touch():
            self.plugged = True
            self._hold_wire()

    def take_port(self) -> None:
        """Pull the cable and put it in again; another program is first to open the port."""
        with self._touch():
            self.hang_up()
            self.port_taken = True

    def give_port(self) -> None:
        """End that program."""
        with self._touch():
            self.port_taken = False
            self.plug_in()
