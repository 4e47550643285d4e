"""The circumstances of one issue of a statement, the same for every statement."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from archive.values import CHINA, Month
from printing.document import Foot, Seal
from printing.text import gate

__all__ = ["CHINA", "IssueFacts", "Window"]


_PARTS: Final = ("", "之一", "之二", "之三")


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """Who issues what, when and where, and how the paper can be checked."""

    serial: str
    issued_at: datetime
    """Aware; shown in China's time."""
    kiosk: str
    agency: str
    copy: int
    code: str = field(repr=False)
    """The seal code as it stands on the paper."""
    verify_url: str
    """Address of the issuer's page to which the code is appended; best behind a `#`."""
    verify_days: int = 30
    """How long the page knows the code."""
    part: int = 0
    """Which of several copies of one order, counted from 1; 0: there is only one."""

    def foot(self) -> Foot:
        """What stands at the end of every page."""
        return Foot(
            serial=f"流水号 {gate(self.serial, 'serial')}",
            copy=f"第 {self.copy} 份{_PARTS[self.part]}",
            printed=f"制单时间 {self.issued_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            kiosk=gate(self.kiosk, "kiosk"),
            at=self.issued_at,
        )

    def seal(self) -> Seal:
        """Code and QR content: the page's address and the code, never data."""
        page = self.verify_url.removeprefix("https://").rstrip("/#")
        hint = f"{self.verify_days} 日内可扫码，或打开 {page} 输入核验码，核对真伪"
        return Seal(gate(self.code, "code"), gate(self.verify_url + self.code, "verify_url"), hint)


@dataclass(frozen=True, slots=True)
class Window:
    """The months that a statement covers, both ends included."""

    first: Month
    last: Month

    @classmethod
    def ending(cls, last: Month, months: int) -> Self:
        """So many months up to `last`."""
        return cls(last.plus(1 - months), last)

    @property
    def months(self) -> int:
        """How many months it covers."""
        return self.first.until(self.last) + 1

    def __iter__(self) -> Iterator[Month]:
        return Month.range(self.first, self.last)

    def __contains__(self, month: Month) -> bool:
        return self.first <= month <= self.last

    @property
    def label(self) -> str:
        """For people."""
        return f"{self.first.label} 至 {self.last.label}"
