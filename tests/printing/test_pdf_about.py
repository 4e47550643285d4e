"""What a PDF says about itself: nothing that tells whose it is."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta

from printing.encode.pdf import render_pdf
from printing.fonts import FontChain
from tests.printing.pdf_tools import unpacked
from tests.printing.samples import CODE, EMPLOYERS, FONTS, ISSUE, PERSON, statement

CHAIN = FontChain.of(FONTS)
PDF = render_pdf(statement(), CHAIN)


def information(pdf: bytes) -> dict[str, str]:
    """The whole information dictionary, decoded."""
    plain = unpacked(pdf)
    number = re.findall(r"/Info (\d+) 0 R", plain)[-1]
    body = re.search(rf"^{number} 0 obj\n<<(.*?)>>\nendobj", plain, re.MULTILINE | re.DOTALL)
    assert body
    found = re.findall(r"/(\w+) (?:<feff([0-9a-f]+)>|\((.*)\))", body[1])
    return {key: bytes.fromhex(code).decode("utf-16-be") or text for key, code, text in found}


def packet(pdf: bytes) -> str:
    start, end = pdf.index(b"<?xpacket begin"), pdf.index(b"<?xpacket end")
    return pdf[start:end].decode()


def test_it_says_title_issuer_serial_program_and_time_and_no_more() -> None:
    assert information(PDF) == {
        "Title": "社会保险缴费明细",
        "Author": ISSUE.agency,
        "Subject": f"流水号 {ISSUE.serial}",
        "Creator": "hall-kiosk",
        "Producer": "hall-kiosk, ReportLab fonts",
        "CreationDate": "D:20261122094300+08'00'",
        "ModDate": "D:20261122094300+08'00'",
    }


def test_the_xmp_packet_says_the_same_and_the_language() -> None:
    root = ET.fromstring(packet(PDF).partition("?>")[2])
    texts = [text.strip() for text in root.itertext() if text.strip()]
    assert texts == [
        "社会保险缴费明细",
        ISSUE.agency,
        f"流水号 {ISSUE.serial}",
        "zh-CN",
        "hall-kiosk",
        "2026-11-22T09:43:00+08:00",
        "2026-11-22T09:43:00+08:00",
        "hall-kiosk, ReportLab fonts",
    ]


def test_nothing_personal_and_no_seal_code_is_in_either() -> None:
    said = " ".join(information(PDF).values()) + packet(PDF)
    personal = [PERSON.name, PERSON.social_security_number, PERSON.person_id, CODE]
    personal += [employer.name for employer in EMPLOYERS.values()]
    assert [word for word in personal if word in said] == []


def test_an_agency_with_signs_of_xml_in_its_name_leaves_the_packet_sound() -> None:
    issue = replace(ISSUE, agency="甲<乙>&丙局")
    root = ET.fromstring(packet(render_pdf(statement([], issue=issue), CHAIN)).partition("?>")[2])
    assert "甲<乙>&丙局" in list(root.itertext())


def test_the_same_document_has_the_same_bytes_and_another_minute_another_id() -> None:
    def made(minutes: int) -> bytes:
        issue = replace(ISSUE, issued_at=ISSUE.issued_at + timedelta(minutes=minutes))
        return render_pdf(statement([], issue=issue), FontChain.of(FONTS))

    def mark(pdf: bytes) -> bytes:
        return pdf[pdf.index(b"/ID[<") :][:40]

    assert made(0) == made(0)
    assert mark(made(0)) != mark(made(1))
