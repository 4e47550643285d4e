"""What makes a paper one of its own: serial number, copy, code, kiosk, time and signature."""

import hashlib
import logging
from dataclasses import replace
from datetime import timedelta

from archive.masking import mask_name
from archive.model import Person
from kiosk.identify import HolderRecords
from kiosk.logs import event as log
from kiosk.machine import Machine
from printing.document import Document
from printing.errors import SignError
from printing.seal import new_code
from printing.seals import SealRecord
from printing.statements.issue import CHINA, IssueFacts


def new_serial(machine: Machine) -> str:
    """Day, kiosk and chance: no two papers have the same, and none tells how many there were.

    One that the journal knows is drawn again: of six digits a busy day would soon have two equal.
    """
    day = machine.now().astimezone(CHINA)
    while True:
        chance = machine.rng.randrange(10**6)
        serial = f"{day:%Y%m%d}-{machine.settings.kiosk.id}-{chance:06}"
        if not machine.journal.knows(serial):
            return serial


def issue_facts(machine: Machine, name: str, records: HolderRecords) -> IssueFacts:
    """The copy number counts on over restarts: the audit trail knows the copies before."""
    settings = machine.settings
    card = records.identity.identification_code if records.identity else ""
    return IssueFacts(
        serial=new_serial(machine),
        issued_at=machine.now(),
        kiosk=f"{settings.kiosk.hall} {settings.kiosk.id} 号机",
        agency=settings.kiosk.agency,
        copy=1 + (machine.store.copies(card, name) if card else 0),
        code=new_code(machine.rng),
        verify_url=settings.statement.verify_url,
        verify_days=settings.statement.verify_days,
    )


def copy_of(machine: Machine, issue: IssueFacts, part: int) -> IssueFacts:
    """One of several copies, from 1; each has a serial and a code of its own."""
    return replace(
        issue,
        serial=issue.serial if part == 1 else f"{issue.serial}-{part}",
        code=new_code(machine.rng),
        part=part,
    )


def signed(machine: Machine, pdf: bytes) -> bytes:
    """The file with the signature that is configured; raises SignError where it is required."""
    if machine.signer is None:
        return pdf
    try:
        return machine.signer.sign(pdf)
    except SignError as error:
        if machine.settings.sign.required:
            raise
        log(logging.WARNING, "report.unsigned", fault=error.code, detail=error.detail)
        return pdf


def seal_record(
    issue: IssueFacts, document: Document, person: Person | None, paper: bytes
) -> SealRecord:
    """By what that paper, which is sent as these bytes, can be verified."""
    return SealRecord(
        code=issue.code,
        statement=document.statement,
        serial=issue.serial,
        issued_at=issue.issued_at,
        kiosk=issue.kiosk,
        digest=document.digest(),
        paper_digest=hashlib.sha256(paper).hexdigest(),
        expires_at=issue.issued_at + timedelta(days=issue.verify_days),
        masked_name=mask_name(person.name) if person else "",
        title=document.title,
        certificate=document.nature == "certificate",
    )
