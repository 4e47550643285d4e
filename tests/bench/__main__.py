"""`make bench`: the figures, each beside its reference in the same run. Nothing here is a test.

`python -m tests.bench idle` measures what is named so only.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import cards, figures, guides, idle, imports, papers, printers, records, rivals

MEASURES: tuple[Callable[[Path], Iterator[str]], ...] = (
    figures.line,
    cards.traffic,
    cards.behind_pcscd,
    printers.status,
    printers.line_use,
    printers.receipt_bytes,
    figures.pdf,
    papers.layouts,
    papers.first_byte,
    papers.bytes_on_the_wire,
    papers.laser_pages,
    rivals.pdfs,
    imports.imports,
    records.look_ups,
    records.look_ups_postgres,
    records.space,
    records.readers,
    guides.guides,
    figures.cold_start,
    idle.idle,
)


def main() -> None:
    """Measure and print everything, or what was asked for."""
    asked = set(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        for measure in MEASURES:
            if not asked or measure.__name__ in asked:
                for row in measure(Path(name)):
                    sys.stdout.write(f"{row}\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
