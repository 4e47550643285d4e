"""The commands around the line: card, simulate, import, audit; for other programs to use."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from devices.card.events import CardInserted, CardRemoved
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.vpcd import VpcdCard
from kiosk.demo.data import DemoCard
from tests.e2e.conftest import KIOSK, Run, genuine
from tests.pcscd import Recorder

pytestmark = [pytest.mark.pcscd, pytest.mark.slow]

PutIn = Callable[[SimulatedCard], VpcdCard]
KEYS = [
    *("version", "card_number", "social_security_number", "name", "sex", "ethnicity"),
    *("birth_place", "birth_date", "issuing_area", "issued", "expires"),
    *("identification_code", "atr", "genuine"),
]


def test_card_read_masks_the_holder_unless_told_to_reveal(
    kiosk: Run, put_in: PutIn, cards: tuple[DemoCard, ...], config: Path
) -> None:
    profile = cards[0].profile
    assert profile.holder is not None
    put_in(genuine(profile))
    masked = json.loads(kiosk("card", "read", "--json", "--config", config).out)
    assert list(masked) == KEYS
    number = profile.holder.social_security_number
    text = json.dumps(masked, ensure_ascii=False)
    for secret in (profile.holder.name, number, number[2:6], number[10:14], profile.card_number):
        assert secret not in text
    assert masked["birth_place"] == number[:2] + "****", "of the place only the province"
    assert masked["genuine"] is True
    whole = json.loads(kiosk("card", "read", "--json", "--reveal", "--config", config).out)
    assert whole["name"] == profile.holder.name
    assert whole["social_security_number"] == number
    assert whole["birth_date"] == profile.holder.birth_date.isoformat()
    assert whole["issued"] == profile.issued.isoformat()
    assert whole["atr"] == profile.atr.hex().upper()
    assert profile.holder.name not in kiosk("card", "read", "--config", config).out


def test_card_read_fails_as_json_with_a_code_and_a_message(kiosk: Run, config: Path) -> None:
    ended = kiosk("card", "read", "--json", "--config", config)
    assert ended.code == 12
    error = json.loads(ended.out)["error"]
    assert error["code"] == "card.absent"
    assert "没有卡" in error["message"]


def test_card_read_verifies_a_pin_from_standard_input(
    kiosk: Run, put_in: PutIn, cards: tuple[DemoCard, ...], config: Path
) -> None:
    put_in(genuine(cards[0].profile))
    assert (
        kiosk("card", "read", "--pin-stdin", "--config", config, stdin=cards[0].pin + "\n").code
        == 0
    )
    wrong = kiosk("card", "read", "--json", "--pin-stdin", "--config", config, stdin="000000\n")
    assert wrong.code == 21
    assert json.loads(wrong.out)["error"]["code"] == "pin.wrong"


def test_card_apdu_names_the_answer_and_hides_a_pin(
    kiosk: Run, put_in: PutIn, cards: tuple[DemoCard, ...], config: Path
) -> None:
    put_in(genuine(cards[0].profile))
    ended = kiosk(
        *("card", "apdu", "--config", config),
        stdin=f"A40400:7378312E73682EC9E7BBE1B1A3D5CF=9000\nB20328/06\n"
        f"200000:{cards[0].pin}=9000\n20=9000\n",
    )
    assert ended.code == 16, ended.err
    assert "03 04 32 2E 30 30 9000" in ended.out
    assert cards[0].pin not in ended.out + ended.err
    assert "期望的是 9000" in ended.err


def test_card_apdu_sends_nothing_when_a_later_line_is_wrong(kiosk: Run) -> None:
    ended = kiosk("card", "apdu", "B20328/06", "XYZ")
    assert ended.code == 2
    assert "column 1" in ended.err


@pytest.fixture
def simulated_card(
    pcscd: PrivatePcscd, events: Recorder, demo_folder: Path
) -> Iterator[subprocess.Popen[str]]:
    """`kiosk simulate card` in a process of its own."""
    process = subprocess.Popen(
        [
            *(KIOSK, "simulate", "card", demo_folder / "data/cards/01.toml"),
            *("--vpcd", f"127.0.0.1:{pcscd.port}"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    events.wait_for(CardInserted)
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
    if process.stdout is not None:
        process.stdout.close()


def test_opensc_tool_reads_the_simulated_card_and_the_command_ends_cleanly(
    pcscd: PrivatePcscd, simulated_card: subprocess.Popen[str], events: Recorder
) -> None:
    done = subprocess.run(
        [
            *("opensc-tool", "--reader", "0", "--send-apdu"),
            *("00A404000F7378312E73682EC9E7BBE1B1A3D5CF", "--send-apdu", "00B2032806"),
        ],
        capture_output=True,
        text=True,
        timeout=30,
        env={"PATH": "/usr/bin:/bin", **pcscd.environment},
    )
    assert "SW1=0x90, SW2=0x00" in done.stdout
    assert "03 04 32 2E 30 30" in done.stdout
    simulated_card.send_signal(signal.SIGINT)
    assert simulated_card.wait(timeout=10) == 0
    events.wait_for(CardRemoved)


def test_a_second_card_in_the_same_reader_is_refused(
    kiosk: Run, pcscd: PrivatePcscd, simulated_card: subprocess.Popen[str], demo_folder: Path
) -> None:
    card = demo_folder / "data/cards/02.toml"
    ended = kiosk("simulate", "card", card, "--vpcd", f"127.0.0.1:{pcscd.port}")
    assert ended.code == 10
    assert "已经有一张卡" in ended.err
    assert simulated_card.poll() is None


@pytest.mark.parametrize("name", ["r.db", "persons.csv"])
def test_the_rejects_file_never_replaces_the_store_or_an_input(
    kiosk: Run, tmp_path: Path, name: str
) -> None:
    kiosk("demo-data", "--persons", 6, "--out", tmp_path)
    kiosk("import", tmp_path / "persons.csv", "--store", tmp_path / "r.db")
    before = (tmp_path / name).read_bytes()
    ended = kiosk(
        *("import", tmp_path / "persons.csv", "--store", tmp_path / "r.db"),
        *("--rejects", tmp_path / name),
    )
    assert ended.code == 62
    assert (tmp_path / name).read_bytes() == before


def test_simulate_card_says_at_once_that_no_virtual_reader_listens(
    kiosk: Run, demo_folder: Path
) -> None:
    card = demo_folder / "data/cards/01.toml"
    ended = kiosk("simulate", "card", card, "--vpcd", "127.0.0.1:1")
    assert ended.code == 10
    assert "连不上虚拟读卡器" in ended.err


def test_python_escpos_prints_on_the_simulated_printer(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            *(KIOSK, "simulate", "printer", "escpos-80mm"),
            *("--link", tmp_path / "port", "--out", tmp_path / "paper"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "The printer is at" in process.stdout.readline()
    script = (
        "from escpos.printer import Serial\n"
        f"p = Serial({str(tmp_path / 'port')!r}, 115200, dsrdtr=False)\n"
        "p.text('hello 123\\n'); p.qr('abc', native=True); p.cut(); p.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdout.close()
    assert "hello 123" in (tmp_path / "paper/receipt-0001.txt").read_text("utf-8")
    picture = tmp_path / "paper/receipt-0001.png"
    read = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, text=True)
    assert read.stdout == "abc\n"
    assert not (tmp_path / "paper/errors.jsonl").exists()
    assert not (tmp_path / "port").is_symlink()


def test_import_loads_what_is_right_and_names_every_row_that_is_not(
    kiosk: Run, tmp_path: Path
) -> None:
    assert kiosk("demo-data", "--persons", 20, "--seed", 3, "--out", tmp_path / "data").code == 0
    persons = tmp_path / "data/persons.csv"
    lines = persons.read_text("utf-8").splitlines()
    number = next(cell for cell in lines[1].split(",") if len(cell) == 18)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    lines[1] = lines[1].replace(number, wrong)
    persons.write_text("\n".join(lines) + "\n", "utf-8")
    files = sorted((tmp_path / "data").glob("*.csv"))
    ended = kiosk("import", *files, "--store", tmp_path / "r.db")
    assert ended.code == 34
    rejects = (tmp_path / "r.db.rejects").read_text("utf-8")
    assert "persons.csv,2,AAC002" in rejects
    assert wrong not in rejects
    assert "19" in ended.out
    # Loading the same files again changes nothing.
    again = kiosk("import", *files, "--store", tmp_path / "r.db")
    assert "persons, CSV, utf-8, delta, 20 rows, 0 new or changed, 0 removed" in again.out


def test_a_file_that_is_no_csv_is_named_with_its_place_and_the_others_are_loaded(
    kiosk: Run, tmp_path: Path
) -> None:
    kiosk("demo-data", "--persons", 20, "--out", tmp_path / "data")
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"AAC001,AAC002\n\x00\x00\n")
    ended = kiosk("import", tmp_path / "data/persons.csv", broken, "--store", tmp_path / "r.db")
    assert ended.code == 33
    assert "broken.csv" in ended.err
    assert "Traceback" not in ended.err
    assert ended.out.count("broken.csv") == 1, "a name is said once"
    assert "─" not in ended.err, "no bar goes to what is no terminal"
    assert "━" not in ended.err
    assert "20 rows" in ended.out


def test_export_hands_out_a_record_and_leaves_a_trace_and_no_number_on_the_command_line(
    kiosk: Run, tmp_path: Path
) -> None:
    kiosk("demo-data", "--persons", 20, "--out", tmp_path / "data")
    files = sorted((tmp_path / "data").glob("*.csv"))
    store = tmp_path / "r.db"
    assert kiosk("import", *files, "--store", store, "--full").code == 0
    persons = (tmp_path / "data/persons.csv").read_text("utf-8").splitlines()
    number = persons[1].split(",")[1]
    out = tmp_path / "copy.json"
    ours = ("--store", store, "--by", "lin")
    ended = kiosk("export", "--out", out, *ours, stdin=f"{number}\n")
    assert ended.code == 0
    assert json.loads(out.read_text("utf-8"))["records"]["persons"]["rows"][0]["AAC002"] == number
    unknown = kiosk("export", "--out", tmp_path / "x", *ours, stdin="none\n")
    assert unknown.code == 30
    again = kiosk("export", "--out", out, *ours, stdin=f"{number}\n")
    assert (again.code, "copy.json" in again.err) == (62, True)
    text = kiosk("export", "--out", tmp_path / "copy.txt", *ours, stdin=f"{number}\n")
    assert (text.code, "--out" in text.err) == (2, True)
    assert not (tmp_path / "copy.txt").exists()
    with closing(sqlite3.connect(store)) as database:
        rows = database.execute(
            "SELECT result, subject <> '', count > 0, operator FROM audit"
            " WHERE kind = 'records.exported'"
        ).fetchall()
    assert rows == [
        ("asked", 1, 0, "lin"),
        ("ok", 1, 1, "lin"),
        ("holder.unknown", 1, 0, "lin"),
        ("asked", 1, 0, "lin"),
        ("path.unusable", 1, 0, "lin"),
    ]


def test_audit_verify_finds_the_trail_intact_and_then_a_changed_row(
    kiosk: Run, tmp_path: Path
) -> None:
    kiosk("demo-data", "--persons", 6, "--out", tmp_path / "data")
    for _ in range(2):
        kiosk("import", tmp_path / "data/persons.csv", "--store", tmp_path / "records.db")
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[store]\nrecords = "{tmp_path}/records.db"\n', "utf-8")
    intact = kiosk("audit", "verify", "--config", config)
    assert (intact.code, intact.out) == (0, "查询登记共 2 行，完整。2 rows, intact\n")
    with closing(sqlite3.connect(tmp_path / "records.db")) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE audit SET count = count + 1 WHERE sequence = 1")
        database.commit()
    changed = kiosk("audit", "verify", "--config", config)
    assert changed.code == 35
    assert "row 1: 内容被改动，或导出之后被改写 changed" in changed.out
    assert "NOT intact" in changed.out


def test_a_trail_that_is_not_there_is_never_called_intact(kiosk: Run, tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[store]\nrecords = "{tmp_path}/absent.db"\n', "utf-8")
    ended = kiosk("audit", "verify", "--config", config)
    assert ended.code == 32
    assert "intact" not in ended.out
    assert not (tmp_path / "absent.db").exists()


@pytest.mark.parametrize(
    ("code", "place", "arguments"),
    [
        (62, "/proc/x", ("demo-data", "--out", "/proc/x")),
        (2, "/nonexistent/p", ("simulate", "printer", "escpos-80mm", "--link", "/nonexistent/p")),
        (62, "/dev/null", ("demo", "--once", "--out", "/dev/null")),
        (62, "/dev/null/x", ("demo", "--once", "--data", "/dev/null/x", "--out", "out")),
    ],
)
def test_a_path_that_cannot_be_used_is_named(
    kiosk: Run, code: int, place: str, arguments: tuple[str, ...]
) -> None:
    ended = kiosk(*arguments, *(("--out", "paper") if "--link" in arguments else ()))
    assert ended.code == code, ended.err
    assert place in ended.err
    assert "internal" not in ended.err


def test_config_show_prints_a_file_that_config_check_accepts(kiosk: Run, tmp_path: Path) -> None:
    shown = kiosk("config", "show")
    (tmp_path / "kiosk.toml").write_text(shown.out, "utf-8")
    assert kiosk("config", "check", "--config", tmp_path / "kiosk.toml").code == 0


def test_the_page_of_a_taken_port_is_refused_in_words(kiosk: Run, demo_folder: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = kiosk("demo", "--port", port, "--data", demo_folder)
    assert ended.code == 61
    assert f"端口 {port} 已被占用" in ended.err
