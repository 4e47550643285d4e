"""The one configuration file: TOML, a documented default for each setting, refused when wrong.

The file is `/etc/kiosk/kiosk.toml` unless `--config` or the variable KIOSK_CONFIG names another.
A missing default file means: all defaults. `kiosk config show` prints the values in force.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Self, cast, get_args

from pydantic import (
    BaseModel,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kiosk.errors import SettingError
from kiosk.sections import Section
from kiosk.sections.console import Technician
from kiosk.sections.devices import Card, Receipt, Report, SecurityModule
from kiosk.sections.hall import Guides, Log, Paper, Place, Verify, Web
from kiosk.sections.records import Audit, Limits, Lookup, RegionPlace, Rules, StorePlace
from kiosk.sections.signing import Sign
from kiosk.sections.speech import Speech
from kiosk.sections.visit import Visit

DEFAULT_FILE = Path("/etc/kiosk/kiosk.toml")


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
    sign: Sign = Sign()
    rules: Rules = Rules()
    audit: Audit = Audit()
    limits: Limits = Limits({})
    lookup: Lookup = Lookup()
    regions: tuple[RegionPlace, ...] = ()
    visit: Visit = Visit()
    guides: Guides = Guides()
    speech: Speech = Speech()
    web: Web = Web()
    verify: Verify = Verify()
    technician: Technician = Technician()
    log: Log = Log()

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
    try:
        return DEFAULT_FILE if DEFAULT_FILE.exists() else None
    except PermissionError:  # told when it is read
        return DEFAULT_FILE


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
    """The settings of the table in which a name is wrong; a table of a section is one too."""
    model: type[BaseModel] = Settings
    for part in place[:-1]:
        if field := model.model_fields.get(str(part)):
            # Of several tables of a kind the annotation is a tuple of it.
            kind = get_args(field.annotation)[0] if get_args(field.annotation) else field.annotation
            model = cast("type[BaseModel]", kind)
    return "known: " + ", ".join(model.model_fields)


def count_changed(settings: Settings) -> int:
    """How many settings differ from their defaults; each table [[regions]] counts as one."""
    ours, default = settings.model_dump(exclude={"regions"}), Settings().model_dump()
    changed = [
        key
        for section, values in ours.items()
        for key, value in values.items()
        if value != default[section].get(key)
    ]
    return len(changed) + len(settings.regions)


def documented(settings: Settings) -> str:
    """The settings in force as a TOML file that says what each one is."""
    lines: list[str] = []
    if not settings.regions:  # before the first table, or it would be a setting of that
        lines += ["regions = []  # tables [[regions]] name the other regions that are asked", ""]
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        several = isinstance(value, tuple)
        for section in value if several else (value,):
            lines += _table(section, f"[[{name}]]" if several else f"[{name}]")
    return "\n".join(lines)


def _table(section: Section | Limits, heading: str) -> list[str]:
    settings = [f"{key} = {_toml(value)}  # {about}" for key, value, about in section.lines()]
    return [f"# {(type(section).__doc__ or '').strip()}", heading, *settings, ""]


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
        case Section():
            return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value) + " }"
        case _:
            escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
