"""Who comes: most print a receipt, some a report, some only look; now and then something breaks."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle

from kiosk.demo.data import DemoCard
from tests.soak.browser import MEASURED, Page

STATEMENTS = ("contributions", "contributions", "insured", "rights", "account")
PAPERS = ("receipt", "receipt", "receipt", "report", "")


@dataclass
class Tally:
    """What the citizens saw and did."""

    visits: int = 0
    asked: int = 0
    """Papers asked for in visits without a fault."""
    ends: dict[str, int] = field(default_factory=dict)
    """Visits with a fault, by fault."""
    exposed: list[range] = field(default_factory=list)
    """Numbers of the jobs that were made while something was broken."""


class Citizens:
    """One after the other, by one seed."""

    def __init__(
        self,
        page: Page,
        cards: tuple[DemoCard, ...],
        seed: int,
        last_job: Callable[[], int],
        fault_every: int,
    ) -> None:
        self._page = page
        self._cards = cards
        self._chance = random.Random(seed)
        self._last_job = last_job
        self._fault_every = fault_every
        self.tally = Tally()
        self._faults = cycle(
            (
                self._pulled_while_reading,
                self._pulled_at_the_menu,
                self._pulled_while_printing,
                self._paper_out,
                self._printer_off,
                self._service_lost,
            )
        )

    def visit(self) -> None:
        """One visit, from the first screen to the first screen."""
        self.tally.visits += 1
        if self.tally.visits % self._fault_every == 0:
            self._broken_visit()
        elif self._chance.random() < 0.05:
            self._guest()
        else:
            self._ordinary()

    def _ordinary(self) -> None:
        page = self._page
        self._to_preview()
        paper = self._chance.choice(PAPERS)
        if paper:
            page.call("print", medium=paper)
            self.tally.asked += 1
            page.until("printed")
        page.call("end")
        page.until("take_card")
        self._leave()

    def _guest(self) -> None:
        page = self._page
        page.until("idle")
        page.call("guest", wish="guides")
        page.until("search")
        page.call("guides", query="社会保障卡")
        page.call("end")
        page.until("idle")

    def _to_menu(self) -> None:
        page, card = self._page, self._chance.choice(self._cards)
        page.until("idle")
        page.hand("insert", card.name)
        page.until("enter_pin")
        if self._chance.random() < 0.02:
            page.call("pin", digits="000000")
            page.until("enter_pin", alert=True)
        page.call("pin", digits=card.pin)
        page.until("menu")

    def _to_preview(self) -> None:
        self._to_menu()
        self._page.call("choose", statement=self._chance.choice(STATEMENTS))
        self._page.until("preview", has=MEASURED)

    def _leave(self) -> None:
        self._page.hand("remove")
        self._page.until("idle")

    # --- what breaks --------------------------------------------------------------------------

    def _broken_visit(self) -> None:
        fault = next(self._faults)
        name = fault.__name__.strip("_")
        before, asked = self._last_job(), self.tally.asked
        fault()
        for verb in ("switch_on", "load_paper"):
            self._page.hand("printer", verb)
        self._leave()
        # What hangs in the printer is voided after the visit, or before the next paper.
        self._ordinary()
        self.tally.asked = asked
        self.tally.exposed.append(range(before + 1, self._last_job() + 1))
        self.tally.ends[name] = self.tally.ends.get(name, 0) + 1

    def _pulled_while_reading(self) -> None:
        self._page.until("idle")
        self._page.hand("pulled")

    def _pulled_at_the_menu(self) -> None:
        self._to_menu()

    def _pulled_while_printing(self) -> None:
        self._to_preview()
        self._page.call("print", medium="receipt")
        self._page.until("printing", "printed")

    def _paper_out(self) -> None:
        self._page.hand("printer", "end_of_roll")
        self._to_preview()
        self._page.call("print", medium="receipt")
        self._page.until("printing", "printed", alert=True)
        self._page.hand("printer", "load_paper")
        self._page.until("printed")

    def _printer_off(self) -> None:
        self._to_preview()
        self._page.call("print", medium="receipt")
        self._page.until("printing", "printed")
        self._page.hand("printer", "switch_off")
        self._page.hand("printer", "switch_on")
        self._page.until("printed")

    def _service_lost(self) -> None:
        self._to_menu()
        self._page.hand("stop_service")
        self._page.until("out_of_service")
        self._page.hand("start_service")
        self._page.until("enter_pin")
