"""The records: where they are, by which rules they are counted, who may see how much of them."""

from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, RootModel, field_validator, model_validator

from archive.region_address import ALLOWED
from kiosk.errors import SettingError
from kiosk.sections import Section
from printing.statements import STATEMENTS


class StorePlace(Section):
    """The records and the journal of print jobs."""

    records: Path | str = Field(
        Path("/var/lib/kiosk/records.db"),
        description="SQLite file, or postgresql://USER@HOST/DATABASE without a password",
    )
    key: str = Field(
        "",
        description="file of the key that personal columns are sealed with; "
        "empty: the credential records-key if there is one, else they are not sealed",
    )
    audit_key: str = Field(
        "",
        description="file of the audit trail's key; empty: beside the SQLite file, "
        "or records.audit-key beside the journal",
    )
    journal: Path = Field(
        Path("/var/lib/kiosk/journal.db"), description="SQLite file of print jobs"
    )
    journal_days: int = Field(
        1096, ge=30, le=36600, description="how long an ended print job stays in the journal"
    )
    backup_days: int = Field(
        3, ge=0, le=365, description="a last backup that is older is a finding; 0: none is expected"
    )
    stale_days: int = Field(
        62, ge=1, le=3660, description="data that are older are shown with a note that says so"
    )
    check_seconds: float = Field(
        2.0, ge=0, le=600, description="how long the start looks for damaged pages"
    )

    @field_validator("records", mode="before")
    @classmethod
    def _file_or_url(cls, records: object) -> object:
        if not isinstance(records, str) or "://" not in records:
            return Path(records) if isinstance(records, str) else records
        scheme = records.partition("://")[0]
        if scheme not in ("postgresql", "postgres"):
            raise SettingError("store.records", repr(f"{scheme}://…"), "a file or postgresql://")
        if _has_password(records):
            allowed = "no password in it: the credential records-password, a passfile or peer"
            raise SettingError("store.records", repr(f"{scheme}://…"), allowed)
        return records

    def beside(self, name: str) -> Path:
        """A file that goes with the records: beside theirs, or beside the journal."""
        if isinstance(self.records, Path):
            return self.records.with_name(f"{self.records.name}.{name}")
        return self.journal.with_name(f"records.{name}")


def _has_password(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "@" in url
    return parts.password is not None or "password" in parts.query.casefold()


class Rules(Section):
    """Dated tables that figures are computed by; docs/figures.md says what stands in each."""

    deadlines: str = Field("", description="TOML file of terms; empty: the one that is shipped")
    interest: str = Field("", description="of interest on accounts, in the same way")
    minimum_wages: str = Field("", description="of minimum wages; the shipped one is an example")
    rates: str = Field("", description="of rates and bases; the shipped one is an example")
    unemployment: str = Field("", description="of unemployment benefit; Guangdong's is shipped")
    working_days: str = Field("", description="of holidays and moved working days, year by year")
    days_apart: int = Field(
        31, ge=0, le=366, description="dates of two registrations may differ by so many days"
    )

    def replaced(self) -> dict[str, Path]:
        """The tables that are not the shipped ones."""
        files = self.model_dump(exclude={"days_apart"})
        return {name: Path(file) for name, file in files.items() if file}


class Audit(Section):
    """The audit trail of who looked at what (PIPL art. 56: 3 years; Cybersecurity law art. 21)."""

    keep_days: int = Field(
        1096, ge=184, le=36_600, description="rows are kept so long; at least six months"
    )


class Limits(RootModel[dict[str, Annotated[int, Field(ge=0, le=1000)]]]):
    """How often a card may have a statement printed in a month of China; 0: as often as asked."""

    model_config = ConfigDict(frozen=True)

    @field_validator("root")
    @classmethod
    def _of_statements_by_card(cls, root: dict[str, int]) -> dict[str, int]:
        """A guide needs no card, so nobody could say how often somebody has had it."""
        for name, most in root.items():
            if name not in _BY_CARD:
                allowed = f"no such statement by card; known: {', '.join(_BY_CARD)}"
                raise SettingError(f"limits.{name}", repr(most), allowed)
        return {name: most for name, most in root.items() if most}

    def most(self, statement: str) -> int | None:
        """So many prints of this statement; None: as often as asked."""
        return self.root.get(statement)

    def lines(self) -> tuple[tuple[str, int, str], ...]:
        """Each statement that can have a limit: its name, the limit and what it is."""
        return tuple(
            (name, self.root.get(name, 0), f"prints of: {title}")
            for name, title in _BY_CARD.items()
        )


_BY_CARD: Final = {
    one.name: one.title["en"] for one in STATEMENTS.values() if one.audience == "holder"
}


class Lookup(Section):
    """How other regions are asked for what they hold of a person."""

    seconds: float = Field(5.0, gt=0, le=60, description="how long anybody waits for an answer")
    own_code: str = Field(
        "990101", pattern=r"^[0-9]{6}$", description="area code of this region; it comes first"
    )


class RegionPlace(Section):
    """Another region that is asked; one table for each."""

    name: str = Field(min_length=1, max_length=40, description="name of the region")
    code: str = Field(pattern=r"^[0-9]{6}$", description="area code of GB/T 2260")
    url: str = Field("", pattern=f"^$|{ALLOWED}", description="its service; empty: a store here")
    token: str = Field("", description="file with the token that the region gave this hall")
    ca: str = Field("", description="file with the issuer's certificates; empty: the system's")
    records: str = Field("", description="SQLite file of its records, where there is no url")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.url) == bool(self.records):
            message = "url or records must be set, and not both"
            raise ValueError(message)
        return self
