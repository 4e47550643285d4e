"""`kiosk maintenance`: nobody is served while a technician works on the kiosk."""

import typer

from kiosk.cli.options import ConfigOption, settings

app = typer.Typer(help="Take the kiosk out of service for maintenance.", no_args_is_help=True)
ON = "维护中，不为任何人服务。Maintenance: nobody is served."
OFF = "正常服务。In service."


@app.command("on")
def begin(config: ConfigOption = None) -> None:
    """Begin: a visit that runs may come to its end, see [visit] maintenance_seconds."""
    from kiosk.maintenance import MaintenanceSign

    MaintenanceSign.of(settings(config)).set(True)
    typer.echo(ON)


@app.command("off")
def end(config: ConfigOption = None) -> None:
    """End: cards are served again, within five seconds."""
    from kiosk.maintenance import MaintenanceSign

    MaintenanceSign.of(settings(config)).set(False)
    typer.echo(OFF)


@app.command()
def show(config: ConfigOption = None) -> None:
    """Tell whether the kiosk is in maintenance."""
    from kiosk.maintenance import MaintenanceSign

    typer.echo(ON if MaintenanceSign.of(settings(config)).on else OFF)
