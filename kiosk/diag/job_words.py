"""What the journal's codes of jobs and their parts are called, the same wherever staff read them.

A word of an older release has no name here and stands for itself.
"""

from typing import Final

from kiosk.faults import fault, known_codes

Pair = tuple[str, str]
"""Chinese and English."""

_STATES: Final = {
    "queued": "排队",
    "sending": "发送中",
    "sent": "已送出",
    "confirmed": "已确认",
    "unknown": "不明",
    "failed": "没有打成",
    "cancelled": "取消或作废",
    "void": "已作废",
    "unsent": "未送出",
}
"""Of a job and of its parts; in English the code is the word."""
_EVIDENCE: Final = {
    "marker": ("打印机逐段确认", "each part confirmed"),
    "drained": ("打印机已收完", "all taken by the printer"),
    "pages": ("打印机逐页报告", "each page told"),
    "impressions": ("打印队列计页", "pages counted by the queue"),
    "person": ("有人看过纸", "somebody looked"),
    "none": ("没有证明", "no proof"),
}
_MEDIA: Final = {"receipt": ("小票", "receipt"), "report": ("报表", "report")}
_REASONS: Final = {
    "visit.ended": ("服务已结束，尚未打印", "the visit was over before it was printed"),
    "journal.restart": ("程序重新启动", "the daemon was started again"),
    "person.partial": ("只出了一部分，已收回销毁", "a part came out and was destroyed"),
    "person.asked": ("等人看过纸后判定", "a person looks at the paper"),
}
"""Those that are no fault and have no sentence in the catalogue of faults."""


def state_words(state: str) -> Pair:
    """What is claimed of a job or a part."""
    return _STATES.get(state, ""), state


def evidence_words(evidence: str) -> Pair:
    """What proves it."""
    return _EVIDENCE.get(evidence, (evidence, ""))


def medium_words(medium: str) -> Pair:
    """On what it was printed."""
    return _MEDIA.get(medium, (medium, ""))


def reason_words(code: str | None) -> Pair:
    """Why a job ended as it did; empty for none and for what has no words."""
    if not code or code not in known_codes():
        return _REASONS.get(code or "", ("", ""))
    own = fault(code)
    return own.zh, own.en
