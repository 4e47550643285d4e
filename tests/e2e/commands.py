"""`kiosk` commands, each in a process of its own, forked from one that has their modules already.

To import these takes most of a second, a hundred times in a run. The program itself, with its own
interpreter, starts wherever a test speaks of `KIOSK`.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kiosk.cli import main

SECONDS = 60
_CONTEXT: Final = get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__, "kiosk.composition"])


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str = field(repr=False)
    err: str = field(repr=False)


def run_command(
    arguments: Sequence[str], stdin: str, environment: Mapping[str, str], folder: Path
) -> Ended:
    """Run `kiosk` with these arguments in that folder."""
    with TemporaryDirectory() as streams:
        given, out, err = (Path(streams) / name for name in ("in", "out", "err"))
        given.write_text(stdin, "utf-8")
        process = _CONTEXT.Process(
            target=_command, args=(arguments, (given, out, err), dict(environment), folder)
        )
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"kiosk {arguments[0]}")
        return Ended(process.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))


def _command(
    arguments: Sequence[str],
    streams: tuple[Path, Path, Path],
    environment: dict[str, str],
    folder: Path,
) -> None:
    for number, path in enumerate(streams):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["kiosk", *arguments]
    main()
