"""The tables of the configuration file, each setting with its default and its meaning."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the file: unknown names are refused, values never change after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def lines(self) -> Iterable[tuple[str, object, str]]:
        """Each setting with its name, its value and what it means."""
        for key, field in type(self).model_fields.items():
            yield key, getattr(self, key), field.description or ""
