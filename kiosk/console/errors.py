"""What keeps a technician from the console, or the console from an act."""

from pathlib import Path
from typing import Final

from kiosk.errors import KioskError


class TechnicianFileError(KioskError):
    """The file of the technicians' accounts cannot be used; `reason` is technical."""

    code = "technician.file"

    def __init__(self, place: Path, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


class TechnicianUnknownError(KioskError):
    """No technician has this login."""

    code = "technician.unknown"

    def __init__(self, login: str) -> None:
        super().__init__("no such technician")
        self.login = login


class PasswordWeakError(KioskError):
    """A technician's password could be guessed; `reason` says why, never what it is."""

    code = "technician.password_weak"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PasswordMismatchError(KioskError):
    """A new password was typed twice, and the two differ."""

    code = "technician.password_mismatch"


class LoginRefusedError(KioskError):
    """Login and password do not belong together."""

    code = "technician.refused"


class LoginThrottledError(KioskError):
    """Too many wrong passwords came; the next is looked at after `seconds`."""

    code = "technician.throttled"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong passwords: {seconds} s to wait")
        self.seconds = seconds


class VisitRunsError(KioskError):
    """A technician's act has to wait: a citizen is being served."""

    code = "technician.visit"


class TrialRunsError(KioskError):
    """Another trial at the devices is under way."""

    code = "technician.trial"


class MaintenanceNeededError(KioskError):
    """A trial needs a kiosk that serves nobody."""

    code = "technician.maintenance"


REFUSALS: Final = (
    TechnicianFileError,
    LoginRefusedError,
    LoginThrottledError,
    VisitRunsError,
    TrialRunsError,
    MaintenanceNeededError,
)
"""What the page tells as an answer: none of them is a bug."""
