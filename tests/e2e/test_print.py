"""`kiosk print` behind the real pcscd and a pseudo-terminal: good paper, and every bad end."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.sqlite.store import SqliteStore
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.profile import CardProfile, Faults
from devices.card.simulated.vpcd import VpcdCard
from kiosk.composition import utc_now
from kiosk.demo.data import DemoCard
from printing.journal import Journal
from tests.e2e.commands import Ended
from tests.e2e.conftest import Run, genuine
from tests.e2e.printer import ReceiptPrinter

pytestmark = [pytest.mark.pcscd, pytest.mark.slow]

PutIn = Callable[[SimulatedCard], VpcdCard]
Cards = tuple[DemoCard, ...]


def expect(ended: Ended, code: int, chinese: str, english: str) -> None:
    """An end in words of both languages, with its own code and no traceback."""
    assert (ended.code, "Traceback" in ended.err) == (code, False), ended.err
    assert chinese in ended.err
    assert english in ended.err


def test_a_card_goes_in_and_a_confirmed_statement_comes_out(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path, printer: ReceiptPrinter
) -> None:
    card = genuine(cards[1].profile)
    put_in(card)
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin=cards[1].pin)
    assert (ended.code, ended.err.count("Traceback")) == (0, 0), ended.err
    assert "confirmed" in ended.out
    assert printer.wait_for_receipts(1, 10)
    assert "欧阳" in printer.receipts()[0].transcript
    assert printer.errors() == []
    listed = kiosk("jobs", "list", "--config", config)
    assert "confirmed" in listed.out
    assert cards[1].holder not in listed.out
    assert card.tries_left == 6


def test_every_step_of_a_print_is_in_the_audit(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path, demo_folder: Path
) -> None:
    def kinds() -> list[str]:
        with SqliteStore(demo_folder / "records.db", utc_now) as store:
            return [f"{row.kind} {row.result}".strip() for row in store.audit_rows()]

    before = len(kinds())
    put_in(genuine(cards[0].profile))
    for pin in ("000000", cards[0].pin):
        kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin=pin)
    assert kinds()[before:] == [
        "pin.refused pin.wrong",
        "pin.accepted ok",
        "records.read ok",
        "paper.requested",
        "paper.outcome confirmed",
    ]


def test_the_same_statement_as_a_pdf_needs_no_printer(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path, tmp_path: Path
) -> None:
    put_in(genuine(cards[0].profile))
    ended = kiosk(
        *("print", "contributions", "--report", "--pin-stdin", "--config", config),
        *("--printer", tmp_path / "none"),
        stdin=cards[0].pin,
    )
    assert ended.code == 0, ended.err
    assert "sent" in ended.out
    assert f"已放入 {tmp_path}" in ended.out
    (pdf,) = tmp_path.glob("*.pdf")
    read = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True)
    assert cards[0].holder in read.stdout
    assert pdf.stat().st_mode & 0o007 == 0
    code = re.search(r"核验码 ([0-9A-Z-]{34})", read.stdout)
    assert code is not None
    with Journal(tmp_path / "journal.db", utc_now) as journal:
        assert journal.seals.look_up(code[1])
    by_file = kiosk("verify", pdf, "--config", config)
    assert by_file.code == 0, by_file.err
    assert kiosk("verify", code[1], "--config", config).code == 0
    assert kiosk("verify", code[1][:-1] + "*", "--config", config).code == 2
    pdf.write_bytes(pdf.read_bytes() + b"\n")
    assert kiosk("verify", pdf, "--config", config).code == 48
    assert kiosk("verify", "revoke", code[1], "--by", "li", "--config", config).code == 0
    assert kiosk("verify", code[1], "--config", config).code == 39
    assert kiosk("audit", "verify", "--config", config).code == 0


def test_another_statement_and_another_range_are_printed_by_name(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path, printer: ReceiptPrinter
) -> None:
    put_in(genuine(cards[1].profile))
    for number, arguments in enumerate(
        (("insured", "--months", "12"), ("contributions", "--from", "202401", "--to", "202403")), 1
    ):
        ended = kiosk("print", *arguments, "--pin-stdin", "--config", config, stdin=cards[1].pin)
        assert ended.code == 0, ended.err
        assert printer.wait_for_receipts(number, 10)
    certificate, detail = (receipt.transcript for receipt in printer.receipts())
    assert "社会保险参保证明" in certificate
    assert "共 12 个月" in certificate
    assert "2024-01 至 2024-03，共 3 个月" in detail


def test_a_guide_needs_neither_card_nor_pin(
    kiosk: Run, config: Path, printer: ReceiptPrinter
) -> None:
    ended = kiosk("print", "guide", "--service", "990100-SB-001", "--config", config)
    assert ended.code == 0, ended.err
    assert printer.wait_for_receipts(1, 10)
    assert "办事指南" in printer.receipts()[0].transcript


def test_large_print_takes_more_paper_and_the_words_alone_take_none(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path, printer: ReceiptPrinter
) -> None:
    guide = ("print", "guide", "--service", "990100-SB-001", "--config", config)
    spoken = kiosk(*guide, "--text")
    assert spoken.code == 0, spoken.err
    assert "办理时限：" in spoken.out
    put_in(genuine(cards[0].profile))
    own = ("print", "rights", "--pin-stdin", "--config", config)
    spoken = kiosk(*own, "--text", stdin=cards[0].pin)
    assert spoken.out.startswith("社会保险个人权益记录单。"), spoken.err
    assert cards[0].holder not in spoken.out
    assert not printer.receipts()
    for arguments in (guide, (*guide, "--large")):
        assert kiosk(*arguments).code == 0
    assert printer.wait_for_receipts(2, 10)
    usual, large = printer.receipts()
    assert large.length > 1.5 * usual.length
    assert kiosk(*guide, "--text", "--large").code == 2
    assert kiosk("print", "transfer", "--form", "--english").code == 2


@pytest.mark.parametrize("service", [("--service", "no-such-service"), ()])
def test_a_guide_to_an_unknown_service_is_refused_and_nothing_is_printed(
    kiosk: Run, config: Path, printer: ReceiptPrinter, service: tuple[str, ...]
) -> None:
    ended = kiosk("print", "guide", *service, "--config", config)
    assert ended.code == 33
    assert "没有找到这个服务事项" in ended.err
    assert not printer.receipts()


@pytest.mark.parametrize(
    "arguments",
    [("--from", "202413", "--to", "202501"), ("--from", "202401"), ("--months", "481")],
)
def test_months_that_are_none_are_refused_before_the_card_is_touched(
    kiosk: Run, config: Path, arguments: tuple[str, ...]
) -> None:
    assert kiosk("print", "contributions", *arguments, "--config", config).code == 2


def test_months_of_which_nothing_can_be_known_yet_are_refused(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path, printer: ReceiptPrinter
) -> None:
    put_in(genuine(cards[0].profile))
    asked = ("--from", "209901", "--to", "209912")
    command = ("print", "contributions", *asked, "--pin-stdin", "--config", config)
    ended = kiosk(*command, stdin=cards[0].pin)
    expect(ended, 2, "还没有 2099-12 的记录", "nothing of 2099-12 yet")
    assert not printer.receipts()


def test_a_wrong_pin_costs_one_try_and_prints_nothing(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path, printer: ReceiptPrinter
) -> None:
    card = genuine(cards[0].profile)
    put_in(card)
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin="000000")
    expect(ended, 21, "还可以试 5 次", "Tries left: 5")
    assert card.tries_left == 5
    assert printer.wire_bytes() == 0


def test_what_is_no_pin_is_not_sent_to_the_card(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path
) -> None:
    card = genuine(cards[0].profile)
    put_in(card)
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin="12")
    expect(ended, 23, "4 到 12 位", "4 to 12 digits")
    assert card.tries_left == 6


def test_without_a_pin_and_a_terminal_the_command_says_how_to_give_one(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path
) -> None:
    put_in(genuine(cards[0].profile))
    expect(kiosk("print", "contributions", "--config", config), 20, "设有密码", "has a PIN")


def locked(profile: CardProfile) -> CardProfile:
    assert profile.pin is not None
    return replace(profile, pin=replace(profile.pin, tries_left=0))


def stranger(profile: CardProfile) -> CardProfile:
    assert profile.holder is not None
    return replace(
        profile, holder=replace(profile.holder, social_security_number="99999919900101001X")
    )


@pytest.mark.parametrize(
    ("change", "code", "chinese", "english"),
    [
        (locked, 22, "密码已锁定", "The PIN is locked"),
        (lambda p: replace(p, foreign=True), 15, "不是社会保障卡", "not a social security card"),
        (lambda p: replace(p, expires=p.issued), 17, "已过有效期", "has expired"),
        (stranger, 30, "没有查到", "No insurance record"),
        (
            lambda p: replace(p, faults=Faults(remove_at_apdu=6)),
            13,
            "办理中卡被取出",
            "was taken out",
        ),
    ],
    ids=["locked", "foreign", "expired", "unknown holder", "pulled"],
)
def test_a_card_that_cannot_be_used_ends_in_its_own_sentence_and_code(
    kiosk: Run,
    put_in: PutIn,
    cards: Cards,
    config: Path,
    printer: ReceiptPrinter,
    change: Callable[[CardProfile], CardProfile],
    code: int,
    chinese: str,
    english: str,
) -> None:
    put_in(genuine(change(cards[0].profile)))
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin=cards[0].pin)
    expect(ended, code, chinese, english)
    assert printer.wire_bytes() == 0


def test_the_paper_of_a_holder_without_contributions_says_so(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path, printer: ReceiptPrinter
) -> None:
    put_in(genuine(cards[3].profile))
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin=cards[3].pin)
    assert ended.code == 0, ended.err
    assert printer.wait_for_receipts(1, 10)
    assert "查询时段内没有缴费记录" in printer.receipts()[0].transcript


def test_no_card_no_reader_and_no_service_are_three_faults(
    kiosk: Run, pcscd: PrivatePcscd, config: Path
) -> None:
    expect(kiosk("print", "contributions", "--config", config), 12, "没有卡", "no card")
    missing = kiosk("print", "contributions", "--reader", "Nosuch", "--config", config)
    expect(missing, 11, "没有找到读卡器", "No card reader")
    down = kiosk(
        "print", "contributions", "--config", config, PCSCLITE_CSOCK_NAME="/nonexistent/pcscd"
    )
    expect(down, 10, "读卡服务没有运行", "not running")


def test_a_copied_card_is_refused_before_its_pin_is_asked_for(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path
) -> None:
    put_in(SimulatedCard(cards[0].profile))  # the same files, and no key
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin=cards[0].pin)
    expect(ended, 17, "没有通过真伪核验", "could not be proven genuine")


def test_a_virtual_reader_is_never_used_in_service(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path
) -> None:
    put_in(genuine(cards[0].profile))
    text = config.read_text("utf-8").replace("virtual_readers = true", "virtual_readers = false")
    config.write_text(text.replace('kind = "software"', 'kind = "psam"'), "utf-8")
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin=cards[0].pin)
    expect(ended, 11, "没有可用的读卡器", "no card reader that may be used")


@pytest.mark.parametrize(
    ("fault", "code", "chinese", "english"),
    [
        ("paper_out", 42, "缺纸", "out of paper"),
        ("cover_open", 43, "盖子", "cover is open"),
        ("off", 41, "没有应答", "does not answer"),
        ("hang_up", 40, "没有找到打印机", "was not found"),
    ],
)
def test_a_printer_that_cannot_print_gets_no_byte_of_the_statement(
    kiosk: Run,
    put_in: PutIn,
    cards: Cards,
    config: Path,
    printer: ReceiptPrinter,
    fault: str,
    code: int,
    chinese: str,
    english: str,
) -> None:
    put_in(genuine(cards[0].profile))
    printer.strike(fault)
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin=cards[0].pin)
    expect(ended, code, chinese, english)
    assert printer.receipts() == ()
    assert " failed " in kiosk("jobs", "list", "--config", config).out


def test_paper_that_ends_in_the_middle_is_never_called_printed(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path, printer: ReceiptPrinter
) -> None:
    put_in(genuine(cards[0].profile))
    printer.take_paper(after_lines=20)
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin=cards[0].pin)
    expect(ended, 45, "不能确定", "not certain")
    unknown = kiosk("jobs", "list", "--unknown", "--config", config).out
    assert "unknown" in unknown
    number = unknown.split()[0]
    settled = kiosk("jobs", "settle", number, "cancelled", "--by", "staff1", "--config", config)
    assert settled.out == f"任务 job {number}: 印有作废字样 cancelled\n"
    assert settled.code == 0, settled.err
    assert kiosk("jobs", "list", "--unknown", "--config", config).out.endswith(
        "No job has to be settled.\n"
    )


def test_a_font_that_cannot_be_read_is_found_before_the_card_is_touched(
    kiosk: Run, config: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    config.write_text(config.read_text("utf-8") + f'[statement]\nfonts = ["{broken}"]\n', "utf-8")
    ended = kiosk("print", "contributions", "--pin-stdin", "--config", config, stdin="123456")
    expect(ended, 50, "缺少打印字体", "A font for printing is missing")


def test_an_unknown_statement_and_a_wrong_setting_are_refused_by_name(
    kiosk: Run, config: Path
) -> None:
    expect(kiosk("print", "horoscope", "--config", config), 2, "horoscope", "no such statement")
    config.write_text("[web]\nport = 99999\n", "utf-8")
    expect(kiosk("config", "check", "--config", config), 60, "web.port = 99999", "65535")


def test_no_command_line_shows_a_pin_or_takes_one(kiosk: Run) -> None:
    text = kiosk("print", "--help").out
    assert not re.search(r"--pin\b(?!-stdin)", text)
    expect(kiosk("card", "apdu", "200000:123456"), 2, "密码不能写在命令行里", "command line")
