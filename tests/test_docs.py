"""The documents are short, true and executed: every command they show is run."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from devices.card.simulated.pcscd import PrivatePcscd
from kiosk.trail import CLOCK_BACK
from scripts import exit_codes, record_kinds
from scripts.fault_matrix import page
from tests.faults.matrix import load
from tests.pcscd import pcscd

__all__ = ["pcscd"]

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FAULTS = ROOT / "docs/faults.md"
EXIT_CODES = ROOT / "docs/exit-codes.md"
RECORDS = ROOT / "docs/records.md"
OPERATIONS = ROOT / "docs/operations.md"


def blocks(document: Path) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", document.read_text("utf-8"), re.M | re.S)


@pytest.mark.slow
@pytest.mark.pcscd
def test_every_command_of_the_readme_does_what_it_shows(
    pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    shown = blocks(ROOT / "README.md")
    assert len(shown) >= 3
    kiosk = Path(sys.executable).parent
    places = f'[store]\nrecords = "{tmp_path}/records.db"\njournal = "{tmp_path}/journal.db"\n'
    (tmp_path / "places.toml").write_text(places, "utf-8")
    environment = {
        **os.environ,
        **pcscd.environment,
        "PATH": f"{kiosk}:{os.environ['PATH']}",
        "KIOSK_CONFIG": str(tmp_path / "places.toml"),
    }

    def run(script: str) -> None:
        done = subprocess.run(
            ["bash", "-euc", script],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"

    put_in = "kiosk simulate card cards/cards/01.toml"
    assert sum(script.count(put_in) for script in shown) == 1
    for script in shown:  # in their order, and all that they need they make themselves
        run(script.replace(put_in, f"{put_in} --vpcd 127.0.0.1:{pcscd.port}"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)", text)
    named += re.findall(
        r"`((?:kiosk|devices|archive|printing|tests|systemd|docs)/[\w/.-]*\w[/\w]*)`", text
    )
    for name in (name for name in named if "NAME" not in name):
        base = document.parent if (document.parent / name).exists() else ROOT
        assert (base / name).exists(), name


def test_the_exit_codes_of_the_document_are_those_of_the_catalogue() -> None:
    assert EXIT_CODES.read_text("utf-8") == exit_codes.page(), "python scripts/exit_codes.py"


def test_the_page_of_faults_is_made_of_the_matrix_and_the_catalogue() -> None:
    assert FAULTS.read_text("utf-8") == page(load()), "python scripts/fault_matrix.py"


def logged() -> list[tuple[str, str]]:
    """Level and name of every call of the one function that logs; both are written out there."""
    found = []
    for path in (ROOT / "kiosk").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in (
                "event",
                "log",
                "logs.event",
            ):
                level, name = call.args[:2]
                found.append((ast.unparse(level), ast.unparse(name)))
    assert len(found) > 20
    return found


def test_every_event_of_the_log_has_its_sentence() -> None:
    """Beside what is logged under its name stand what other packages and libraries remark."""
    named = {ast.literal_eval(name) if name[0] == "'" else name for _, name in logged()}
    remarks = {"library", "log.failed", "devices.card.watcher", "devices.printer.pages.pjl_printer"}
    told = {*remarks, CLOCK_BACK, *(named - {"CLOCK_BACK"})}
    rows = re.findall(r"^\| `([a-z_.]+)` \| \w", OPERATIONS.read_text("utf-8"), re.M)
    assert sorted(rows) == sorted(told)


def test_an_event_has_one_level_and_each_level_says_what_to_do() -> None:
    levels = dict[str, set[str]]()
    for level, name in logged():
        levels.setdefault(name, set()).add(level)
    assert {name: used for name, used in levels.items() if len(used) > 1} == {}
    used = set(re.findall(r"logging\.([A-Z]+)", " ".join(set.union(*levels.values()))))
    assert set(re.findall(r"^- `([A-Z]+)`: \w", OPERATIONS.read_text("utf-8"), re.M)) == used


def test_every_locked_version_is_exact_and_names_no_address() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+", pin) for pin in pins)


def test_the_page_of_records_lists_every_kind_as_the_table_of_kinds_has_it() -> None:
    text = RECORDS.read_text("utf-8")
    assert text == record_kinds.page(text), "python scripts/record_kinds.py"
    assert text.count("\n| accounts |") == 1
