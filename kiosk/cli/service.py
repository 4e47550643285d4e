"""`kiosk run` and `kiosk demo`: the daemon, and all of it without hardware."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import ConfigOption, settings


def run(config: ConfigOption = None) -> None:
    """Serve citizens: the daemon on a kiosk's real devices, until stopped."""
    from kiosk.daemon import serve

    serve(settings(config))


def demo(
    port: Annotated[int, typer.Option(help="Port of the page; 0: any free one.")] = 8080,
    data: Annotated[Path, typer.Option(help="Folder of the demo's data.")] = Path(".demo"),
    once: Annotated[bool, typer.Option(help="Do the main job once, unattended.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="With --once: folder for paper and times.")
    ] = None,
    person: Annotated[int, typer.Option(min=1, max=6, help="With --once: whose card.")] = 1,
    real_time: Annotated[
        bool, typer.Option(help="Card and printer at the speed of the wire.")
    ] = False,
) -> None:
    """Show the kiosk on simulated devices: a page with a dev dock, or one whole run."""
    from kiosk.demo.once import run_once
    from kiosk.demo.show import show

    def say(line: str) -> None:
        typer.echo(f"· {line}")

    chosen = settings(None, web={"port": port})
    if once:
        folder = out or data / "once"
        run_once(chosen, data, folder, person=person, real_time=real_time, say=say)
    else:
        show(chosen, data, real_time=real_time, say=say)
