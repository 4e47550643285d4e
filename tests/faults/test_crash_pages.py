"""Every row of a page once or visibly void, nobody's on another's sheet, whatever fails and when.

`make crash` runs as many seeds here as of receipts, the suite 100.
`CRASH_SEED=4711 pytest tests/faults/test_crash_pages.py` runs one again.
"""

import os
from collections import Counter
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from tests.faults.crash_pages import crash_pages

pytestmark = pytest.mark.slow

RUNS = int(os.environ.get("CRASH_RUNS", "100"))
BATCHES = 4
ONE = os.environ.get("CRASH_SEED")


@pytest.mark.parametrize("batch", range(BATCHES))
def test_each_sheet_is_one_persons_and_each_row_proven_or_void(
    mocker: MockerFixture, tmp_path: Path, batch: int
) -> None:
    seeds = [int(ONE)] if ONE else range(batch, RUNS, BATCHES)
    ends: Counter[str] = Counter()
    for seed in seeds:
        _, end = crash_pages(mocker, seed, tmp_path)
        ends[end] += 1
    assert ONE or len(ends) >= 2, ends  # runs that all end alike test nothing
