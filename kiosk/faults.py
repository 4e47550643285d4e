"""The fault catalogue: from an error or a state's code to sentences, next steps and an exit code.

The sentences stand in `faults.toml`; citizens read `zh` and `en`, technicians `cause` and `step`
in both languages.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from archive.values import CHINA

UNEXPECTED = "internal"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in words. `exit_code` is the command line's; codes are stable over versions."""

    code: str
    exit_code: int
    zh: str
    zh_do: str
    en: str
    en_do: str
    zh_cause: str
    cause: str
    zh_step: str
    step: str

    def for_staff(self) -> list[str]:
        """What happened, why, and the next step; what a citizen should do is not for them."""
        return [
            f"{self.zh} {self.en}",
            f"原因：{self.zh_cause}",
            f"cause: {self.cause}",
            f"处理：{self.zh_step}",
            f"next step: {self.step}",
        ]

    def to_json(self) -> dict[str, str]:
        """The fault for a program: its code and both languages in one sentence each."""
        return {"code": self.code, "message": f"{self.zh}{self.zh_do} {self.en} {self.en_do}"}


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("kiosk").joinpath("faults.toml").read_text("utf-8"))


def known_codes() -> frozenset[str]:
    """Every code that has an entry."""
    return frozenset(_catalogue())


def fault(code: str, **data: object) -> Fault:
    """The catalogue's entry for `code`, its {names} filled from `data`."""
    entry = _catalogue()[code]
    return Fault(code=code, exit_code=entry["exit"], **_filled(entry, data))


def printer_fault(code: str, setting: str, port: str) -> Fault:
    """What is wrong with the printer at `port`, in the words for how it is connected.

    `setting` is the name of where that port is given: receipt.port, report.port, or an option.
    """
    own = _catalogue()[code].get("network" if "://" in port else "cable", {})
    return replace(fault(code), **_filled(own, {"setting": setting}))


def fault_of(error: BaseException) -> Fault:
    """The fault that an error of one of the packages stands for; any other error is a bug."""
    code = getattr(error, "code", None)
    if not isinstance(code, str) or code not in _catalogue():
        return fault(UNEXPECTED)
    return fault(code, **{name: value for name, value in vars(error).items() if name != "code"})


def _filled(entry: dict[str, Any], data: dict[str, object]) -> dict[str, Any]:
    return {name: _fill(text, data) for name, text in entry.items() if isinstance(text, str)}


def _fill(text: str, data: dict[str, object]) -> str:
    """Fill {names}; one that the error does not carry reads as a dash, never as a traceback."""
    names = [name for _, name, _, _ in Formatter().parse(text) if name]
    return text.format_map({name: _read(data.get(name, "—")) for name in names})


def _read(value: object) -> object:
    """A moment as it stands on a paper: in China's time, to the minute."""
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
