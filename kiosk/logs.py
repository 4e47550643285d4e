"""Logs as JSON lines on standard error. A line carries an event's name and plain data only.

No text of an exception is written: it may quote a record. What is written instead is the error's
type and the place in the code.
"""

import json
import logging
import sys
import threading
import traceback
from collections import deque
from datetime import UTC, datetime
from types import TracebackType

LOGGER = logging.getLogger("kiosk")

RECENT_LINES = 500

OWN = frozenset({"devices", "archive", "printing"})
"""Packages of this project: they log codes and counts, so their text may be written."""


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, event, data."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; of one that cannot be written only its logger's name."""
        try:
            return json.dumps(self._line(record), ensure_ascii=False)
        except (TypeError, ValueError):
            failed = {"level": "ERROR", "event": "log.failed", "logger": record.name}
            return json.dumps(failed)

    def _line(self, record: logging.LogRecord) -> dict[str, object]:
        """Records of other libraries keep only their logger's name."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
        }
        if record.name == LOGGER.name:
            line["event"] = record.msg
            line |= getattr(record, "data", {})
        elif record.name.partition(".")[0] in OWN:
            line |= {"event": record.name, "text": record.getMessage()}
        else:
            line |= {"event": "library", "logger": record.name}
        if record.exc_info and record.exc_info[1]:
            line |= {
                "error": type(record.exc_info[1]).__name__,
                "where": where(record.exc_info[1]),
            }
        return line


class _Recent(logging.Handler):
    """Keeps the last lines in memory, for a support bundle."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=RECENT_LINES)
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.lines.append(self.format(record))


_RECENT = _Recent()


def recent() -> tuple[str, ...]:
    """The last lines that this process wrote, oldest first; none before `start`."""
    return tuple(_RECENT.lines)


def start(level: str) -> None:
    """Send all logs to standard error as JSON lines from `level` up, and all that ends by a bug."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler, _RECENT], force=True)
    logging.raiseExceptions = False  # it would print the record, with its values
    logging.captureWarnings(capture=True)
    sys.excepthook = _failed
    sys.unraisablehook = _unraisable
    threading.excepthook = _thread_failed
    # The server's own remarks about starting and stopping say nothing that our events do not.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    # A request's line would name paths and query values: the page has none, and none shall come.
    logging.getLogger("uvicorn.access").disabled = True


# Python's own reports would print the exception's text, which may quote a record.


def _failed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    event(logging.CRITICAL, "process.failed", error=kind.__name__, where=where(error))


def _unraisable(failed: "sys.UnraisableHookArgs") -> None:
    place = where(failed.exc_value) if failed.exc_value else "?"
    event(logging.ERROR, "error.ignored", error=failed.exc_type.__name__, where=place)


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    name = failed.thread.name if failed.thread else "?"
    place = where(failed.exc_value) if failed.exc_value else "?"
    event(logging.ERROR, "thread.failed", thread=name, error=failed.exc_type.__name__, where=place)


def event(level: int, name: str, **data: str | float | None) -> None:
    """Write one event. `data` holds codes, counts and names of parts, never personal data."""
    LOGGER.log(level, name, extra={"data": data})


def where(error: BaseException) -> str:
    """File and line at which an error was raised, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "?"
    package, _, name = frames[-1].filename.rpartition("/")
    return f"{package.rpartition('/')[2]}/{name}:{frames[-1].lineno}"
