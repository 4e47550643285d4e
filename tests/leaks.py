"""A plugin of every run: no log, metric or paper for staff may name a person of the tests.

All that is said while a test runs is searched at its end; a test that leaks fails, with the place.
"""

import functools
import logging
import re
import sys
from collections.abc import Callable, Generator
from typing import Final

import pytest

from archive import identity_number
from archive.errors import ArchiveError
from kiosk.logs import LOGGER, OWN, JsonLines
from tests.persons import names, numbers

_IDENTITY: Final = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])", re.ASCII)
_INVENTED: Final = "99"
"""Area codes of invented persons; some of their numbers are wrong on purpose."""
_TOKEN: Final = re.compile(r"[0-9A-Za-z]+", re.ASCII)
ANSWERS: Final = (("kiosk.metrics", "Metrics.text"), ("typer.testing", "CliRunner.invoke"))
"""Methods whose answers are searched too, once something has imported them."""
OWN_COPY: Final = "archive.export"
GIVEN: Final = (("kiosk.diag.run", "Examined.__init__"), ("zipfile", "ZipFile.writestr"))
"""Methods that are given what staff will read: the diagnosis, the files of a support bundle.

All are methods: whoever has imported a function by its name would go on calling the old one.
"""

_heard: list[tuple[str, str]] = []
_hooked: set[str] = set()
_as_written = JsonLines()


def note(source: str, text: str) -> None:
    """Have a text searched at the end of this test; from any thread."""
    _heard.append((source, text))


def found(text: str) -> list[str]:
    """What of the invented persons is in a text."""
    hits = [number for number in _IDENTITY.findall(text) if _somebodys(number)]
    hits += numbers() & set(_TOKEN.findall(text))
    if not text.isascii():
        hits += [name for name in names() if name in text]
    return hits


def _somebodys(number: str) -> bool:
    if number.startswith(_INVENTED) and number[6:8] in ("19", "20"):
        return True
    try:
        identity_number.parse(number)
    except ArchiveError:
        return False
    return True


def leaks() -> list[str]:
    """What was said since the last time and names somebody; all of it is forgotten."""
    heard = _heard[:]
    del _heard[: len(heard)]
    if not heard or not found("\n".join(text for _, text in heard)):
        return []
    return [f"{source}: {hit}" for source, text in heard for hit in found(text)]


def pytest_configure() -> None:
    """Listen to every record of every logger, whatever handlers a test takes away."""
    handle = logging.Logger.handle

    @functools.wraps(handle)
    def listening(self: logging.Logger, record: logging.LogRecord) -> None:
        _hear(record)
        handle(self, record)

    logging.Logger.handle = listening  # type: ignore[method-assign]
    for name in (LOGGER.name, *OWN):
        logging.getLogger(name).setLevel(logging.DEBUG)


def _hear(record: logging.LogRecord) -> None:
    try:
        note(f"logger {record.name}", f"{_as_written.format(record)}\n{record.getMessage()}")
    except (TypeError, ValueError):  # the record's own fault: that it cannot be written
        note(f"logger {record.name}", f"{record.msg} {record.args}")


def pytest_runtest_setup() -> None:
    """Listen to what has been imported meanwhile."""
    for places, what in ((ANSWERS, _answer), (GIVEN, _given)):
        for module, name in places:
            if module in sys.modules and name not in _hooked:
                _hooked.add(name)
                _listen(module, name, what)


def _listen(module: str, name: str, what: Callable[[object, tuple[object, ...]], str]) -> None:
    owner, _, method = name.partition(".")
    kind = getattr(sys.modules[module], owner)
    original: Callable[..., object] = getattr(kind, method)

    @functools.wraps(original)
    def listening(*arguments: object, **named: object) -> object:
        answer = original(*arguments, **named)
        note(f"{module}.{name}", what(answer, (*arguments[1:], *named.values())))
        return answer

    setattr(kind, method, listening)


def _answer(answer: object, _: tuple[object, ...]) -> str:
    """Of a command what it says to staff, for its output is its purpose."""
    return _text(getattr(answer, "stderr", answer))


def _given(_: object, arguments: tuple[object, ...]) -> str:
    """Of a file what is put in; a person's own copy holds that person, for that is its purpose."""
    writer = sys._getframe(2).f_globals["__name__"]
    return "" if writer == OWN_COPY else "\n".join(map(_text, arguments))


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """After all that the test's fixtures say at their end."""
    yield
    if told := leaks():
        pytest.fail(f"{item.nodeid} leaks:\n" + "\n".join(told), pytrace=False)
