"""`kiosk maintenance`: nobody is served while a technician works on the kiosk."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings

app = typer.Typer(help="Take the kiosk out of service for maintenance.", no_args_is_help=True)
ON = "维护中，不为任何人服务。Maintenance: nobody is served."
OFF = "正常服务。In service."
OperatorOption = Annotated[
    str, typer.Option("--by", callback=login, help="Login of the technician; it is in the audit.")
]


@app.command("on")
def begin(operator: OperatorOption, config: ConfigOption = None) -> None:
    """Begin: a visit that runs may come to its end, see [visit] maintenance_seconds."""
    _set(config, operator, on=True)


@app.command("off")
def end(operator: OperatorOption, config: ConfigOption = None) -> None:
    """End: cards are served again, within five seconds."""
    _set(config, operator, on=False)


@app.command()
def show(config: ConfigOption = None) -> None:
    """Tell whether the kiosk is in maintenance."""
    from kiosk.maintenance import MaintenanceSign

    typer.echo(ON if MaintenanceSign.of(settings(config)).on else OFF)


def _set(config: Path | None, operator: str, *, on: bool) -> None:
    """The sign first: records that cannot be opened are a reason for maintenance."""
    from archive.model import AuditKind
    from kiosk.composition import open_records
    from kiosk.maintenance import MaintenanceSign
    from kiosk.service_user import refuse_another_user
    from kiosk.trail import Trail

    chosen = settings(config)
    refuse_another_user(chosen.store.journal)
    MaintenanceSign.of(chosen).set(on)
    typer.echo(ON if on else OFF)
    with open_records(chosen, create=False, patient=True) as store:
        result = "maintenance.on" if on else "maintenance.off"
        trail = Trail(store, chosen.kiosk.id)
        trail.must(AuditKind.STAFF_ACTION, None, result=result, operator=operator)
