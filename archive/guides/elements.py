"""The eleven elements that each guide must publish, in the order of the founding document."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from archive.model import Guide

NOT_PUBLISHED: Final = ("未公布", "not published")
"""What stands for an element of which the agency has published nothing: it is never left out."""

ELEMENTS: Final = (
    ("legal_basis", "办理依据", "Legal basis"),
    ("accepted_by", "受理单位", "Accepted by"),
    ("procedure", "基本流程", "Procedure"),
    ("materials", "申请材料", "Official list of documents"),
    ("fees", "收费依据及标准", "Fees and their basis"),
    ("time_limit", "办理时限", "Time limit"),
    ("liability", "责任追究", "Liability"),
    ("enquiries", "咨询方式", "Enquiries"),
    ("complaints", "监督投诉方式", "Complaints"),
    ("hours_and_address", "办公时间与地址", "Office hours and address"),
    ("transit", "乘车线路", "How to get there"),
)


@dataclass(frozen=True, slots=True)
class GuideElement:
    """One of the eleven."""

    zh: str
    en: str
    text: str
    """As the agency has published it, Chinese; empty: not published."""

    @property
    def published(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.text)

    @property
    def shown(self) -> str:
        """What stands on screen and paper."""
        return self.text or NOT_PUBLISHED[0]


def elements_of(guide: Guide) -> tuple[GuideElement, ...]:
    """All eleven, published or not."""
    return tuple(GuideElement(zh, en, attrgetter(name)(guide)) for name, zh, en in ELEMENTS)
