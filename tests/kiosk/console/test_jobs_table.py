"""The table of jobs: a technician reads what papers are called, not what the code calls them."""

import re
from html import unescape

from kiosk.faults import fault
from printing.journal import Medium, Observed, Order
from tests.kiosk.console.conftest import Technician


def test_jobs_are_called_by_their_papers_names_and_ends_by_their_sentences(
    technician: Technician,
) -> None:
    technician.enter()
    journal = technician.console.machine.journal
    papers: tuple[tuple[str, Medium], ...] = (
        ("contributions", "receipt"),
        ("self-test", "report"),
        ("void", "receipt"),
        ("of-an-older-release", "receipt"),
    )
    for name, medium in papers:
        job = journal.queue(Order(name, f"S-{name}", medium, "r", "0" * 64, 0, 1))
        journal.record(job, "failed", Observed(reason="printer.offline"))
    text = unescape(technician.browser.get("/technician/jobs").text)
    for words in ("社会保险缴费明细", "打印机自检页", "作废标记", "of-an-older-release"):
        assert f"<td>{words}" in text
    assert text.count("<td>小票") == 3
    assert text.count("<td>报表") == 1
    assert fault("printer.offline").zh in text
    assert not re.search(r"<td>(contributions|self-test|void|receipt|report)<", text)
