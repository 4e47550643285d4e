"""The whole kiosk on a virtual clock: every promise after every event, whatever happens.

`make simulate` runs 10,000 visits, the suite 500. `make simulate SEED=n` runs one day again: a
failing seed is the bug report.
"""

import logging
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from archive.tables.shelf import load_tables
from devices.card.keys import MasterKeys
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.psam_profile import parse_sam_profile
from kiosk.config import load
from kiosk.demo.data import prepare, settings_for
from printing.fonts import FontChain
from tests.simulate.run import HOLDER, MODULE, Day, Shelf

VISITS = int(os.environ.get("VISITS", "500"))
VISITS_A_DAY = 24
VISITS_BETWEEN = 11
RECEIPTS = ("escpos-80mm", "escpos-80mm-plain", "escpos-80mm", "escpos-58mm", "escpos-sprt")
"""Receipt printers of one day after another; the last three kinds cannot clear their memory."""
ONE = os.environ.get("SEED")
DAYS = [int(ONE)] if ONE else range(-(-VISITS // VISITS_A_DAY))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    records = tmp_path_factory.mktemp("records")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kiosk.demo.data.PERSONS", 12)  # whose records are looked at: six cards
        cards = prepare(records, lambda _: None)
    settings = settings_for(records, load())
    keys = MasterKeys.load(settings.sam.keys)
    profile = parse_sam_profile(files("kiosk.demo").joinpath("sam.toml").read_text("utf-8"))
    module = SimulatedPsam(replace(profile, baud=0), keys)
    assert profile.rkssse is not None
    settings = settings.model_copy(
        update={
            "card": settings.card.model_copy(update={"reader": HOLDER}),
            "sam": settings.sam.model_copy(
                update={
                    "reader": MODULE,
                    "sm4_environment": module.profile.sm4_environment.hex().upper(),
                    "read_key": f"{profile.rkssse.kid:02X}",
                }
            ),
        }
    )
    fonts = FontChain.of(settings.statement.fonts)
    tables = load_tables(settings.rules.replaced())
    return Shelf(records, settings, cards, fonts, tables, keys, module)


@pytest.mark.parametrize("seed", DAYS)
def test_a_day_of_random_citizens_and_faults_keeps_every_promise(
    mocker: MockerFixture, shelf: Shelf, seed: int
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-simulated-", dir="/dev/shm"))
    day = Day(mocker, seed, shelf, folder, RECEIPTS[seed % len(RECEIPTS)])
    logging.getLogger().addHandler(day.promises.heard)
    try:
        while day.visits < VISITS_A_DAY:
            for _ in range(VISITS_BETWEEN):
                day.visit()
            day.see_to_it()
    except BaseException:
        sys.stdout.write("\n".join((f"make simulate SEED={seed}", *day.trace[-200:], "")))
        raise
    finally:
        logging.getLogger().removeHandler(day.promises.heard)
        day.world.close()
        shutil.rmtree(folder)
