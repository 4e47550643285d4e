"""The one configuration file: TOML, a documented default for each setting, refused when wrong.

The file is `/etc/kiosk/kiosk.toml` unless `--config` or the variable KIOSK_CONFIG names another.
A missing default file means: all defaults. `kiosk config show` prints the values in force.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kiosk.errors import SettingError

DEFAULT_FILE = Path("/etc/kiosk/kiosk.toml")
FONTS = Path("/usr/share/fonts/truetype")


class Section(BaseModel):
    """A table of the file: unknown names are refused, values never change after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(Section):
    """Where this kiosk stands and who runs it; printed on screens and paper."""

    id: str = Field(
        "01", pattern=r"^[0-9A-Za-z-]{1,16}$", description="kiosk number, unique in its hall"
    )
    hall: str = Field("办事大厅", min_length=1, max_length=24, description="name of the hall")
    agency: str = Field(
        "示例市社会保险基金管理局",
        min_length=1,
        max_length=40,
        description="issuing agency on paper",
    )
    bureau: str = Field(
        "示例市人力资源和社会保障局",
        min_length=1,
        max_length=40,
        description="name in the head of the page",
    )
    hotline: str = Field(
        "12333", pattern=r"^[0-9-]{3,20}$", description="telephone number for questions"
    )
    area_names: dict[str, str] = Field(
        {"990101": "示例市"}, description="area code of GB/T 2260 -> name of issuing areas"
    )


class Card(Section):
    """The slot that the holder's card goes into. Patterns name readers; | separates several."""

    reader: str = Field(
        "", description="pattern of the holder slot; empty: the first without another role"
    )
    contactless_reader: str = Field(
        "*contactless*|*PICC*|*CL *", description="pattern of a contactless slot; it is not used"
    )
    virtual_readers: bool = Field(
        default=False,
        description="accept the virtual reader vpcd; demo and tests only, never in a hall",
    )
    require_genuine: bool = Field(
        default=True,
        description="refuse a card that does not prove to be genuine before it is believed",
    )


class SecurityModule(Section):
    """The security module that holds the issuer's keys."""

    kind: Literal["psam", "software", "none"] = Field(
        "psam",
        description="psam: in a slot; software: test keys, only with virtual_readers; none",
    )
    reader: str = Field("*SAM*", min_length=1, description="pattern of the module's slot")
    irk_key: str = Field(
        "08",
        pattern=r"^[0-9A-F]{2}$",
        description="number of IRK in the module, as its issuer says",
    )
    read_key: str = Field(
        "",
        pattern=r"^([0-9A-F]{2})?$",
        description="number of RKSSSE, which opens 3.0 cards; a wrong one costs each card a try",
    )
    sm4_environment: str = Field(
        "",
        pattern=r"^([0-9A-F]{2}){0,16}$",
        description="name (hex) of the module's SM4 environment; empty: it has none",
    )
    keys: Path = Field(
        Path("/var/lib/kiosk/test-keys.toml"), description="test keys of the software module"
    )


class Receipt(Section):
    """The receipt printer on a serial line."""

    port: str = Field(
        "/dev/serial/by-id/receipt", min_length=1, description="device, best by by-id or by-path"
    )
    model: str = Field(
        "escpos-80mm", min_length=1, description="model profile; `kiosk printer models` lists them"
    )
    flow: Literal["", "rtscts", "xonxoff", "dsr-poll", "none"] = Field(
        "", description="flow control as the printer is set; empty: the model's"
    )
    baud: int = Field(0, ge=0, le=4_000_000, description="bits per second; 0: the model's")
    hold_seconds: float = Field(
        60.0, ge=0, le=600, description="how long a job waits for paper or a closed cover"
    )
    low_paper_cm: int = Field(
        60, ge=0, le=1000, description="the longest receipt once the roll's sensor sees its end"
    )


class Report(Section):
    """The A4 printer, or a folder from which the print service takes PDF files."""

    port: str = Field(
        "",
        description="ipp://host:631/path, tcp://host:9100 or a device; empty: the folder",
    )
    model: str = Field(
        "ipp-queue", min_length=1, description="model profile of the printer at that port"
    )
    hold_seconds: float = Field(
        60.0, ge=0, le=600, description="how long a job at that port waits for paper"
    )
    folder: Path = Field(Path("/var/lib/kiosk/report"), description="PDF files are put here, whole")


class StorePlace(Section):
    """The records and the journal of print jobs."""

    records: Path = Field(
        Path("/var/lib/kiosk/records.db"), description="SQLite file of the records"
    )
    journal: Path = Field(
        Path("/var/lib/kiosk/journal.db"), description="SQLite file of print jobs"
    )
    journal_days: int = Field(
        1096, ge=30, le=36600, description="how long an ended print job stays in the journal"
    )


class Paper(Section):
    """What is printed."""

    months: int = Field(
        36, ge=1, le=480, description="how many months the contribution statement covers"
    )
    verify_url: str = Field(
        "https://verify.example/#",
        pattern=r"^https://[!-~]{1,100}[/#]$",
        description="the issuer's verify page; behind # the code stays out of the server's log",
    )
    verify_days: int = Field(30, ge=1, le=366, description="how long a statement can be verified")
    seal_keep_days: int = Field(
        365, ge=0, le=3660, description="so long an expired code is still answered as expired"
    )
    fonts: tuple[Path, ...] = Field(
        (
            FONTS / "wqy/wqy-microhei.ttc",
            FONTS / "hanazono/HanaMinA.ttf",
            FONTS / "hanazono/HanaMinB.ttf",
        ),
        min_length=1,
        description="TrueType fonts, the first that has a character prints it",
    )


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


class Visit(Section):
    """One citizen at the kiosk."""

    timeout_seconds: int = Field(
        180, ge=30, le=900, description="a visit ends after so long without a touch"
    )
    warn_seconds: int = Field(
        30, ge=10, le=120, description="the warning comes so long before the end"
    )
    result_seconds: int = Field(20, ge=5, le=120, description="how long the last screen stays")


class Web(Section):
    """The page; it is reached from this machine only."""

    host: Literal["127.0.0.1", "::1"] = Field("127.0.0.1", description="loopback address")
    port: int = Field(8080, ge=0, le=65535, description="0: any free port")


class Verify(Section):
    """The verify page: after so many wrong codes each further one has to wait, longer each time."""

    tries: int = Field(5, ge=1, le=100, description="wrong codes from one place before it waits")
    tries_in_all: int = Field(50, ge=1, le=1000, description="the same, from all places together")
    most_seconds: int = Field(900, ge=2, le=86400, description="the longest wait of one place")


class Log(Section):
    """JSON lines on standard error, without personal data."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="least level written"
    )


class Settings(BaseSettings):
    """All settings. Shapes and limits stand at the fields of each section."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    kiosk: Place = Place()
    card: Card = Card()
    sam: SecurityModule = SecurityModule()
    receipt: Receipt = Receipt()
    report: Report = Report()
    store: StorePlace = StorePlace()
    statement: Paper = Paper()
    rules: Rules = Rules()
    visit: Visit = Visit()
    web: Web = Web()
    verify: Verify = Verify()
    log: Log = Log()

    @field_validator("visit")
    @classmethod
    def _warn_before_end(cls, visit: Visit) -> Visit:
        if visit.warn_seconds >= visit.timeout_seconds:
            message = "warn_seconds must be below timeout_seconds"
            raise ValueError(message)
        return visit

    @model_validator(mode="after")
    def _keys_fit_the_place(self) -> Self:
        """Test keys are no secret: a clone made with them would pass for genuine."""
        if self.sam.kind == "software" and not self.card.virtual_readers:
            raise SettingError("sam.kind", "'software'", "psam while card.virtual_readers is false")
        if self.sam.kind == "none" and self.card.require_genuine:
            raise SettingError("sam.kind", "'none'", "psam while card.require_genuine is true")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """One file is the whole configuration: no environment variable changes it unseen."""
        return (init_settings,)


def config_file(given: Path | None) -> Path | None:
    """The file to read: the one given, else KIOSK_CONFIG, else the default if it is there."""
    if given is not None:
        return given
    if from_environment := os.environ.get("KIOSK_CONFIG"):
        return Path(from_environment)
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def load(given: Path | None = None, **changes: dict[str, object]) -> Settings:
    """Read the settings; `changes` (section -> values) come before the file's.

    Raises `SettingError` with the first wrong setting's name, value and what is allowed.
    """
    path = config_file(given)
    values: dict[str, Any] = _read(path) if path else {}
    for section, change in changes.items():
        in_file = values.get(section, {})
        if not isinstance(in_file, dict):
            raise SettingError(section, repr(in_file), f"must be a table [{section}]")
        values[section] = {**in_file, **change}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise _first_wrong(error) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        source = TomlConfigSettingsSource(Settings, toml_file=path) if path.is_file() else None
    except tomllib.TOMLDecodeError as error:
        raise SettingError(str(path), "(the file)", f"must be TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(str(path), "(the file)", f"must be readable UTF-8: {error}") from None
    if source is None:
        raise SettingError(str(path), "(the file)", "must exist")
    return source()


def _first_wrong(error: ValidationError) -> SettingError:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or "(the file)"
    if first["type"] == "extra_forbidden":
        return SettingError(
            name, repr(first["input"]), f"no such setting; {_known_beside(first['loc'])}"
        )
    return SettingError(name, repr(first["input"]), first["msg"])


def _known_beside(place: tuple[int | str, ...]) -> str:
    section = Settings.model_fields.get(str(place[0])) if len(place) > 1 else None
    model = cast("type[BaseModel]", section.annotation) if section else Settings
    return "known: " + ", ".join(model.model_fields)


def documented(settings: Settings) -> str:
    """The settings in force as a TOML file that says what each one is."""
    lines: list[str] = []
    for name in type(settings).model_fields:
        section = cast("Section", getattr(settings, name))
        lines += [f"# {(type(section).__doc__ or '').strip()}", f"[{name}]"]
        for key, field in type(section).model_fields.items():
            lines.append(f"{key} = {_toml(getattr(section, key))}  # {field.description}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case tuple():
            return "[" + ", ".join(_toml(item) for item in value) + "]"
        case dict():
            return (
                "{ " + ", ".join(f'"{key}" = {_toml(item)}' for key, item in value.items()) + " }"
            )
        case _:
            escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
