"""The web server around the page, on a socket that is bound already."""

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from kiosk.web.connection import PATIENCE, PageConfig, Patience

STOP_SECONDS = 1
"""How long open event streams may hold up the end."""
TICKS = 5
LATE_SECONDS = 20.0


class PageServer(uvicorn.Server):
    """Says when the page answers, and ends without dying of a signal.

    uvicorn would raise SIGTERM again when it is done: the devices could not be given back.
    """

    def __init__(
        self,
        app: FastAPI,
        ready: Callable[[], None],
        beat: Callable[[float], None],
        patience: Patience = PATIENCE,
        over: Callable[[], bool] = lambda: False,
    ) -> None:
        """`beat` is told twice a second within how many seconds it is told again.

        `over` is asked as often: once true, the page ends as by SIGTERM.
        """
        super().__init__(PageConfig(app, patience, STOP_SECONDS))
        self._ready = ready
        self._beat = beat
        self._over = over

    def serve_on(self, listener: socket.socket) -> None:
        """Serve until SIGTERM or Ctrl-C."""
        self.run(sockets=[listener])

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the two signals of an ordinary end, and give them back afterwards."""
        ends = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in ends}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Every tenth of a second: the loop that answers the page still turns."""
        if counter % TICKS == 0:
            self._beat(LATE_SECONDS)
            self.should_exit |= self._over()
        return await super().on_tick(counter)
