"""What the citizen waits for at the screen, and what the screens weigh."""

import gzip
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from devices.card import winscard
from devices.card.keys import MasterKeys
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.pcscd import PrivatePcscd
from kiosk.demo.data import KEYS, prepare
from kiosk.demo.hall import CONTACT_BAUD, PcscdSlot
from tests.bench.cards import Notice
from tests.bench.daemon import Daemon, daemon
from tests.bench.idle import resident_megabytes
from tests.soak.browser import MEASURED, Page

CARDS: Final = 20
LOOKS: Final = 30
YEARS: Final = 40
KB: Final = 1024


def card_to_screen(folder: Path) -> Iterator[str]:
    """From pcscd's notice of a card to the screen that asks for its PIN, in the page's hands."""
    if (reason := PrivatePcscd.available()) is not None:
        yield f"card in to its screen: not measured ({reason})"
        return
    with _kiosk(folder, folder / "page") as desk:
        beyond, wires = zip(*_cards_put_in(desk), strict=True)
    wire = _at(wires, 50)
    yield (
        f"card in to its screen ({CARDS} cards, pcscd + vpcd, /events and /screen), beyond pcscd's "
        f"notice and the card's own {wire:.0f} ms at 9600 baud: p50 {_at(beyond, 50):.0f} ms, p95 "
        f"{_at(beyond, 95):.0f} ms (aim <= 100); from notice to screen it takes "
        f"{1 + _at(beyond, 50) / wire:.2f} times the wire alone"
    )


def _cards_put_in(desk: "Desk") -> Iterator[tuple[float, float]]:
    """Milliseconds beyond notice and wire, and those of the wire."""
    with winscard.context() as handle:
        for _ in range(CARDS):
            desk.page.until("idle")
            notice = Notice(handle, desk.pcscd.readers[0])
            card = desk.insert(baud=CONTACT_BAUD)
            noticed, reset = notice.wait(), card.wire_seconds  # its answer to reset came before
            desk.page.until("enter_pin")
            wire = 1000 * (card.wire_seconds - reset)
            yield 1000 * (time.monotonic() - noticed) - wire, wire
            desk.slot.remove()


def menu_to_records(folder: Path) -> Iterator[str]:
    """From the touch in the menu to the records on the screen, beside the way back from them; then
    to the length of their papers, without which nothing is printed.
    """
    if (reason := PrivatePcscd.available()) is not None:
        yield f"menu to records: not measured ({reason})"
        return
    place = folder / "menu"
    prepare(place, lambda _: None)
    rows = _live_long(place / "records.db")
    there, measured, back = [], [], []
    with _kiosk(folder, place, months=12 * YEARS) as desk:
        desk.to_menu()
        for number in range(LOOKS):
            begun = time.perf_counter()
            desk.page.call("choose", statement=("contributions", "account")[number % 2])
            desk.page.until("preview")
            there.append(1000 * (time.perf_counter() - begun))
            desk.page.until("preview", has=MEASURED)
            measured.append(1000 * (time.perf_counter() - begun))
            begun = time.perf_counter()
            desk.page.call("back")
            desk.page.until("menu")
            back.append(1000 * (time.perf_counter() - begun))
    for at, name in enumerate(("every contribution", "the account by year"), 2):
        taken = there[at::2]
        yield (
            f"menu to {name} of {YEARS} years on the screen ({rows} rows): p50 "
            f"{_at(taken, 50):.0f} ms, p95 {_at(taken, 95):.0f} ms (aim <= 50); the way "
            f"back to the menu, which reads nothing, p50 {_at(back, 50):.0f} ms; "
            f"ratio {_at(taken, 50) / _at(back, 50):.1f}; "
            f"the papers' lengths and their buttons p50 {_at(measured[at::2], 50):.0f} ms"
        )


def page_weight(folder: Path) -> Iterator[str]:
    """Each screen as it is sent, with all that the page links; the fonts are the system's.

    What a browser is sent is packed where it says that it can unpack it; screens never are.
    """
    if (reason := PrivatePcscd.available()) is not None:
        yield f"page weight: not measured ({reason})"
        return
    with _kiosk(folder, folder / "page") as desk:
        shared, unpacked = _linked(desk.page)
        _show_all(desk)
        heaviest = desk.page.heaviest
        memory = resident_megabytes(desk.daemon.pid)
    told = sorted(((size + shared, name) for name, size in heaviest.items()), reverse=True)
    others = sorted(_screens() - heaviest.keys())
    yield (
        f"page weight on the line with {shared / KB:.1f} KB of page, style, script and icon (gzip; "
        f"{unpacked / KB:.1f} KB unpacked, the heaviest {max(heaviest.values()) / KB:.1f} KB with "
        f"them {(max(heaviest.values()) + unpacked) / KB:.1f} KB) (aim <= 60 KB): "
        + ", ".join(f"{name} {size / KB:.1f}" for size, name in told)
        + f" KB; {told[0][0] / shared:.1f} times what all share; not seen: {', '.join(others)}"
    )
    yield f"the daemon after every statement and a receipt: {memory:.0f} MB resident"


def _show_all(desk: "Desk") -> None:
    """Go through every statement and every screen that needs no wait of minutes."""
    page = desk.page
    for wish, screen in (("guides", "search"), ("case", "ask_case"), ("verify", "ask_code")):
        page.until("idle")
        page.call("guest", wish=wish)
        page.until(screen)
        if wish == "guides":
            page.call("guides", query="sbk")
            code = page.until("search", has='data-call="guide"').html.partition('"task_code": "')[2]
            page.call("guide", task_code=code.partition('"')[0])
            page.until("guide")
        page.call("end")
    page.until("idle")
    desk.to_menu()
    for statement in dict.fromkeys(re.findall(r'"statement": "(\w+)"', page.screen.html)):
        page.call("choose", statement=statement)
        page.until("preview")
        page.call("back")
        page.until("menu")
    page.call("choose", statement="contributions")
    page.until("preview")
    page.call("months/ask")
    page.until("choose_months")
    page.call("back")
    page.until("preview", has=MEASURED)
    page.call("print", medium="receipt")
    page.until("printed")
    page.call("end")
    page.until("take_card")
    desk.slot.remove()
    page.until("idle")
    desk.insert(foreign=True)
    page.until("problem")
    desk.slot.remove()
    page.until("idle")
    desk.pcscd.kill()
    page.until("out_of_service")


def _linked(page: "Weighing") -> tuple[int, int]:
    """Bytes of the page itself and of all that it and its styles name: as sent, and unpacked."""
    own = len(page.html.encode())
    sent, unpacked = {"/": own}, {"/": own}
    todo = re.findall(r'(?:src|href)="(/[^"]+)"', page.html)
    while todo:
        path = todo.pop()
        if path not in sent:
            body, text = page.get(path)
            sent[path], unpacked[path] = len(body), len(text.encode())
            if path.endswith(".css"):
                todo += re.findall(r"""url\(["']?(/[^"')]+)""", text)
    return sum(sent.values()), sum(unpacked.values())


def _screens() -> set[str]:
    folder = files("kiosk.web") / "templates/screens"
    return {file.name.removesuffix(".html") for file in folder.iterdir()}


class Weighing(Page):
    """A page that keeps how many bytes each screen had at most."""

    def __init__(self, address: str) -> None:
        self.heaviest: dict[str, int] = {}
        super().__init__(address)

    def _draw(self) -> None:
        super()._draw()
        name, size = self.screen.name, len(self.screen.html.encode())
        self.heaviest[name] = max(size, self.heaviest.get(name, 0))

    def get(self, path: str) -> tuple[bytes, str]:
        """What a browser is sent of a path, and what that says."""
        self._calls.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = self._calls.getresponse()
        body, packed = answer.read(), answer.getheader("Content-Encoding") == "gzip"
        return body, (gzip.decompress(body) if packed else body).decode()


@dataclass
class Desk:
    """A daemon, its page, and a slot to put cards into."""

    daemon: Daemon
    pcscd: PrivatePcscd
    page: Weighing
    keys: MasterKeys
    slot: PcscdSlot

    def insert(self, **habits: Any) -> SimulatedCard:
        """Put the first holder's card in."""
        card = SimulatedCard(replace(self.daemon.cards[0].profile, **habits), keys=self.keys)
        self.slot.insert(card)
        return card

    def to_menu(self) -> None:
        """Put the card in and prove that it is the holder's."""
        self.insert()
        self.page.until("enter_pin")
        self.page.call("pin", digits=self.daemon.cards[0].pin)
        self.page.until("menu")


@contextmanager
def _kiosk(folder: Path, place: Path, months: int = 36) -> Iterator[Desk]:
    """The daemon with its data in `place`; a process can talk to one pcscd only, in `folder`."""
    pcscd = PrivatePcscd(folder)
    pcscd.use()
    with pcscd, daemon(place, pcscd, months) as kiosk, closing(Weighing(kiosk.address)) as page:
        page.until("idle")
        slot = PcscdSlot(pcscd, 0)
        yield Desk(kiosk, pcscd, page, MasterKeys.load(place / "data" / KEYS), slot)
        slot.remove()


def _live_long(records: Path) -> int:
    """Give everybody the same months twenty years earlier too; how many rows the first has."""
    with closing(sqlite3.connect(records)) as database, database:
        names = [row[1] for row in database.execute("PRAGMA table_info(contributions)")]
        values = ", ".join("month - 2000" if name == "month" else name for name in names)
        columns = ", ".join(names)
        database.execute(
            f"INSERT OR IGNORE INTO contributions ({columns}) SELECT {values} FROM contributions"
        )
        found = database.execute(
            "SELECT count(*) FROM contributions GROUP BY person ORDER BY person LIMIT 1"
        )
        return int(found.fetchone()[0])


def _at(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
