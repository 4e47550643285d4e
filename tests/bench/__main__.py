"""`make bench`: the figures, each beside its reference in the same run. Nothing here is a test."""

import tempfile
from pathlib import Path

from rich.console import Console

from tests.bench import figures


def main() -> None:
    """Measure and print everything."""
    console = Console(width=110)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for measure in (figures.line, figures.pdf, figures.imports, figures.cold_start):
            for row in measure(folder):
                console.print(row)


if __name__ == "__main__":
    main()
