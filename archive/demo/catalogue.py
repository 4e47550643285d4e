"""The demonstration's agencies, guides and notices, from `guides.toml`."""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from archive.model import Agency, Guide, GuideMaterial, Notice
from archive.values import parse_date

_SINCE: Final = "20230101"
"""From when a guide holds that names no day."""
_FROM_HALL: Final = (
    "accepted_by",
    "liability",
    "enquiries",
    "complaints",
    "hours_and_address",
    "transit",
)

Content = Mapping[str, Any]


def catalogue() -> Iterator[Agency | Guide | GuideMaterial | Notice]:
    """All that belongs to nobody."""
    import tomllib

    text = resources.files("archive.demo").joinpath("guides.toml").read_text("utf-8")
    content = tomllib.loads(text)
    for agency in content["agencies"]:
        yield _agency(agency)
    for guide in content["guides"]:
        yield _guide(guide, content["halls"][guide["hall"]])
        yield from _materials(guide)
    for notice in content["notices"]:
        yield Notice(
            notice_code=notice["code"],
            text=notice["text"],
            since=parse_date(notice["from"]),
            task_code=notice.get("task", ""),
            legal_basis=notice.get("law", ""),
        )


def _agency(agency: Content) -> Agency:
    return Agency(
        agency=agency["code"],
        name=agency["name"],
        kind=agency["kind"],
        address=agency["address"],
        hours=agency["hours"],
        phone=agency["phone"],
        transit=agency.get("transit", ""),
        region=agency["region"],
    )


def _guide(guide: Content, hall: Content) -> Guide:
    since, until = guide.get("effective", (_SINCE, ""))
    legal, promised = guide["days"]
    return Guide(
        task_code=guide["code"],
        version=guide.get("version", 1),
        name=guide["name"],
        effective_from=parse_date(since),
        effective_to=parse_date(until) if until else None,
        legal_basis=guide["law"],
        procedure=guide["flow"],
        materials="；".join(material["name"] for material in guide["materials"]),
        fees=guide.get("fees", "不收费"),
        time_limit=guide.get("time_limit") or _time_limit(legal, promised),
        legal_days=legal,
        promised_days=promised,
        on_terminals="1" if guide.get("terminal") else "0",
        keywords=guide["keywords"],
        **{field: guide.get(field, hall[field]) for field in _FROM_HALL},
    )


def _time_limit(legal: int, promised: int) -> str:
    return f"法定办结时限：{_days(legal)}；承诺办结时限：{_days(promised)}"


def _days(days: int) -> str:
    return f"{days} 个工作日" if days else "即时办结"


def _materials(guide: Content) -> Iterator[GuideMaterial]:
    for number, material in enumerate(guide["materials"], start=1):
        yield GuideMaterial(
            task_code=guide["code"],
            version=guide.get("version", 1),
            number=number,
            name=material["name"],
            copies=material.get("copies", 1),
            form=material["form"],
            needed="1" if material.get("needed", True) else "0",
            origin=material["origin"],
            hint=material.get("hint", ""),
        )


@cache
def guides_in_force(today: dt.date) -> dict[str, Guide]:
    """The guides that hold on a day, by service."""
    return {
        guide.task_code: guide
        for guide in catalogue()
        if isinstance(guide, Guide)
        and guide.effective_from <= today
        and (guide.effective_to is None or today < guide.effective_to)
    }
