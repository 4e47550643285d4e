"""Every row of every paper exactly once or visibly void, whatever fails and whenever.

`make crash` runs 10,000 seeds and strikes each kind of printer with each fault at every byte of a
job (what stands for bytes at a queue and a folder says their bench); the suite runs some of both.
`CRASH_SEED=4711 pytest tests/faults/test_crash.py` runs one again: a failing seed is the bug
report, and so is a failing byte.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from printing.job import Ticket
from printing.journal import Journal
from tests.faults.bench import NOW
from tests.faults.crash import TIDIED_AFTER, Plan, crash
from tests.faults.media import MEDIA

pytestmark = pytest.mark.slow

RUNS = int(os.environ.get("CRASH_RUNS", "300"))
STRIDE = int(os.environ.get("CRASH_STRIDE", "311"))
"""1 is every byte."""
INSIDE_STRIDE = 16
"""Of a picture's dots, at least: 1,500 more bytes at each of them are 15 minutes of a processor."""
WITHOUT_CLEAR = ("roll, 58 mm", "roll, no markers", "roll, SPRT", "roll, pictures")
BATCHES = 12
SHOWN = 40
"""Of the runs that failed."""
ONE = os.environ.get("CRASH_SEED")


@pytest.fixture
def bytes_of(mocker: MockerFixture, tmp_path: Path) -> "BytesOf":
    return BytesOf(mocker, tmp_path)


_BYTES: dict[str, tuple[int, range]] = {}


class BytesOf:
    """How many bytes a job has on each kind of printer, questions and marks among them."""

    def __init__(self, mocker: MockerFixture, folder: Path) -> None:
        self._mocker = mocker
        self._folder = folder

    def __call__(self, medium: str) -> int:
        return self._known(medium)[0]

    def swept(self, medium: str, first: int, stride: int = STRIDE) -> Iterator[int]:
        """The bytes of a sweep; fewer of those inside a picture."""
        length, inside = self._known(medium)
        stride = min(stride, length)
        thin = max(1, INSIDE_STRIDE // stride)
        for at_byte in range(first % stride, length + 1, stride):
            if at_byte not in inside or (at_byte // stride + first) % thin == 0:
                yield at_byte

    def _known(self, medium: str) -> tuple[int, range]:
        if medium not in _BYTES:
            _BYTES[medium] = self._measured(medium)
        return _BYTES[medium]

    def _measured(self, medium: str) -> tuple[int, range]:
        bench = MEDIA[medium].bench(self._mocker, None, False)
        began: list[int] = []
        bench.at_byte(1, lambda: began.append(bench.bytes_sent()))
        with Journal(self._folder / "measured.db", lambda: NOW) as journal:
            bench.print(journal, "q", Ticket("contributions", "q", "report", 1), lambda: False)
        bench.close()
        return bench.bytes_sent() - began[0] + 1, bench.inside


@pytest.mark.parametrize("batch", range(BATCHES))
def test_each_row_is_on_paper_once_or_void_and_the_journal_never_claims_more(
    mocker: MockerFixture, tmp_path: Path, bytes_of: BytesOf, batch: int
) -> None:
    seeds = [int(ONE)] if ONE else range(batch, RUNS, BATCHES)
    ends: Counter[str] = Counter()
    failed: list[str] = []
    for seed in seeds:
        try:
            ends[crash(mocker, Plan.of(seed, tuple(MEDIA), bytes_of), tmp_path)] += 1
        except AssertionError as error:
            failed.append(f"CRASH_SEED={seed}: {error}")
    _none(failed)
    assert ONE or len(ends) >= 3, ends  # runs that all end alike test nothing


@pytest.mark.parametrize("medium", MEDIA)
def test_so_it_is_with_each_fault_at_every_byte(
    mocker: MockerFixture, tmp_path: Path, bytes_of: BytesOf, medium: str
) -> None:
    ends: Counter[str] = Counter()
    failed: list[str] = []
    for number, (name, fault) in enumerate(MEDIA[medium].faults.items()):
        for at_byte in bytes_of.swept(medium, number):
            for cured_after in (None, MEDIA[medium].cured_after[0])[: 2 if fault.cure else 1]:
                plan = Plan(medium, name, at_byte, cured_after)
                try:
                    ends[crash(mocker, plan, tmp_path)] += 1
                except AssertionError as error:
                    failed.append(str(error))
    _none(failed)
    assert len(ends) >= 2 or medium == "pcl-oneway", ends  # that one tells nothing


@pytest.mark.parametrize("medium", WITHOUT_CLEAR)
def test_so_it_is_where_the_process_dies_while_its_rows_wait_for_paper(
    mocker: MockerFixture, tmp_path: Path, bytes_of: BytesOf, medium: str
) -> None:
    """What it asked is answered late, and a begun picture waits behind that."""
    failed: list[str] = []
    stride = max(STRIDE, len(TIDIED_AFTER))  # they share the bytes
    for number, wait in enumerate(TIDIED_AFTER):
        for at_byte in bytes_of.swept(medium, number * stride // len(TIDIED_AFTER), stride):
            plan = Plan(
                medium,
                "paper_out",
                at_byte=20,
                turn="kill",
                turn_at=at_byte,
                paper_takes_time=True,
                tidied_after=wait,
            )
            try:
                crash(mocker, plan, tmp_path)
            except AssertionError as error:
                failed.append(str(error))
    _none(failed)


def _none(failed: list[str]) -> None:
    """A run that failed does not end the sweep: what failed together shows what is wrong."""
    assert not failed, f"{len(failed)} runs failed:\n" + "\n".join(failed[:SHOWN])
