"""What must be true of paper and journal, whatever happened and whenever."""

from collections import Counter
from typing import Literal

from kiosk.leftover import GOOD
from printing.journal import Job, Journal
from tests.faults.bench import BLOCKS, FIRST, NEXT, Bench, Row, rows_of_all

Garbled = Literal["nothing", "rows", "marks"]
"""What may have come to the printer otherwise than it was sent: nothing it says can show that. Of
rows it says no more than that they are out; a mark that noise made unreadable it cannot print."""


class Oracle:
    """Compares the journal's word with the printer's own paper."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def proven(self, journal: Journal) -> None:
        """No block is called proven that is not on paper at that moment."""
        out = Counter(row.text for row in self._bench.paper())
        for letter in FIRST:
            if (job := _job(journal, letter)) is None:
                continue
            for block in journal.blocks(job.id)[:BLOCKS]:
                if block.state == "confirmed":
                    rows = self._bench.block_rows(letter, block.number - 1)
                    assert all(out[row] for row in rows), "a block is proven, and not on paper"

    def states(self, journal: Journal) -> dict[str, str]:
        """How the first person's jobs were left: none of them open, none forgotten."""
        jobs = {letter: job for letter in FIRST if (job := _job(journal, letter))}
        for job in jobs.values():
            assert job.state not in ("queued", "sending"), "left open"
            assert job.state != "unknown" or job in journal.unknown_jobs()
        return {letter: job.state for letter, job in jobs.items()}

    def at_last(self, journal: Journal, ended: dict[str, str], garbled: Garbled) -> None:
        """Once the next person's paper is out."""
        paper = self._bench.paper()
        self._check_next(paper)
        for letter in FIRST:
            valid = _valid(paper, letter)
            assert all(count == 1 for count in valid.values()), "twice on paper, and not void"
            state = ended.get(letter, "failed")
            if state == "failed":
                assert not any(row.job == letter for row in paper), "paper without a job"
            elif garbled == "nothing":
                self._check_job(letter, state, valid)
            elif garbled == "rows" and state not in GOOD:
                self._check_void(letter, state, paper, valid)
            job = _job(journal, letter)
            assert job is None or job.state == ended[letter], "another end than was told"

    def _check_next(self, paper: list[Row]) -> None:
        owners: dict[int, set[str]] = {}
        for row in paper:
            if row.job in FIRST + NEXT and row.job:
                owners.setdefault(row.piece, set()).add(NEXT if row.job == NEXT else FIRST)
        assert all(len(both) == 1 for both in owners.values()), "two persons on one piece"
        begin = next((at for at, row in enumerate(paper) if row.job == NEXT), len(paper))
        assert not any(row.job in (*FIRST,) for row in paper[begin:]), "the first job came late"
        assert _valid(paper, NEXT) == rows_of_all(NEXT), "the next person's paper"
        assert not any(row.void for row in paper[begin:]), "the next person's paper is void"

    def _check_job(self, letter: str, state: str, valid: Counter[str]) -> None:
        whole = rows_of_all(letter)
        if state in GOOD:
            assert valid == whole, f"{state}, and other rows are valid on paper"
        elif state == "cancelled" or self._bench.keeps == "nothing":
            assert not valid, f"{state}, and not void"
        elif self._bench.keeps == "nothing or all":
            assert valid in (Counter(), whole), "a part of the rows, and not void"

    def _check_void(self, letter: str, state: str, paper: list[Row], valid: Counter[str]) -> None:
        """All that came out is void, unreadable rows too; where the cut had left none of it, or
        what came again below a mark.
        """
        marked = {row.void for row in paper if row.job == letter}
        if state == "cancelled" or self._bench.keeps == "nothing":
            assert marked <= {True}, f"{state}, and not void"
        elif self._bench.keeps == "nothing or all":
            again = valid == rows_of_all(letter)
            assert again or len(marked) < 2, "a part of the rows, and not void"


def _job(journal: Journal, letter: str) -> Job | None:
    """The job, if the journal ever heard of it."""
    return next((job for job in journal.jobs() if job.order.serial == letter), None)


def _whole_rows(paper: list[Row], letter: str) -> Counter[str]:
    """Whole rows of a job, void or not."""
    whole = rows_of_all(letter)
    return Counter(row.text for row in paper if row.text in whole)


def _valid(paper: list[Row], letter: str) -> Counter[str]:
    """Those that no mark takes back."""
    return _whole_rows([row for row in paper if not row.void], letter)
