"""`make fuzz`: mutated card answers and mutated printer replies, each by the million.

Every one must end in a value or a typed error, within bounds. A failure names its seed; the same
seed fails again: `python -m tests.fuzz --kind card --seed N --runs 1000`.
"""

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable

from tests.fuzz import card, printer

BATCH = 1000
KINDS: dict[str, Callable[[int, int], Counter[str]]] = {
    "card": card.check_batch,
    "printer": printer.check_batch,
}


def main() -> None:
    """Fuzz each kind in a process of its own."""
    asked = _arguments()
    kinds = [asked.kind] if asked.kind else list(KINDS)
    workers = [
        multiprocessing.Process(target=_fuzz, args=(kind, asked.seed, asked.runs)) for kind in kinds
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sys.exit(any(worker.exitcode for worker in workers))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--runs", type=int, default=1_000_000, help="answers of each kind")
    parser.add_argument("--seed", type=int, default=0, help="the first batch's seed")
    parser.add_argument("--kind", choices=KINDS, help="only this kind")
    return parser.parse_args()


def _fuzz(kind: str, first_seed: int, runs: int) -> None:
    started = time.monotonic()
    ends: Counter[str] = Counter()
    done = 0
    while done < runs:
        count = min(BATCH, runs - done)
        ends += KINDS[kind](first_seed + done // BATCH, count)
        done += count
    seconds = time.monotonic() - started
    told = ", ".join(f"{name} {number:,}" for name, number in ends.most_common())
    sys.stdout.write(
        f"{kind}: {done:,} mutated in {seconds:.0f} s ({done / seconds:,.0f}/s), "
        f"all ended in values or typed errors: {told}\n"
    )


if __name__ == "__main__":
    main()
