"""Files in all regions: who did not answer is named, and the screen counts the answers."""

import time

import pytest

from archive.errors import RegionError
from archive.model import AuditKind
from archive.regions import Regions, StoreRegion
from archive.store import Answer, AuditFilter, Record
from kiosk.sections.visit import Visit
from kiosk.visit.events import Chosen, RegionsAnswered
from kiosk.visit.reducer import reduce
from kiosk.visit.state import Composing, Holder, Menu
from kiosk.web.screens import _screen
from kiosk.web.words import Voice
from tests.kiosk.conftest import Kiosk


class OutOfReach:
    """A region that nothing is heard of."""

    name, code = "邻市", "990200"

    def answer(self, record: type[Record], number: str, seconds: float) -> Answer[Record]:
        raise RegionError(self.name, "unreachable")


def test_the_screen_counts_the_answers_while_it_waits() -> None:
    holder = Holder("张*三", "D2*****9X", "示例市")
    state, _ = reduce(Composing(7, holder, "elsewhere"), RegionsAnswered(7, 2, 5), 0.0, Visit())
    shown = _screen(state, None, Voice("zh"), {})[1]
    says = Voice("zh").say(shown["what"], **shown["data"])  # type: ignore[arg-type]
    assert says == "正在查询各地，5 个地区中 2 个已答复"
    assert reduce(state, RegionsAnswered(6, 5, 5), 0.0, Visit()) == (state, ())


@pytest.mark.slow
def test_a_region_without_an_answer_is_named_on_the_paper_and_in_the_audit(kiosk: Kiosk) -> None:
    machine = kiosk.machine
    here = StoreRegion("示例市", "990101", lambda: machine.store)
    regions = Regions((here, OutOfReach()), 5.0, time.monotonic)
    object.__setattr__(machine, "regions", lambda: regions)
    kiosk.insert(kiosk.cards[2])
    kiosk.enter_pin(kiosk.cards[2])
    menu = kiosk.on(Menu)
    assert isinstance(menu, Menu)
    kiosk.service.post(Chosen(menu.generation, "elsewhere"))
    kiosk.measured()
    regions.close()
    memory = kiosk.desk.memory
    assert memory is not None
    assert memory.statement is not None
    text = str(
        [
            cell.text
            for t in memory.statement.report.tables
            for row in t.rows()
            for cell in row.cells
            if cell
        ]
    )
    assert "在库" in text
    assert "'邻市', '暂时无法连接'" in text
    wanted = AuditFilter(None, None, AuditKind.RECORDS_READ.value, statement="elsewhere")
    rows = list(machine.store.audit_rows(wanted=wanted))
    assert [row.result for row in rows][-2:] == ["asked", "region.silent"]
