"""The tables of the configuration file, each setting with its default and its meaning."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the file: unknown names are refused, values never change after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)
