"""`kiosk diag` as a technician runs it: a machine, a running daemon, and one that cannot start."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import BaseModel
from pytest_mock import MockerFixture
from typer.testing import CliRunner

from archive.sqlite.store import SqliteStore
from devices.printer.state import Absent
from kiosk.backup import last_made, stamp
from kiosk.cli import app
from kiosk.composition import only_one, utc_now
from kiosk.diag.run import RESULTS, Examined, diagnose, examine
from kiosk.diag.told import Told
from kiosk.errors import AlreadyRunningError, WrongUserError
from kiosk.faults import fault
from kiosk.web.monitor import Readiness, Status
from printing.errors import SignExpiredError
from printing.journal import Journal, Observed, Order
from tests.kiosk.conftest import Kiosk

pytestmark = pytest.mark.slow

PARTS = {"reader", "receipt", "report", "store", "journal", "clock", "disk", "fonts"}
IDLE = Status(screen="Idle", fault=None, page_seconds=1.5)


def _configuration(folder: Path, **web: object) -> Path:
    lines = ["[store]", f'records = "{folder}/records.db"', f'journal = "{folder}/journal.db"']
    lines += ["[report]", f'folder = "{folder}/report"', "[web]"]
    lines += [f"{name} = {value!r}" for name, value in web.items()]
    path = folder / "kiosk.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _diag(configuration: Path) -> tuple[int, dict[str, list[dict[str, object]]]]:
    result = CliRunner().invoke(app, ["diag", "--json", "--config", str(configuration)])
    return result.exit_code, json.loads(result.stdout)


@contextmanager
def _daemon(**answers: tuple[int, BaseModel]) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, told = answers[self.path.rpartition("/")[2]]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(told.model_dump_json().encode())

        def log_message(self, *_: object) -> None:
            """Silent."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_store_that_is_not_there_is_a_finding_with_its_exit_code(tmp_path: Path) -> None:
    code, told = _diag(_configuration(tmp_path))
    assert [found["code"] for found in told["findings"]] == ["store.unavailable"]
    assert told["findings"][0]["part"] == "store"
    assert code == fault("store.unavailable").exit_code


def test_a_wrong_setting_is_a_finding_that_names_it(tmp_path: Path) -> None:
    code, told = _diag(_configuration(tmp_path, port=99999999))
    assert [found["code"] for found in told["findings"]] == ["config.setting"]
    assert "web.port" in str(told["findings"][0]["evidence"])
    assert code == fault("config.setting").exit_code


def test_a_running_daemon_is_asked_and_what_only_a_stopped_kiosk_tells_is_said(
    tmp_path: Path,
) -> None:
    not_ready = Readiness(ready=False, fault="reader.service_down")
    with (
        _daemon(status=(200, IDLE), readyz=(503, not_ready)) as port,
        only_one(tmp_path / "journal.db"),
    ):
        code, told = _diag(_configuration(tmp_path, port=port))
    assert [(one["code"], one["part"]) for one in told["findings"]] == [
        ("reader.service_down", "reader")
    ]
    assert code == fault("reader.service_down").exit_code
    assert {one["part"] for one in told["parts"] if not one["asked"]} >= {"receipt", "card"}


def test_a_running_daemon_that_is_ready_ends_with_0(tmp_path: Path) -> None:
    ready = Readiness(ready=True, fault=None)
    with (
        _daemon(status=(200, IDLE), readyz=(200, ready)) as port,
        only_one(tmp_path / "journal.db"),
    ):
        assert _diag(_configuration(tmp_path, port=port))[0] == 0


def test_a_page_that_nobody_has_seen_draw_is_a_finding(tmp_path: Path) -> None:
    ready, dark = Readiness(ready=True, fault=None), IDLE.model_copy(update={"page_seconds": 31.0})
    with (
        _daemon(status=(200, dark), readyz=(200, ready)) as port,
        only_one(tmp_path / "journal.db"),
    ):
        code, told = _diag(_configuration(tmp_path, port=port))
    assert [found["code"] for found in told["findings"]] == ["screen.dark"]
    assert code == 0  # what only hinders


def test_a_lock_behind_which_nobody_answers_is_told(tmp_path: Path) -> None:
    with _daemon() as port:
        pass
    with only_one(tmp_path / "journal.db"):
        _, told = _diag(_configuration(tmp_path, port=port))
    assert [found["code"] for found in told["findings"]] == [AlreadyRunningError.code]


@pytest.mark.parametrize("answers", [True, False])
def test_root_asks_the_daemon_and_becomes_its_user_only_where_none_answers(
    tmp_path: Path, mocker: MockerFixture, answers: bool
) -> None:
    mocker.patch("os.geteuid", return_value=0)
    told = RESULTS.dump_json((Examined("disk", seen=(Told("told by the daemon"),)),))
    mocker.patch("kiosk.diag.kiosk.ask", return_value=told if answers else None)
    owner = mocker.patch("kiosk.service_user.owner_of", return_value=1000)
    staff = mocker.patch("kiosk.service_user.run_as_service", side_effect=FileNotFoundError)
    become = mocker.patch(
        "kiosk.service_user.become_owner_of",
        side_effect=lambda _: owner.configure_mock(return_value=0),
    )
    with _daemon() as port:
        pass  # nobody answers there any more; at the usual port a kiosk of this machine may
    code, said = _diag(_configuration(tmp_path, port=port))
    assert staff.called != answers
    assert [call.args for call in become.call_args_list] == [(tmp_path,)] * (not answers)
    assert [one["code"] for one in said["findings"]] == ["store.unavailable"] * (not answers)
    assert (code == 0) == answers


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_without_systemd_looks_at_all_and_leaves_nothing_of_its_own() -> None:
    uid = 64_321  # nobody's
    with TemporaryDirectory() as place:  # the parents of pytest's are closed to others
        folder = Path(place)
        with SqliteStore(folder / "records.db", utc_now), Journal(folder / "journal.db", utc_now):
            pass
        for one in (folder, *folder.iterdir()):
            os.chown(one, uid, uid)
        with _daemon() as port:
            config = _configuration(folder, port=port)  # root's alone
        config.chmod(0o600)
        run = [sys.executable, "-c", "from kiosk.cli import main; main()", "diag", "--json"]
        said = subprocess.run([*run, "--config", config], capture_output=True, check=False)
        told = json.loads(said.stdout)
        assert "kiosk.wrong_user" not in {one["code"] for one in told["findings"]}
        assert {one["part"] for one in told["parts"] if one["asked"]} >= PARTS, told
        assert {one.stat().st_uid for one in folder.iterdir() if one != config} == {uid}


def test_a_user_to_whom_the_folder_is_closed_is_told_the_screen(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    mocker.patch("os.geteuid", return_value=1000)
    mocker.patch("os.access", side_effect=lambda place, _: place != tmp_path)
    become = mocker.patch("kiosk.service_user.run_as_service")
    with _daemon(status=(200, IDLE), readyz=(200, Readiness(ready=True, fault=None))) as port:
        code, told = _diag(_configuration(tmp_path, port=port))
    assert (code, told["findings"]) == (0, [])
    assert [one["part"] for one in told["parts"] if one["asked"]] == ["kiosk"]
    _, told = _diag(_configuration(tmp_path, port=port))  # the daemon has ended
    assert [found["code"] for found in told["findings"]] == [WrongUserError.code]
    assert not become.called


def test_a_probe_that_breaks_hides_no_other(kiosk: Kiosk, mocker: MockerFixture) -> None:
    mocker.patch("shutil.disk_usage", side_effect=RuntimeError("a name"))
    found = [one for one in examine(kiosk.machine) if one.findings]
    assert [(one.part, one.findings[0].code) for one in found] == [("disk", "internal")]
    assert "a name" not in str(found[0].findings[0].evidence)


def test_what_stops_comes_before_what_hinders(kiosk: Kiosk, mocker: MockerFixture) -> None:
    mocker.patch("shutil.disk_usage", return_value=SimpleNamespace(free=50_000))
    later = kiosk.machine.now() + timedelta(days=4000)
    kiosk.hall.printer.take_paper()
    machine = replace(kiosk.machine, now=lambda: later)
    codes = [found.code for found in diagnose(machine)]
    assert codes[0] == "store.full"
    assert codes.index("printer.paper_out") < codes.index("store.stale")


def test_a_receipt_printer_without_paper_hinders_and_stops_nobody(
    kiosk: Kiosk, mocker: MockerFixture, tmp_path: Path
) -> None:
    """`/readyz` stays true: records are shown, and reports printed."""
    kiosk.hall.printer.take_paper()
    mocker.patch("kiosk.diag.kiosk.real", return_value=kiosk.machine)
    code, told = _diag(_configuration(tmp_path))
    found = [(one["code"], one["weight"]) for one in told["findings"]]
    assert found == [("printer.paper_out", "hinders")]
    assert code == 0


@pytest.mark.parametrize(
    ("port", "step"),
    [
        ("ipp://192.0.2.7:631/printers/a4", ("打开打印机（或打印服务）", "print service on")),
        ("tcp://192.0.2.7:9100", ("打开打印机（或打印服务）", "print service on")),
        ("/dev/usb/lp0", ("数据线", "cable")),
    ],
)
def test_a_report_printer_that_is_absent_is_looked_for_where_it_is(
    kiosk: Kiosk, mocker: MockerFixture, port: str, step: tuple[str, str]
) -> None:
    usual = kiosk.machine.settings
    settings = usual.model_copy(update={"report": usual.report.model_copy(update={"port": port})})
    mocker.patch("kiosk.diag.probes.settled", return_value=Absent("no answer"))
    machine = replace(kiosk.machine, settings=settings, report=cast("Any", kiosk.machine.receipt))
    words = {one.part: one.words for one in diagnose(machine) if one.code == "printer.absent"}
    for said, where in zip((words["report"].zh_step, words["report"].step), step, strict=True):
        assert (where in said, "report.port" in said, "receipt" in said) == (True, True, False)
    for said in (words["receipt"].zh_step, words["receipt"].step):
        assert ("receipt.port" in said, "report" in said) == (True, False)


@pytest.mark.parametrize(("age", "late"), [(None, True), (2, False), (4, True)])
def test_backups_that_stopped_are_found(kiosk: Kiosk, age: int | None, late: bool) -> None:
    settings = kiosk.machine.settings
    expected = settings.model_copy(
        update={"store": settings.store.model_copy(update={"backup_days": 3})}
    )
    machine = replace(kiosk.machine, settings=expected)
    assert not last_made(expected)
    if age is not None:
        stamp(expected, machine.now() - timedelta(days=age))
    found = [one for one in diagnose(machine) if one.part == "backup"]
    assert [(one.code, one.weight) for one in found] == [("backup.late", "note")] * late


@pytest.mark.parametrize(("age", "found"), [(60, False), (3600, True)])
def test_reports_that_no_print_service_fetches_are_found(
    kiosk: Kiosk, age: int, found: bool
) -> None:
    settings = kiosk.machine.settings
    in_service = settings.model_copy(
        update={"card": settings.card.model_copy(update={"virtual_readers": False})}
    )
    settings.report.folder.mkdir(exist_ok=True)
    file = settings.report.folder / "20261126-01-000001.pdf"
    file.touch()
    at = kiosk.machine.now().timestamp() - age
    os.utime(file, (at, at))
    results = examine(replace(kiosk.machine, settings=in_service))
    codes = [one.code for result in results for one in result.findings if one.part == "report"]
    assert codes == ["printer.folder_waits"] * found
    file.unlink()


@pytest.mark.parametrize(
    ("left", "codes"),
    [(timedelta(days=90), []), (timedelta(days=10), ["sign.ends"]), (None, ["sign.expired"])],
)
def test_the_end_of_the_certificate_is_told_before_it_comes(
    kiosk: Kiosk, mocker: MockerFixture, left: timedelta | None, codes: list[str]
) -> None:
    now = kiosk.machine.now()
    signer = mocker.Mock()
    if left is None:
        signer.ends.side_effect = SignExpiredError(now.date())
    else:
        signer.ends.return_value = now + left
    machine = replace(kiosk.machine, signer=signer)
    (report,) = (one for one in examine(machine) if one.part == "report")
    assert [found.code for found in report.findings] == codes
    assert any("folder" in seen.en for seen in report.seen), "the printer is looked at all the same"


@pytest.mark.parametrize(("off", "found"), [(False, False), (True, True)])
def test_a_probe_only_looks_and_has_no_printer_forget_what_it_holds(
    kiosk: Kiosk, mocker: MockerFixture, off: bool, found: bool
) -> None:
    cleared = mocker.spy(type(kiosk.machine.receipt), "clear")
    order = Order("rights", "J", "receipt", "receipt", "00", 0, 1)
    job = kiosk.machine.journal.queue(order)
    kiosk.machine.journal.record(job, "sending", Observed(bytes_sent=9))
    kiosk.machine.journal.record(job, "unknown", Observed(bytes_sent=9))
    if off:
        kiosk.hall.printer.switch_off()
    (receipt,) = (one for one in examine(kiosk.machine) if one.part == "receipt")
    assert not cleared.called
    assert ("printer.rows_left" in [one.code for one in receipt.findings]) == found


@pytest.mark.parametrize("words", ["没有发现问题", "receipt  就绪，端口"])
def test_the_text_says_what_was_seen(
    kiosk: Kiosk, mocker: MockerFixture, tmp_path: Path, words: str
) -> None:
    mocker.patch("kiosk.diag.kiosk.real", return_value=kiosk.machine)
    result = CliRunner().invoke(app, ["diag", "--config", str(_configuration(tmp_path))])
    assert result.exit_code == 0
    assert words in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("use", "found"), [("on", True), ("auto", False), ("off", False)])
def test_a_missing_voice_is_found_only_where_speech_is_configured_on(
    kiosk: Kiosk, mocker: MockerFixture, use: str, found: bool
) -> None:
    mocker.patch("kiosk.diag.probes.installed", return_value=None)
    settings = kiosk.machine.settings
    spoken = settings.model_copy(update={"speech": settings.speech.model_copy(update={"use": use})})
    codes = [one.code for one in diagnose(replace(kiosk.machine, settings=spoken))]
    assert ("speech.absent" in codes) == found
