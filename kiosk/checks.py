"""Settings that only the machine itself can judge: models, fonts, files."""

import shutil
from contextlib import suppress
from pathlib import Path

from kiosk.config import Settings
from kiosk.errors import SettingError
from kiosk.sections.devices import Report


def check(settings: Settings) -> None:
    """Refuse a well-formed setting that cannot work here: by name, value and what is allowed.

    An unreadable font and a wrong table are errors of their own that name the file.
    """
    from archive.tables.shelf import load_tables
    from devices.printer.models import receipt_model_names
    from printing.fonts import FontChain

    models = receipt_model_names()
    if settings.receipt.model not in models:
        allowed = f"one of {', '.join(models)}"
        raise SettingError("receipt.model", repr(settings.receipt.model), allowed)
    _check_pcl(settings.report)
    for name in ("records", "journal"):
        path = getattr(settings.store, name)
        if isinstance(path, Path) and _is_folder(path):
            raise SettingError(f"store.{name}", repr(str(path)), "a file, not a folder")
    if settings.report.folder.exists() and not settings.report.folder.is_dir():
        raise SettingError("report.folder", repr(str(settings.report.folder)), "a folder")
    for name in ("key", "module"):
        path = getattr(settings.sign, name)
        if path and not Path(path).is_file():
            raise SettingError(f"sign.{name}", repr(path), "a file that is there")
    _check_signature(settings)
    FontChain.of(settings.statement.fonts)
    load_tables(settings.rules.replaced())


def _is_folder(path: Path) -> bool:
    """Whether it is one, as far as this user may look: the daemon's is closed to others."""
    with suppress(PermissionError):
        return path.is_dir()
    return False


def _check_signature(settings: Settings) -> None:
    """A signature is part of a PDF: what must be signed cannot go to a printer that takes none.

    A 24-pin printer strikes characters, and a laser at a raw port is sent dots or PCL XL.
    """
    from devices.printer.models import page_model_names
    from devices.printer.models.page import IppModel, load_page_model

    sign, report = settings.sign, settings.report
    if not (sign.required and (sign.key or sign.module)):
        return
    if not report.port or report.model not in page_model_names():
        return
    if not isinstance(load_page_model(report.model), IppModel):
        allowed = f"false, as {report.model} (report.model) takes no PDF and so no signature"
        raise SettingError("sign.required", "True", allowed)


def _check_pcl(report: Report) -> None:
    """PCL XL needs a printer that speaks it, and the program that writes it."""
    from devices.printer.models import page_model_names
    from devices.printer.models.page import PclModel, load_page_model

    if report.pcl != "xl":
        return
    if shutil.which("gs") is None:
        allowed = "auto or raster, as the program gs is not installed"
        raise SettingError("report.pcl", repr(report.pcl), allowed)
    known = report.model in page_model_names()
    model = load_page_model(report.model) if known else None
    if not (isinstance(model, PclModel) and model.pcl_xl):
        allowed = f"auto or raster, as report.model {report.model} does not speak PCL XL"
        raise SettingError("report.pcl", repr(report.pcl), allowed)
