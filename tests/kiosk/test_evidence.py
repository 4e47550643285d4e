"""What the probes saw is told in Chinese first and English second, and no text is missing."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from devices.card.roles import Role
from devices.printer import handshake
from devices.printer.models import Flow
from devices.printer.state import (
    Absent,
    Busy,
    NeedsAttention,
    Offline,
    PrinterState,
    TellsNothing,
    Unknown,
)
from kiosk import diag
from kiosk.diag.probes import evidence_of
from kiosk.diag.run import examine
from kiosk.diag.states import said_by
from kiosk.diag.told import _catalogue, told
from tests.kiosk.conftest import Kiosk

HERE = Path(diag.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
KEYS = [f"{table}.{name}" for table, names in _catalogue().items() for name in names]


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", KEYS)
def test_every_text_is_there_in_both_languages(key: str) -> None:
    table, name = key.split(".")
    texts = _catalogue()[table][name]
    both = {language: names_in(text) - {"zh", "en", "code"} for language, text in texts.items()}
    assert both["zh"] == both["en"]
    assert not CHINESE.search(texts["en"])
    data = dict.fromkeys(names_in(texts["zh"]) | names_in(texts["en"]), "甲")
    assert CHINESE.search(told(key, **data).zh)


def test_every_text_is_told_somewhere_and_every_role_and_handshake_has_one() -> None:
    printer = Path(handshake.__file__)
    files = [
        *HERE.glob("*.py"),
        HERE.parent / "console/console.py",
        *printer.parent.glob("handshake*.py"),
    ]
    code = "".join(path.read_text("utf-8") for path in files)
    roles = {f"reader.{role.value}" for role in Role}
    flows = {f"handshake.flow_{flow}" for flow in (*get_args(Flow), "unknown")}
    assert roles | flows <= set(KEYS)
    assert [key for key in KEYS if f'"{key}"' not in code and key not in roles | flows] == []


@pytest.mark.parametrize(
    "state",
    [
        *(Absent("x"), Busy("x"), Unknown(), Unknown(3), Offline(), TellsNothing()),
        NeedsAttention("paper_out"),
    ],
)
def test_every_state_of_a_printer_is_told(state: PrinterState) -> None:
    assert CHINESE.search(said_by(state) + evidence_of(state).zh)


@pytest.mark.slow
def test_all_that_is_seen_of_a_kiosk_is_told_in_both(kiosk: Kiosk) -> None:
    kiosk.hall.printer.take_paper()
    results = examine(kiosk.machine)
    seen = [one for result in results for one in result.seen]
    seen += [found.evidence for result in results for found in result.findings]
    assert len(seen) >= 10
    assert [one for one in seen if not (CHINESE.search(one.zh) and one.en)] == []
