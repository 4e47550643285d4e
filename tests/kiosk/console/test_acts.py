"""What a technician does at the console: maintenance, trials, jobs, roll, trace, papers to take."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest
from pytest_mock import MockerFixture
from typer.testing import CliRunner

from archive.model import AuditKind
from kiosk.cli import app
from kiosk.counters import Counters
from kiosk.faults import fault
from kiosk.visit.events import EndAsked
from kiosk.visit.state import Idle, Maintenance, Printed, TakeCard
from printing.preview import pdf_text
from tests.kiosk.console.conftest import LOGIN, PAGE, Technician

pytestmark = pytest.mark.slow

TRIALS: tuple[tuple[str, dict[str, object]], ...] = (
    ("trials/card", {}),
    ("trials/print", {"paper": "self-test", "medium": "receipt"}),
    ("trials/witness", {"job": 1, "complete": True}),
    ("trials/handshake", {}),
    ("trials/cover", {}),
)
CALLS: tuple[tuple[str, dict[str, object]], ...] = (
    ("logout", {}),
    ("examine", {}),
    ("maintain", {"on": True}),
    ("jobs/settle", {"job": 1, "verdict": "confirmed"}),
    ("paper/roll", {}),
    ("trace", {"minutes": 5}),
)


@pytest.fixture
def inside(technician: Technician) -> Technician:
    technician.enter()
    return technician


@pytest.fixture
def free(inside: Technician) -> Technician:
    """In maintenance."""
    assert inside.act("maintain", on=True).status_code == 204
    inside.kiosk.on(Maintenance)
    return inside


def page(technician: Technician, name: str) -> str:
    answer = technician.browser.get(f"/technician/{name}")
    assert answer.status_code == 200
    return unescape(answer.text)


def test_maintenance_begins_and_ends_and_the_trail_says_by_whom(inside: Technician) -> None:
    inside.act("maintain", on=True)
    inside.kiosk.on(Maintenance)
    assert "维护中" in page(inside, "trials")
    inside.act("maintain", on=False)
    inside.kiosk.on(Idle)
    told = [result for who, result in inside.trail() if who == LOGIN]
    assert told[1:] == ["maintenance.on", "maintenance.off"]


def test_maintenance_waits_for_the_end_of_a_visit_and_says_so(inside: Technician) -> None:
    generation = inside.kiosk.to_preview(inside.kiosk.cards[1])
    assert inside.browser.get("/technician/session").json() == {"visit": True}
    inside.act("maintain", on=True)
    text = page(inside, "trials")
    assert "本次办理结束后开始维护" in text
    assert "结束维护" in text
    assert inside.act("trials/card").status_code == 409
    inside.kiosk.service.post(EndAsked(generation))
    inside.kiosk.on(TakeCard)
    inside.kiosk.hall.slot.remove()
    inside.kiosk.on(Maintenance)
    assert inside.browser.get("/technician/session").json() == {"visit": False}


def test_without_maintenance_nothing_is_tried(inside: Technician) -> None:
    before = inside.trail()
    for name, body in TRIALS:
        answer = inside.act(name, **body)
        assert answer.status_code == 409, name
        assert fault("technician.maintenance").zh in unescape(answer.text)
    text = page(inside, "trials")
    assert "disabled" not in text, "a touch says why, where a button that is dead says nothing"
    assert text.count("data-into") >= text.count('data-post="trials/')
    assert inside.trail() == before
    assert inside.console.machine.journal.jobs() == ()


def test_without_a_session_nothing_is_shown_handed_out_or_done(technician: Technician) -> None:
    browser = technician.browser
    for name in ("trials", "jobs", "paper", "trace", "files"):
        answer = browser.get(f"/technician/{name}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/technician"), name
    for name in ("live", "session", "hold", "readiness.pdf", "support-bundle.zip", "trace/lines"):
        assert browser.get(f"/technician/{name}").status_code == 401, name
    for name, body in (*TRIALS, *CALLS):
        answer = browser.post(f"/technician/{name}", json=body, headers={"Origin": PAGE})
        assert answer.status_code == 401, name
    assert technician.trail() == []


def test_a_call_that_no_hand_made_on_the_sessions_page_is_refused(free: Technician) -> None:
    own, before = free.csrf, free.trail()
    for headers in (
        {},
        {"Origin": PAGE},
        {"X-Console": own},
        {"Origin": PAGE, "X-Console": "guessed"},
        {"Origin": "http://evil.example", "X-Console": own},
        {"Origin": "null", "X-Console": own},
    ):
        for name, body in (*TRIALS, *CALLS):
            answer = free.browser.post(f"/technician/{name}", json=body, headers=headers)
            assert answer.status_code == 403, (name, headers)
    assert free.trail() == before
    assert isinstance(free.kiosk.service.state, Maintenance)
    assert free.browser.get("/technician/session").status_code == 200


def test_the_test_card_is_read_masked_and_its_pin_loses_no_try(free: Technician) -> None:
    card = free.kiosk.cards[1]
    inside = free.kiosk.insert(card)
    text = unescape(free.act("trials/card").text)
    holder = card.profile.holder
    assert holder is not None
    assert "genuine" in text
    assert "tries left" in text
    for secret in (card.holder, holder.social_security_number, card.profile.card_number):
        assert str(secret) not in text
    assert inside.atr.hex().upper() not in text.upper()
    assert (LOGIN, "card.tried") in free.trail()
    assert isinstance(free.kiosk.service.state, Maintenance), "nobody is served meanwhile"


def test_a_card_that_cannot_be_read_is_told_with_cause_and_step(free: Technician) -> None:
    text = unescape(free.act("trials/card").text)
    absent = fault("card.absent")
    assert absent.zh in text
    assert text.index(absent.zh_step) < text.index(absent.step)


def test_a_test_page_is_printed_and_what_the_technician_saw_is_kept(free: Technician) -> None:
    journal = free.console.machine.journal
    text = free.act("trials/print", paper="self-test", medium="receipt").text
    (job,) = journal.jobs()
    assert job.state == "confirmed"
    assert "打印机逐段确认" in text
    assert "evidence marker" not in text
    assert f'"job": {job.id}, "complete": true' in unescape(text)
    free.act("trials/witness", job=job.id, complete=True)
    assert journal.job(job.id).state == "confirmed"
    assert (LOGIN, "paper.seen") in free.trail()
    free.act("trials/witness", job=job.id, complete=False)
    assert (LOGIN, "paper.missing") in free.trail()


@pytest.mark.parametrize(("complete", "state"), [(True, "confirmed"), (False, "failed")])
def test_what_the_printer_took_without_proof_becomes_the_persons_word(
    free: Technician, complete: bool, state: str
) -> None:
    journal = free.console.machine.journal
    free.act("trials/print", paper="startup", medium="report")
    (job,) = journal.jobs()
    assert job.state == "sent"
    free.act("trials/witness", job=job.id, complete=complete)
    job = journal.job(job.id)
    assert (job.state, job.decided_by, job.observed.evidence) == (state, LOGIN, "person")
    rows = list(free.console.machine.store.audit_rows(after=free.rows_before))
    resolved = [row for row in rows if row.kind == AuditKind.JOB_RESOLVED]
    assert [(row.operator, row.result) for row in resolved] == [(LOGIN, state)]


def test_a_printer_without_paper_is_the_answer_of_a_test_print(free: Technician) -> None:
    settings = free.console.machine.receipt
    settings._hold_seconds = 0
    free.kiosk.hall.printer.take_paper()
    text = unescape(free.act("trials/print", paper="self-test", medium="receipt").text)
    assert "printer.paper_out" in text


def test_what_a_test_print_waits_for_is_said_while_it_waits(free: Technician) -> None:
    free.kiosk.hall.printer.take_paper(after_lines=4)
    with ThreadPoolExecutor(1) as other:
        printed = other.submit(free.act, "trials/print", paper="self-test", medium="receipt")
        while not (waits := free.browser.get("/technician/hold").text):
            assert not printed.done()
        assert "printer.paper_out" in waits
        free.kiosk.hall.printer.load_paper()
        assert "confirmed" in unescape(printed.result().text)
    assert free.browser.get("/technician/hold").text == ""


def test_cards_and_paper_are_counted_and_a_new_roll_counts_anew(
    inside: Technician, tmp_path: Path
) -> None:
    counters = Counters.of(inside.console.machine.settings, inside.console.machine.now)
    inside.kiosk.service._observe = counters.saw
    generation = inside.kiosk.to_preview(inside.kiosk.cards[1])
    inside.kiosk.print_receipt(generation)
    inside.kiosk.on(Printed)
    counts = counters.counts
    assert counts.cards == 1
    assert counts.receipt_cm == counts.roll_cm > 20
    object.__setattr__(inside.console, "counters", counters)
    assert f"{counts.roll_cm / 100:.1f} 米" in page(inside, "paper")
    inside.act("paper/roll")
    again = Counters.of(inside.console.machine.settings, inside.console.machine.now).counts
    assert (again.roll_cm, again.receipt_cm, again.cards) == (0, counts.receipt_cm, 1)
    assert again.roll_changed_at
    assert (LOGIN, "roll.changed") in inside.trail()


@pytest.mark.parametrize("text", ["", "[]", '{"cards": 1, "more": 2}', "\x00"])
def test_damaged_counters_begin_anew(tmp_path: Path, text: str) -> None:
    place = tmp_path / "counters"
    place.write_text(text, "utf-8")
    assert Counters(place, lambda: pytest.fail("not asked")).counts.cards == 0


def test_a_trace_tells_instructions_and_states_ends_by_itself_and_says_nothing_of_anybody(
    inside: Technician,
) -> None:
    wire, card = inside.console.machine.wire, inside.kiosk.cards[1]
    inside.kiosk.insert(card)
    inside.kiosk.enter_pin(card)
    assert wire.lines() == (), "off until it is asked for"
    inside.kiosk.hall.slot.remove()
    inside.kiosk.on(Idle)
    inside.act("trace", minutes=60)
    assert wire.seconds_left <= 60 * inside.console.machine.settings.technician.trace_minutes
    inside.kiosk.print_receipt(inside.kiosk.to_preview(card))
    inside.kiosk.on(Printed)
    text = unescape(inside.browser.get("/technician/trace/lines").text)
    for word in ("SELECT", "READ_RECORD", "VERIFY > PIN", "9000 OK", "status?", "job, "):
        assert word in text, word
    holder = card.profile.holder
    assert holder is not None
    secrets = (card.holder, card.pin, holder.social_security_number, card.profile.card_number)
    for secret in secrets:
        assert str(secret) not in text
        assert str(secret).encode("gb18030").hex(" ").upper() not in text
    inside.act("trace", minutes=0)
    assert not wire.on


def secrets_of(technician: Technician) -> set[str]:
    """Every name and number of the invented persons, and every card's PIN and numbers."""
    records = technician.console.machine.settings.store.records
    assert isinstance(records, Path)
    found: set[str] = set()
    persons = (records.parent / "data/persons.csv").read_text("utf-8").splitlines()
    names = persons[0].split(",")
    for line in persons[1:]:
        row = dict(zip(names, line.split(","), strict=True))
        found |= {row["AAC003"], row["AAC002"]}
    for card in technician.kiosk.cards:
        found |= {card.holder, str(card.profile.card_number)}
    return {secret for secret in found if len(secret) > 1}


def test_the_support_bundle_has_all_its_parts_and_names_nobody(inside: Technician) -> None:
    inside.act("trace", minutes=5)
    for card in inside.kiosk.cards[:3]:
        generation = inside.kiosk.to_preview(card)
        inside.kiosk.print_receipt(generation)
        inside.kiosk.on(Printed)
        inside.kiosk.service.post(EndAsked(generation))
        inside.kiosk.on(TakeCard)
        inside.kiosk.hall.slot.remove()
        inside.kiosk.on(Idle)
    answer = inside.browser.get("/technician/support-bundle.zip")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        parts = {name: file.read(name).decode() for name in file.namelist()}
    assert {"versions.json", "configuration.toml", "findings.json", "events.jsonl"} <= set(parts)
    assert "hall-kiosk" in json.loads(parts["versions.json"])
    assert parts["jobs.csv"].count("confirmed") >= 3
    assert "kiosk_visits" in parts["metrics.txt"]
    assert "READ_RECORD" in parts["trace.txt"]
    assert {"README.txt", *parts["README.txt"].splitlines()[-1].split()} == set(parts)
    assert not any(text.startswith("not made") for text in parts.values())
    secrets = secrets_of(inside)
    assert len(secrets) > 300
    for name, text in parts.items():
        assert not [secret for secret in secrets if secret in text], name
    assert (LOGIN, "bundle.taken") in inside.trail()


def test_a_part_of_the_bundle_that_cannot_be_made_hides_no_other(
    inside: Technician, mocker: MockerFixture
) -> None:
    mocker.patch.object(inside.console.monitor.metrics, "text", side_effect=ValueError("张三"))
    answer = inside.browser.get("/technician/support-bundle.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.read("metrics.txt").decode() == "not made: internal (ValueError)\n"
        assert file.read("versions.json")


def test_the_configuration_in_the_bundle_holds_no_address_with_a_secret(
    inside: Technician,
) -> None:
    from kiosk.diag.bundle import configuration

    settings = inside.console.machine.settings
    store = settings.store.model_copy(update={"records": "postgresql://clerk@db.local/archive"})
    sign = settings.sign.model_copy(
        update={"timestamp_url": "https://user:word@tsa.local/stamp?key=4711"}
    )
    text = configuration(settings.model_copy(update={"store": store, "sign": sign}))
    assert "postgresql://db.local/archive" in text
    assert "https://tsa.local/stamp" in text
    for secret in ("clerk", "word@", "4711"):
        assert secret not in text


def test_the_readiness_report_is_taken_along_as_a_pdf(inside: Technician) -> None:
    inside.kiosk.hall.printer.take_paper()
    answer = inside.browser.get("/technician/readiness.pdf")
    assert answer.headers["content-disposition"].startswith('attachment; filename="readiness-')
    said = pdf_text(answer.content)
    assert "终端就绪检查报告" in said
    assert "printer.paper_out" in said


def test_the_command_writes_the_bundle_of_a_kiosk_that_does_not_run(tmp_path: Path) -> None:
    config, place = tmp_path / "kiosk.toml", tmp_path / "bundle.zip"
    config.write_text(
        f'[store]\nrecords = "{tmp_path}/r.db"\njournal = "{tmp_path}/journal.db"\n'
        f'[report]\nfolder = "{tmp_path}/report"\n',
        "utf-8",
    )
    run = ["support-bundle", str(place), "--config", str(config)]
    result = CliRunner().invoke(app, run)
    assert result.exit_code == 0, result.output
    assert place.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(place) as file:
        assert "store.unavailable" in file.read("findings.json").decode()
        assert file.read("jobs.csv").decode().startswith("not made: journal")
