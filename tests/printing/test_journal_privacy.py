"""Nothing of a record is ever in the journal's files, also not behind a kill -9."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from printing.journal import Journal
from tests.printing.samples import CODE, EMPLOYERS, PERSON

PRINTING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from devices.printer.result import Progress, PrintResult
from printing.encode.escpos import encode_escpos
from printing.fonts import FontChain
from printing.glyphs import Glyphs
from printing.job import Ticket, print_receipt
from printing.journal import Journal
from printing.layout.roll import layout_roll
from tests.printing.samples import FONTS, ISSUE, statement

class Printer:
    def print_blocks(self, blocks, *, on_progress, **_):
        sent = sum(len(block.data) for block in blocks)
        on_progress(Progress(1, 0, len(blocks), sent, None))
        if stage == "sending":
            wait()
        return PrintResult("confirmed", sent, len(blocks), len(blocks), None, "marker")

def wait():
    sys.stdout.write("now\\n")
    sys.stdout.flush()
    sys.stdin.read()

stage = sys.argv[2]
journal = Journal(Path(sys.argv[1]), lambda: datetime.now(UTC))
roll = layout_roll(statement(reveal="receipt"), 48)
blocks = encode_escpos(
    roll, rom="gbk", columns=48, cut=True, qr=True, glyphs=Glyphs(FontChain.of(FONTS))
)
ticket = Ticket("contributions", ISSUE.serial, "front", 7)
print_receipt(journal, Printer(), blocks, ticket, void=())
wait()
"""
SECRETS = (
    *(PERSON.name, PERSON.social_security_number, PERSON.person_id, "6,420.00", "6420.00"),
    *(CODE, CODE.replace("-", ""), *(employer.name for employer in EMPLOYERS.values())),
)


def killed(path: Path, stage: str) -> None:
    """Print a statement in a process that is killed while it is `sending`, or when it has ended."""
    child = subprocess.Popen(
        [sys.executable, "-c", PRINTING, path, stage],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    with child, child.stdout:
        assert child.stdout.readline() == "now\n"
        child.kill()
    assert child.returncode == -9


def found(folder: Path) -> set[str]:
    """Which of the secrets stand in any file there, in either encoding of the product."""
    files = [file.read_bytes() for file in folder.iterdir()]
    assert sum(map(len, files)) > 4096
    assert any(b"contributions" in data for data in files)  # what is kept can be seen in this way
    return {
        secret
        for secret in SECRETS
        for data in files
        if secret.encode() in data or secret.encode("gb18030") in data
    }


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "left"), [("sending", "unknown"), ("ended", "confirmed")])
def test_a_killed_process_leaves_nothing_personal_and_the_whole_ledger(
    tmp_path: Path, stage: str, left: str
) -> None:
    killed(tmp_path / "journal.db", stage)
    assert (tmp_path / "journal.db-wal").stat().st_size > 0
    assert found(tmp_path) == set()
    with Journal(tmp_path / "journal.db", lambda: datetime.now(UTC)) as journal:
        journal.recover()
        assert found(tmp_path) == set()
        (job,) = journal.jobs()
        assert job.state == left
        states = [state for _, state in journal.history(job.id)]
        assert states == ["queued", "sending", left]
        assert len(journal.blocks(job.id)) == job.order.blocks > 3
        assert journal.recover() == ()
    assert found(tmp_path) == set()
