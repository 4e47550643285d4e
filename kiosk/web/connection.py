"""One connection to the page's server, with an end to every wait.

uvicorn itself waits for ever for a head, for a body and for a client that does not read.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, and with how many, the server bears clients; times are seconds."""

    head_seconds: float = 10.0
    """From the first byte of a request, or from the connection, to the end of its head."""
    body_seconds: float = 10.0
    read_seconds: float = 10.0
    """How long a client may read nothing of an answer that does not fit into the line."""
    connections: int = 64


PATIENCE = Patience()
UNREAD_BYTES = 4096
"""So much of an answer may wait here for a client whose line is full."""


class PageConfig(uvicorn.Config):
    """The server's configuration: nothing is logged, no proxy is believed, no websocket taken."""

    def __init__(self, app: FastAPI, patience: Patience, stop_seconds: int) -> None:
        """`stop_seconds` is how long open connections may hold up the end."""
        super().__init__(
            app,
            http=PageConnection,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # who guesses codes could name another sender each time
            h11_max_incomplete_event_size=16 * 1024,
            timeout_graceful_shutdown=stop_seconds,
        )
        self.patience = patience


class PageConnection(H11Protocol):
    """Cuts off who is slow; the oldest that is not being answered makes room for a new one."""

    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _waits_for: type[object] | None = None
    _since = 0.0

    @property
    def _patience(self) -> Patience:
        assert isinstance(self.config, PageConfig)
        return self.config.patience

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Make room, then wait for the first head."""
        super().connection_made(transport)
        self.access_log = False  # uvicorn asks who listens to its log, and not the configuration
        transport.set_write_buffer_limits(UNREAD_BYTES)
        self._since = self.loop.time()
        self._make_room()
        self._watch()

    def _make_room(self) -> None:
        """One that was cut off in this turn of the loop is still in the set, and counts no more."""
        here = [one for one in self.connections if isinstance(one, PageConnection)]
        living = [one for one in here if not one.transport.is_closing()]
        if len(living) > self._patience.connections:
            idle = [one for one in living if one.waiting]
            min(idle, key=lambda one: one._since).transport.abort()  # noqa: SLF001 - its own class

    @property
    def waiting(self) -> bool:
        """Whether it is the client's turn: no whole request is here that is being answered."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY) or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Take what came and look what has to come next, by when."""
        super().data_received(data)
        self._watch()

    def _watch(self) -> None:
        """The time runs from the first byte of a part to its end, however often a byte comes."""
        state = self.conn.their_state
        if state is self._waits_for:
            return
        self._waits_for = state
        _stop(self._timer)
        if state is h11.IDLE:
            self._timer = self._cut_off_in(self._patience.head_seconds)
        elif state is h11.SEND_BODY:
            self._timer = self._cut_off_in(self._patience.body_seconds)

    def pause_writing(self) -> None:
        """The line is full: the client does not read."""
        super().pause_writing()
        self._look_again(self.transport.get_write_buffer_size())

    def _look_again(self, unread: int) -> None:
        """Who reads slowly, as through a tunnel, reads; who reads nothing is cut off."""
        seconds = self._patience.read_seconds
        self._unread = self.loop.call_later(seconds, self._cut_off_unless_read, unread)

    def _cut_off_unless_read(self, before: int) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread < before:
            self._look_again(unread)
        else:
            self.transport.abort()

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        _stop(self._unread)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        _stop(self._timer)
        _stop(self._unread)
        super().connection_lost(exc)

    def _cut_off_in(self, seconds: float) -> asyncio.TimerHandle:
        # Not close(): that would wait until what is in the line has been read.
        cut_off: Callable[[], None] = self.transport.abort
        return self.loop.call_later(seconds, cut_off)


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
