"""Start-up ticket, self-test page and readiness report: journalled, of nobody, without a seal."""

import pytest
from pytest_mock import MockerFixture
from typer.testing import CliRunner

from archive.errors import StoreLockedError
from kiosk.cli import app
from kiosk.diag.finding import Finding, Part, Weight
from kiosk.diag.papers import readiness
from kiosk.diag.printing import PAPERS, document, print_paper
from kiosk.diag.run import Examined
from kiosk.diag.told import NOTHING
from kiosk.errors import PrinterNotReadyError
from kiosk.faults import fault
from kiosk.leftover import may_hang
from printing.journal import Order
from printing.layout.html import layout_html
from printing.layout.plain import layout_plain
from printing.preview import pdf_text
from printing.statements import STATEMENTS
from printing.statements.common import QUERY
from tests.faults.still import StillKiosk, still
from tests.kiosk.conftest import SECONDS, records
from tests.printing import technicians
from tests.printing.statements.people import made

pytestmark = pytest.mark.slow

__all__ = ["records", "still"]

SEAL = "核验码"
SERIAL = "20261126-01-000001"


def _found(part: Part, weight: Weight) -> Examined:
    return Examined(part, (Finding.named("printer.offline", part, weight, NOTHING),))


MAINTAINED = Examined("kiosk", (Finding.named("kiosk.maintenance", "kiosk", "stops", NOTHING),))


@pytest.mark.parametrize("name", PAPERS)
def test_each_is_printed_on_the_roll_and_journalled(still: StillKiosk, name: str) -> None:
    before = list(still.machine.store.audit_rows())
    printed = print_paper(still.machine, name, "receipt", "li.wei")
    job = still.machine.journal.job(printed.job_id)
    assert (job.order.statement, job.order.medium, job.state) == (name, "receipt", "confirmed")
    assert still.hall.line.wait_for_receipts(1, SECONDS)
    said = still.hall.line.receipts[0].transcript
    assert PAPERS[name][0] in said
    assert SEAL not in said
    rows = list(still.machine.store.audit_rows())[len(before) :]
    assert [(row.kind, row.statement, row.result, row.operator, row.reference) for row in rows] == [
        ("staff.action", name, ended, "li.wei", job.order.serial)
        for ended in ("asked", "confirmed")
    ]


def test_the_self_test_names_kiosk_and_serial(still: StillKiosk) -> None:
    printed = print_paper(still.machine, "self-test", "receipt", "li.wei")
    assert still.hall.line.wait_for_receipts(1, SECONDS)
    said = still.hall.line.receipts[0].transcript
    assert still.machine.journal.job(printed.job_id).order.serial in said
    assert f"{still.machine.settings.kiosk.id} 号机" in said


@pytest.mark.parametrize(
    ("results", "conclusion"),
    [
        ((), "未查全，不能判定"),
        ((Examined("reader"), Examined("receipt", asked=False)), "未查全，不能判定"),
        ((Examined("reader"), _found("report", "hinders")), "可以开放，有 1 项受影响"),
        ((_found("report", "note"),), "可以开放服务"),
        ((_found("reader", "stops"), Examined("card", asked=False)), "不能开放服务"),
        ((Examined("reader"), MAINTAINED), "可以开放服务（先结束维护）"),
        ((_found("reader", "stops"), MAINTAINED), "不能开放服务"),
    ],
)
def test_the_readiness_report_concludes_only_from_what_was_looked_at(
    results: tuple[Examined, ...], conclusion: str
) -> None:
    said = layout_plain(readiness(technicians.head("report"), results))
    assert f"结论：{conclusion}。" in said or f"结论：{conclusion}\n" in said, said


def test_a_cause_stands_on_paper_without_marks_of_commands_or_empty_brackets() -> None:
    found = Finding.named("sign.key", "report", "hinders", NOTHING)
    said = layout_plain(readiness(technicians.head("report"), (Examined("report", (found,)),)))
    assert "—）" not in said
    assert "签章密钥无法打开" in said
    unknown = Finding.named("seal.not_found", "report", "hinders", NOTHING)
    said = layout_plain(readiness(technicians.head("report"), (Examined("report", (unknown,)),)))
    assert "kiosk verify CODE" in said
    assert "`" not in said


@pytest.mark.parametrize("name", ["startup", "readiness"])
def test_each_is_a_report_of_its_own_name_without_a_seal(still: StillKiosk, name: str) -> None:
    printed = print_paper(still.machine, name, "report", "li.wei")
    job = still.machine.journal.job(printed.job_id)
    assert (job.order.medium, job.state) == ("report", "sent")
    file = still.machine.settings.report.folder / f"{job.order.serial}.pdf"
    said = pdf_text(file.read_bytes())
    assert PAPERS[name][0] in said
    assert SEAL not in said


def test_the_self_test_is_a_report_as_well(still: StillKiosk) -> None:
    assert print_paper(still.machine, "self-test", "report", "li.wei").result.outcome == "sent"


@pytest.mark.parametrize("lay_out", [layout_plain, layout_html])
def test_no_medium_speaks_of_a_seal_that_is_not_there(still: StillKiosk, lay_out: object) -> None:
    assert callable(lay_out)
    assert SEAL not in lay_out(document(still.machine, "startup", SERIAL, "report"))


def test_the_start_up_ticket_names_what_stands_there(still: StillKiosk) -> None:
    still.hall.sam_slot.remove()
    said = layout_plain(document(still.machine, "startup", SERIAL, "receipt"))
    for there in (still.hall.slot.reader, still.machine.receipt_model.title, "就绪", "2026年"):
        assert there in said


def test_the_start_up_ticket_says_what_does_not_answer(still: StillKiosk) -> None:
    still.hall.slot.stop_service()
    still.hall.printer.take_paper()
    said = layout_plain(document(still.machine, "startup", SERIAL, "receipt"))
    for code in ("reader.service_down", "printer.paper_out"):
        assert fault(code).zh in said
        assert code in said


def test_the_readiness_report_has_results_findings_and_a_place_to_sign(still: StillKiosk) -> None:
    still.hall.sam_slot.remove()
    said = layout_plain(document(still.machine, "readiness", SERIAL, "report"))
    assert "不能开放服务" in said
    for words in (fault("sam.absent").zh, "处理：", "卡片：未检查", "签名"):
        assert words in said


def test_a_kiosk_that_is_well_may_serve_by_its_report_and_the_card_that_is_in_stays_unnamed(
    still: StillKiosk,
) -> None:
    still.hall.slot.insert(still.hall.card(still.cards[0].profile))
    said = layout_plain(document(still.machine, "readiness", SERIAL, "report"))
    assert "可以开放服务" in said
    assert "真卡，在有效期内" in said
    assert still.cards[0].holder not in said
    number = still.cards[0].profile.holder
    assert number is not None
    assert number.social_security_number not in said


def test_nothing_is_printed_behind_an_earlier_holders_piece(
    still: StillKiosk, mocker: MockerFixture
) -> None:
    mocker.patch("kiosk.diag.printing.may_hang", return_value=True)
    still.hall.printer.take_paper()
    with pytest.raises(PrinterNotReadyError):
        print_paper(still.machine, "startup", "receipt", "li.wei")
    assert still.machine.journal.jobs() == ()
    *_, last = still.machine.store.audit_rows()
    assert (last.kind, last.result) == ("staff.action", "printer.paper_out")


def test_a_test_print_elsewhere_neither_voids_nor_hides_what_hangs_here(still: StillKiosk) -> None:
    machine, journal = still.machine, still.machine.journal
    order = Order("rights", SERIAL, "receipt", "receipt", "", 1, 1)
    hanging = journal.queue(order, ["head"])
    journal.record(hanging, "sending")
    journal.record(hanging, "unknown")
    printed = print_paper(machine, "self-test", "receipt", "li.wei", place="/dev/ttyUSB7")
    jobs = {job.id: job.order for job in journal.jobs()}
    assert set(jobs) == {hanging, printed.job_id}
    assert jobs[printed.job_id].printer == "/dev/ttyUSB7"
    assert may_hang(machine)


def test_its_blocks_and_their_truth_stand_in_the_journal(still: StillKiosk) -> None:
    printed = print_paper(still.machine, "self-test", "receipt", "li.wei")
    blocks = still.machine.journal.blocks(printed.job_id)
    assert [block.label for block in blocks][:2] == ["head", "width"]
    assert {block.state for block in blocks} == {"confirmed"}


def test_a_test_print_without_an_audit_row_is_none(
    still: StillKiosk, mocker: MockerFixture
) -> None:
    mocker.patch.object(
        still.machine.store, "append_audit", side_effect=StoreLockedError("records")
    )
    with pytest.raises(StoreLockedError):
        print_paper(still.machine, "self-test", "receipt", "li.wei")
    assert still.machine.journal.jobs() == ()


def test_the_command_prints_them_and_says_how_they_ended(
    still: StillKiosk, mocker: MockerFixture
) -> None:
    mocker.patch("kiosk.composition.real", return_value=still.machine)
    result = CliRunner().invoke(app, ["print", "startup", "--by", "li.wei"])
    assert result.exit_code == 0, result.output
    assert "confirmed" in result.stdout


def test_the_self_test_of_a_receipt_printer_asks_for_no_signature_and_no_report_printer(
    still: StillKiosk, mocker: MockerFixture
) -> None:
    opened = mocker.patch("kiosk.composition.real", return_value=still.machine)
    config = still.machine.settings.store.journal.with_name("wrong.toml")
    config.write_text('[report]\nport = "/dev/usb/lp9"\nmodel = "none"\n[sign]\nkey = "/gone"\n')
    command = ["print", "self-test", "--by", "li.wei", "--config", str(config)]
    assert CliRunner().invoke(app, command).exit_code == 0
    (settings,) = opened.call_args.args
    assert (settings.sign.key, settings.report.port) == ("", "")


def test_they_are_paper_of_one_size_and_listed_for_technicians() -> None:
    assert CliRunner().invoke(app, ["print", "startup", "--large"]).exit_code == 2
    assert CliRunner().invoke(app, ["print", "startup", "--english"]).exit_code == 2
    listed = CliRunner().invoke(app, ["statements"]).stdout
    assert "readiness" in listed
    assert "technician" in listed


def test_the_list_has_one_column_of_names_and_calls_a_query_only_what_says_so() -> None:
    lines = CliRunner().invoke(app, ["statements"]).stdout.splitlines()
    names = [*STATEMENTS, *PAPERS]
    room = max(map(len, names))
    assert [line[: room + 1].rstrip() for line in lines] == names
    assert all(line[room] == " " and line[room + 1] != " " for line in lines)
    for line, name in zip(lines, STATEMENTS, strict=False):
        assert ("查询结果" in line) == (QUERY in made(name).notes), name
