"""The kiosk as it is this moment, part by part; nothing of any holder."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final, Literal

from archive.audit import behind
from archive.values import told_time
from devices.printer.report import FolderPrinter
from devices.printer.state import PrinterState, Ready, TellsNothing
from kiosk.console.slots import Slots
from kiosk.diag.met import ROLES
from kiosk.diag.probes import FULL_BYTES, LOW_BYTES, evidence_of, folders
from kiosk.diag.states import said_by, screen_words
from kiosk.diag.told import told
from kiosk.faults import fault, fault_of
from kiosk.identify import today
from kiosk.machine import Machine, PinPrinter
from kiosk.printers import AnyPrinter
from kiosk.report_watch import ReportWatch
from kiosk.visit.state import Forgotten, Idle, Maintenance, OutOfService, State
from kiosk.web.monitor import Monitor

Mark = Literal["ok", "note", "bad", "quiet"]
"""Well; staff should know; in the way of service; nothing to say."""

_KEPT_SECONDS: Final = 1.0
"""Several browsers ask no more of the devices than one."""
_JOBS: Final = 20
_MEGABYTE: Final = 1_000_000
_PAGE_SIZE: Final = 4096


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the part, what is known of it, and what shows it."""

    part: str
    mark: Mark
    text: str
    evidence: str = ""


class Live:
    """Looks, at most once a second; from any thread."""

    def __init__(self, machine: Machine, monitor: Monitor, slots: Slots) -> None:
        self._machine = machine
        self._monitor = monitor
        self._slots = slots
        self._lock = threading.Lock()
        self._rows: tuple[Row, ...] = ()
        self._looked_at = -inf
        self.printers_rest = threading.Event()
        """Set while somebody else has the printers' ports: they are not asked meanwhile."""

    def rows(self) -> tuple[Row, ...]:
        """The parts, upstream first."""
        with self._lock:
            if self._machine.monotonic() - self._looked_at >= _KEPT_SECONDS:
                self._rows = tuple(self._look())
                self._looked_at = self._machine.monotonic()
            return self._rows

    def _look(self) -> Iterator[Row]:
        looks: tuple[tuple[str, Callable[[], Iterator[Row]]], ...] = (
            ("屏幕 Screen", self._screen),
            ("读卡 Readers", self._readers),
            ("打印机 Printers", self._printers),
            ("记录库 Records", self._records),
            ("打印队列 Queue", self._queue),
            ("时钟 Clock", self._clock),
            ("磁盘 Disk", self._disk),
            ("循环 Loops", self._loops),
            ("程序 Process", self._process),
        )
        for part, look in looks:
            try:
                yield from look()
            except Exception as error:  # noqa: BLE001 - a part that cannot be seen hides no other
                words = fault_of(error)
                yield Row(part, "bad", words.zh, words.code)

    def _screen(self) -> Iterator[Row]:
        state = self._monitor.service.state
        drawn = self._monitor.page_seconds()
        yield Row(
            "屏幕 Screen", *_screen_words(state), str(told("kiosk.drawn", seconds=round(drawn)))
        )

    def _readers(self) -> Iterator[Row]:
        if (code := self._slots.lost) is not None:
            yield Row("读卡 Readers", "bad", fault(code).zh, code)
        for slot in self._slots.seen():
            role = ROLES[self._machine.roles.role_of(slot.reader).value]
            nth = slot.generation
            inside = f"有卡（启动后第 {nth} 张）card in (no. {nth} since the start)"
            yield Row(f"读卡器 {role}", "ok", inside if nth else "无卡 no card", slot.reader)

    def _printers(self) -> Iterator[Row]:
        if self.printers_rest.is_set():
            yield Row("打印机 Printers", "quiet", "正在做握手测试 handshake test")
            return
        machine = self._machine
        yield _printer(
            "小票打印机 Receipt", machine.receipt.status(), machine.settings.receipt.port
        )
        report = machine.report
        printer = report.printer if isinstance(report, PinPrinter) else report
        if isinstance(printer, AnyPrinter):
            yield _printer("报表打印机 Report", printer.status(), machine.settings.report.port)
        elif isinstance(printer, FolderPrinter):
            folder = machine.settings.report.folder
            count = sum(1 for _ in folder.glob("*.pdf"))
            text, why = f"{count} 个文件 files", ReportWatch(machine).seen()
            if why:
                yield Row(
                    "报表文件夹 Report", "bad", f"{text}：{fault(why).zh}", f"{why} · {folder}"
                )
            else:
                yield Row("报表文件夹 Report", "ok", text, str(folder))

    def _records(self) -> Iterator[Row]:
        place = self._machine.settings.store
        kind = "SQLite" if isinstance(place.records, Path) else "PostgreSQL"
        as_of = self._machine.store.as_of()
        stale = as_of.stale(today(self._machine.now()), place.stale_days)
        text = f"数据截至 {as_of.day.isoformat()}{'，较旧 stale' if stale else ''}"
        yield Row("记录库 Records", "note" if stale else "ok", text, f"{kind} {place.records}")

    def _queue(self) -> Iterator[Row]:
        jobs = self._machine.journal.jobs(_JOBS)
        unknown = len(self._machine.journal.unknown_jobs())
        under_way = sum(job.state in ("queued", "sending") for job in jobs)
        last = f"最近一个：任务 job {jobs[0].id} {jobs[0].state}" if jobs else "还没有 no job yet"
        text = f"进行中 {under_way}，结果不明 {unknown}"
        yield Row("打印队列 Queue", "note" if unknown else "ok", text, last)

    def _clock(self) -> Iterator[Row]:
        now = self._machine.now()
        late = behind(now, self._machine.store.latest())
        evidence = f"慢 {late} 秒 behind the trail" if late else "不早于记录 not behind the trail"
        mark: Mark = "bad" if late else "ok"
        if late and self._machine.synchronised():  # it is right, and ran ahead before
            mark, evidence = "note", f"{evidence} · 时间服务已校准 set by the time service"
        yield Row("时钟 Clock", mark, told_time(now), evidence)

    def _disk(self) -> Iterator[Row]:
        for folder in folders(self._machine):
            free = shutil.disk_usage(folder).free
            mark: Mark = "bad" if free < FULL_BYTES else "note" if free < LOW_BYTES else "ok"
            yield Row("磁盘 Disk", mark, f"剩余 {free // _MEGABYTE} MB free", str(folder))

    def _loops(self) -> Iterator[Row]:
        loops = self._machine.progress.loops()
        late = self._machine.progress.late()
        text = f"停住 late: {' '.join(late)}" if late else f"{len(loops)} 个都在运转 turning"
        each = " · ".join(f"{name} {_due(seconds)}" for name, seconds in loops.items())
        yield Row("循环 Loops", "bad" if late else "ok", text, each)

    def _process(self) -> Iterator[Row]:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        memory = pages * _PAGE_SIZE // _MEGABYTE
        yield Row(
            "程序 Process", "ok", f"内存 {memory} MB", f"{threading.active_count()} 个线程 threads"
        )


def _screen_words(state: State) -> tuple[Mark, str]:
    words = " ".join(screen_words(type(state).__name__))
    match state:
        case OutOfService(why) | Forgotten(fault=why):
            return "bad", f"{words}：{fault(why.code).zh}（{why.code}）"
        case Maintenance():
            return "note", words
        case Idle(why) if why is not None:
            return "note", f"{words}：{fault(why.code).zh}（{why.code}）"
        case _:
            return "ok", words


def _printer(name: str, state: PrinterState, port: str) -> Row:
    text = said_by(state)
    match state:
        case Ready("near_end"):
            return Row(name, "note", text, f"{state.code} · {port}")
        case Ready():
            return Row(name, "ok", text, f"{state.code} · {port}")
        case TellsNothing():
            return Row(name, "note", text, f"{state.code} · {port}")
        case _:
            return Row(name, "bad", text, f"{state.code} · {port} · {evidence_of(state)}")


def _due(seconds: float) -> str:
    return "休止 rests" if seconds == inf else f"{seconds:+.0f} s"
