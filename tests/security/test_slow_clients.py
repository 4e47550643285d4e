"""Clients that are slow, silent or many: they are cut off, and the page goes on working."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.web.connection import Patience
from kiosk.web.streams import MOST
from tests.security.conftest import PAGE_KEY, SECONDS, Wire, answer, served

pytestmark = pytest.mark.slow

SHORT = Patience(head_seconds=0.3, body_seconds=0.3, read_seconds=0.3, connections=12)
DROPS = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Page: {PAGE_KEY}\r\n\r\n".encode()


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """A server whose patience is short, and whose lines hold little."""
    with served(tmp_path_factory.mktemp("hasty"), SHORT, send_buffer=4096) as made:
        yield made


def page_works(wire: Wire) -> bool:
    # A busy machine may take longer to send a head than this server's patience lasts.
    return any(wire.get("/screen").status == 200 for _ in range(3))


def ended(line: socket.socket) -> bool:
    """Whether the other side ends the line, whatever it says before."""
    try:
        while line.recv(65536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize(
    "begun",
    [b"", b"G", b"GET /screen HTTP/1.1\r\n", b"GET /screen HTTP/1.1\r\nHost: 127.0.0.1\r\nX"],
)
def test_a_head_that_never_ends_is_cut_off(hasty: Wire, begun: bytes) -> None:
    with hasty.connect() as line:
        line.sendall(begun)
        assert page_works(hasty)
        assert ended(line)


def test_a_byte_now_and_then_gains_no_time(hasty: Wire) -> None:
    """Slowloris: without an end the head would grow for ever."""
    with hasty.connect() as line:
        line.settimeout(0.02)
        line.sendall(b"GET /screen HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        for _ in range(int(SECONDS / 0.02)):
            try:
                line.sendall(b"X")
                if line.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        else:
            pytest.fail("it was waited for")


def test_a_second_head_on_the_same_line_has_its_own_end(hasty: Wire) -> None:
    with hasty.connect() as line:
        line.sendall(hasty.head("/api/status") + b"\r\n")
        assert answer(line).status == 200
        line.sendall(b"GET /api/st")
        assert ended(line)


def test_a_body_that_never_comes_is_cut_off_and_is_no_event(hasty: Wire) -> None:
    head = hasty.head("/api/visit/pin", *hasty.own(), "Content-Length: 20", method="POST")
    lines = []
    for _ in range(6):
        line = hasty.connect()
        line.sendall(head + b'\r\n{"digits"')
        lines.append(line)
    assert page_works(hasty)
    for line in lines:
        with line:
            assert ended(line)
    assert hasty.parts.visit.posted == []


def test_a_refused_body_is_not_read_for_ever(hasty: Wire) -> None:
    head = hasty.head("/verify", "Transfer-Encoding: chunked", *hasty.own(), method="POST")
    with hasty.connect() as line:
        line.sendall(head + b"\r\n")
        line.settimeout(0.02)
        with contextlib.suppress(ConnectionError):
            for _ in range(int(SECONDS / 0.02)):
                line.sendall(b"5\r\nabcde\r\n")
                with contextlib.suppress(TimeoutError):
                    if line.recv(4096) == b"":
                        break
            else:
                pytest.fail("it was read on")


def test_who_does_not_read_an_answer_is_cut_off(hasty: Wire) -> None:
    many = (hasty.head("/static/kiosk.js") + b"\r\n") * 20
    with hasty.connect(receive_buffer=2048) as line:
        line.sendall(many)
        assert page_works(hasty)
        wait_until(hasty, lambda: len(hasty.server.server_state.connections) == 0)


@pytest.mark.slow
def test_who_reads_slowly_gets_all_of_a_long_answer(hasty: Wire) -> None:
    """A little in each half of the patience, for several times the patience."""
    long = hasty.get("/static/kiosk.css").body
    with hasty.connect(receive_buffer=2048) as line:
        line.sendall(hasty.head("/static/kiosk.css", "Connection: close") + b"\r\n")
        said = b""
        for _ in range(8):
            said += line.recv(3000)
            threading.Event().wait(SHORT.read_seconds / 2)
        while more := line.recv(65536):
            said += more
    assert said.endswith(long)


def test_a_stream_that_is_not_read_is_dropped_and_changes_do_not_wait(hasty: Wire) -> None:
    visit = hasty.parts.visit
    with hasty.connect(receive_buffer=2048) as line:
        line.sendall(DROPS)
        assert line.recv(12) == b"HTTP/1.1 200"
        wait_until(hasty, lambda: len(visit.listeners) == 1)
        wait_until(hasty, lambda: visit.change() or not visit.listeners)  # type: ignore[func-returns-value]
    assert page_works(hasty)


def wait_until(wire: Wire, done: object) -> None:
    """Ask again and again; the page's own answer is what takes the time in between."""
    assert callable(done)
    for _ in range(4000):
        if done():
            return
        wire.get("/alive")
    pytest.fail("it never came")


def test_idle_lines_make_room_for_the_page(hasty: Wire) -> None:
    with contextlib.ExitStack() as lines:
        idle = [lines.enter_context(hasty.connect()) for _ in range(40)]
        assert page_works(hasty)
        assert ended(idle[0])
        assert len(lines_of(hasty)) <= SHORT.connections


def last_chunk(line: socket.socket) -> bool:
    said = b""
    while not said.endswith(b"0\r\n\r\n") and (more := line.recv(1000)):
        said += more
    return said.endswith(b"0\r\n\r\n")


def lines_of(wire: Wire) -> set[object]:
    return set(wire.server.server_state.connections)


def test_many_streams_do_not_keep_the_newest_page_out(wire: Wire) -> None:
    with contextlib.ExitStack() as lines:
        old = [lines.enter_context(stream(wire)) for _ in range(3 * MOST)]
        wait_until(wire, lambda: len(wire.parts.visit.listeners) <= MOST)
        newest = lines.enter_context(stream(wire))
        assert last_chunk(old[0])
        wire.parts.visit.change()
        assert b"changed" in newest.recv(1000)
        assert page_works(wire)
    wait_until(wire, lambda: not wire.parts.visit.listeners)


@contextlib.contextmanager
def stream(wire: Wire) -> Iterator[socket.socket]:
    """An open stream, greeted."""
    with wire.connect() as line:
        line.sendall(DROPS)
        said = b""
        while b"hello" not in said:
            said += line.recv(1000)
        yield line


@pytest.mark.slow
def test_a_browser_that_comes_back_a_thousand_times_leaves_nothing_behind(wire: Wire) -> None:
    reset = struct.pack("ii", 1, 0)
    for number in range(1000):
        with stream(wire) as line:
            if number % 2:  # a browser that was killed says no farewell
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
    wait_until(wire, lambda: not wire.parts.visit.listeners)
    assert wire.parts.app.state.streams._open == []
    wait_until(wire, lambda: len(wire.server.server_state.tasks) <= 1)


@pytest.mark.slow
def test_the_server_ends_although_streams_are_open(tmp_path: Path) -> None:
    with served(tmp_path) as wire, stream(wire) as line:
        wire.server.should_exit = True
        assert ended(line)
    assert wire.parts.visit.listeners == []


def test_the_visit_never_waits_for_a_page_that_hangs(wire: Wire) -> None:
    """The server's loop stands still; what changes the screen is told and goes on."""
    stopped, go_on = threading.Event(), threading.Event()

    def stand_still() -> None:
        stopped.set()
        go_on.wait(SECONDS)

    with stream(wire) as line:
        loop = wire.parts.app.state.streams._open[0]._loop
        loop.call_soon_threadsafe(stand_still)
        assert stopped.wait(SECONDS)
        for _ in range(1000):
            wire.parts.visit.change()
        assert not go_on.is_set()
        go_on.set()
        assert b"changed" in line.recv(1000)
        assert page_works(wire)
