"""The log: one JSON object a line, of our own words only."""

import io
import json
import logging

import pytest

from kiosk.logs import JsonLines, event, where


@pytest.fixture
def lines() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def handler(lines: io.StringIO) -> logging.Handler:
    made = logging.StreamHandler(lines)
    made.setFormatter(JsonLines())
    return made


def record(logger: str, message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord(logger, logging.WARNING, "here", 1, message, arguments, None)


def test_an_event_is_one_line_with_time_level_name_and_data(
    handler: logging.Handler, lines: io.StringIO
) -> None:
    logging.getLogger("kiosk").addHandler(handler)
    try:
        event(logging.WARNING, "job.left_open", job=7, state="unknown\n")
    finally:
        logging.getLogger("kiosk").removeHandler(handler)
    (line,) = lines.getvalue().splitlines()
    told = json.loads(line)
    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "WARNING", "event": "job.left_open", "job": 7, "state": "unknown\n"}


def test_our_packages_may_speak_and_libraries_may_not(
    handler: logging.Handler, lines: io.StringIO
) -> None:
    handler.handle(record("devices.card.watcher", "pcscd answered %#x", 0x8010001D))
    handler.handle(record("fontTools.subset", "glyphs of %s", "secret"))
    ours, theirs = map(json.loads, lines.getvalue().splitlines())
    assert ours["text"] == "pcscd answered 0x8010001d"
    assert (theirs["event"], theirs["logger"]) == ("library", "fontTools.subset")
    assert "secret" not in lines.getvalue()


def test_an_exception_is_named_with_its_place_and_without_its_text(
    handler: logging.Handler, lines: io.StringIO
) -> None:
    entry = record("kiosk", "visit.bug")
    with pytest.raises(ValueError) as caught:
        int("secret")
    entry.exc_info = (ValueError, caught.value, caught.value.__traceback__)
    assert where(caught.value).startswith("kiosk/test_logs.py:")
    handler.handle(entry)
    told = json.loads(lines.getvalue())
    assert told["error"] == "ValueError"
    assert told["where"].startswith("kiosk/test_logs.py:")
    assert "secret" not in lines.getvalue()


def test_a_line_that_cannot_be_written_names_its_logger_alone(
    handler: logging.Handler, lines: io.StringIO
) -> None:
    handler.handle(record("devices.card", "%d tries", "secret"))
    broken = record("kiosk", "job.left_open")
    broken.data = {"job": b"secret"}
    handler.handle(broken)
    assert [json.loads(line) for line in lines.getvalue().splitlines()] == [
        {"level": "ERROR", "event": "log.failed", "logger": name}
        for name in ("devices.card", "kiosk")
    ]
