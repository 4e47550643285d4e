"""The handshake test's verdict in words for technicians, Chinese first, with what to do next."""

from dataclasses import dataclass

from devices.printer.handshake_verdict import HandshakeVerdict, Note
from devices.printer.models import Flow
from kiosk.diag.told import NOTHING, Told, told
from kiosk.faults import printer_fault


@dataclass(frozen=True, slots=True)
class HandshakeWords:
    """What a page or a terminal shows of a verdict."""

    configured: Told
    found: Told
    verdict: Told
    advice: tuple[Told, ...]
    evidence: tuple[Told, ...]


def handshake_words(verdict: HandshakeVerdict) -> HandshakeWords:
    """The verdict in both languages; of a lost port its fault's own next step."""
    advice = tuple(map(_note, verdict.advice))
    if verdict.lost is not None:
        lost = printer_fault(verdict.lost.state.code, "receipt.port", "")
        advice = (Told(lost.zh_step, lost.step), *advice)
    configured = verdict.configured
    return HandshakeWords(
        _line(configured.baud, configured.flow),
        _found(verdict),
        _verdict(verdict),
        advice,
        tuple(map(_note, verdict.evidence)),
    )


def _found(verdict: HandshakeVerdict) -> Told:
    if verdict.baud is None:
        return told("handshake.no_port" if verdict.limit == "port" else "handshake.no_answer")
    return _line(verdict.baud, verdict.flow)


def _verdict(verdict: HandshakeVerdict) -> Told:
    match verdict.agrees:
        case True:
            return told("handshake.fits")
        case False:
            return told("handshake.differs")
        case None:
            return told("handshake.unknown" if verdict.baud is None else "handshake.half")


def _line(baud: int, flow: Flow | None) -> Told:
    words = _flow(flow)
    return told("handshake.line", baud=baud, zh=words.zh, en=words.en)


def _flow(flow: Flow | None) -> Told:
    return told(f"handshake.flow_{flow or 'unknown'}")


def _note(note: Note) -> Told:
    named = NOTHING if note.flow is None else _flow(note.flow)
    return told(note.key, zh=named.zh, en=named.en, **note.data)
