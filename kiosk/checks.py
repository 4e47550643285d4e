"""Settings that only the machine itself can judge: models, fonts, files."""

from pathlib import Path

from kiosk.config import Settings
from kiosk.errors import SettingError


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
    for name in ("records", "journal"):
        path = getattr(settings.store, name)
        if isinstance(path, Path) and path.is_dir():
            raise SettingError(f"store.{name}", repr(str(path)), "a file, not a folder")
    if settings.report.folder.exists() and not settings.report.folder.is_dir():
        raise SettingError("report.folder", repr(str(settings.report.folder)), "a folder")
    for name in ("key", "module"):
        path = getattr(settings.sign, name)
        if path and not Path(path).is_file():
            raise SettingError(f"sign.{name}", repr(path), "a file that is there")
    FontChain.of(settings.statement.fonts)
    load_tables(settings.rules.replaced())
