"""The page's server on a free port of this machine, around a visit that stands still."""

import contextlib
import random
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.client import HTTPResponse
from pathlib import Path
from typing import cast
from unittest.mock import Mock

import pytest
from fastapi import FastAPI

from kiosk.config import Settings
from kiosk.metrics import Metrics
from kiosk.progress import Progress
from kiosk.verifying import Verifier
from kiosk.visit.events import Event
from kiosk.visit.look import LookAsked
from kiosk.visit.service import VisitService
from kiosk.visit.shown import Shown
from kiosk.visit.state import Holder, Menu, State
from kiosk.web.app import build
from kiosk.web.connection import PATIENCE, Patience
from kiosk.web.monitor import Monitor
from kiosk.web.own_page import OwnPage
from kiosk.web.owner import Owner
from kiosk.web.server import PageServer
from kiosk.web.showing import Behind
from printing.journal import Journal

NOW = datetime(2026, 11, 22, 1, 41, tzinfo=UTC)
TOKEN = "the-present-visit"
OWNER = Owner()
PAGE_KEY = OWNER.load()
"""Of the page that shows it."""
HOLDER = Holder("张*三", "D2*****9X", "示例市")
SECONDS = 20.0
"""So long a test waits for what has to come; it never takes that long."""


class StandingVisit:
    """A visit that stands still, keeps what it is told, and counts who listens."""

    def __init__(self) -> None:
        self.shown = Shown(Menu(7, HOLDER, 180.0), TOKEN)
        self.posted: list[Event] = []
        self.listeners: list[Callable[[], None]] = []
        self.lost = None

    @property
    def state(self) -> State:
        return self.shown.state

    def seconds_left(self, state: State) -> float:
        return 180.0

    def post(self, event: Event) -> None:
        self.posted.append(event)

    def welcome(self, wish: str) -> None:
        return

    def show_as(self, asked: LookAsked) -> None:
        self.shown = replace(self.shown, look=asked.on(self.shown.look))

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def change(self) -> None:
        for listener in tuple(self.listeners):
            listener()


@dataclass
class Parts:
    """An app with what stands behind it, and the seconds of its clock."""

    app: FastAPI
    visit: StandingVisit
    journal: Journal
    seconds: list[float]


@contextlib.contextmanager
def parts(folder: Path) -> Iterator[Parts]:
    """The product's app around a standing visit and a real journal of seals."""
    visit, seconds = StandingVisit(), [0.0]
    service = cast("VisitService", visit)
    settings, progress = Settings(), Progress(lambda: 0.0)
    with Journal(folder / "journal.db", lambda: NOW) as journal:
        verifier = Verifier.of(settings, journal.seals, lambda: seconds[0])
        monitor = Monitor(service, progress, Metrics(lambda: 0.0))
        desk = Mock(memory=None)
        page = replace(OwnPage.of(settings, random.Random(1)), owner=OWNER)
        assert OWNER.claim(PAGE_KEY, "")
        assert OWNER.shows(PAGE_KEY, TOKEN, visiting=True)
        app = build(Behind(service, desk, settings, verifier, monitor, page))
        yield Parts(app, visit, journal, seconds)


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Parts]:
    with parts(tmp_path) as made:
        yield made


class ServerInThread(PageServer):
    """Signals belong to the process's first thread."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True)
class Answer:
    """What came back over the wire; status 0: the line was cut without a word."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Wire:
    """A running server, spoken to in bytes."""

    port: int
    parts: Parts
    server: PageServer

    def connect(self, receive_buffer: int = 0) -> socket.socket:
        line = socket.socket()
        if receive_buffer:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        line.settimeout(SECONDS)
        line.connect(("127.0.0.1", self.port))
        return line

    def say(self, request: bytes) -> Answer:
        with self.connect() as line:
            line.sendall(request)
            return answer(line)

    def get(self, path: str, *headers: str, host: str = "", method: str = "GET") -> Answer:
        return self.say(self.head(path, *headers, host=host, method=method) + b"\r\n")

    def post(self, path: str, body: bytes, *headers: str) -> Answer:
        length = f"Content-Length: {len(body)}"
        head = self.head(path, length, *self.own(), *headers, method="POST")
        return self.say(head + b"\r\n" + body)

    def head(self, path: str, *headers: str, host: str = "", method: str = "GET") -> bytes:
        """Of the page that shows the visit: what else may refuse a request is asked of it."""
        own = (f"{method} {path} HTTP/1.1", f"Host: {host or self.name}", f"X-Page: {PAGE_KEY}")
        lines = (*own, *headers)
        return "".join(f"{line}\r\n" for line in lines).encode("latin-1")

    def own(self) -> tuple[str, ...]:
        """The headers of the page's own calls."""
        return (
            "Content-Type: application/json",
            f"X-Visit: {TOKEN}",
            f"Origin: http://{self.name}",
        )

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.port}"


def answer(line: socket.socket) -> Answer:
    """Read one answer; a line that is cut is one without a status."""
    response = HTTPResponse(line)
    try:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
    except (ConnectionError, OSError):
        return Answer(0)


@contextlib.contextmanager
def served(folder: Path, patience: Patience = PATIENCE, *, send_buffer: int = 0) -> Iterator[Wire]:
    """A server that answers, until the end of the block."""
    with parts(folder) as made, socket.socket() as listener:
        if send_buffer:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        listener.bind(("127.0.0.1", 0))
        ready = threading.Event()
        server = ServerInThread(made.app, ready.set, lambda _: None, patience)
        thread = threading.Thread(target=server.serve_on, args=(listener,), daemon=True)
        thread.start()
        assert ready.wait(SECONDS)
        yield Wire(listener.getsockname()[1], made, server)
        server.should_exit = True
        thread.join(SECONDS)


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """The server as it ships."""
    with served(tmp_path_factory.mktemp("wire")) as made:
        yield made
