"""`kiosk simulate`: a card in a reader, a printer on a line, for other programs to use."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from devices.card.keys import MasterKeys
    from devices.card.simulated.chip import SimulatedChip

app = typer.Typer(help="Keep a simulated device running until stopped.", no_args_is_help=True)

NOTICE_SECONDS = 3.0
"""pcscd looks for a card about twice a second."""
VPCD_PORT = 35963
"""Port of vpcd's driver as Debian configures it (0x8C7B)."""


KeysOption = Annotated[
    Path | None,
    typer.Option(help="Test keys; default: test-keys.toml in the folder above the card's."),
]


@app.command()
def card(
    profile: Annotated[Path, typer.Argument(metavar="FILE", help="The card, described in TOML.")],
    vpcd: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where vpcd's driver listens.")
    ] = f"127.0.0.1:{VPCD_PORT}",
    keys: KeysOption = None,
) -> None:
    """Keep a simulated card in the virtual reader of a running pcscd."""
    from devices.card.simulated.card import SimulatedCard
    from devices.card.simulated.profile import load_profile

    _keep_in(vpcd, SimulatedCard(load_profile(profile), keys=_keys(profile, keys)))


@app.command()
def sam(
    profile: Annotated[Path, typer.Argument(metavar="FILE", help="The module, in TOML.")],
    vpcd: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where vpcd's driver listens: its second slot.")
    ] = f"127.0.0.1:{VPCD_PORT + 1}",
    keys: KeysOption = None,
) -> None:
    """Keep a simulated security module in the second slot of the virtual reader."""
    from devices.card.simulated.psam import SimulatedPsam
    from devices.card.simulated.psam_profile import load_sam_profile
    from kiosk.errors import KeysNeededError

    held = _keys(profile, keys)
    if held is None:
        raise KeysNeededError
    _keep_in(vpcd, SimulatedPsam(load_sam_profile(profile), held))


def _keys(profile: Path, keys: Path | None) -> "MasterKeys | None":
    """The keys that lie with the demo data that the card belongs to; None: it is a clone."""
    from devices.card.keys import MasterKeys
    from kiosk.demo.data import KEYS

    beside = profile.resolve().parent.parent / KEYS
    path = keys or (beside if beside.exists() else None)
    return MasterKeys.load(path) if path else None


def _keep_in(vpcd: str, chip: "SimulatedChip") -> None:
    from devices.card.simulated.vpcd import VpcdCard
    from kiosk.errors import VirtualReaderTakenError

    host, number = _address(vpcd)
    _check_listening(host, number)
    with end_asked() as end, VpcdCard(chip, host, number) as inside:
        if not inside.wait_until_noticed(NOTICE_SECONDS):
            raise VirtualReaderTakenError
        typer.echo(f"卡已在读卡器中。The card is in the reader at {host}:{number}; Ctrl-C ends.")
        end.wait()


@app.command()
def printer(
    model: Annotated[str, typer.Argument(help="Model; `kiosk printer models` lists them.")],
    out: Annotated[Path, typer.Option(help="Folder for the paper: PNG and text.")],
    link: Annotated[
        str,
        typer.Option(help="Where it appears: a path, or the number of a TCP port."),
    ] = "",
    real_time: Annotated[bool, typer.Option(help="Take the time a real line takes.")] = False,
) -> None:
    """Keep a simulated printer running; its paper appears as pictures.

    Receipt printers and serial 24-pin printers appear on a pseudo-terminal, laser printers and
    queues on a TCP port of 127.0.0.1, any free one by default.
    """
    from kiosk.demo.printers import simulated_printer
    from kiosk.errors import usable

    with end_asked() as end, usable(out), simulated_printer(model, link, out, real_time) as port:
        typer.echo(f"打印机已就绪。The printer is at {port}, its paper in {out}; Ctrl-C ends.")
        end.wait()


@contextmanager
def end_asked() -> Iterator[threading.Event]:
    """An event that Ctrl-C or SIGTERM sets; both are the ordinary end, and clean up."""
    asked = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: asked.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isdigit() and 0 < int(port) < 65536):
        raise typer.BadParameter("HOST:PORT is expected", param_hint="--vpcd")
    return host, int(port)


def _check_listening(host: str, port: int) -> None:
    """Say at once when no virtual reader is there; later it may come and go."""
    from kiosk.errors import VirtualReaderAbsentError

    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        raise VirtualReaderAbsentError(host, port) from None
