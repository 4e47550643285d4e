"""The description of a simulated security module (PSAM): a TOML file, checked, as values."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from devices.card.errors import ProfileError
from devices.card.fci import Algorithm
from devices.card.simulated.faults import NO_FAULTS, Faults, wire_faults
from devices.card.simulated.profile import read_algorithm, read_baud
from devices.card.simulated.table import (
    Table,
    digits_of,
    hex_of,
    hex_up_to,
    parse_toml,
    read_text,
    whole,
)

SM4_ENVIRONMENT: Final = bytes.fromhex("7378332E73682EC9E7BBE1B1A3D5CF")
"""`sx3.sh.社会保障`, after the names of the DES and SSF33 environments: an assumption."""
_MOST_LEVELS: Final = 3
_SERIAL_DIGITS: Final = 20
_TERMINAL_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class SamKey:
    """A key that the module holds: its id, and how many levels lie between it and a card's."""

    kid: int
    levels: int = _MOST_LEVELS


@dataclass(frozen=True, slots=True)
class SamProfile:
    """A whole simulated security module; a key it does not hold is `None`."""

    historical_bytes: bytes
    serial: str
    terminal: str
    area: str
    """The area whose province or city key it holds, where it does not hold the nation's."""
    algorithms: tuple[Algorithm, ...]
    sm4_environment: bytes
    """Name of its SM4 environment; no published source gives one."""
    irk: SamKey | None = field(default=None)
    rkssse: SamKey | None = field(default=None)
    baud: int = 0
    faults: Faults = NO_FAULTS

    @property
    def atr(self) -> bytes:
        """T=0, direct, TB1 and TC1, historical bytes, no check byte."""
        return bytes((0x3B, 0x60 | len(self.historical_bytes), 0, 0)) + self.historical_bytes


def load_sam_profile(path: Path) -> SamProfile:
    """Read a module's description from a file; `ProfileError` names the file or the key."""
    return parse_sam_profile(read_text(path))


def parse_sam_profile(document: str) -> SamProfile:
    """Read a module's description; `ProfileError` names the key."""
    root = parse_toml(document)
    psam = root.table("psam")
    if psam is None:
        raise ProfileError("psam: missing")
    profile = SamProfile(
        historical_bytes=psam.get("historical_bytes", hex_up_to(15)),
        serial=psam.get("serial", digits_of(_SERIAL_DIGITS)),
        terminal=psam.get("terminal", digits_of(_TERMINAL_DIGITS)),
        area=psam.get("area", digits_of(6)),
        algorithms=psam.get("algorithms", _algorithms, ["des", "sm4"]),
        sm4_environment=psam.get("sm4_environment", hex_of(15), SM4_ENVIRONMENT.hex()),
        irk=_key(psam.table("irk")),
        rkssse=_key(psam.table("rkssse")),
        baud=read_baud(root.table("timing")),
        faults=wire_faults(root.table("faults")),
    )
    psam.finish()
    root.finish()
    return profile


def _key(table: Table | None) -> SamKey | None:
    if table is None:
        return None
    kid, levels = table.get("kid", hex_of(1)), table.get("levels", whole(1, _MOST_LEVELS), 3)
    table.finish()
    return SamKey(kid[0], levels)


def _algorithms(value: object) -> tuple[Algorithm, ...]:
    """SSF33 is not public: no simulated module has it."""
    if not isinstance(value, list) or not value:
        raise ValueError("not a list of algorithms")
    found = tuple(read_algorithm(one) for one in value)
    if Algorithm.SSF33 in found:
        raise ValueError("ssf33 is not public")
    return found
