import pytest

from devices.printer import test_page
from devices.printer.models import load_model, receipt_model_names
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import model


@pytest.mark.parametrize("name", receipt_model_names())
def test_the_page_comes_out_whole_on_every_model(make_desk: MakeDesk, name: str) -> None:
    desk = make_desk(model(name, baud=115200))
    blocks = test_page.test_blocks(load_model(name), "2026-11-22 10:00")
    result = desk.print_rows(list(blocks))
    assert result.outcome in ("confirmed", "sent")
    assert desk.sim.errors == []
    paper = desk.paper()
    columns = load_model(name).columns
    ruler = ("1234567890" * 5)[:columns]
    title, blank, *below = lines = [line.strip() for line in paper.splitlines()]
    assert ruler in lines
    hanzi = load_model(name).rom != "none"
    assert ("国" * (columns // 2) in lines) == hanzi
    assert (title, blank) == ("打印机自检页" if hanzi else "PRINTER TEST", "")
    assert (below[0] == "PRINTER TEST") == hanzi
    assert "2026-11-22 10:00" in lines
    assert ("镕" in paper) == (load_model(name).rom in ("gbk", "gb18030-2byte"))


@pytest.mark.parametrize("name", receipt_model_names())
def test_every_character_is_in_the_models_own_memory(name: str) -> None:
    for block in test_page.test_blocks(load_model(name), "2026-11-22 10:00"):
        if block.label in ("head", "width", "characters"):
            text = block.data.decode("gb18030")
            assert all(len(char.encode("gb18030")) <= 2 for char in text)
