"""A short soak; and its measures tell growth from noise, and a lost paper from a kept one."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.composition import utc_now
from printing.journal import Journal, Observed, Order
from tests.soak.hall import LEDGER
from tests.soak.papers import Tray, balance
from tests.soak.report import good, slopes
from tests.soak.run import age, malloc_settings, soak
from tests.soak.trend import trend

VISITS = 24
ORDER = Order("insured", "20261126-01-000001", "receipt", "receipt", "0" * 64, 1, 2)


@pytest.mark.slow
def test_a_short_run_loses_no_paper_and_leaves_threads_and_descriptors_as_they_were(
    tmp_path: Path,
) -> None:
    seen = soak(tmp_path, VISITS, lambda _: None, people=6, fault_every=4)
    assert sum(seen.tally.ends.values()) == VISITS // 4
    assert seen.papers.good, seen.papers
    assert seen.papers.whole > 0
    aged = age(tmp_path, seen, 2)
    assert aged.before["audit rows"] > VISITS
    assert aged.pruned["audit rows"] < 5  # its own start, and that rows were taken away
    assert aged.pruned["print jobs"] <= seen.papers.jobs.get("unknown", 0)
    found = slopes(seen)
    for name in ("threads", "descriptors", "temporary files"):
        assert found[name].verdict(0.0) != "grows", (name, found[name])
    # The same visits with one descriptor left open by each are told.
    leaking = [
        replace(one, figures=one.figures | {"descriptors": float(one.visits)})
        for one in seen.samples
    ]
    assert not good(replace(seen, samples=leaking))


def test_the_watched_process_gives_memory_back_as_the_unit_has_it() -> None:
    assert malloc_settings() == {"MALLOC_MMAP_THRESHOLD_": "131072"}


def test_a_slope_has_an_interval_and_noise_is_not_taken_for_growth() -> None:
    chance = random.Random(3)
    visits = [100.0 * number for number in range(50)]
    noise = [50 + chance.gauss(0, 1) for _ in visits]
    growing = [value + visit * 0.002 for value, visit in zip(noise, visits, strict=True)]
    assert trend(visits, noise).verdict(1.0) == "flat"
    assert trend(visits, growing).verdict(1.0) == "grows"
    assert trend(visits, growing).slope == pytest.approx(2.0, abs=0.3)
    assert trend(visits[:3], growing[:3]).verdict(1.0) == "not known"


@pytest.mark.parametrize(
    ("ledger", "lost", "doubled"),
    [
        (f"whole\t0\t{ORDER.serial}\n", 0, 0),
        ("", 1, 0),
        (f"void\t0\t{ORDER.serial}\n", 1, 0),
        (f"whole\t0\t{ORDER.serial}\n" * 2, 0, 1),
    ],
)
def test_a_job_that_claims_paper_is_compared_with_the_paper_that_came_out(
    tmp_path: Path, ledger: str, lost: int, doubled: int
) -> None:
    (tmp_path / LEDGER).write_text(ledger, "utf-8")
    with Journal(tmp_path / "journal.db", utc_now) as journal:
        number = journal.queue(ORDER)
        journal.record(number, "sending")
        journal.record(number, "confirmed", Observed("marker", None, 100, 2, 2))
    found = balance(tmp_path, Tray(tmp_path), 1, [])
    assert (found.lost, found.doubled) == (lost, doubled)
    assert found.good == (not lost and not doubled)
