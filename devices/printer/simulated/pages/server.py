"""HTTP around the simulated IPP printer, on 127.0.0.1, with everything that can go wrong there."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from devices.printer.simulated.pages.ipp import SimulatedIppPrinter


class IppServer:
    """Serves one printer at `uri` while it is open."""

    def __init__(self, printer: SimulatedIppPrinter, *, number: int = 0) -> None:
        """`number`: the TCP port; 0 for any that is free."""
        self.printer = printer
        self.http_status = 200
        self.cut_answer_at: int | None = None
        """Announce the whole answer and send so many bytes of it."""
        self.reset_at: int | None = None
        """Reset the connection after so many bytes of a request's body."""
        self._server = ThreadingHTTPServer(("127.0.0.1", number), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def uri(self) -> str:
        """The printer's address."""
        return f"ipp://127.0.0.1:{self._server.server_address[1]}/ipp/print"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                owner._post(self)

            def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the base class' signature
                """Log nothing: documents are personal."""

        return Handler

    def _post(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length", "0"))
        if self.reset_at is not None and self.reset_at < length:
            handler.rfile.read(self.reset_at)
            _reset(handler.connection)
            return
        answer = self.printer.handle(handler.rfile.read(length))
        if self.http_status != 200:
            answer = b""
        handler.send_response(self.http_status)
        handler.send_header("Content-Type", "application/ipp")
        handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        handler.wfile.write(answer[: self.cut_answer_at])


def _reset(connection: socket.socket) -> None:
    """Close with a reset: nothing lingers, nothing is said."""
    linger = struct.pack("ii", 1, 0)
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.shutdown(socket.SHUT_RD)
    connection.close()
