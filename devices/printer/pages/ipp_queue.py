"""What a queue is asked and what its answers mean: RFC 8011. No clock, no waiting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from itertools import count

from devices.printer.pages.ipp_http import Exchange, HttpLost
from devices.printer.pages.ipp_message import (
    Attribute,
    Group,
    IppFormatError,
    Message,
    Tag,
    attribute,
    decode,
    encode,
)
from devices.printer.state import (
    Absent,
    NeedsAttention,
    Offline,
    Paper,
    PrinterState,
    Ready,
    Reason,
    Unknown,
)

USER = "kiosk"
"""requesting-user-name: never a citizen's."""
PDF = "application/pdf"


class Operation(IntEnum):
    """RFC 8011, 5.4.15."""

    PRINT_JOB = 0x0002
    VALIDATE_JOB = 0x0004
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class JobState(IntEnum):
    """RFC 8011, 5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self >= JobState.CANCELED


_PRINTER_STOPPED = 5
_OFFLINE = {"offline", *(f"offline{end}" for end in ("-error", "-warning", "-report"))}
"""CUPS: the printer behind the queue does not answer; it says `-report`."""
_FIRST_ERROR_STATUS = 0x0100
_NOT_FOUND, _GONE = 0x0406, 0x0407
_SEVERITIES = ("-error", "-warning", "-report")
_REASONS: dict[str, Reason] = {
    "media-empty": "paper_out",
    "media-needed": "paper_out",
    "input-tray-missing": "paper_out",
    "cover-open": "cover_open",
    "door-open": "cover_open",
    "interlock-open": "cover_open",
    "media-jam": "error",
    "marker-supply-empty": "error",
    "toner-empty": "error",
    "output-area-full": "error",
    "output-tray-missing": "error",
    "marker-waste-full": "error",
    "fuser-over-temp": "error",
    "fuser-under-temp": "error",
    "opc-life-over": "error",
    "paused": "error",
    "shutdown": "error",
    "stopped-partly": "error",
    "timed-out": "error",
    "connecting-to-device": "buffer",
    "spool-area-full": "buffer",
}
"""printer-state-reasons (RFC 8011, 5.4.12; PWG 5100.9) that stop a printer."""
_MOST_TELLING: tuple[Reason, ...] = ("paper_out", "cover_open", "error", "buffer")


@dataclass(frozen=True, slots=True)
class JobReport:
    """One answer to Get-Job-Attributes."""

    state: JobState
    impressions: int | None
    """Sides printed so far; None when it does not count."""
    began: bool
    """False where the queue says that it never began to process it (RFC 8011, 5.3.14.2)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The other side answered and did not do it."""

    status: int

    @property
    def no_such_job(self) -> bool:
        """Whether it knows no such job, or none any more."""
        return self.status in (_NOT_FOUND, _GONE)


class Queue:
    """Asks one queue."""

    def __init__(self, uri: str, exchange: Exchange) -> None:
        self._uri = uri
        self._exchange = exchange
        self._request_ids = count(1)

    def printer_state(self) -> PrinterState:
        """Ask how the printer is."""
        wanted = ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs")
        answer = self._ask(Operation.GET_PRINTER_ATTRIBUTES, _requested(wanted))
        match answer:
            case HttpLost(_, detail):
                return Absent(detail)
            case Refused():
                return Unknown()
        return decode_printer(answer)

    def validate(self, job_name: str) -> HttpLost | Refused | None:
        """Ask whether it would take a PDF; None when it would."""
        answer = self._ask(Operation.VALIDATE_JOB, *_job(job_name))
        return None if isinstance(answer, Message) else answer

    def print_job(self, job_name: str, pdf: bytes) -> int | HttpLost | Refused:
        """Send the document; return the job's number."""
        answer = self._ask(Operation.PRINT_JOB, *_job(job_name), data=pdf)
        if not isinstance(answer, Message):
            return answer
        number = answer.number(Group.JOB, "job-id")
        return HttpLost(True, "an answer without job-id") if number is None else number

    def job_report(self, job: int, name: str) -> JobReport | HttpLost | Refused:
        """Ask how far the job is. One of another name is somebody else's, so ours is not there."""
        wanted = (
            "job-state",
            "job-name",
            "job-impressions-completed",
            "time-at-processing",
        )
        answer = self._ask(
            Operation.GET_JOB_ATTRIBUTES, attribute("job-id", Tag.INTEGER, job), _requested(wanted)
        )
        if not isinstance(answer, Message):
            return answer
        if answer.texts(Group.JOB, "job-name") not in ((), (name,)):
            return Refused(_NOT_FOUND)
        try:
            state = JobState(answer.number(Group.JOB, "job-state") or 0)
        except ValueError:
            return HttpLost(True, "an answer without job-state")
        impressions = answer.number(Group.JOB, "job-impressions-completed")
        processing = answer.find(Group.JOB, "time-at-processing")
        began = not any(value.tag == Tag.NO_VALUE for value in processing)
        return JobReport(state, impressions, began)

    def waiting_jobs(self, names: Collection[str]) -> dict[int, str] | HttpLost | Refused:
        """Return the jobs with one of these names that have not ended: their names, by number."""
        answer = self._ask(Operation.GET_JOBS, _requested(("job-id", "job-name")))
        if not isinstance(answer, Message):
            return answer
        found: dict[int, str] = {}
        for job in (Message(0, 0, (group,)) for group in answer.groups if group[0] == Group.JOB):
            number, named = job.number(Group.JOB, "job-id"), job.texts(Group.JOB, "job-name")
            if number is not None and named and named[0] in names:
                found[number] = named[0]
        return found

    def cancel(self, job: int) -> bool:
        """Ask for the job to be cancelled; whether that was accepted."""
        answer = self._ask(Operation.CANCEL_JOB, attribute("job-id", Tag.INTEGER, job))
        return isinstance(answer, Message)

    def _ask(
        self, operation: Operation, *attributes: Attribute, data: bytes = b""
    ) -> Message | HttpLost | Refused:
        request_id = next(self._request_ids)  # status() may ask while a job is being sent
        head, order = self._head(), {"job-id": 0, "requesting-user-name": 1}
        rest = sorted((*attributes, _USER), key=lambda item: order.get(item.name, 2))
        groups = ((int(Group.OPERATION), (*head, *rest)),)
        raw = self._exchange(encode(Message(operation, request_id, groups, data=data)))
        if isinstance(raw, HttpLost):
            return raw
        try:
            answer = decode(raw)
        except IppFormatError as error:
            return HttpLost(True, f"no IPP message, {error}")
        if answer.request_id != request_id:
            return HttpLost(True, "the answer to another request")
        return Refused(answer.code) if answer.code >= _FIRST_ERROR_STATUS else answer

    def _head(self) -> tuple[Attribute, ...]:
        """Return what opens every request, in this order (RFC 8011, 4.1.4 and 4.1.5)."""
        return (
            attribute("attributes-charset", Tag.CHARSET, "utf-8"),
            attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
            attribute("printer-uri", Tag.URI, self._uri),
        )


_USER = attribute("requesting-user-name", Tag.NAME, USER)


def _requested(names: tuple[str, ...]) -> Attribute:
    return attribute("requested-attributes", Tag.KEYWORD, *names)


def _job(name: str) -> tuple[Attribute, ...]:
    return (
        attribute("job-name", Tag.NAME, name),
        attribute("ipp-attribute-fidelity", Tag.BOOLEAN, False),
        attribute("document-format", Tag.MIME_TYPE, PDF),
    )


def decode_printer(answer: Message) -> PrinterState:
    """Return the state that printer-state and printer-state-reasons tell."""
    state = answer.number(Group.PRINTER, "printer-state")
    raw = answer.texts(Group.PRINTER, "printer-state-reasons")
    if state not in (3, 4, _PRINTER_STOPPED) or not raw:
        return Unknown()
    found = {_REASONS[name] for name in map(_stopping, raw) if name in _REASONS}
    for reason in _MOST_TELLING:
        if reason in found:
            return NeedsAttention(reason)
    if _OFFLINE & set(raw):
        return Offline()
    accepting = answer.find(Group.PRINTER, "printer-is-accepting-jobs")
    refuses = any(value.data is False for value in accepting)
    if state == _PRINTER_STOPPED or refuses:
        return NeedsAttention("error")
    return Ready(_paper(raw))


def _stopping(reason: str) -> str:
    """Return a reason without its severity; empty for a mere warning or report.

    Without a suffix a reason is an error (RFC 8011, 5.4.12). Two exceptions: an open cover or an
    empty tray stops the paper whatever the printer calls it.
    """
    for severity in _SEVERITIES:
        if reason.endswith(severity):
            name = reason.removesuffix(severity)
            telling = _REASONS.get(name) in ("paper_out", "cover_open")
            return name if severity == "-error" or (telling and severity == "-warning") else ""
    return reason


def _paper(reasons: tuple[str, ...]) -> Paper:
    names = {reason.removesuffix("-warning").removesuffix("-report") for reason in reasons}
    return "near_end" if "media-low" in names else "ok"
