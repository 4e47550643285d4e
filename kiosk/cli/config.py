"""`kiosk config`: what is set, and whether it may be."""

import typer

from kiosk.cli.options import ConfigOption, settings

app = typer.Typer(help="Show or check the configuration.", no_args_is_help=True)


@app.command()
def show(config: ConfigOption = None) -> None:
    """Print all settings in force as a documented TOML file."""
    from kiosk.config import documented

    typer.echo(documented(settings(config)), nl=False)


@app.command()
def check(config: ConfigOption = None) -> None:
    """Check the file; a wrong setting is named with its value and what is allowed.

    Says which file was read and how many settings differ from their defaults.
    """
    from archive.tables.shelf import load_tables
    from kiosk.checks import check as check_on_this_machine
    from kiosk.cli.printers import warn_of_name
    from kiosk.config import config_file, count_changed

    chosen = settings(config)
    check_on_this_machine(chosen)
    warn_of_name(chosen.receipt.port)
    for name in load_tables(chosen.rules.replaced()).examples:
        typer.echo(f"rules.{name}: 示例数据，不得用于正式办公。EXAMPLE DATA, not for service.")
    path = config_file(config)
    typer.echo(f"文件 file: {path or '没有 none'}")
    typer.echo(
        f"与默认值不同的设置 settings that differ from their defaults: {count_changed(chosen)}"
    )
    typer.echo("设置完好。The configuration is sound.")
