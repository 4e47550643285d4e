"""What stands around a kiosk at this moment, for the papers that technicians take from it."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

from archive.errors import StoreError
from devices.printer.printer import SerialPrinter
from devices.printer.report import FolderPrinter
from devices.printer.state import PrinterState, Ready
from kiosk.diag.papers import Head, Met
from kiosk.diag.states import said_by
from kiosk.faults import Fault, fault, fault_of
from kiosk.machine import Machine, PinPrinter
from kiosk.printers import AnyPrinter, settled
from printing.document import Reveal
from printing.statements.common import NOT_KNOWN, long_day

ROLES: Final = {
    "holder": "社保卡",
    "sam": "安全模块",
    "contactless": "非接触",
    "virtual_refused": "虚拟，不使用",
    "none": "未分配",
}


def head(machine: Machine, serial: str, reveal: Reveal) -> Head:
    """What stands at the head and the foot of each of those papers."""
    place = machine.settings.kiosk
    return Head(
        agency=place.agency,
        kiosk=f"{place.hall} {place.id} 号机",
        number=place.id,
        version=f"hall-kiosk {version('hall-kiosk')}",
        at=machine.now(),
        serial=serial,
        reveal=reveal,
    )


def met(machine: Machine) -> Met:
    """Ask every part what it is and how it is; takes a few seconds where devices are silent."""
    return Met(tuple(_readers(machine)), tuple(_printers(machine)), tuple(_records(machine)))


def _readers(machine: Machine) -> Iterator[tuple[str, str]]:
    try:
        names = machine.source.readers()
    except Exception as error:  # noqa: BLE001 - a ticket tells what is there, whatever is not
        yield "读卡器", _said_of(fault_of(error))
        return
    if not names:
        yield "读卡器", _said_of(fault("reader.absent"))
    for name in names:
        yield f"读卡器（{ROLES[machine.roles.role_of(name).value]}）", name


def _said_of(found: Fault) -> str:
    return f"{found.zh}（{found.code}）"


def _printers(machine: Machine) -> Iterator[tuple[str, str]]:
    yield "小票", f"{machine.receipt_model.title}，{machine.settings.receipt.port}"
    yield "小票状态", _state(settled(machine.receipt))
    yield from _told(machine.receipt)
    yield from _report(machine)


def _told(printer: SerialPrinter) -> Iterator[tuple[str, str]]:
    """What the receipt printer says it is, where it says so."""
    if printer.probe is not None and not printer.probe.silent:
        named = (printer.probe.maker, printer.probe.model)
        yield "小票自报", " ".join(word for word in named if word) or NOT_KNOWN


def _report(machine: Machine) -> Iterator[tuple[str, str]]:
    report = machine.settings.report
    if isinstance(machine.report, FolderPrinter):
        yield "报表", f"文件夹 {report.folder}"
    elif isinstance(machine.report, PinPrinter):
        yield "报表", f"{report.model}，{report.port}"
        yield "报表状态", _state(settled(machine.report.printer))
    elif isinstance(machine.report, AnyPrinter):
        yield "报表", f"{report.model}，{report.port}"
        yield "报表状态", _state(settled(machine.report))


def _state(state: PrinterState) -> str:
    said = said_by(state)
    return said if isinstance(state, Ready) else f"{said}（{state.code}）"


def _records(machine: Machine) -> Iterator[tuple[str, str]]:
    try:
        as_of = machine.store.as_of()
        data = long_day(as_of.day) + (f"，{as_of.source}" if as_of.source else "")
    except StoreError as error:
        data = _said_of(fault_of(error))
    unknown = len(machine.journal.unknown_jobs())
    yield "记录库", str(machine.settings.store.records)
    yield "数据截至", data
    yield "打印日志", f"{unknown} 个任务结果不明" if unknown else "没有结果不明的任务"
