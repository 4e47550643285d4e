"""What a soak has shown, in lines."""

from collections.abc import Iterator
from typing import Final

from tests.soak.probes import Sample
from tests.soak.run import Aged, Soak
from tests.soak.trend import Trend, trend

WARM_UP: Final = 0.2
"""Share of the visits in which caches fill and threads start; no slope is taken of them."""
FLAT: Final = {
    "resident memory, MB": 0.1,
    "threads": 0.05,
    "descriptors": 0.05,
    "records' log (WAL), MB": 0.05,
    "journal's log (WAL), MB": 0.05,
    "temporary files": 0.05,
}
"""What must stay as it is, and the slope per 1,000 visits below which it is called flat."""
GROWS: Final = ("records with audit, MB", "audit rows", "journal, MB", "print jobs", "log, MB")
"""What the law or the hall wants kept; it goes when its term is over."""


def slopes(soaked: Soak) -> dict[str, Trend]:
    """Of every figure, after the warm-up."""
    samples = _warm(soaked)
    visits = [float(sample.visits) for sample in samples]
    return {
        name: trend(visits, [sample.figures[name] for sample in samples])
        for name in samples[0].figures
    }


def _warm(soaked: Soak) -> list[Sample]:
    begin = soaked.samples[-1].visits * WARM_UP
    return [sample for sample in soaked.samples if sample.visits >= begin]


def good(soaked: Soak) -> bool:
    """Nothing grows that must not, and no paper is lost."""
    found = slopes(soaked)
    return soaked.papers.good and all(
        found[name].verdict(most) != "grows" for name, most in FLAT.items()
    )


def lines(soaked: Soak, aged: Aged) -> Iterator[str]:
    """The report."""
    yield from _work(soaked)
    yield from _flat(soaked)
    yield from _kept(soaked, aged)
    yield from _papers(soaked)


def _work(soaked: Soak) -> Iterator[str]:
    last, visits = soaked.samples[-1], soaked.tally.visits
    faults = ", ".join(f"{name} {count}" for name, count in sorted(soaked.tally.ends.items()))
    yield (
        f"{visits} visits in {last.seconds:.0f} s, {1000 * last.seconds / visits:.0f} ms each; "
        f"{1000 * last.figures['processor, s'] / visits:.0f} ms of processor each, the simulated "
        f"devices' with it; {soaked.drawn} screens drawn"
    )
    yield f"faults: {faults or 'none'}"


def _flat(soaked: Soak) -> Iterator[str]:
    first, warm, last = soaked.samples[0], _warm(soaked)[0], soaked.samples[-1]
    found = slopes(soaked)
    for name, most in FLAT.items():
        one = found[name]
        yield (
            f"{name}: {first.figures[name]:.1f} at first, {warm.figures[name]:.1f} after "
            f"{warm.visits} visits, {last.figures[name]:.1f} at last; from then on per 1,000 "
            f"visits {one.slope:+.3f} ± {one.margin:.3f} (95 %), bound {most}: "
            f"{one.verdict(most)}"
        )


def _kept(soaked: Soak, aged: Aged) -> Iterator[str]:
    found = slopes(soaked)
    for name in GROWS:
        yield (
            f"{name}: {soaked.samples[-1].figures[name]:.2f} at last, kept by law or by need: "
            f"{found[name].slope:.3f} per 1,000 visits; when its term is over "
            f"{aged.pruned[name]:.2f}, and {aged.visits} visits later {aged.after[name]:.2f}"
        )
    yield (
        f"of the records' file {aged.free:.0%} is free once audit rows are past their term, and "
        "is used again; the log is journald's, which keeps it small"
    )


def _papers(soaked: Soak) -> Iterator[str]:
    papers = soaked.papers
    jobs = ", ".join(f"{state} {count}" for state, count in sorted(papers.jobs.items()))
    yield (
        f"print jobs: {jobs}; out of the printers: {papers.whole} whole receipts, {papers.voided} "
        f"void, {papers.reports} reports"
    )
    yield (
        f"lost {papers.lost}, doubled {papers.doubled}, unexplained {papers.unexplained}, bytes "
        f"not understood {papers.errors}"
    )
