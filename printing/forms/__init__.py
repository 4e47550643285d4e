"""Pre-printed forms: a table a form, which says where each value stands."""

from importlib import resources
from typing import Final

from devices.printer.models.table import parse_table
from printing.layout.form import Form, parse_form

_SUFFIX: Final = ".toml"


def form_names() -> tuple[str, ...]:
    """Statements for which there is a form."""
    files = (file.name for file in resources.files(__name__).iterdir())
    return tuple(sorted(n.removesuffix(_SUFFIX) for n in files if n.endswith(_SUFFIX)))


def load_form(statement: str) -> Form:
    """The form of a statement of `form_names`; raises PrinterConfigError for a wrong table."""
    text = resources.files(__name__).joinpath(f"{statement}{_SUFFIX}").read_text("utf-8")
    return parse_form(parse_table(text, statement))
