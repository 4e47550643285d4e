"""What a printer says it is, asked once when its port was opened, and where its profile disagrees.

GS I 1, 2, 66, 67 and 69, and GS ( H on an empty buffer: many clones take the latter and never
answer. Only what the profile says the printer knows is sent: one that does not know a command may
print it.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias

from devices.printer import commands
from devices.printer.dialog import Dialog
from devices.printer.models import PrinterModel
from devices.printer.state import PrinterState, Ready

MARKER_SECONDS = 1.0
"""An idle printer answers GS ( H at once; this is patience for a slow one."""
DRAINED_SETTLE_SECONDS = 1.5
"""How long a printer is watched that turned out to send no markers: its mechanical tail."""
_TYPE, _MAKER, _MODEL, _FONTS = 2, 66, 67, 69
_ASKED = (1, _TYPE, _MAKER, _MODEL, _FONTS)
_TWO_BYTE, _CUTTER = 0x01, 0x02
_CHINESE = ("GB", "CHINESE", "CHINA")

Property: TypeAlias = Literal["markers", "hanzi", "cutter"]


@dataclass(frozen=True, slots=True)
class Probe:
    """What came back; None where the printer was not asked or did not answer."""

    model_id: int | None = None
    maker: str | None = None
    model: str | None = None
    fonts: str | None = None
    """Installed multi-byte fonts, such as `JIS,GB2312`."""
    hanzi: bool | None = None
    """Whether there is a Chinese font, by the list of fonts or else by the type."""
    cutter: bool | None = None
    markers: bool | None = None
    auto_status: bool | None = None

    @property
    def silent(self) -> bool:
        """Whether it answered no question about what it is."""
        asked = (self.model_id, self.maker, self.model, self.fonts, self.cutter)
        return all(answer is None for answer in asked)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The profile claims something of the printer that it did not show, or the other way round."""

    property: Property
    profile: bool
    printer: bool
    code: ClassVar[str] = "printer.profile"


def probe(dialog: Dialog, marker: int) -> Probe | PrinterState:
    """Ask a ready printer what it is; its state when it is not ready. Not while a job runs.

    Takes milliseconds, and 0.3 s (GS ( H: 1 s) for the first answer that is missing.
    """
    state = dialog.status()
    if not isinstance(state, Ready):
        return state
    model = dialog.model
    answers: dict[int, int | bytes] = {}
    for n in (n for n in _ASKED if n in model.identify):
        answer = _identity(dialog, n)
        if answer is None:
            break  # it knows none of these, or holds them back: the others would wait, too
        answers[n] = answer
    markers = _markers(dialog, marker)
    if model.marker and markers is None:
        return dialog.status()  # something came in between: another time
    return replace(
        _read(answers),
        markers=markers,
        auto_status=_tells_by_itself(dialog) if model.auto_bits else None,
    )


def _markers(dialog: Dialog, marker: int) -> bool | None:
    """Try GS ( H; None when the profile knows none, or when that cannot be told now."""
    if not dialog.model.marker or (dialog.model.clear and not dialog.clear_buffer()):
        return None
    dialog.marker = dialog.register = None
    dialog.link.queue(commands.marker(marker), job=False)
    dialog.link.queue(commands.ECHO[dialog.model.echo], job=False)
    read_on = dialog.wait_until(lambda: dialog.register is not None, MARKER_SECONDS)
    if read_on and dialog.marker is None:
        dialog.wait_until(lambda: dialog.marker is not None)
    return dialog.marker is not None if read_on else None


def _identity(dialog: Dialog, n: int) -> int | bytes | None:
    """Ask GS I n; None when nothing came."""
    dialog.register = None
    dialog.link.queue(commands.identity(n), job=False)
    dialog.wait_until(lambda: dialog.register is not None)
    return dialog.register


def _tells_by_itself(dialog: Dialog) -> bool:
    """Switch automatic status on and see whether it comes."""
    dialog.auto_state = None
    dialog.watch()
    return dialog.wait_until(lambda: dialog.auto_state is not None)


def _read(answers: dict[int, int | bytes]) -> Probe:
    kind = answers.get(_TYPE)
    fonts = _text(answers.get(_FONTS))
    two_byte = bool(kind & _TWO_BYTE) if isinstance(kind, int) else None
    number = answers.get(1)
    return Probe(
        model_id=number if isinstance(number, int) else None,
        maker=_text(answers.get(_MAKER)),
        model=_text(answers.get(_MODEL)),
        fonts=fonts,
        hanzi=two_byte if fonts is None else any(name in fonts.upper() for name in _CHINESE),
        cutter=bool(kind & _CUTTER) if isinstance(kind, int) else None,
    )


def _text(answer: int | bytes | None) -> str | None:
    return answer.decode("ascii", "replace") if isinstance(answer, bytes) else None


def disagreements(model: PrinterModel, found: Probe) -> tuple[Disagreement, ...]:
    """Return where the printer answered and its profile says otherwise."""
    pairs: tuple[tuple[Property, bool, bool | None], ...] = (
        ("markers", model.marker, found.markers),
        ("hanzi", True, found.hanzi),
        ("cutter", model.cut, found.cutter),
    )
    return tuple(
        Disagreement(name, profile, printer)
        for name, profile, printer in pairs
        if printer is not None and printer != profile
    )


def believed(model: PrinterModel, found: Probe) -> PrinterModel:
    """Return the model without what the printer did not show: then evidence is less, never more."""
    if found.auto_status is False:
        model = replace(model, auto_bits=())
    if found.markers is not False:
        return model
    settle = max(model.settle_seconds, DRAINED_SETTLE_SECONDS)
    return replace(model, marker=False, settle_seconds=settle)
