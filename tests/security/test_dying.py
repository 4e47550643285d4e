"""However a process of this project ends, it leaves no name and no number behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.install import UNITS
from tests.security.conftest import Wire

SECRET = "张晓三 99010119850315012X"
BEGIN = (
    "import os, sys, threading; from kiosk import dumps, logs; dumps.refuse(); logs.start('DEBUG');"
)


def run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code that never names the secret, so that no traceback can quote it from the source."""
    return subprocess.run(
        ["bash", "-c", 'ulimit -c "$(ulimit -Hc)"; exec "$0" "$@"', sys.executable, "-c", code],
        cwd=folder,
        env={
            **os.environ,
            "SECRET": SECRET,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


def events(ended: subprocess.CompletedProcess[str]) -> list[str]:
    assert "张晓三" not in ended.stdout + ended.stderr
    assert "99010119850315012X" not in ended.stdout + ended.stderr
    return [json.loads(line)["event"] for line in ended.stderr.splitlines()]


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("secret = os.environ['SECRET']; raise ValueError(secret)", "process.failed"),
        (
            "raise ExceptionGroup(os.environ['SECRET'], [KeyError(os.environ['SECRET'])])",
            "process.failed",
        ),
        (
            (
                "thread = threading.Thread(target=int, args=[os.environ['SECRET']]); "
                "thread.start(); thread.join()"
            ),
            "thread.failed",
        ),
        (
            "Made = type('Made', (), {'__del__': lambda self: int(os.environ['SECRET'])}); Made()",
            "error.ignored",
        ),
        ("import warnings; warnings.warn(os.environ['SECRET'])", "library"),
        ("import logging; logging.getLogger('other').error(os.environ['SECRET'])", "library"),
        (
            "import logging; logging.getLogger('devices').error('%d', os.environ['SECRET'])",
            "log.failed",
        ),
        (
            (
                "import asyncio; loop = asyncio.new_event_loop(); "
                "loop.call_exception_handler({'message': os.environ['SECRET']}); loop.close()"
            ),
            "library",
        ),
    ],
)
def test_a_bug_ends_in_an_event_and_never_in_its_text(
    tmp_path: Path, code: str, event: str
) -> None:
    assert set(events(run(f"{BEGIN} {code}", tmp_path))) == {event}


def test_a_crash_below_python_leaves_no_core_and_no_values(tmp_path: Path) -> None:
    code = f"{BEGIN} secret = os.environ['SECRET']; os.abort()"
    ended = run(code, tmp_path, PYTHONFAULTHANDLER="1")
    assert ended.returncode == -signal.SIGABRT
    assert "Fatal Python error" in ended.stderr
    assert "张晓三" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_every_command_refuses_core_dumps_and_onlookers_before_it_begins(tmp_path: Path) -> None:
    code = (
        "import ctypes, resource, sys; from kiosk import cli; sys.argv = ['kiosk', 'statements']\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    ended = run(code, tmp_path)
    assert ended.stdout.splitlines()[-1] == "(0, 0) 0", ended.stderr


def test_a_command_that_meets_a_bug_says_where_and_not_what(tmp_path: Path) -> None:
    code = (
        "import os, sys; from kiosk import cli; from kiosk.cli import printing\n"
        "def bug(*_, **__): raise ValueError(os.environ['SECRET'])\n"
        "cli.app = bug; cli.main()"
    )
    ended = run(code, tmp_path)
    assert ended.returncode != 0
    assert "(ValueError at " in ended.stderr
    assert "张晓三" not in ended.stderr


def test_what_is_asked_of_the_page_is_in_no_log(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    wire.get("/screen?name=wang&number=99010119850315012X", "X-Name: wang", "Referer: http://wang/")
    wire.get("/nothing/99010119850315012X", host="wang.example")
    wire.post("/api/visit/case", b'{"number": "wang"}')
    wire.parts.visit.posted.clear()
    wire.say(b"wang 99010119850315012X\r\n\r\n")
    assert "wang" not in caplog.text
    assert "99010119850315012X" not in caplog.text


def test_systemd_allows_no_core_either() -> None:
    services = [unit.read_text("utf-8") for unit in UNITS.glob("*.service")]
    assert len(services) >= 3
    assert all("\nLimitCORE=0\n" in text for text in services)
