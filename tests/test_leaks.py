"""The search that every run makes for names and numbers finds what is there."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks import found
from tests.persons import names, numbers

TESTS = Path(__file__).parent
OTHERS = {"Employer", "Guide", "job", "contract"}
"""What has a name and is no person."""
NUMBER = "99010119850315012X"
LEAKS = {
    "a log line with a name": "logging.getLogger('kiosk').info('for %s', '张晓三')",
    "an event's data": "event(logging.ERROR, 'visit.bug', where='99010119850315012X')",
    "a library's record": "logging.getLogger('library').warning('99010119850315012x')",
    "a thread's record": "t = Thread(target=event, args=(40, '246810')); t.start(); t.join()",
    "a metric": "m = Metrics(lambda: 0.0); m.gauge('a', '张三丰', float); m.text()",
    "a finding": "Examined('card', (), ('card of 99010119850315012X',))",
    "a support bundle": "ZipFile(BytesIO(), 'w').writestr('jobs.txt', '陈一心'.encode())",
    "a command's complaint": "CliRunner().invoke(app, [])",
}


@pytest.mark.parametrize(
    "text", ["张晓三", f"x{NUMBER}y", NUMBER.lower(), "PIN 246810.", '{"card": "陈一心"}', "李𬭚"]
)
def test_names_and_numbers_are_found_wherever_they_stand(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "张*三",
        "9901***********12X",
        "1246810",
        "a246810f",
        "99010119850315012Y",
        "20261122030004170",
        "",
    ],
)
def test_what_is_masked_or_merely_alike_is_not(text: str) -> None:
    assert not found(text)


def test_the_demos_persons_are_all_known() -> None:
    assert {"林晓岚", "李𬭚", "黄建国"} <= names()
    assert len(names()) > 150
    assert len(numbers()) > 400


@pytest.mark.slow
def test_no_test_makes_a_person_that_the_search_does_not_know() -> None:
    made = {name for path in TESTS.rglob("*.py") for name in _named(ast.parse(path.read_text()))}
    assert {"张晓三", "陈一心"} <= made
    assert made <= names()


def _named(tree: ast.Module) -> Iterator[str]:
    """Hanzi given as the `name` of anything that may be a person."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or getattr(call.func, "id", "") in OTHERS:
            continue
        for keyword in call.keywords:
            value = getattr(keyword.value, "value", None)
            if keyword.arg == "name" and isinstance(value, str) and _hanzi(value):
                yield value


def _hanzi(text: str) -> bool:
    return len(text) > 1 and all(one >= "\u3400" for one in text)


@pytest.mark.slow
def test_a_leak_fails_its_test_by_name_and_no_other(tmp_path: Path) -> None:
    """As in the whole suite, where the tests run in workers."""
    imports = (
        "import logging, typer\nfrom threading import Thread\nfrom typer.testing import CliRunner\n"
        "from kiosk.logs import event\nfrom kiosk.metrics import Metrics\n"
        "from io import BytesIO\nfrom zipfile import ZipFile\nfrom kiosk.diag.run import Examined\n"
        "app = typer.Typer()\n@app.command()\ndef fail(): typer.echo('林晓岚', err=True)\n"
    )
    bodies = [*LEAKS.values(), "event(logging.INFO, 'kiosk.ready', port=8080)"]
    tests = [f"def test_{place}():\n    {body}\n" for place, body in enumerate(bodies)]
    (tmp_path / "test_it.py").write_text(imports + "\n".join(tests), "utf-8")
    options = ("-p", "tests.leaks", "-c", "/dev/null", "-rE", "-n", "1")
    command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
    done = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, timeout=120)
    for place, kind in enumerate(LEAKS):
        assert f"test_{place}" in done.stdout.partition("short test summary")[2], kind
    assert f"{len(bodies)} passed, {len(LEAKS)} errors" in done.stdout, done.stdout
    assert "logger kiosk: 张晓三" in done.stdout
