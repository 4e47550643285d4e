"""Every fault has its screen in both languages: what happened, what to do, and a way on."""

from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape

import pytest

from kiosk.config import Settings, load
from kiosk.faults import fault, known_codes
from kiosk.visit.look import Language, Look
from kiosk.visit.shown import Shown
from kiosk.visit.state import (
    EnterPin,
    FaultData,
    Forgotten,
    Holder,
    Idle,
    Maintenance,
    OutOfService,
    Papers,
    Preview,
    Printed,
    Printing,
    Problem,
    State,
)
from kiosk.web.screens import render
from kiosk.web.words import Voice
from tests.kiosk.pages import own_page

HOLDER = Holder("张*三", "D2*****9X", "示例市")
NOW = datetime(2026, 11, 22, 1, 41, tzinfo=UTC)
CODES = sorted(known_codes())
PRINTER = [code for code in CODES if code.startswith("printer.")]
PAGE = own_page()
USUAL = Settings()
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def screen(state: State, language: Language, settings: Settings = USUAL) -> str:
    return unescape(
        render(
            Shown(state, "token", Look(language)),
            memory=None,
            settings=settings,
            seconds=20,
            page=PAGE,
        )
    )


def tells(html: str, code: str, language: Language, *parts: str, **data: object) -> None:
    words, voice = fault(code, **data), Voice(language)
    for part in parts:
        assert voice.say(words, part) in html, (code, language, part)


def leads_on(html: str, language: Language) -> None:
    """A touch, the counter or the card's slot; and the telephone number."""
    assert "12333" in html
    voice = Voice(language)
    ways = (
        'data-call="end"',
        'data-call="back"',
        'data-call="guest"',
        voice.say("ended.help", hotline="12333"),
        voice.say("ended.staff"),
    )
    assert any(way in html for way in ways)


@pytest.mark.parametrize("code", CODES)
def test_a_fault_that_ends_a_visit_or_the_service_is_told_whole(code: str) -> None:
    for language in LANGUAGES:
        for state in (
            Problem(7, FaultData(code)),
            OutOfService(FaultData(code)),
            Maintenance(fault=FaultData(code)),
            Idle(FaultData(code), 9.0),
        ):
            html = screen(state, language)
            tells(html, code, language, "", "do")
            leads_on(html, language)


def test_nothing_is_said_to_be_cleared_where_nothing_had_been_shown() -> None:
    mute = FaultData("card.mute")
    for language in LANGUAGES:
        cleared = Voice(language).say("ended.problem_cleared")
        unseen = Voice(language).say("ended.problem_unseen")
        html = screen(Problem(7, mute, shown=False), language)
        assert (cleared in html, unseen in html) == (False, True)
        html = screen(Problem(7, FaultData("visit.timeout")), language)
        assert (cleared in html, unseen in html) == (True, False)


def test_a_receipt_that_may_lie_in_two_pieces_is_said_to() -> None:
    for language in LANGUAGES:
        said = Voice(language).say("printed.parted")
        whole = Printed(7, HOLDER, 9.0, "receipt", "confirmed")
        assert said not in screen(whole, language)
        assert said in screen(replace(whole, parted=True), language)


def test_what_needs_no_card_is_offered_only_where_it_is_served() -> None:
    offers = 'data-call="guest"'
    assert offers in screen(OutOfService(FaultData("reader.absent")), "zh")
    assert offers not in screen(Maintenance(), "zh")


def test_out_of_service_asks_for_the_card_of_the_visit_that_it_ended() -> None:
    for language in LANGUAGES:
        ask, lost = Voice(language).say("ended.inside"), FaultData("sam.absent")
        assert ask in screen(OutOfService(lost, inside=7), language)
        assert ask not in screen(OutOfService(lost), language)


@pytest.mark.parametrize("code", [*PRINTER, "print.cancelled", "print.limit"])
def test_a_paper_that_did_not_come_is_told_with_its_reason(code: str) -> None:
    for language in LANGUAGES:
        html = screen(Printed(7, HOLDER, 9.0, "receipt", "failed", code), language)
        tells(html, code, language, "", "do", reason=code)
        assert 'data-call="end"' in html
        assert 'data-call="back"' in html


@pytest.mark.parametrize("code", PRINTER)
def test_a_printer_that_waits_or_stands_still_is_told_before_and_while_it_prints(code: str) -> None:
    for language in LANGUAGES:
        held = screen(Printing(7, HOLDER, "receipt", 3, 8, code), language)
        tells(held, code, language, "", "do")
        assert 'data-call="cancel"' in held
        for papers in (Papers(40, 2, code), Papers(40, 2, report_fault=code)):
            preview = Preview(7, HOLDER, 9.0, "contributions", papers=papers)
            html = screen(preview, language)
            tells(html, code, language, "")
            assert html.count('data-call="print"') == 1
            assert 'data-call="back"' in html


@pytest.mark.parametrize(("medium", "seconds"), [("receipt", 60), ("report", 600)])
def test_who_waits_for_paper_is_told_the_time_of_that_printer(medium: str, seconds: int) -> None:
    settings = load(receipt={"hold_seconds": 60}, report={"hold_seconds": 600})
    for language in LANGUAGES:
        held = Printing(7, HOLDER, medium, 1, 3, "printer.paper_out")  # type: ignore[arg-type]
        html = screen(held, language, settings)
        assert Voice(language).say("printing.hold", seconds=seconds) in html


def test_a_limit_that_is_reached_is_told_in_place_of_the_papers() -> None:
    for language in LANGUAGES:
        limit = FaultData("print.limit", (("most", 2), ("again", date(2026, 12, 1))))
        html = screen(
            Preview(7, HOLDER, 9.0, "rights", papers=Papers(40, 2, limit=limit)), language
        )
        tells(html, "print.limit", language, "", "do", most=2, again="2026-12-01")
        assert 'data-call="print"' not in html
        assert 'data-call="back"' in html
        assert Voice(language).say("preview.ask") not in html


@pytest.mark.parametrize("hint", ["pin.wrong", "pin.last_try", "pin.format"])
def test_a_pin_that_was_refused_is_asked_for_again_on_the_same_screen(hint: str) -> None:
    for language in LANGUAGES:
        html = screen(EnterPin(7, HOLDER, 9.0, 2, hint), language)  # type: ignore[arg-type]
        tells(html, hint, language, "", "do", tries_left=2)
        assert 'data-confirm="pin"' in html


def test_the_last_try_of_a_pin_is_said_to_be_the_last_before_it_is_typed() -> None:
    for language in LANGUAGES:
        last = Voice(language).say("pin.last")
        assert last in screen(EnterPin(7, HOLDER, 9.0, 1), language)
        assert last not in screen(EnterPin(7, HOLDER, 9.0, 2), language)


@pytest.mark.parametrize("alarm", ["sound", "stay", "staff"])
def test_a_forgotten_card_is_called_for(alarm: str) -> None:
    for language in LANGUAGES:
        html = screen(Forgotten(7, alarm), language)  # type: ignore[arg-type]
        assert "12333" in html
        said = Voice(language).say("ended.staff")
        if alarm == "staff":
            assert said in html
        else:
            tells(html, "card.forgotten", language, "", "do")


def test_with_no_printer_at_all_the_holder_is_sent_on() -> None:
    for language in LANGUAGES:
        papers = Papers(40, 2, "printer.paper_out", "printer.offline")
        html = screen(Preview(7, HOLDER, 9.0, "contributions", papers=papers), language)
        assert html.count(Voice(language).say("preview.counter")) == 2
        assert 'data-call="print"' not in html
