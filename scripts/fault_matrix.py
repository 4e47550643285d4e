"""Writes docs/faults.md, the technician's page: `python scripts/fault_matrix.py`.

From the table of which the tests are generated, and the sentences of the fault catalogue.
"""

import sys
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the table belongs to the tests

from kiosk.faults import fault, printer_fault
from tests.faults.matrix import Matrix, Strike, load

PAGE = Path("docs/faults.md")
DEVICES = {
    "reader": "The reader and its service",
    "sam": "The security module",
    "card": "The card",
    "pin": "The PIN",
    "receipt": "The receipt printer",
    "laser": "The laser printer, PCL and PJL",
    "queue": "The print queue, IPP",
    "pins": "The 24-pin printer, ESC/P-K on USB",
    "memory": "The memory of a receipt printer that cannot clear it",
}
HEAD = """# Faults, and how the kiosk comes back

For technicians: what is broken, when it strikes, what the holder reads, what to do. Each line of a
table is a test of its own (`tests/faults`) that breaks the simulated device just so. This page is
written by `scripts/fault_matrix.py`; the sentences stand in `kiosk/faults.toml`.

"""


def page(matrix: Matrix) -> str:
    """The whole page."""
    parts = [HEAD]
    parts += [_words("When", matrix.states), _words("What the kiosk does", matrix.ends)]
    parts.append(_words("How it comes back", matrix.recoveries))
    for device, title in DEVICES.items():
        parts.append(f"## {title}\n\n")
        for _, strikes in groupby(matrix.of(device), lambda strike: strike.fault):
            parts.append(_fault(tuple(strikes)))
    return "".join(parts)


PORTS = {
    "receipt": ("receipt.port", ""),
    "laser": ("report.port", "tcp://"),
    "queue": ("report.port", "ipp://"),
    "pins": ("report.port", ""),
}
"""What names the port of each printer, and how such a port begins."""


def _words(title: str, words: dict[str, str]) -> str:
    lines = "".join(f"- **{name.replace('_', ' ')}**: {text}\n" for name, text in words.items())
    return f"**{title}**\n\n{lines}\n"


def _fault(strikes: tuple[Strike, ...]) -> str:
    first = strikes[0]
    rows = "".join(
        f"| {strike.state.replace('_', ' ')} | {_code(strike)} | {strike.end.replace('_', ' ')} "
        f"| {strike.recovery.replace('_', ' ')} |\n"
        for strike in strikes
    )
    codes = dict.fromkeys(strike.code for strike in strikes if strike.code)
    return (
        f"### {first.what[0].upper()}{first.what[1:]}\n\n"
        f"| when | code | what the kiosk does | it comes back |\n|---|---|---|---|\n{rows}\n"
        + "".join(_sentences(code, first.device) for code in codes)
    )


def _code(strike: Strike) -> str:
    return f"`{strike.code}`" if strike.code else "—"


def _sentences(code: str, device: str) -> str:
    words = printer_fault(code, *PORTS[device]) if device in PORTS else fault(code)
    return (
        f"`{code}`: {words.zh}{words.zh_do} / {words.en} {words.en_do}  \n"
        f"Cause: {words.cause}. Next step: {words.step}.\n\n"
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(load()), "utf-8")


if __name__ == "__main__":
    main()
