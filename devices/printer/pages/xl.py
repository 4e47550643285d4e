"""Pages in PCL XL, made by Ghostscript: text stays text, with the glyphs that a page needs.

Ghostscript defines a glyph once in a session, on the page that first shows it. A later page could
not be printed without the earlier ones, so each page is a run, and a session, of its own: then a
block stands alone, whatever became of those before it.
"""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
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
_LOOK_SECONDS: Final = 0.1
"""How soon a cancel is noticed."""
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

    def page(self, pdf: int, number: int, dpi: int, cancelled: Callable[[], bool]) -> bytes | None:
        """Return one page of the PDF behind a file descriptor; raise XlError.

        None once `cancelled`: the program was killed.
        """
        options = (
            "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pxlmono", f"-r{dpi}",
            *_ALL_BLACK, f"-dFirstPage={number}", f"-dLastPage={number}",
            "-sstdout=%stderr", "-sOutputFile=-", f"/proc/self/fd/{pdf}",
        )  # fmt: skip
        try:
            process = subprocess.Popen(  # noqa: S603 - a fixed list of words, no shell
                [self.program, *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(pdf,),
                env={"TMPDIR": _NO_FOLDER},
                cwd="/",
            )
        except OSError:
            raise XlError("missing") from None
        with process:
            try:
                return self._written(process, cancelled)
            finally:
                process.kill()

    def _written(
        self, process: "subprocess.Popen[bytes]", cancelled: Callable[[], bool]
    ) -> bytes | None:
        for _ in range(ceil(self.seconds / _LOOK_SECONDS)):
            if cancelled():
                return None
            try:
                written, _ = process.communicate(timeout=_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            if process.returncode:
                raise XlError("failed")
            return written
        raise XlError("late")


def _never() -> bool:
    return False


def xl_blocks(
    pdf: bytes, dpi: int, ghostscript: Ghostscript, cancelled: Callable[[], bool] = _never
) -> tuple[Block, ...]:
    """Return a PDF's pages, each a session of its own; raise XlError, and ValueError for no PDF.

    Once `cancelled`, only those that were made so far.
    """
    count = page_count(pdf)
    if count is None:
        raise ValueError("these bytes are no PDF")
    # Through a pipe Ghostscript would copy it to a file; memory it can read back and forth.
    memory = os.memfd_create("report", os.MFD_CLOEXEC)
    with os.fdopen(memory, "wb") as file:
        file.write(pdf)
        file.flush()
        blocks: list[Block] = []
        for number in range(1, count + 1):
            page = ghostscript.page(memory, number, dpi, cancelled)
            if page is None:
                break
            blocks.append(Block(_session(page), f"page {number}"))
        return tuple(blocks)


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
