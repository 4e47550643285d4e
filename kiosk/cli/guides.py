"""`kiosk guide`: the catalogue of services as of today; no person's data are touched."""

from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, settings

if TYPE_CHECKING:
    from pathlib import Path

    from archive.guides.catalogue import Catalogue, GuideSheet

app = typer.Typer(help="The catalogue of services (办事指南).", no_args_is_help=True)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words, pinyin, or first letters (sbk).")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    config: ConfigOption = None,
) -> None:
    """List the services that have all the words, the best first."""
    found = _catalogue(config).search(" ".join(words))
    for guide in found[:limit]:
        typer.echo(f"{guide.task_code:16}  {guide.name}")
    if not found:
        typer.echo("没有找到相关事项。No service was found.")
    elif len(found) > limit:
        typer.echo(f"还有 {len(found) - limit} 项。{len(found) - limit} more; see --limit.")


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="The service's code, as `search` lists it.")],
    config: ConfigOption = None,
) -> None:
    """Show a service's guide: the eleven elements, what to bring, what is no longer asked for."""
    from kiosk.errors import GuideUnknownError

    sheet = _catalogue(config).sheet(code)
    if sheet is None:
        raise GuideUnknownError(code)
    for line in _lines(sheet):
        typer.echo(line)


def _catalogue(config: "Path | None") -> "Catalogue":
    from archive.guides.catalogue import read_catalogue
    from kiosk.composition import open_records, utc_now
    from kiosk.identify import today

    with open_records(settings(config), create=False) as store:
        return read_catalogue(store, today(utc_now()))


def _lines(sheet: "GuideSheet") -> list[str]:
    guide = sheet.guide
    lines = [f"{guide.name}  {guide.task_code}", ""]
    for element in sheet.elements:
        lines.append(f"{element.zh} {element.en}")
        lines += [f"  {paragraph}" for paragraph in element.shown.splitlines()]
    if sheet.materials:
        lines += ["", "材料清单 List of documents"]
        for material in sheet.materials:
            needed = "" if material.needed != "0" else "（需要时提供）"
            words = (f"{material.number}. {material.name}{needed}", material.form, material.hint)
            lines.append("  " + "；".join(filter(None, words)))
    if sheet.notices:
        lines += ["", "不再要求提供 No longer asked for"]
        lines += [f"  {notice.text}" for notice in sheet.notices]
    for coming in sheet.coming:
        day = coming.effective_from.isoformat()
        lines += ["", f"自 {day} 起执行新版本。A new version holds from {day}."]
    day = sheet.as_of.day.isoformat()
    return [*lines, "", f"数据截至 {day}（{sheet.as_of.source}）Data as of {day}"]
