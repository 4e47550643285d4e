"""The kiosk as people meet it: its place, its paper, a visit, the page, the log."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kiosk.sections import Section

FONTS = Path("/usr/share/fonts/truetype")


class Place(Section):
    """Where this kiosk stands and who runs it; printed on screens and paper."""

    id: str = Field(
        "01", pattern=r"^[0-9A-Za-z-]{1,16}$", description="kiosk number, unique in its hall"
    )
    hall: str = Field("办事大厅", min_length=1, max_length=24, description="name of the hall")
    agency: str = Field(
        "示例市社会保险基金管理局",
        min_length=1,
        max_length=40,
        description="issuing agency on paper",
    )
    bureau: str = Field(
        "示例市人力资源和社会保障局",
        min_length=1,
        max_length=40,
        description="name in the head of the page",
    )
    hotline: str = Field(
        "12333", pattern=r"^[0-9-]{3,20}$", description="telephone number for questions"
    )
    area_names: dict[str, str] = Field(
        {"990101": "示例市"}, description="area code of GB/T 2260 -> name of issuing areas"
    )


class Paper(Section):
    """What is printed."""

    months: int = Field(
        36, ge=1, le=480, description="how many months the contribution statement covers"
    )
    verify_url: str = Field(
        "https://verify.example/#",
        pattern=r"^https://[!-~]{1,100}[/#]$",
        description="the issuer's verify page; behind # the code stays out of the server's log",
    )
    verify_days: int = Field(30, ge=1, le=366, description="how long a statement can be verified")
    seal_keep_days: int = Field(
        365, ge=0, le=3660, description="so long an expired code is still answered as expired"
    )
    fonts: tuple[Path, ...] = Field(
        (
            FONTS / "wqy/wqy-microhei.ttc",
            FONTS / "hanazono/HanaMinA.ttf",
            FONTS / "hanazono/HanaMinB.ttf",
        ),
        min_length=1,
        description="TrueType fonts, the first that has a character prints it",
    )


class Web(Section):
    """The page; it is reached from this machine only."""

    host: Literal["127.0.0.1", "::1"] = Field("127.0.0.1", description="loopback address")
    port: int = Field(8080, ge=0, le=65535, description="0: any free port")


class Guides(Section):
    """The guides that everybody may read without a card."""

    topics: dict[
        Annotated[str, StringConstraints(min_length=1, max_length=12)],
        Annotated[str, StringConstraints(min_length=1, max_length=30)],
    ] = Field(
        {
            "社会保障卡": "Social security card",
            "养老": "Pension",
            "失业": "Unemployment",
            "工伤": "Work injury",
            "档案": "Personnel file",
            "就业": "Employment",
        },
        min_length=1,
        max_length=8,
        description="words that a button looks for -> what it says in English; in two columns",
    )


class Verify(Section):
    """The verify page: after so many wrong codes each further one has to wait, longer each time."""

    tries: int = Field(5, ge=1, le=100, description="wrong codes from one place before it waits")
    tries_in_all: int = Field(50, ge=1, le=1000, description="the same, from all places together")
    most_seconds: int = Field(900, ge=2, le=86400, description="the longest wait of one place")


class Log(Section):
    """JSON lines on standard error, without personal data."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="least level written"
    )
