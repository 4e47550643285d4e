"""The event streams of the page: each tells a browser that the screen has changed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from kiosk.visit.service import VisitService

HEARTBEAT_SECONDS: Final = 1.0
"""A page that hears nothing for four seconds shows nothing more: what it shows may be long over."""
MOST: Final = 8
"""A kiosk has one page; the rest is for a browser that starts anew and for technicians."""


class Stream:
    """One open stream; changes that come faster than they can be sent become one."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self.over = False

    def tell(self) -> None:
        """Say from the visit's thread that something changed; it waits for nobody."""
        try:
            self._loop.call_soon_threadsafe(self._woken.set)
        except RuntimeError:  # a loop that has ended needs no waking
            return

    def end(self) -> None:
        """Let it end."""
        self.over = True
        self._woken.set()

    async def wait(self) -> bool:
        """Until there is something to tell; False after the time of a heartbeat."""
        try:
            await asyncio.wait_for(self._woken.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Streams:
    """All that are open. The oldest makes room: the newest page is the one on the screen."""

    def __init__(self, service: VisitService) -> None:
        self._service = service
        self._open: list[Stream] = []

    async def changes(self) -> AsyncIterator[str]:
        """Server-sent events for one browser, until it goes away."""
        stream = Stream()
        if len(self._open) >= MOST:
            self._open[0].end()
            del self._open[0]
        self._open.append(stream)
        unsubscribe = self._service.subscribe(stream.tell)
        try:
            yield "data: hello\n\n"
            while not stream.over:
                yield "data: changed\n\n" if await stream.wait() else ":\n\n"
        finally:
            unsubscribe()
            if stream in self._open:
                self._open.remove(stream)
