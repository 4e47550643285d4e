"""What technicians take from a kiosk on paper: the start-up ticket and the readiness report.

No holder stands on them, nobody's limit counts them, and no stranger has to verify them.
"""

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Final

from archive.errors import StoreError
from devices.printer.printer import SerialPrinter
from devices.printer.report import FolderPrinter
from devices.printer.state import PrinterState, Ready
from kiosk.diag.finding import Finding, Part, Weight
from kiosk.diag.run import Examined, ranked
from kiosk.errors import PrinterNotReadyError
from kiosk.faults import fault, fault_of
from kiosk.machine import Machine, PinPrinter
from kiosk.printers import AnyPrinter, settled
from printing.document import (
    UNSEALED,
    Column,
    Document,
    Fact,
    Foot,
    Kind,
    Reveal,
    Row,
    Table,
    TextCell,
)
from printing.statements.common import NOT_KNOWN, long_day, pairs, plain, sentence
from printing.statements.issue import CHINA

PART_NAMES: Final[dict[Part, str]] = {
    "reader": "读卡器",
    "module": "安全模块",
    "card": "卡片",
    "receipt": "小票打印机",
    "report": "报表打印机",
    "store": "记录库",
    "journal": "打印日志",
    "clock": "时钟",
    "disk": "磁盘",
    "fonts": "字体",
    "speech": "语音朗读",
    "settings": "设置",
    "kiosk": "终端程序",
}
WEIGHT_NAMES: Final[dict[Weight, str]] = {
    "stops": "停止服务",
    "hinders": "影响服务",
    "note": "提示",
}
ROLES: Final = {
    "holder": "社保卡",
    "sam": "安全模块",
    "contactless": "非接触",
    "virtual_refused": "虚拟，不使用",
    "none": "未分配",
}
NOBODY: Final = "本单供技术人员使用，不含任何个人信息。"
BLANK: Final = "＿" * 15


def startup(machine: Machine, serial: str, reveal: Reveal) -> Document:
    """Which kiosk this is and what stands around it, as it was met at this moment."""
    return _paper(
        machine,
        "startup",
        ("终端启动单", "START-UP TICKET"),
        serial,
        reveal,
        tables=(_readers(machine), _printers(machine), _records(machine)),
        notes=(NOBODY,),
    )


def readiness(
    machine: Machine, results: tuple[Examined, ...], serial: str, reveal: Reveal
) -> Document:
    """Every probe with its result, the findings with cause and next step, a place to sign."""
    findings = ranked(results)
    stops = any(found.weight == "stops" for found in findings)
    return _paper(
        machine,
        "readiness",
        ("终端就绪检查报告", "READINESS REPORT"),
        serial,
        reveal,
        facts=(Fact("结论", "不能开放服务" if stops else "可以开放服务"),),
        tables=(_results(results), *_findings(findings), *_signature()),
        notes=(NOBODY, "处理后请再检查一次，以最后一份为准。"),
    )


def _paper(
    machine: Machine,
    name: str,
    titles: tuple[str, str],
    serial: str,
    reveal: Reveal,
    *,
    tables: Iterable[Table],
    notes: tuple[str, ...],
    facts: tuple[Fact, ...] = (),
) -> Document:
    place, now = machine.settings.kiosk, machine.now()
    local = f"{now.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    return Document(
        statement=name,
        title=titles[0],
        subtitle=titles[1],
        agency=place.agency,
        facts=(
            Fact("终端", f"{place.hall} {place.id} 号机"),
            Fact("版本", f"hall-kiosk {version('hall-kiosk')}"),
            Fact("时间", local),
            *facts,
        ),
        tables=tuple(tables),
        notes=notes,
        seal=UNSEALED,
        foot=Foot(
            f"流水号 {serial}",
            "技术用单",
            f"打印时间 {local[:-3]}",
            f"{place.hall} {place.id} 号机",
            now,
        ),
        reveal=reveal,
    )


def _readers(machine: Machine) -> Table:
    try:
        names = machine.source.readers()
    except Exception as error:  # noqa: BLE001 - a ticket tells what is there, whatever is not
        return sentence("读卡器", f"{fault_of(error).zh}（{fault_of(error).code}）")
    rows = ((ROLES[machine.roles.role_of(name).value], name) for name in names)
    return pairs("读卡器", rows) if names else sentence("读卡器", fault("reader.absent").zh)


def _printers(machine: Machine) -> Table:
    settings = machine.settings
    return pairs(
        "打印机",
        (
            ("小票", f"{machine.receipt_model.title}，{settings.receipt.port}"),
            ("小票状态", _state(settled(machine.receipt))),
            *_said(machine.receipt),
            *_report(machine),
        ),
    )


def _said(printer: SerialPrinter) -> Iterator[tuple[str, str]]:
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
    match state:
        case Ready("near_end"):
            return "就绪，纸将用完"
        case Ready():
            return "就绪"
        case _:
            return f"{fault_of(PrinterNotReadyError(state.code)).zh}（{state.code}）"


def _records(machine: Machine) -> Table:
    try:
        as_of = machine.store.as_of()
        data = long_day(as_of.day) + (f"，{as_of.source}" if as_of.source else "")
    except StoreError as error:
        data = f"{fault_of(error).zh}（{error.code}）"
    records = machine.settings.store.records
    unknown = len(machine.journal.unknown_jobs())
    return pairs(
        "记录",
        (
            ("记录库", str(records)),
            ("数据截至", data),
            ("打印日志", f"{unknown} 个任务结果不明" if unknown else "没有结果不明的任务"),
        ),
    )


def _results(results: tuple[Examined, ...]) -> Table:
    return plain(
        "检查结果",
        (Column("部位", Kind.TEXT), Column("结果", Kind.TEXT), Column("所见", Kind.TEXT)),
        (
            Row(
                (
                    TextCell(PART_NAMES[one.part]),
                    TextCell(_result(one)),
                    TextCell("；".join(one.seen)) if one.seen else None,
                )
            )
            for one in results
        ),
        "",
    )


def _result(one: Examined) -> str:
    """The worst of what was found at a part."""
    if not one.asked:
        return "未检查"
    return WEIGHT_NAMES[ranked((one,))[0].weight] if one.findings else "正常"


def _findings(findings: tuple[Finding, ...]) -> Iterator[Table]:
    if not findings:
        yield sentence("发现的问题", "没有发现问题。")
    for number, found in enumerate(findings, 1):
        yield pairs(
            f"问题 {number}：{PART_NAMES[found.part]}，{WEIGHT_NAMES[found.weight]}",
            (
                ("现象", f"{found.words.zh}（{found.code}）"),
                *((("证据", found.evidence),) if found.evidence else ()),
                ("原因", found.words.cause),
                ("处理", found.words.step),
            ),
        )


def _signature() -> Iterator[Table]:
    """Each with room for a hand beside its heading, above the line."""
    return (sentence(name, BLANK) for name in ("检查人姓名、签名", "日期"))
