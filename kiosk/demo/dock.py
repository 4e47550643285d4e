"""The dev dock: cards to insert, printers whose paper shows, faults to set. Demo only."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.profile import Faults
from devices.printer.printer import SerialPrinter
from kiosk.demo.data import DemoCard
from kiosk.demo.hall import SimulatedHall
from kiosk.web.screens import environment

PREVIEW_DPI = 80

PRINTER_VERBS = (
    ("load_paper", "装纸 Load paper"),
    ("take_paper", "取走纸卷 Take the roll"),
    ("end_of_roll", "只剩 20 行纸 20 lines left"),
    ("low_paper", "纸将尽 Paper low"),
    ("open_cover", "打开盖子 Open cover"),
    ("close_cover", "关上盖子 Close cover"),
    ("jam_cutter", "卡住切刀 Jam the cutter"),
    ("free_cutter", "清理切刀 Free the cutter"),
    ("heat_head", "打印头过热 Hot head"),
    ("cool_head", "打印头冷却 Cool head"),
    ("tear_off", "撕下纸 Tear off"),
    ("switch_off", "关机 Switch off"),
    ("switch_on", "开机 Switch on"),
)
FAULT_VERBS = (
    ("foreign", "插入别的卡 Foreign card"),
    ("mute", "插入不应答的卡 Mute card"),
    ("pulled", "读卡时拔卡 Pull while reading"),
    ("expired", "插入过期的卡 Expired card"),
    ("clone", "插入复制的卡 Copied card"),
    ("blocked", "插入被锁的卡 Blocked card"),
    ("pull_sam", "拔出安全模块 Pull the SAM"),
    ("put_sam", "装回安全模块 Put the SAM back"),
    ("stop_service", "停止读卡服务 Stop pcscd"),
    ("start_service", "启动读卡服务 Start pcscd"),
)
PULLED_AT_APDU = 5
LINES_LEFT = 20
NO_FAULTS = Faults()


class Act(BaseModel):
    """One thing that a hand does."""

    what: str = Field(max_length=20)
    name: str = Field(default="", max_length=40)


class DockState(BaseModel):
    """What the dock shows: words, and a mark for each paper that changes with it."""

    shown: dict[str, str]
    papers: dict[Literal["receipt", "report"], int | None]


@dataclass(slots=True)
class Dock:
    """The hands, and what they hold."""

    hall: SimulatedHall
    cards: tuple[DemoCard, ...]
    printer: SerialPrinter
    reports: Path
    made: dict[str, SimulatedCard] = field(default_factory=dict)
    """A card keeps its state, such as a locked PIN, when it comes out and goes in again."""
    last: str = ""

    def do(self, what: str, name: str) -> None:
        """Carry one act out; an unknown one is a `KeyError`."""
        acts: dict[str, Callable[[], None]] = {
            "insert": lambda: self._insert(name),
            "remove": self.hall.slot.remove,
            "printer": lambda: _printer_verbs(self.hall)[name](),
            "foreign": lambda: self._insert_fault("foreign card", foreign=True),
            "expired": lambda: self._insert_fault("expired card", expired=True),
            "mute": lambda: self._insert_fault("mute card", faults=Faults(mute=True)),
            "clone": lambda: self._insert_fault("copied card", faults=Faults(clone=True)),
            "blocked": lambda: self._insert_fault("blocked card", faults=Faults(blocked="card")),
            "pull_sam": self.hall.sam_slot.remove,
            "put_sam": lambda: self.hall.sam_slot.insert(self.hall.sam),
            "pulled": lambda: self._insert_fault(
                "pulled while reading", faults=Faults(remove_at_apdu=PULLED_AT_APDU)
            ),
            "stop_service": self.hall.slot.stop_service,
            "start_service": self.hall.slot.start_service,
        }
        acts[what]()

    def state(self) -> DockState:
        """What is there now."""
        return DockState(
            shown={"card": self._slot(), "printer": self.printer.status().code},
            papers={
                "receipt": _mark(_latest(self.hall.paper, "receipt-*.png")),
                "report": _mark(_latest(self.reports, "*.pdf")),
            },
        )

    def _slot(self) -> str:
        return f"卡在里面 Card in: {self.last}" if self.hall.slot.occupied else "没有卡 No card"

    def _insert(self, name: str) -> None:
        card = {card.name: card for card in self.cards}[name]
        if name not in self.made:
            self.made[name] = self.hall.card(card.profile)
        self._put(self.made[name], card.holder)

    def _insert_fault(
        self,
        words: str,
        *,
        foreign: bool = False,
        expired: bool = False,
        faults: Faults = NO_FAULTS,
    ) -> None:
        profile = replace(self.cards[0].profile, foreign=foreign, faults=faults)
        if expired:
            profile = replace(profile, expires=profile.issued)
        self._put(self.hall.card(profile), words)

    def _put(self, card: SimulatedCard, words: str) -> None:
        self.hall.slot.insert(card)
        self.last = words


def _printer_verbs(hall: SimulatedHall) -> dict[str, Callable[[], None]]:
    printer = hall.printer
    return {
        "load_paper": printer.load_paper,
        "take_paper": printer.take_paper,
        "end_of_roll": lambda: printer.take_paper(after_lines=LINES_LEFT),
        "low_paper": printer.low_paper,
        "open_cover": printer.open_cover,
        "close_cover": printer.close_cover,
        "jam_cutter": printer.jam_cutter,
        "free_cutter": printer.free_cutter,
        "heat_head": printer.heat_head,
        "cool_head": printer.cool_head,
        "tear_off": printer.tear_off,
        "switch_off": printer.switch_off,
        "switch_on": printer.switch_on,
    }


def _latest(folder: Path, pattern: str) -> Path | None:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_mtime_ns, default=None)


def _mark(path: Path | None) -> int | None:
    return path.stat().st_mtime_ns % 2**52 if path else None


def router(dock: Dock) -> APIRouter:
    """The dock's page and its calls."""
    routes = APIRouter(prefix="/dock", include_in_schema=False)

    @routes.get("", response_class=HTMLResponse)
    def page() -> str:
        return (
            environment()
            .get_template("dock.html")
            .render(
                cards=dock.cards,
                stack=dock.hall.stack,
                printer_verbs=PRINTER_VERBS,
                fault_verbs=FAULT_VERBS,
            )
        )

    @routes.get("/state")
    def state() -> DockState:
        return dock.state()

    @routes.post("/do", status_code=204)
    def do(act: Act) -> None:
        try:
            dock.do(act.what, act.name)
        except KeyError:
            raise HTTPException(422, "no such act") from None

    @routes.get("/receipt.png")
    def receipt() -> Response:
        return _png(_latest(dock.hall.paper, "receipt-*.png"), Path.read_bytes)

    @routes.get("/report.png")
    def report() -> Response:
        return _png(_latest(dock.reports, "*.pdf"), _first_page)

    return routes


def _png(path: Path | None, read: Callable[[Path], bytes]) -> Response:
    if path is None:
        raise HTTPException(404, "nothing was printed yet")
    return Response(read(path), media_type="image/png")


def _first_page(path: Path) -> bytes:
    from printing.preview import pdf_to_png

    return pdf_to_png(path.read_bytes(), PREVIEW_DPI)
