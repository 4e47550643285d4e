"""Terms that no record carries with it."""

from pydantic import Field

from archive.tables.reading import Part, Table


class Terms(Part):
    """Working days."""

    dossier_transfer: int = Field(ge=1, le=250)
    """For sending a personnel file on, from the day its papers were accepted."""


class DeadlineTable(Table):
    """Terms by what they are for."""

    working_days: Terms
