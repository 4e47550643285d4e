"""The technician's console: who may enter, and for how long."""

from pathlib import Path

from pydantic import Field

from kiosk.sections import Section


class Technician(Section):
    """The technicians' console at /technician; passwords are made by `kiosk technician`."""

    accounts: Path = Field(
        Path("/var/lib/kiosk/technicians.json"),
        description="file of the accounts with hashes of their passwords, for its owner only",
    )
    tries: int = Field(5, ge=1, le=20, description="wrong passwords of one login before it waits")
    tries_in_all: int = Field(20, ge=1, le=200, description="the same, of all logins together")
    most_seconds: int = Field(900, ge=2, le=86400, description="the longest wait of one login")
    idle_minutes: int = Field(10, ge=1, le=120, description="a session ends without an act for so")
    longest_minutes: int = Field(240, ge=5, le=1440, description="a session ends after so long")
    trace_minutes: int = Field(10, ge=1, le=60, description="a trace ends by itself after so long")
