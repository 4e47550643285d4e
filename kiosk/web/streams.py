"""The event streams of the page: each tells a browser that the screen has changed."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from kiosk.visit.events import EndAsked
from kiosk.visit.service import VisitService
from kiosk.visit.state import Printing
from kiosk.web.owner import Owner

HEARTBEAT_SECONDS: Final = 1.0
"""A page that hears nothing for four seconds shows nothing more: what it shows may be long over."""
MOST: Final = 8
"""A kiosk has one page; the rest is for a browser that starts anew and for technicians."""
GONE_SECONDS: Final = 3.0
"""A page whose stream broke comes back within one; one that did not was closed or loaded anew."""


class Stream:
    """One open stream; changes that come faster than they can be sent become one."""

    def __init__(self, key: str) -> None:
        self.key = key
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
            async with asyncio.timeout(HEARTBEAT_SECONDS):  # `wait_for` would make a task each time
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Streams:
    """All that are open. The oldest makes room: the newest page is the one on the screen."""

    def __init__(self, service: VisitService, owner: Owner) -> None:
        self._service = service
        self._owner = owner
        self._open: list[Stream] = []

    async def changes(self, key: str) -> AsyncGenerator[str]:
        """Server-sent events for the page of this key, until it goes away."""
        stream = Stream(key)
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
            self._see_again(key)

    def _see_again(self, key: str) -> None:
        asyncio.get_running_loop().call_later(GONE_SECONDS, self._end_abandoned, key)

    def _end_abandoned(self, key: str) -> None:
        """End a guest's visit whose page did not come back: no other page may show it.

        A card's visit ends with its card. A guide that is being printed comes out first.
        """
        shown = self._service.shown
        generation = getattr(shown.state, "generation", 0)
        here = any(stream.key == key for stream in self._open)
        if here or generation >= 0 or not self._owner.keeps(key, shown.token):
            return
        if isinstance(shown.state, Printing):
            self._see_again(key)
        else:
            self._service.post(EndAsked(generation))
