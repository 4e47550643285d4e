"""What the journal's file knows of sealed papers."""

import hashlib
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from printing.encode.pdf import render_pdf
from printing.errors import (
    JournalError,
    SealCodeError,
    SealDiffersError,
    SealExpiredError,
    SealNotFoundError,
    SealRevokedError,
    SealUnknownError,
    SealVoidError,
)
from printing.fonts import FontChain
from printing.journal import Journal, Observed, Order, State, Verdict
from printing.journal_file import MIGRATIONS
from printing.seal import code_hash, new_code
from printing.sealed_file import verify_file
from printing.seals import SealRecord
from tests.printing.samples import CODE, FONTS, statement

START = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)
OTHER = new_code(random.Random(2))
CODES = [new_code(random.Random(seed)) for seed in (3, 4, 5)]
SEAL = SealRecord(
    CODE,
    "contributions",
    "20261122-03-000417",
    START,
    "办事大厅 03 号机",
    "ab" * 32,
    "cd" * 32,
    START + timedelta(days=30),
    "张*三",
    "社会保险缴费明细",
    certificate=False,
)


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db", clock) as journal:
        yield journal


def test_a_seal_is_found_by_its_code_as_people_type_it(journal: Journal) -> None:
    journal.seals.record(SEAL)
    assert journal.seals.look_up(CODE.lower().replace("-", " ").replace("0", "o")) == (SEAL,)


def test_each_way_of_not_being_valid_has_its_own_answer(journal: Journal, clock: Clock) -> None:
    journal.seals.record(SEAL)
    with pytest.raises(SealCodeError):
        journal.seals.look_up(CODE[:-1] + ("0" if CODE[-1] != "0" else "1"))
    with pytest.raises(SealUnknownError):
        journal.seals.look_up(OTHER)
    clock.now = SEAL.expires_at - timedelta(seconds=1)
    assert journal.seals.look_up(CODE)
    clock.now = SEAL.expires_at
    with pytest.raises(SealExpiredError) as expired:
        journal.seals.look_up(CODE)
    assert expired.value.expired_at == SEAL.expires_at
    journal.seals.revoke(CODE, "li")
    with pytest.raises(SealRevokedError) as revoked:
        journal.seals.look_up(CODE)
    assert revoked.value.revoked_at == clock.now


def test_each_paper_with_the_code_is_found_by_its_own_digest(journal: Journal) -> None:
    seals = (SEAL, replace(SEAL, digest="ef" * 32, paper_digest="01" * 32))
    for seal in (*seals, *seals):
        journal.seals.record(seal)
    assert journal.seals.look_up(CODE) == seals


def test_look_ups_are_counted_also_behind_a_restart(tmp_path: Path, clock: Clock) -> None:
    for expected in (1, 2):
        with Journal(tmp_path / "journal.db", clock) as journal:
            journal.seals.record(SEAL)
            journal.seals.look_up(CODE)
            assert journal.seals.look_ups(CODE) == expected
            assert journal.seals.look_ups(OTHER) == 0


def test_a_revocation_names_who_did_it_first_and_holds_for_every_paper(
    journal: Journal, clock: Clock
) -> None:
    journal.seals.record(SEAL)
    journal.seals.record(replace(SEAL, digest="ef" * 32))
    assert journal.seals.serial_of(CODE) == SEAL.serial
    journal.seals.revoke(CODE, "li")
    clock.now += timedelta(days=1)
    journal.seals.revoke(CODE, "wang")
    with journal._file.reading() as database:
        rows = database.execute("SELECT DISTINCT revoked_at, revoked_by FROM seals").fetchall()
    assert [by for _, by in rows] == ["li"]
    with pytest.raises(SealUnknownError):
        journal.seals.revoke(OTHER, "li")


def test_the_code_is_not_kept_and_a_purged_seal_leaves_no_name_in_the_files(
    tmp_path: Path, clock: Clock
) -> None:
    def files() -> bytes:
        return b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))

    with Journal(tmp_path / "journal.db", clock) as journal:
        journal.seals.record(SEAL)
        assert CODE.encode() not in files()
        assert CODE not in repr(SEAL)
        name = SEAL.masked_name.encode()
        assert name in files()
        assert journal.seals.purge(SEAL.expires_at - timedelta(days=1)) == 0
        assert journal.seals.purge(SEAL.expires_at) == 1
        assert name not in files()
        with pytest.raises(SealUnknownError):
            journal.seals.look_up(CODE)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(statement(reveal="report"), FontChain.of(FONTS))


def test_a_pdf_is_the_printed_one_only_byte_for_byte(journal: Journal, pdf: bytes) -> None:
    journal.seals.record(SEAL)  # the receipt
    report = replace(SEAL, digest="ef" * 32, paper_digest=hashlib.sha256(pdf).hexdigest())
    journal.seals.record(report)
    assert verify_file(pdf, journal.seals) == report
    with pytest.raises(SealDiffersError):
        verify_file(pdf + b"\n%", journal.seals)


def test_a_pdf_of_another_kiosk_is_unknown(journal: Journal, pdf: bytes) -> None:
    with pytest.raises(SealUnknownError):
        verify_file(pdf, journal.seals)


@pytest.mark.parametrize("file", [b"", b"no PDF", b"%PDF-1.4\n%%EOF"])
def test_a_file_without_a_code_is_named_as_such(journal: Journal, file: bytes) -> None:
    with pytest.raises(SealNotFoundError):
        verify_file(file, journal.seals)


PAPER = Order(
    SEAL.statement, SEAL.serial, "receipt", "receipt", SEAL.paper_digest, generation=1, blocks=3
)


def printed(journal: Journal, order: Order, state: State) -> int:
    """A job of this paper that came to that state."""
    job_id = journal.queue(order)
    journal.record(job_id, "sending")
    if state != "sending":
        journal.record(job_id, state, Observed(bytes_sent=9))
    return job_id


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_paper_that_did_not_come_out_whole_is_void(
    journal: Journal, pdf: bytes, state: State
) -> None:
    digest = hashlib.sha256(pdf).hexdigest()
    journal.seals.record(replace(SEAL, paper_digest=digest))
    printed(journal, replace(PAPER, digest=digest), state)
    with pytest.raises(SealVoidError):
        journal.seals.look_up(CODE)
    with pytest.raises(SealVoidError):
        verify_file(pdf, journal.seals)


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_a_paper_of_unknown_fate_is_genuine_and_not_confirmed(
    journal: Journal, state: State
) -> None:
    journal.seals.record(SEAL)
    printed(journal, PAPER, state)
    assert [seal.paper for seal in journal.seals.look_up(CODE)] == ["open"]


@pytest.mark.parametrize("state", ["sent", "confirmed"])
def test_a_paper_that_came_out_is_genuine(journal: Journal, state: State) -> None:
    journal.seals.record(SEAL)
    printed(journal, PAPER, state)
    assert [seal.paper for seal in journal.seals.look_up(CODE)] == ["out"]


@pytest.mark.parametrize("verdict", ["confirmed", "failed", "cancelled"])
def test_what_a_person_finds_of_a_paper_is_what_its_code_answers(
    journal: Journal, verdict: Verdict
) -> None:
    journal.seals.record(SEAL)
    journal.resolve(printed(journal, PAPER, "unknown"), "li", verdict)
    if verdict == "confirmed":
        assert [seal.paper for seal in journal.seals.look_up(CODE)] == ["out"]
    else:
        with pytest.raises(SealVoidError):
            journal.seals.look_up(CODE)


def test_a_void_receipt_takes_nothing_from_the_report_with_its_code(
    journal: Journal, pdf: bytes
) -> None:
    report = replace(SEAL, digest="ef" * 32, paper_digest=hashlib.sha256(pdf).hexdigest())
    journal.seals.record(SEAL)
    printed(journal, PAPER, "cancelled")
    journal.seals.record(report)
    printed(journal, replace(PAPER, medium="report", digest=report.paper_digest), "sent")
    assert [seal.paper for seal in journal.seals.look_up(CODE)] == ["void", "out"]
    assert verify_file(pdf, journal.seals).paper == "out"


def test_a_paper_that_came_out_at_a_second_try_is_genuine(journal: Journal) -> None:
    journal.seals.record(SEAL)
    states: tuple[State, ...] = ("cancelled", "confirmed", "failed")
    for state in states:
        printed(journal, PAPER, state)
    assert [seal.paper for seal in journal.seals.look_up(CODE)] == ["out"]


def test_a_serial_belongs_to_one_code(journal: Journal) -> None:
    assert not journal.knows(SEAL.serial)
    journal.seals.record(SEAL)
    assert journal.knows(SEAL.serial)
    with pytest.raises(JournalError, match="another code"):
        journal.seals.record(replace(SEAL, code=OTHER))


def test_a_seal_keeps_what_its_paper_calls_itself(journal: Journal) -> None:
    papers = (SEAL, replace(SEAL, digest="ef" * 32, title="社会保险参保证明", certificate=True))
    for paper in papers:
        journal.seals.record(paper)
    assert journal.seals.look_up(CODE) == papers


def test_seals_of_an_older_program_learn_what_became_of_their_papers(
    tmp_path: Path, clock: Clock
) -> None:
    path = tmp_path / "journal.db"
    with sqlite3.connect(path) as database:
        for change in (change for changes in MIGRATIONS[:4] for change in changes):
            database.execute(change)
        database.execute("PRAGMA user_version = 4")
        for number, state in enumerate(("cancelled", "unknown", "confirmed")):
            seal = ("contributions", f"S{number}", START.isoformat(), "03")
            database.execute(
                "INSERT INTO seals VALUES (?, 'ab', ?, ?, ?, ?, ?, '', 'cd', 0, NULL, NULL)",
                (code_hash(CODES[number]), *seal, SEAL.expires_at.isoformat()),
            )
            database.execute(
                "INSERT INTO jobs VALUES (?, '', ?, 'receipt', 'receipt', 'cd', 1, 1, ?)",
                (number, f"S{number}", state),
            )
    database.close()
    with Journal(path, clock) as journal:
        with pytest.raises(SealVoidError):
            journal.seals.look_up(CODES[0])
        found = [journal.seals.look_up(code)[0] for code in CODES[1:]]
    assert [seal.paper for seal in found] == ["open", "out"]
    assert [(seal.title, seal.certificate) for seal in found] == [("", None)] * 2
