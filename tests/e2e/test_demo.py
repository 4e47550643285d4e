"""`kiosk demo --once`: what it leaves behind, judged by other people's programs."""

import json
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx2
import pytest

from archive.sqlite.store import SqliteStore
from archive.values import Month
from devices.card.simulated.pcscd import PrivatePcscd
from kiosk.composition import utc_now
from kiosk.demo.data import DemoCard
from tests.e2e.conftest import KIOSK
from tests.leaks import note

pytestmark = [pytest.mark.pcscd, pytest.mark.slow]

STAGES = [
    "card present",
    "identity read",
    "PIN",
    "lookup",
    "layout",
    "encode",
    "first byte sent",
    "last byte sent",
    "confirmed",
    "report",
]


@pytest.fixture(scope="module", params=[1, 2, 3, 5, 6])
def once(
    request: pytest.FixtureRequest,
    pcscd: PrivatePcscd,
    demo_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[int, Path]:
    """The files of one run for each holder who has contributions. It brings its own pcscd."""
    out = tmp_path_factory.mktemp("once")
    person = request.param
    done = subprocess.run(
        [KIOSK, "demo", "--once", "--data", demo_folder, "--out", out, "--person", str(person)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    note("log of kiosk demo --once", done.stderr)
    assert "card stack: pcscd + vpcd" in done.stdout
    return person, out


def amounts(demo_folder: Path, person: int) -> set[str]:
    """Every amount of the holder's last 36 months, as paper writes it."""
    with SqliteStore(demo_folder / "records.db", utc_now) as store:
        rows = store.contributions(f"9901{person:08d}", Month(2023, 11), Month(2026, 10)).rows
    assert rows
    return {f"{a:,.2f}" for row in rows for a in (row.base, row.employer_paid, row.employee_paid)}


def output(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stdout


def test_all_files_are_there_and_nothing_else(once: tuple[int, Path]) -> None:
    assert {path.name for path in once[1].iterdir()} == {
        *("receipt.bin", "receipt.png", "receipt.txt"),
        *("statement.pdf", "statement.png", "timeline.json"),
    }


def test_the_timeline_names_every_stage_in_order_and_the_stack(once: tuple[int, Path]) -> None:
    timeline = json.loads((once[1] / "timeline.json").read_text("utf-8"))
    assert [stage["name"] for stage in timeline["stages"]] == STAGES
    assert all(stage["start_ms"] >= 0 and stage["duration_ms"] >= 0 for stage in timeline["stages"])
    assert timeline["stack"] == "pcscd + vpcd"
    assert timeline["outcome"] == "confirmed"
    assert timeline["apdu_count"] > 6
    # The wire also carries the status questions, which are no part of the job.
    wire = (once[1] / "receipt.bin").stat().st_size
    assert 0.95 * wire < timeline["printer_bytes"] < wire


def test_zbarimg_reads_one_opaque_code_from_both_papers(once: tuple[int, Path]) -> None:
    texts = []
    for name in ("receipt.png", "statement.png"):
        symbols = ET.fromstring(output("zbarimg", "-q", "--xml", once[1] / name))
        (data,) = symbols.iterfind(".//{*}data")
        texts.append((data.text or "").strip())
    receipt, report = texts
    assert receipt == report
    assert re.fullmatch(r"https://[a-z.]+/#[0-9A-Z]{4}(-[0-9A-Z]{4}){6}", receipt)


def test_pdftotext_and_the_receipt_hold_every_amount(
    once: tuple[int, Path], demo_folder: Path
) -> None:
    person, out = once
    pdf = set(output("pdftotext", out / "statement.pdf", "-").split())
    receipt = set((out / "receipt.txt").read_text("utf-8").split())
    wanted = amounts(demo_folder, person)
    assert wanted <= pdf
    assert wanted <= receipt


def test_the_receipts_text_holds_the_whole_name_with_its_rare_characters(
    once: tuple[int, Path], cards: tuple[DemoCard, ...]
) -> None:
    person, out = once
    assert cards[person - 1].holder in (out / "receipt.txt").read_text("utf-8")


def test_pdffonts_shows_only_embedded_fonts(once: tuple[int, Path]) -> None:
    rows = output("pdffonts", once[1] / "statement.pdf").splitlines()[2:]
    assert rows
    for row in rows:
        assert re.search(r"\byes\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$", row), row


def test_the_wire_carries_at_most_a_quarter_more_than_the_text(once: tuple[int, Path]) -> None:
    text = (once[1] / "receipt.txt").read_text("utf-8").encode("gb18030")
    assert (once[1] / "receipt.bin").stat().st_size <= 1.25 * len(text)


def test_no_line_of_the_receipt_is_wider_than_the_paper(once: tuple[int, Path]) -> None:
    for line in (once[1] / "receipt.txt").read_text("utf-8").splitlines():
        assert line.lstrip().startswith("[QR ") or len(line.encode("gb18030")) <= 48, line


def test_the_unattended_run_works_beside_a_running_demo(demo_folder: Path, tmp_path: Path) -> None:
    with Running(demo_folder):
        done = subprocess.run(
            [KIOSK, "demo", "--once", "--data", demo_folder, "--out", tmp_path],
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr


def test_a_demo_starts_in_service_says_how_it_was_left_and_raises_no_false_alarm(
    demo_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(demo_folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "maintenance").touch()
    with (
        (tmp_path / "log").open("w+") as log,
        subprocess.Popen(
            [KIOSK, "demo", "--port", "0", "--data", tmp_path],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as demo,
    ):
        assert demo.stdout is not None
        said = ""
        while "screen: " not in said:
            said += demo.stdout.readline()
        ready = said.split("screen: ")[1].split()[0] + "readyz"
        end = time.monotonic() + 10
        while httpx2.get(ready).status_code != 200 and time.monotonic() < end:
            pass
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=20) == 0
        log.seek(0)
        assert "service.lost" not in log.read()
    assert "maintenance mode: that is ended" in said
    assert not (tmp_path / "maintenance").exists()


def test_commands_ask_a_running_demo_by_its_file_and_a_second_demo_is_refused(
    demo_folder: Path,
) -> None:
    paper = demo_folder / "paper"
    paper.mkdir(exist_ok=True)
    for name in ("receipt-0001.png", "receipt-0002.txt", "errors.jsonl", "mine.txt"):
        (paper / name).touch()
    with Running(demo_folder):
        assert [path.name for path in paper.iterdir()] == ["mine.txt"]
        (paper / "receipt-0001.png").touch()
        found = output(KIOSK, "diag", "--json", "--config", demo_folder / "kiosk.toml")
        assert all(part["asked"] for part in json.loads(found)["parts"])
        listed = output(KIOSK, "card", "readers", "--config", demo_folder / "kiosk.toml")
        assert [line.split() for line in listed.splitlines()][:2] == [
            ["holder", "Virtual", "PCD", "00", "00"],
            ["sam", "Virtual", "PCD", "00", "01"],
        ]
        assert "kiosk" in listed, "the demo itself holds them"
        second = subprocess.run(
            [KIOSK, "demo", "--port", "0", "--data", demo_folder],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert second.returncode == 63
    assert "终端程序已在运行" in second.stderr
    assert (paper / "receipt-0001.png").exists(), "of the demo that runs"


class Running:
    """`kiosk demo` with its page, for as long as the context lasts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        self._process = subprocess.Popen(
            [KIOSK, "demo", "--port", "0", "--data", self._folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        assert any("screen: " in line for line in self._process.stdout)

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        assert self._process.wait(timeout=20) == 0
        assert self._process.stdout is not None
        self._process.stdout.close()


def test_a_narrow_printer_without_blade_and_markers_prints_what_it_can_prove(
    demo_folder: Path, tmp_path: Path
) -> None:
    from kiosk.config import load
    from kiosk.demo.once import run_once

    report = run_once(
        load(None, receipt={"model": "escpos-58mm"}),
        demo_folder,
        tmp_path,
        person=2,
        real_time=False,
        say=lambda _: None,
        in_process=True,
    )
    assert (report.outcome, report.evidence) == ("sent", "drained")
    lines = (tmp_path / "receipt.txt").read_text("utf-8").splitlines()
    assert "欧阳" in "".join(lines)
    assert all(x.lstrip().startswith("[QR ") or len(x.encode("gb18030")) <= 32 for x in lines)


def test_without_pcscd_the_same_line_runs_in_process(demo_folder: Path, tmp_path: Path) -> None:
    from kiosk.config import load
    from kiosk.demo.once import run_once

    said: list[str] = []
    report = run_once(
        load(), demo_folder, tmp_path, person=1, real_time=False, say=said.append, in_process=True
    )
    assert report.outcome == "confirmed"
    assert "card stack: in process (as asked)" in said
