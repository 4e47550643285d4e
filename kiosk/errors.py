"""The kiosk's own errors: data as attributes, and a `code` of the fault catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import ClassVar


class KioskError(Exception):
    """Root of the errors of the package `kiosk`."""

    code: ClassVar[str]


class SettingError(KioskError):
    """A setting is wrong: its name, the value found and what is allowed."""

    code = "config.setting"

    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name} = {value}: {allowed}")
        self.name = name
        self.value = value
        self.allowed = allowed


class OptionError(KioskError):
    """An option or argument of a command is wrong: its name, the value and what is allowed."""

    code = "option.value"

    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name} {value}: {allowed}")
        self.name = name
        self.value = value
        self.allowed = allowed


class HolderUnknownError(KioskError):
    """The card was read, but its holder is not in the store."""

    code = "holder.unknown"


class PinMismatchError(KioskError):
    """A new PIN was typed twice, and the two differ; nothing went to the card."""

    code = "pin.mismatch"


class KeysNeededError(KioskError):
    """A simulated security module without keys was asked for."""

    code = "sam.keys_needed"


class OnlyVirtualReaderError(KioskError):
    """The only readers are virtual ones, which a kiosk in service never uses."""

    code = "reader.virtual"


class CardExpiredError(KioskError):
    """The card's validity ended on `expired_on`."""

    code = "card.expired"

    def __init__(self, expired_on: date) -> None:
        super().__init__(f"expired on {expired_on.isoformat()}")
        self.expired_on = expired_on


class CardNotYetValidError(KioskError):
    """The card's validity begins on `issued`, a day that has not come."""

    code = "card.not_yet_valid"

    def __init__(self, issued: date) -> None:
        super().__init__(f"issued on {issued.isoformat()}")
        self.issued = issued


class CardMismatchError(KioskError):
    """The records say that this card is lost, replaced or cancelled, or another person's."""

    code = "card.not_accepted"

    def __init__(self, status: str) -> None:
        super().__init__(f"card status {status}")
        self.status = status


class CardLostError(CardMismatchError):
    """The card was reported lost."""

    code = "card.lost"


class CardReplacedError(CardMismatchError):
    """A newer card took this one's place."""

    code = "card.replaced"


class CardCancelledError(CardMismatchError):
    """The card was cancelled."""

    code = "card.cancelled"


class ClockBackError(KioskError):
    """The clock is `seconds` behind a time that has been, and what was asked depends on the day."""

    code = "clock.back"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the clock is {seconds} seconds behind")
        self.seconds = seconds


class HolderProtectedError(KioskError):
    """The card opens its holder's file only after authentication (3.0 cards)."""

    code = "card.holder_protected"


class CardBlankError(KioskError):
    """The card holds no holder: it was never personalised."""

    code = "card.blank"


class PinOnCommandLineError(KioskError):
    """A PIN was given as an argument, where every user of the machine can read it."""

    code = "pin.command_line"


class PathError(KioskError):
    """A file or folder that a command was given cannot be used."""

    code = "path.unusable"

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(f"{path}: {detail}")
        self.path = path
        self.detail = detail


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """What the operating system says about `path` inside becomes a `PathError`."""
    try:
        yield
    except OSError as error:
        raise PathError(path, error.strerror or type(error).__name__) from None


class PinNeededError(KioskError):
    """The card has a PIN and none was given."""

    code = "pin.required"


class AlreadyRunningError(KioskError):
    """Another process uses this machine's devices and journal."""

    code = "kiosk.running"


class VirtualReaderTakenError(KioskError):
    """Another simulated card is in the virtual reader already."""

    code = "vpcd.taken"


class PortTakenError(KioskError):
    """Another program listens on the page's port."""

    code = "web.port_taken"

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken")
        self.port = port


class RowsLeftError(KioskError):
    """Rows of an earlier holder may still come out of a printer that cannot forget them."""

    code = "printer.rows_left"


class PrinterNotReadyError(KioskError):
    """Nothing was printed; the printer's own state is the fault, so its code is this one's."""

    code = "printer.error"

    def __init__(self, reason: str) -> None:
        super().__init__(f"nothing was printed: {reason}")
        self.code = reason  # type: ignore[misc]  # of the class for all others, here of each


class PaperNotConfirmedError(KioskError):
    """A print job ended in another state than the wished one; `job_id` names it in the journal."""

    code = "print.not_confirmed"

    def __init__(self, job_id: int, outcome: str, reason: str | None) -> None:
        super().__init__(f"job {job_id} ended as {outcome}")
        self.job_id = job_id
        self.outcome = outcome
        self.reason = reason


class UnexpectedStatusError(KioskError):
    """A line of an APDU script got another status word than it named; both as four hex digits."""

    code = "card.unexpected_status"

    def __init__(self, sw: int, expected: int) -> None:
        super().__init__(f"status {sw:04X}, expected {expected:04X}")
        self.sw = f"{sw:04X}"
        self.expected = f"{expected:04X}"


class VirtualReaderAbsentError(KioskError):
    """Nothing listens where the virtual reader vpcd should."""

    code = "vpcd.absent"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"no virtual reader at {host}:{port}")
        self.host = host
        self.port = port


class RowsRejectedError(KioskError):
    """An import ended, and `count` rows were rejected; `rejects` is the file that says why."""

    code = "import.rejects"

    def __init__(self, count: int, rejects: str) -> None:
        super().__init__(f"{count} rows rejected")
        self.count = count
        self.rejects = rejects


class GuideUnknownError(KioskError):
    """No version of this service's guide is in force."""

    code = "guide.unknown"

    def __init__(self, task_code: str) -> None:
        super().__init__(f"no guide {task_code} in force")
        self.task_code = task_code


class StoreUnsoundError(KioskError):
    """A check of the store ended with `count` findings."""

    code = "store.unsound"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} findings")
        self.count = count


class NoClusterError(KioskError):
    """Tables were to be spread over a cluster, and the store is on none."""

    code = "store.no_cluster"


class CaseUnknownError(KioskError):
    """Neither a case nor a card that is being made has the number that was typed."""

    code = "case.unknown"

    def __init__(self) -> None:
        super().__init__("no such case")


class CaseThrottledError(KioskError):
    """Too many wrong case numbers came; the next is looked for after `seconds`."""

    code = "case.throttled"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong case numbers: {seconds} s to wait")
        self.seconds = seconds


class SealThrottledError(KioskError):
    """Too many wrong codes came; the next is looked at after `seconds`."""

    code = "seal.throttled"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong codes: {seconds} s to wait")
        self.seconds = seconds


class BackupError(KioskError):
    """A backup cannot be made, or is not whole and not restored; `reason` is technical."""

    code = "backup.unusable"

    def __init__(self, place: Path, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


class InstallError(KioskError):
    """The folder with the units is not beside the program."""

    code = "install.no_units"

    def __init__(self, place: Path) -> None:
        super().__init__(str(place))
        self.place = place


class UpdatePackageError(KioskError):
    """A file that shall be installed is no package of the kiosk."""

    code = "update.package"

    def __init__(self, package: Path) -> None:
        super().__init__(str(package))
        self.package = package


class UpdateStepError(KioskError):
    """A step of an update did not do; `step` is its name, `reason` is technical."""

    code = "update.step"

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(f"{step}: {reason}")
        self.step = step
        self.reason = reason


class UpdateUndoneError(KioskError):
    """The new release did not come into service; the one before runs again, on its own data."""

    code = "update.undone"

    def __init__(self, failed: str, reason: str, version: str) -> None:
        super().__init__(f"{failed}: {reason}")
        self.failed = failed
        self.reason = reason
        self.version = version


class ScreenError(KioskError):
    """The browser of the screen cannot be started, or ended by itself; `reason` is technical."""

    code = "screen.ended"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MaintenanceSignError(KioskError):
    """The sign of maintenance cannot be set or taken away; `reason` is technical."""

    code = "kiosk.maintenance_sign"

    def __init__(self, place: Path, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


class WrongUserError(KioskError):
    """`folder` is the daemon's: closed to others, and root's files there would be closed to it."""

    code = "kiosk.wrong_user"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} belongs to another user")
        self.folder = folder


class NoServiceManagerError(KioskError):
    """There is no systemd that could run a command as the daemon's user."""

    code = "kiosk.no_service_manager"
