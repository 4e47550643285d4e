"""What the console shows of a running kiosk: every part, every finding, and nobody's data."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from pytest_mock import MockerFixture
from typer.testing import CliRunner

from devices.card.holders import Holder, Holders
from kiosk.backup import stamp
from kiosk.cli import app
from kiosk.composition import only_one
from kiosk.diag import credential
from kiosk.diag.finding import Finding
from kiosk.diag.probes import clock
from kiosk.diag.run import RESULTS, Examined, ranked
from kiosk.diag.told import Told, told
from kiosk.faults import fault
from kiosk.visit.events import EndAsked, Tick
from kiosk.visit.state import Forgotten, Idle, Maintenance, Printing, TakeCard
from tests.kiosk.console.conftest import CREDENTIAL, Technician

pytestmark = pytest.mark.slow


@pytest.fixture
def inside(technician: Technician) -> Technician:
    technician.enter()
    return technician


def live(technician: Technician) -> str:
    technician.kiosk.clock.ahead += 2
    return unescape(technician.browser.get("/technician/live").text)


def test_every_part_is_there_while_all_is_well(inside: Technician) -> None:
    text = live(inside)
    for word in (
        "待机",
        "无卡",
        "有卡",
        "printer.ready",
        "数据截至",
        "进行中 0",
        "剩余",
        "都在运转",
    ):
        assert word in text
    assert 'class="bad"' not in text


@pytest.mark.parametrize("synchronised", [False, True])
def test_a_clock_that_a_time_service_has_set_is_not_called_wrong_for_having_run_ahead(
    inside: Technician, mocker: MockerFixture, caplog: pytest.LogCaptureFixture, synchronised: bool
) -> None:
    machine = inside.console.machine
    ahead = machine.now() + timedelta(days=365)
    mocker.patch.object(type(machine.store), "latest", return_value=ahead)
    object.__setattr__(machine, "synchronised", lambda: synchronised)
    (row,) = re.findall(r"<tr[^>]*>(?:(?!</tr>).)*时钟 Clock.*?</tr>", live(inside), re.S)
    assert ('class="bad"' in row, "时间服务已校准" in row) == (not synchronised, synchronised)
    (seen,) = clock(machine)
    assert isinstance(seen, Finding) != synchronised
    assert "31536000" in str(seen.evidence if isinstance(seen, Finding) else seen)
    assert not caplog.records


def test_reports_that_nobody_fetches_show_at_their_folder(
    inside: Technician, mocker: MockerFixture
) -> None:
    mocker.patch("kiosk.report_watch._folder_fault", return_value="printer.folder_waits")
    assert re.search('class="bad".*报表文件夹.*printer.folder_waits', live(inside))


def test_what_stops_shows_in_the_part_that_it_stops(inside: Technician) -> None:
    inside.kiosk.hall.printer.take_paper()
    inside.console.machine.progress.expect("devices", -1)
    text = live(inside)
    assert "printer.paper_out" in text
    assert "late: devices" in text
    inside.kiosk.hall.slot.stop_service()
    assert "reader.service_down" in live(inside)


def test_who_holds_the_reader_is_named(inside: Technician, mocker: MockerFixture) -> None:
    found = Holders((Holder(4711, "scdaemon"),), whole=True)
    mocker.patch("kiosk.console.trials.find_holders", return_value=found)
    text = inside.browser.get("/technician/trials").text
    assert "scdaemon" in text
    assert "4711" in text
    found = Holders((), whole=False)
    mocker.patch("kiosk.console.trials.find_holders", return_value=found)
    text = inside.browser.get("/technician/trials").text
    assert "没有其他程序" not in text
    assert "sudo" not in text, "a demo has a card service of its own"
    assert "演示有自己的读卡服务" in text
    card = inside.console.machine.settings.card
    mocker.patch.dict(vars(card), {"virtual_readers": False})
    text = inside.browser.get("/technician/trials").text
    assert "sudo kiosk card readers" in text
    assert "演示" not in text


def test_a_part_that_cannot_be_seen_hides_no_other(inside: Technician) -> None:
    inside.console.machine.store.close()
    text = live(inside)
    assert 'class="bad"' in text
    assert "printer.ready" in text


def test_every_time_is_the_kiosks_own_with_its_offset(inside: Technician) -> None:
    inside.console.counters.roll_changed()
    stamp(inside.console.machine.settings, inside.wall())
    pages = {
        "live": live(inside),
        "findings": inside.act("examine").text,
        "paper": inside.browser.get("/technician/paper").text,
    }
    for name, text in pages.items():
        shown = re.sub("<[^>]+>", " ", text)
        times = re.findall(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\+08:00", shown)
        assert times, name
        assert len(re.findall(r"\d{2}:\d{2}:\d{2}", shown)) == len(times), (name, shown)
        for time in times:
            assert abs(datetime.fromisoformat(time) - inside.wall()) < timedelta(minutes=5), name


def test_a_backup_that_nobody_expects_is_not_said_to_be_missing_without_that(
    inside: Technician,
) -> None:
    settings = inside.console.machine.settings
    (seen,) = (one.seen for one in inside.console.examine() if one.part == "backup")
    assert settings.store.backup_days == 0
    assert seen == (told("backup.none_unasked"),)


def test_the_findings_come_with_evidence_cause_and_step_the_likeliest_first(
    inside: Technician,
) -> None:
    inside.kiosk.hall.sam_slot.remove()
    inside.kiosk.hall.printer.low_paper()
    text = unescape(inside.act("examine").text)
    absent, low = fault("sam.absent"), fault("printer.paper_low")
    assert text.index(absent.zh) < text.index(low.zh)
    for words in (low.zh_cause, low.cause, low.zh_step, low.step, "证据"):
        assert words in text


def test_while_a_visit_runs_the_console_tells_that_and_nothing_of_anybody(
    inside: Technician,
) -> None:
    card = inside.kiosk.cards[1]
    generation = inside.kiosk.to_preview(card)
    pages = [live(inside), inside.browser.get("/technician").text, inside.act("examine").text]
    holder = card.profile.holder
    assert holder is not None
    for text in pages:
        for secret in (card.holder, card.pin, card.profile.card_number):
            assert str(secret) not in text
        assert str(holder.social_security_number) not in text
    assert "正在为市民服务" in pages[0]
    assert "Menu" not in pages[0]
    inside.kiosk.service.post(EndAsked(generation))
    inside.kiosk.on(TakeCard)
    assert "正在为市民服务" in live(inside)
    inside.kiosk.hall.slot.remove()
    inside.kiosk.on(Idle)
    assert "正在为市民服务" not in live(inside)


def test_the_card_of_a_visit_is_left_alone_by_the_findings(inside: Technician) -> None:
    inside.kiosk.to_preview(inside.kiosk.cards[1])
    looked = {one.part: one.asked for one in inside.console.examine()}
    assert (looked["card"], looked["module"], looked["receipt"]) == (False, False, True)


def test_a_loop_that_hangs_is_a_finding_of_its_own(inside: Technician) -> None:
    inside.console.machine.progress.expect("readers", -1)
    (found,) = inside.console.examine()[0].findings
    assert (found.code, found.weight) == ("kiosk.late", "stops")
    assert found.evidence == Told("停住的循环：readers", "late: readers")


def test_a_page_that_does_not_draw_is_a_finding_behind_what_stops(
    inside: Technician, mocker: MockerFixture
) -> None:
    mocker.patch.object(inside.console.monitor, "page_seconds", return_value=31.0)
    (found,) = inside.console.examine()[0].findings
    assert (found.code, found.weight) == ("screen.dark", "hinders")
    inside.console.machine.progress.expect("readers", -1)
    codes = [one.code for one in inside.console.examine()[0].findings]
    assert codes == ["kiosk.late", "screen.dark"]


def test_a_forgotten_card_is_what_stops_and_no_visit(inside: Technician) -> None:
    generation = inside.kiosk.to_preview(inside.kiosk.cards[1])
    inside.kiosk.service.post(EndAsked(generation))
    inside.kiosk.on(TakeCard)
    inside.kiosk.clock.ahead += 31
    inside.kiosk.service.post(Tick())
    inside.kiosk.on(Forgotten)
    (found,) = inside.console.examine()[0].findings
    assert (found.code, found.weight) == ("card.forgotten", "stops")
    assert "正在为市民服务" not in live(inside)
    assert fault("card.forgotten").zh in live(inside)


def test_maintenance_that_was_left_on_is_found_and_so_is_what_else_there_is(
    inside: Technician,
) -> None:
    inside.kiosk.service.maintain(True)
    inside.kiosk.on(Maintenance)
    inside.kiosk.hall.printer.take_paper()
    codes = [found.code for found in ranked(inside.console.examine())]
    assert codes == ["kiosk.maintenance", "printer.paper_out"]


def test_a_command_is_told_why_nothing_can_be_looked_at_now(
    inside: Technician, mocker: MockerFixture
) -> None:
    mocker.patch("kiosk.console.console._PATIENCE", 0.0)
    release = Event()
    inside.kiosk.service.at_devices(release.wait)
    headers = {"X-Kiosk-Credential": CREDENTIAL}

    def examined() -> tuple[Examined, ...]:
        answer = inside.browser.get("/api/local/diag", headers=headers)
        return RESULTS.validate_json(answer.content)

    stuck = examined()
    assert [found.code for found in ranked(stuck)] == ["kiosk.late"]
    assert [one.part for one in stuck if one.asked] == ["kiosk"]
    release.set()
    mocker.patch.object(type(inside.console), "visit_runs", True)
    mocker.patch.object(inside.console.service, "at_devices", side_effect=TimeoutError)
    assert [found.code for found in ranked(examined())] == ["technician.visit"]


def test_what_a_job_waits_for_is_told_at_once(inside: Technician, mocker: MockerFixture) -> None:
    mocker.patch("kiosk.console.console._PATIENCE_IN_A_VISIT", 0.0)
    held = Printing(1, mocker.Mock(), "receipt", hold="printer.paper_out")
    mocker.patch.object(type(inside.console.service), "state", held)
    mocker.patch.object(inside.console.service, "at_devices", side_effect=TimeoutError)
    answer = inside.browser.get("/api/local/diag", headers={"X-Kiosk-Credential": CREDENTIAL})
    found = ranked(RESULTS.validate_json(answer.content))
    assert [(one.code, one.part) for one in found] == [
        ("printer.paper_out", "receipt"),
        ("technician.visit", "kiosk"),
    ]


@pytest.mark.parametrize("headers", [{}, {"X-Kiosk-Credential": "guessed"}])
def test_commands_without_the_daemons_credential_are_told_nothing(
    inside: Technician, headers: dict[str, str]
) -> None:
    assert inside.browser.get("/api/local/diag", headers=headers).status_code == 401


def test_a_command_of_this_user_gets_every_finding(inside: Technician) -> None:
    inside.kiosk.hall.printer.take_paper()
    headers = {"X-Kiosk-Credential": CREDENTIAL}
    answer = inside.browser.get("/api/local/diag", headers=headers)
    found = RESULTS.validate_json(answer.content)
    (receipt,) = (one for one in found if one.part == "receipt")
    assert [one.code for one in receipt.findings] == ["printer.paper_out"]
    assert receipt.findings[0].words == fault("printer.paper_out")


@contextmanager
def _daemon(told: bytes) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers["X-Kiosk-Credential"] == CREDENTIAL
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(told if known else b"")

        def log_message(self, *_: object) -> None:
            """Silent."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_command_asks_the_daemon_for_all_of_it(tmp_path: Path) -> None:
    low = Finding.named("printer.paper_low", "receipt", "note", Told("the roll's sensor"))
    answer = RESULTS.dump_json(
        (Examined("receipt", (low,)), Examined("card", seen=(told("card.absent"),)))
    )
    place = tmp_path / "journal.db.credential"
    config = tmp_path / "kiosk.toml"
    with _daemon(answer) as port, only_one(tmp_path / "journal.db"):
        place.write_text(f"{port} {CREDENTIAL}", "ascii")
        config.write_text(
            f'[store]\nrecords = "{tmp_path}/r.db"\njournal = "{tmp_path}/journal.db"\n'
            f'[report]\nfolder = "{tmp_path}/report"\n',
            "utf-8",
        )
        result = CliRunner().invoke(app, ["diag", "--json", "--config", str(config)])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert [one["code"] for one in said["findings"]] == ["printer.paper_low"]
    assert [one["part"] for one in said["parts"]] == ["receipt", "card"]


def test_the_credential_is_private_fresh_and_gone_at_the_end(inside: Technician) -> None:
    settings = inside.console.machine.settings
    place = credential.place_of(settings)
    with credential.offered(settings, 8080) as first:
        assert place.stat().st_mode & 0o777 == 0o600
        assert credential.read(settings) == (8080, first)
    assert credential.read(settings) is None
    with credential.offered(settings, 8080) as second:
        assert second != first


def test_a_credential_that_cannot_be_written_stops_no_kiosk(
    inside: Technician, caplog: pytest.LogCaptureFixture
) -> None:
    store = inside.console.machine.settings.store
    nowhere = store.model_copy(update={"journal": Path("/proc/nowhere/journal.db")})
    settings = inside.console.machine.settings.model_copy(update={"store": nowhere})
    with credential.offered(settings, 8080) as made:
        assert made
    assert [record.msg for record in caplog.records] == ["console.no_credential"]


def test_the_screen_is_called_by_a_word_and_not_by_the_codes_name(technician: Technician) -> None:
    (itself,) = (one for one in technician.console.examine() if one.part == "kiosk")
    assert itself.seen[0] == Told("终端程序在运行，画面：待机", "the daemon runs; screen: idle")
