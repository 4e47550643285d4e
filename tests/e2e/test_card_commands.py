"""`kiosk card`: the ministry's string, proof of genuineness, files, PIN change, the slots."""

import json
import os
import pty
import random
import select
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from devices.card.events import CardInserted, CardRemoved
from devices.card.keys import MasterKeys
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.psam_profile import load_sam_profile
from devices.card.simulated.vpcd import VpcdCard
from kiosk.demo.data import SEED, DemoCard
from tests.e2e.conftest import KIOSK, Run, genuine
from tests.pcscd import Recorder

pytestmark = [pytest.mark.pcscd, pytest.mark.slow]

PutIn = Callable[[SimulatedCard], VpcdCard]
Cards = tuple[DemoCard, ...]
SAM = Path(__file__).parents[2] / "kiosk/demo/sam.toml"


@pytest.fixture
def psam(pcscd: PrivatePcscd, events: Recorder, config: Path) -> Iterator[SimulatedPsam]:
    """A security module in the second slot, and a configuration that looks for it there."""
    keys = MasterKeys.generate(random.Random(SEED).randbytes)
    module = SimulatedPsam(load_sam_profile(SAM), keys)
    environment = module.profile.sm4_environment.hex().upper()
    wanted = f'"psam"\nreader = "*00 01"\nread_key = "09"\nsm4_environment = "{environment}"'
    config.write_text(config.read_text("utf-8").replace('"software"', wanted), "utf-8")
    with VpcdCard(module, port=pcscd.port + 1):
        events.wait_for(CardInserted)
        yield module
    events.wait_for(CardRemoved)  # or the next module would come faster than pcscd looks


@contextmanager
def at_terminal(
    command: list[str | Path], environment: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[str, str], None]]]:
    """Run a command at a terminal; the answer types a line once its prompt is there."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    os.close(slave)
    shown = ""

    def answer(prompt: str, typed: str) -> None:
        nonlocal shown
        while prompt not in shown:
            assert select.select([master], [], [], 30)[0], shown
            shown += os.read(master, 1000).decode("utf-8", "replace")
        shown = shown.partition(prompt)[2]
        if typed:
            os.write(master, f"{typed}\n".encode())

    try:
        yield process, answer
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_the_ministrys_string_has_eleven_fields_of_the_proven_card(
    kiosk: Run, put_in: PutIn, psam: SimulatedPsam, cards: Cards, config: Path
) -> None:
    profile = cards[1].profile
    put_in(genuine(profile))
    ended = kiosk("card", "read", "--format", "ministry", "--reader", "00 00", "--config", config)
    assert ended.code == 0, ended.err
    assert profile.holder is not None
    assert ended.out.strip().split("|") == [
        profile.identification_code.hex()[:6],
        profile.holder.social_security_number,
        profile.card_number,
        profile.identification_code.hex().upper(),
        profile.holder.name,
        profile.historical_bytes.hex().upper(),
        profile.version,
        f"{profile.issued:%Y%m%d}",
        f"{profile.expires:%Y%m%d}",
        psam.profile.terminal,
        "01",
        "",
    ]


@pytest.mark.parametrize("algorithm", ["DES", "SM4"])
def test_a_third_generation_card_opens_its_holders_file_to_the_security_module(
    kiosk: Run, put_in: PutIn, psam: SimulatedPsam, cards: Cards, config: Path, algorithm: str
) -> None:
    from devices.card.fci import Algorithm

    profile = replace(cards[0].profile, version="3.00", algorithm=Algorithm[algorithm])
    put_in(genuine(profile))
    ended = kiosk("card", "read", "--reveal", "--reader", "00 00", "--config", config)
    assert ended.code == 0, ended.err
    assert cards[0].holder in ended.out
    assert "genuine                 yes" in ended.out


@pytest.mark.parametrize(
    ("make", "code", "number"),
    [
        (lambda profile: SimulatedCard(profile), 17, "-21"),
        (lambda profile: genuine(replace(profile, foreign=True)), 15, "-1"),
    ],
)
def test_the_ministrys_numbers_stand_for_faults(
    kiosk: Run,
    put_in: PutIn,
    cards: Cards,
    config: Path,
    make: Callable[..., SimulatedCard],
    code: int,
    number: str,
) -> None:
    put_in(make(cards[0].profile))
    ended = kiosk("card", "read", "--format", "ministry", "--config", config)
    assert (ended.code, ended.out.split("|")[0]) == (code, number)


def test_without_a_security_module_only_people_are_shown_the_card(
    kiosk: Run, put_in: PutIn, cards: Cards, tmp_path: Path
) -> None:
    put_in(genuine(cards[0].profile))
    config = tmp_path / "no-module.toml"
    config.write_text("[card]\nvirtual_readers = true\n", "utf-8")
    ministry = kiosk("card", "read", "--format", "ministry", "--config", config)
    assert (ministry.code, ministry.out.split("|")[0]) == (19, "-2201")
    program = kiosk("card", "read", "--json", "--config", config)
    assert (program.code, json.loads(program.out)["error"]["code"]) == (19, "sam.absent")
    told = kiosk("card", "read", "--json", "--unproven", "--config", config)
    assert json.loads(told.out)["genuine"] is None, "not proven is neither yes nor no"
    plain = kiosk("card", "read", "--config", config)
    assert plain.code == 0
    assert "未核验" in plain.err


def test_no_pin_goes_to_a_card_that_has_not_proven_itself(
    kiosk: Run, put_in: PutIn, cards: Cards, tmp_path: Path
) -> None:
    card = genuine(cards[0].profile)
    put_in(card)
    config = tmp_path / "no-module.toml"
    config.write_text("[card]\nvirtual_readers = true\n", "utf-8")
    for command in ("read", "files"):
        ended = kiosk("card", command, "--pin-stdin", "--config", config, stdin="000000\n")
        assert ended.code == 19
    assert cards[0].profile.pin is not None
    assert card.tries_left == cards[0].profile.pin.tries


def test_a_virtual_reader_is_read_only_where_it_is_named(
    kiosk: Run, put_in: PutIn, cards: Cards
) -> None:
    put_in(genuine(cards[0].profile))
    assert kiosk("card", "read").code == 11
    assert kiosk("card", "read", "--reader", "Virtual").code == 0
    assert kiosk("card", "read", "--format", "ministry", "--reader", "Virtual").code == 11


def test_no_card_is_the_ministrys_minus_two(kiosk: Run, config: Path) -> None:
    ended = kiosk("card", "read", "--format", "ministry", "--config", config)
    assert (ended.code, ended.out.strip()) == (12, "-2|无卡|")


def test_the_files_behind_the_pin_are_protected_until_it_is_given(
    kiosk: Run, put_in: PutIn, cards: Cards, config: Path
) -> None:
    put_in(genuine(cards[0].profile))
    assert "protected by" in kiosk("card", "files", "--config", config).out
    opened = kiosk("card", "files", "--pin-stdin", "--config", config, stdin=cards[0].pin + "\n")
    assert opened.code == 0, opened.err
    assert "protected by" not in opened.out
    assert "items set" in opened.out


def test_the_holder_changes_the_pin_at_a_terminal(
    pcscd: PrivatePcscd, kiosk: Run, put_in: PutIn, cards: Cards, config: Path
) -> None:
    put_in(genuine(cards[0].profile))
    new = "86420975"
    command: list[str | Path] = [KIOSK, "card", "pin", "--config", config]
    with at_terminal(command, pcscd.environment) as (process, answer):
        for prompt, typed in (("Old PIN", cards[0].pin), ("New PIN", new), ("again", new)):
            answer(prompt, typed)
        answer("has been changed", "")
        assert process.wait(timeout=30) == 0
    assert kiosk("card", "read", "--pin-stdin", "--config", config, stdin=new + "\n").code == 0


def test_the_slots_are_listed_with_what_each_is_for(
    kiosk: Run, psam: SimulatedPsam, config: Path
) -> None:
    listed = kiosk("card", "readers", "--config", config).out
    assert "holder          Virtual PCD 00 00" in listed
    assert "sam             Virtual PCD 00 01" in listed
    refused = kiosk("card", "readers").out
    assert "virtual_refused Virtual PCD 00 00" in refused
