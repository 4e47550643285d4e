import errno
import os
import time
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from devices.printer.report import NOT_FETCHED_SECONDS, FolderPrinter


def test_a_report_is_written_whole_and_called_sent(tmp_path: Path) -> None:
    result = FolderPrinter(tmp_path).print_pdf(b"%PDF-1", "statement.pdf")
    assert (result.outcome, result.bytes_sent, result.evidence) == ("sent", 6, "none")
    assert [path.name for path in tmp_path.iterdir()] == ["statement.pdf"]
    assert (tmp_path / "statement.pdf").read_bytes() == b"%PDF-1"


def test_an_earlier_report_is_never_replaced(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path)
    for content in (b"one", b"two", b"three"):
        printer.print_pdf(content, "s.pdf")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "s.pdf": b"one",
        "s-2.pdf": b"two",
        "s-3.pdf": b"three",
    }


def test_a_visit_that_has_ended_leaves_no_report(tmp_path: Path) -> None:
    result = FolderPrinter(tmp_path).print_pdf(b"%PDF", "s.pdf", cancelled=lambda: True)
    assert (result.outcome, result.bytes_sent) == ("cancelled", 0)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_a_failure_and_no_error(tmp_path: Path) -> None:
    result = FolderPrinter(tmp_path / "none").print_pdf(b"%PDF", "s.pdf")
    assert (result.outcome, result.reason, result.bytes_sent) == ("failed", "printer.folder", 0)


def test_a_report_that_has_its_name_is_not_called_failed_where_the_disk_may_forget_it(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    """The print service takes it: a paper that failed would be printed a second time."""
    mocker.patch(
        "devices.printer.report._sync_directory", side_effect=OSError(errno.EIO, "input/output")
    )
    result = FolderPrinter(tmp_path).print_pdf(b"%PDF", "s.pdf")
    assert (result.outcome, result.reason, result.blocks_sent) == ("unknown", "printer.folder", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["s.pdf"]


def test_what_a_killed_process_left_half_written_is_removed_at_the_next_start(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    killed = mocker.patch("devices.printer.report.Path.unlink")
    mocker.patch("devices.printer.report.os.fsync", side_effect=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        FolderPrinter(tmp_path).print_pdf(b"%PDF of a person", "s.pdf")
    assert killed.called
    mocker.stopall()
    (tmp_path / ".other.part").write_bytes(b"of somebody else")
    FolderPrinter(tmp_path).expect(("s.pdf", "never-begun.pdf"))
    assert [path.name for path in tmp_path.iterdir()] == [".other.part"]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_kiosk_and_its_group_can_read_a_report(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        FolderPrinter(tmp_path).print_pdf(b"%PDF", "s.pdf")
    finally:
        os.umask(before)
    assert (tmp_path / "s.pdf").stat().st_mode & 0o777 == 0o640


def test_a_link_that_lies_in_the_way_is_not_followed(tmp_path: Path) -> None:
    """The group of the print service may write into the folder, and not into the kiosk's files."""
    records = tmp_path / "records"
    records.write_bytes(b"of everybody")
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / ".s.pdf.part").symlink_to(records)
    assert FolderPrinter(folder).print_pdf(b"%PDF", "s.pdf").outcome == "sent"
    assert records.read_bytes() == b"of everybody"
    assert (folder / "s.pdf").read_bytes() == b"%PDF"
    assert not (folder / "s.pdf").is_symlink()


@pytest.mark.parametrize("name", ["", "../s.pdf", "a/b.pdf", "/s.pdf"])
def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain file name"):
        FolderPrinter(tmp_path).print_pdf(b"%PDF", name)


def test_a_report_that_nobody_took_is_destroyed_and_what_waits_instead_is_as_old(
    tmp_path: Path,
) -> None:
    clock = [1000.0]
    printer = FolderPrinter(tmp_path, monotonic=lambda: clock[0])
    printer.print_pdf(b"%PDF of a person", "old.pdf")
    clock[0] += NOT_FETCHED_SECONDS - 1
    printer.print_pdf(b"%PDF of a person", "new.pdf")
    assert printer.records_left() == ()
    clock[0] += 2
    assert printer.records_left() == ("old.pdf",)
    printer.withdraw("old.pdf", b"%PDF void")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "old.pdf": b"%PDF void",
        "new.pdf": b"%PDF of a person",
    }
    assert (printer.records_left(), printer.not_fetched()) == ((), 1)


@pytest.mark.parametrize("leap", [3600, -7200])
def test_a_clock_that_is_put_right_makes_no_report_older_or_younger(
    tmp_path: Path, leap: int
) -> None:
    clock, wall = [1000.0], [time.time()]
    printer = FolderPrinter(tmp_path, now=lambda: wall[0], monotonic=lambda: clock[0])
    printer.print_pdf(b"%PDF of a person", "s.pdf")
    for seconds in (5, NOT_FETCHED_SECONDS - 10):
        wall[0] += leap + seconds
        clock[0] += seconds
        assert printer.not_fetched() == 0
    clock[0] += 10
    assert printer.records_left() == ("s.pdf",)


def test_what_an_earlier_process_left_is_as_old_as_its_file(tmp_path: Path) -> None:
    FolderPrinter(tmp_path).print_pdf(b"%PDF of a person", "s.pdf")
    made = (tmp_path / "s.pdf").stat().st_mtime
    assert FolderPrinter(tmp_path, now=lambda: made + 5).not_fetched() == 0
    later = FolderPrinter(tmp_path, now=lambda: made + NOT_FETCHED_SECONDS + 5)
    assert later.records_left() == ("s.pdf",)


def test_a_report_that_was_taken_just_now_gets_nothing_in_its_place(tmp_path: Path) -> None:
    FolderPrinter(tmp_path).withdraw("gone.pdf", b"%PDF void")
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_gone_even_where_nothing_can_be_put_in_its_place(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    printer = FolderPrinter(tmp_path)
    printer.print_pdf(b"%PDF of a person", "s.pdf")
    mocker.patch("os.fsync", side_effect=OSError(errno.ENOSPC, "full"))
    with pytest.raises(OSError, match="full"):
        printer.withdraw("s.pdf", b"%PDF void")
    assert list(tmp_path.iterdir()) == []
