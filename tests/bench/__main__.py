"""`make bench`: the figures, each beside its reference in the same run. Nothing here is a test."""

import sys
import tempfile
from pathlib import Path

from tests.bench import figures

MEASURES = (figures.line, figures.devices, figures.pdf, figures.imports, figures.cold_start)


def main() -> None:
    """Measure and print everything."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for measure in (
            figures.line,
            figures.devices,
            figures.pdf,
            figures.imports,
            figures.cold_start,
        ):
            for row in measure(folder):
                sys.stdout.write(f"{row}\n")


if __name__ == "__main__":
    main()
