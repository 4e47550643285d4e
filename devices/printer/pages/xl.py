"""Pages in PCL XL, made by Ghostscript: text stays text, with the glyphs that a page needs.

Ghostscript defines a glyph once in a session, on the page that first shows it. A later page could
not be printed without the earlier ones, so each page is a run, and a session, of its own: then a
block stands alone, whatever became of those before it.
"""

import os
import subprocess
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeAlias

from devices.errors import DeviceError
from devices.printer.blocks import Block
from devices.printer.pages.pdf import page_count
from devices.printer.pages.pjl import LONGEST_PIECE, UEL
from devices.printer.pages.xl_stream import (
    BEGIN_PAGE,
    BEGIN_SESSION,
    END_PAGE,
    END_SESSION,
    HEAD,
    XlStreamError,
    read_operation,
)

_ENTER: Final = UEL + b"@PJL ENTER LANGUAGE=PCLXL\r\n"
_ALL_BLACK: Final = ("-dBlackText", "-dBlackVector")
"""A printer breaks grey letters and hairlines up into dots, which nobody can read."""
_NO_FOLDER: Final = "/dev/null/none"
"""Where Ghostscript would keep its scratch files: no record may lie on a disk."""


Reason: TypeAlias = Literal["missing", "failed", "late", "wrong"]
"""The program is not there, broke off, took too long, or wrote something else than one page."""


class XlError(DeviceError):
    """No pages in PCL XL. The program's own words may quote a record, so they are not kept."""

    code: ClassVar[str] = "printer.xl"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Ghostscript:
    """The program, and how long it may take for a page."""

    program: str
    seconds: float = 10.0

    def page(self, pdf: int, number: int, dpi: int) -> bytes:
        """Return one page of the PDF behind a file descriptor; raise XlError."""
        options = (
            "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pxlmono", f"-r{dpi}",
            *_ALL_BLACK, f"-dFirstPage={number}", f"-dLastPage={number}",
            "-sstdout=%stderr", "-sOutputFile=-", f"/proc/self/fd/{pdf}",
        )  # fmt: skip
        try:
            done = subprocess.run(  # noqa: S603 - a fixed list of words, no shell
                [self.program, *options],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                pass_fds=(pdf,),
                env={"TMPDIR": _NO_FOLDER},
                cwd="/",
                timeout=self.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise XlError("late") from None
        except OSError:
            raise XlError("missing") from None
        if done.returncode:
            raise XlError("failed")
        return done.stdout


def xl_blocks(pdf: bytes, dpi: int, ghostscript: Ghostscript) -> tuple[Block, ...]:
    """Return a PDF's pages, each a session of its own; raise XlError, and ValueError for no PDF."""
    count = page_count(pdf)
    if count is None:
        raise ValueError("these bytes are no PDF")
    # Through a pipe Ghostscript would copy it to a file; memory it can read back and forth.
    memory = os.memfd_create("report", os.MFD_CLOEXEC)
    with os.fdopen(memory, "wb") as file:
        file.write(pdf)
        file.flush()
        return tuple(
            Block(_session(ghostscript.page(memory, number, dpi)), f"page {number}")
            for number in range(1, count + 1)
        )


def _session(stream: bytes) -> bytes:
    """Return the session in what Ghostscript wrote, without the job language around it.

    Raise XlError for anything but one whole page.
    """
    head = HEAD.search(stream)
    if head is None or not stream.endswith(UEL):
        raise XlError("wrong")
    body = stream[head.end() : -len(UEL)]
    try:
        frame = _walk(body)
    except XlStreamError:
        raise XlError("wrong") from None
    if frame != [BEGIN_SESSION, BEGIN_PAGE, END_PAGE, END_SESSION]:
        raise XlError("wrong")
    return _ENTER + head[0] + body


def _walk(body: bytes) -> list[int]:
    """Return the operators that begin and end sessions and pages."""
    frame, at = [], 0
    while at < len(body):
        operation = read_operation(body, at)
        if operation is None:
            raise XlStreamError(at, "broken off")
        if operation.end - at > LONGEST_PIECE:
            raise XlStreamError(at, "a piece that could not be completed once it is broken off")
        if operation.operator in (BEGIN_SESSION, BEGIN_PAGE, END_PAGE, END_SESSION):
            frame.append(operation.operator)
        at = operation.end
    return frame
