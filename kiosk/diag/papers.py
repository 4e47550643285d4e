"""What technicians take from a kiosk on paper: start-up ticket, self-test, readiness report.

No holder stands on them, nobody's limit counts them, and no stranger has to verify them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.diag.finding import Finding, Part, Weight
from kiosk.diag.run import Examined, ranked
from printing.document import (
    UNSEALED,
    Document,
    Fact,
    Foot,
    Reveal,
    Seal,
    Table,
)
from printing.statements.common import pairs, sentence, signature
from printing.statements.issue import CHINA
from printing.text import wrap

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
    "backup": "备份",
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
NOBODY: Final = "本单供技术人员使用，不含任何个人信息。"


SAMPLES: Final = (
    ("数字", "0123456789 1,234,567.89"),
    ("常用字", "社会保障 养老 失业 工伤 生育"),
    ("生僻字", "镕喆堃玥珺祎垚犇 䶮㛃"),
    ("Latin", "The quick brown fox jumps over the lazy dog"),
)
"""What has to come out right; nobody's record."""
MAINTAINED: Final = "kiosk.maintenance"
"""The finding that technicians make themselves."""
QR_TEXT: Final = "TEST 0123456789"

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Of which kiosk a paper is, and when it was made."""

    agency: str
    kiosk: str
    """Hall and number, as on every paper."""
    number: str
    """The number alone, in ASCII."""
    version: str
    at: datetime
    """Aware."""
    serial: str
    reveal: Reveal


@dataclass(frozen=True, slots=True)
class Met:
    """What stood around a kiosk when it was asked: names and what they say."""

    readers: Pairs
    printers: Pairs
    records: Pairs


_SIGNED: Final = signature("检查人", "姓名、签名", "日期")


def startup(head: Head, met: Met) -> Document:
    """Which kiosk this is and what stands around it, as it was met at this moment."""
    return _paper(
        head,
        "startup",
        ("终端启动单", "START-UP TICKET"),
        tables=(pairs("本机情况", (*met.readers, *met.printers, *met.records)),),
        notes=(NOBODY,),
    )


def self_test(head: Head) -> Document:
    """A page of samples, for a printer that takes whole documents."""
    return _paper(
        head,
        "self-test",
        ("打印机自检页", "PRINTER TEST"),
        tables=(pairs("字样", SAMPLES),),
        notes=(NOBODY, f"表线应平直，字迹应清晰，二维码应能扫出 {QR_TEXT}。"),
        seal=Seal("TEST", QR_TEXT, "核验码和二维码仅供检查打印质量"),
    )


def readiness(head: Head, results: tuple[Examined, ...]) -> Document:
    """Every probe with its result, the findings with cause and next step, a place to sign."""
    findings = ranked(results)
    return _paper(
        head,
        "readiness",
        ("终端就绪检查报告", "READINESS REPORT"),
        facts=(Fact("结论", _conclusion(results, findings)),),
        tables=(_results(results), _findings(findings), _SIGNED),
        notes=(NOBODY, "处理后请再检查一次，以最后一份为准。"),
    )


def _conclusion(results: tuple[Examined, ...], findings: tuple[Finding, ...]) -> str:
    """What was not looked at is not known to be well. Maintenance is what a technician ends."""
    others = [found for found in findings if found.code != MAINTAINED]
    if any(found.weight == "stops" for found in others):
        return "不能开放服务"
    if not results or not all(one.asked for one in results):
        return "未查全，不能判定"
    hindered = sum(found.weight == "hinders" for found in others)
    verdict = f"可以开放，有 {hindered} 项受影响" if hindered else "可以开放服务"
    return verdict if len(others) == len(findings) else f"{verdict}（先结束维护）"


def head_lines(head: Head, columns: int, *, hanzi: bool) -> tuple[str, ...]:
    """Kiosk, serial and time for a page that a printer sets in its own characters."""
    local = f"{head.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    named = (
        (head.kiosk, f"流水号 {head.serial}", local)
        if hanzi
        else (f"Kiosk {head.number}", f"Serial {head.serial}", local)
    )
    return tuple(part for line in named for part in wrap(line, columns))


def _paper(
    head: Head,
    name: str,
    titles: tuple[str, str],
    *,
    tables: Iterable[Table],
    notes: tuple[str, ...],
    facts: tuple[Fact, ...] = (),
    seal: Seal = UNSEALED,
) -> Document:
    local = f"{head.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    return Document(
        statement=name,
        title=titles[0],
        subtitle=titles[1],
        agency=head.agency,
        facts=(
            Fact("终端", head.kiosk),
            Fact("版本", head.version),
            Fact("时间", local),
            *facts,
        ),
        tables=tuple(tables),
        notes=notes,
        seal=seal,
        foot=Foot(
            f"流水号 {head.serial}", "技术用单", f"制单时间 {local[:-3]}", head.kiosk, head.at
        ),
        reveal=head.reveal,
    )


def _results(results: tuple[Examined, ...]) -> Table:
    """A line for each part: its worst, and what was seen there."""
    return pairs(
        "检查结果",
        (
            (PART_NAMES[one.part], "；".join((_result(one), *(seen.zh for seen in one.seen))))
            for one in results
        ),
    )


def _result(one: Examined) -> str:
    """The worst of what was found at a part."""
    if not one.asked:
        return "未检查"
    return WEIGHT_NAMES[ranked((one,))[0].weight] if one.findings else "正常"


def _findings(findings: tuple[Finding, ...]) -> Table:
    if not findings:
        return sentence("发现的问题", "没有发现问题。")
    named = (line for number, found in enumerate(findings, 1) for line in _finding(number, found))
    return pairs("发现的问题", named)


def _finding(number: int, found: Finding) -> Iterator[tuple[str, str]]:
    yield f"问题 {number}", f"{PART_NAMES[found.part]}：{WEIGHT_NAMES[found.weight]}"
    yield "现象", f"{found.words.zh}（{found.code}）"
    if found.evidence.zh:
        yield "证据", found.evidence.zh
    yield "原因", _on_paper(found.words.zh_cause)
    yield "处理", _on_paper(found.words.zh_step)


def _on_paper(text: str) -> str:
    """Without the marks of commands, and without brackets around what is not known."""
    return text.replace("`", "").replace("（—）", "")
