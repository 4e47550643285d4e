"""What commands say to staff: the option that is wrong, the cause and the step, nothing twice."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.errors import StoreLockedError
from archive.sqlite.store import SqliteStore
from archive.values import CHINA
from kiosk.cli import main
from kiosk.composition import utc_now
from kiosk.faults import fault
from kiosk.verifying import UNCONFIRMED
from kiosk.web.words import words
from printing.errors import SealRevokedError
from printing.journal import Journal, Observed, Order
from printing.seals import SealRecord
from tests.kiosk.test_verify import CERTIFICATE, CODE, REFUSAL, SEAL


@pytest.fixture
def kiosk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> "Kiosk":
    """Runs a command as the shell does, with a configuration of this folder."""
    config = tmp_path / "kiosk.toml"
    text = f'records = "{tmp_path}/records.db"\njournal = "{tmp_path}/journal.db"\n'
    config.write_text(f"[store]\n{text}", "utf-8")
    monkeypatch.setenv("KIOSK_CONFIG", str(config))
    return Kiosk(monkeypatch, capsys)


class Kiosk:
    """The program, its output and its exit code."""

    def __init__(self, patch: pytest.MonkeyPatch, shown: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._shown = shown

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self._patch.setattr(sys, "argv", ["kiosk", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._shown.readouterr()
        return int(ended.value.code or 0), out, err


@pytest.mark.parametrize(
    ("option", "arguments"),
    [
        ("--model horoscope", ("printer", "status", "--port", "/dev/x", "--model", "horoscope")),
        ("--port (none)", ("printer", "status", "--model", "escpk-24pin")),
        ("--port 99999", ("demo", "--port", "99999")),
        ("--store", ("import", __file__, "--store", "mysql://x/y")),
        ("MODEL horoscope", ("simulate", "printer", "horoscope", "--out", ".")),
    ],
)
def test_a_wrong_option_is_blamed_and_not_the_configuration_file(
    kiosk: Kiosk, option: str, arguments: tuple[str, ...]
) -> None:
    code, _, err = kiosk(*arguments)
    assert code == 2, err
    assert option in err
    assert "配置文件" not in err


def test_a_wrong_setting_is_still_blamed_on_the_file(kiosk: Kiosk, tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text("[web]\nport = 99999\n", "utf-8")
    code, _, err = kiosk("audit", "verify")
    assert (code, "web.port = 99999" in err) == (60, True)


def test_before_the_first_job_the_list_of_jobs_says_that_there_is_none(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    code, out, _ = kiosk("jobs", "list")
    assert (code, out) == (0, "还没有打印任务。No job yet.\n")
    assert not (tmp_path / "journal.db").exists(), "looking makes no journal"


def test_jobs_are_told_in_words_with_the_codes_beside_them(kiosk: Kiosk, tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db", utc_now) as journal:
        order = Order("contributions", "20261122-03-000417", "receipt", "front", "ab" * 32, 7, 2)
        job = journal.queue(order, ("head", "cut"))
        journal.record(job, "sending")
        journal.conclude(job, "failed", Observed(reason="printer.paper_out"))
    _, listed, _ = kiosk("jobs", "list")
    _, shown, _ = kiosk("jobs", "show", job)
    words = fault("printer.paper_out")
    told = ("没有打成 failed", "小票 receipt", "社会保险缴费明细", words.zh, "[printer.paper_out]")
    assert [word for word in told if word not in listed] == []
    assert shown.startswith(listed)
    assert "没有证明 no proof" in shown.splitlines()[1]


def test_a_list_that_is_cut_says_so_and_a_serial_is_found_however_old(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    with Journal(tmp_path / "journal.db", utc_now) as journal:
        for number in range(3):
            serial = f"20261122-03-{number:06}"
            journal.queue(Order("guide", serial, "receipt", "front", "ab" * 32, 7, 1), ("head",))
    _, last, _ = kiosk("jobs", "list", "--last", 2)
    more, *two = last.splitlines()
    assert "Older ones: --last 20" in more
    assert [line.split()[0] for line in two] == ["2", "3"]
    _, found, _ = kiosk("jobs", "list", "--last", 1, "--serial", "20261122-03-000000")
    assert [line.split()[0] for line in found.splitlines()] == ["1"]
    assert "No job of this serial" in kiosk("jobs", "list", "--serial", "x")[1]
    assert "No job has to be settled" in kiosk("jobs", "list", "--unknown")[1]


def test_the_parts_of_a_settled_job_stay_as_the_printer_told_them(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    with Journal(tmp_path / "journal.db", utc_now) as journal:
        order = Order("guide", "20261122-03-000417", "receipt", "front", "ab" * 32, 7, 1)
        job = journal.queue(order, ("head", "cut"))
        journal.record(job, "sending")
        journal.recover()
        assert "what a person found changes none" not in kiosk("jobs", "show", job)[1]
        journal.resolve(job, "wang", "confirmed")
    assert "what a person found changes none" in kiosk("jobs", "show", job)[1]


def test_a_mistyped_path_is_refused_before_a_store_is_made(kiosk: Kiosk, tmp_path: Path) -> None:
    code, _, err = kiosk("import", tmp_path / "persons.cvs")
    assert (code, "persons.cvs" in err) == (2, True)
    assert not (tmp_path / "records.db").exists()


def test_a_check_says_which_file_was_read_and_how_many_settings_differ(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    code, out, err = kiosk("config", "check")
    assert code == 0, err
    file, differ, sound = out.splitlines()[-3:]
    assert str(tmp_path / "kiosk.toml") in file
    assert differ.endswith(": 2")
    assert "sound" in sound


def test_staff_read_cause_and_step_and_not_what_a_citizen_should_do(kiosk: Kiosk) -> None:
    code, _, err = kiosk("store", "check")
    told = fault("store.unavailable", path="")
    assert code == told.exit_code
    assert told.zh in err
    assert told.zh_step in err
    assert told.step in err
    assert told.zh_do not in err
    assert told.en_do not in err


def test_maintenance_is_set_by_a_command_outlives_it_and_names_who_did_it(
    kiosk: "Kiosk", tmp_path: Path
) -> None:
    with SqliteStore(tmp_path / "records.db", utc_now) as store:
        assert kiosk("maintenance", "show")[1].endswith("In service.\n")
        assert kiosk("maintenance", "on", "--by", "wang")[0] == 0
        assert "nobody is served" in kiosk("maintenance", "show")[1]
        assert kiosk("maintenance", "off", "--by", "li")[0] == 0
        assert kiosk("maintenance", "show")[1].endswith("In service.\n")
        rows = [(row.kind, row.result, row.operator) for row in store.audit_rows()]
    assert rows == [
        ("staff.action", "maintenance.on", "wang"),
        ("staff.action", "maintenance.off", "li"),
    ]


def test_maintenance_needs_a_name_and_begins_although_the_trail_cannot_keep_it(
    kiosk: "Kiosk",
) -> None:
    assert kiosk("maintenance", "on")[0] == 2
    assert kiosk("maintenance", "show")[1].endswith("In service.\n")
    assert kiosk("maintenance", "on", "--by", "wang")[0] == 32, "there are no records"
    assert "nobody is served" in kiosk("maintenance", "show")[1]


def test_a_folder_that_cannot_be_written_keeps_no_sign_of_maintenance(
    kiosk: "Kiosk", tmp_path: Path
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[store]\njournal = "{tmp_path}/away/journal.db"\n', "utf-8")
    code, _, said = kiosk("maintenance", "on", "--by", "wang")
    assert code == 1
    assert fault("kiosk.maintenance_sign").en in said


@pytest.mark.parametrize(
    ("seal", "said", "certifies"),
    [(CERTIFICATE, "存档证明", True), (REFUSAL, "存档情况告知", False)],
    ids=["certificate", "refusal"],
)
def test_a_refusal_is_told_apart_from_a_certificate(
    kiosk: Kiosk, tmp_path: Path, seal: SealRecord, said: str, *, certifies: bool
) -> None:
    with Journal(tmp_path / "journal.db", lambda: SEAL.issued_at) as journal:
        expires = utc_now() + timedelta(days=1)
        journal.seals.record(replace(seal, expires_at=expires))
    code, out, _ = kiosk("verify", CODE)
    assert (code, f"  {said}  " in out) == (0, True)
    first = out.splitlines()[0]
    assert "这张单据是真的" in first
    assert "Genuine as far as this kiosk knows" in first
    for caution in (UNCONFIRMED.zh, UNCONFIRMED.en, words()["verify.compare"]["zh"]):
        assert caution in out, "as on the page"
    assert ("This paper is not a certificate" in out) != certifies


@pytest.mark.parametrize("name", ["README.md", "report.pdf"])
def test_a_file_that_is_no_pdf_is_called_that_and_no_mistyped_code(
    kiosk: Kiosk, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("# no PDF", "utf-8")
    code, _, err = kiosk("verify", tmp_path / name)
    words = fault("seal.no_pdf", path=tmp_path / name)
    assert (code, err.splitlines()) == (words.exit_code, words.for_staff())
    assert kiosk("verify", tmp_path)[0] == fault("path.unusable").exit_code


def test_behind_a_mistyped_code_stands_what_to_do(kiosk: Kiosk, tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db", lambda: SEAL.issued_at):
        pass
    code, _, err = kiosk("verify", CODE[:-1])
    assert code == 2
    assert "共 28 位" in err
    assert "28 characters in groups of 4" in err


def test_a_code_is_not_revoked_where_the_trail_cannot_keep_who_did_it(
    kiosk: Kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SqliteStore(tmp_path / "records.db", lambda: SEAL.issued_at) as store:
        assert list(store.audit_rows()) == []
    with Journal(tmp_path / "journal.db", lambda: SEAL.issued_at) as journal:
        journal.seals.record(SEAL)
    with monkeypatch.context() as patched:
        patched.setattr(SqliteStore, "append_audit", locked)
        assert kiosk("verify", "revoke", CODE, "--by", "li")[0] == fault("store.locked").exit_code
    with Journal(tmp_path / "journal.db", lambda: SEAL.issued_at) as journal:
        assert journal.seals.look_up(CODE), "still valid"
    assert kiosk("verify", "revoke", CODE, "--by", "li")[1] == f"已撤销 revoked: {SEAL.serial}\n"
    with (
        Journal(tmp_path / "journal.db", lambda: SEAL.issued_at) as journal,
        pytest.raises(SealRevokedError) as revoked,
    ):
        journal.seals.look_up(CODE)
    told = kiosk("verify", CODE)[2]
    at = revoked.value.revoked_at
    assert f"工作人员于 {at.astimezone(CHINA):%Y-%m-%d %H:%M} 撤销了核验码\n" in told, "as on paper"
    assert "+00:00" not in told


def locked(*_: object) -> None:
    """As a store that another program holds."""
    raise StoreLockedError("records.db")
