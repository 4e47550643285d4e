"""The printer's body: switch, cover, roll and cutter, and what the sensors say of them."""

from dataclasses import dataclass


@dataclass(slots=True)
class Body:
    """What hands can change."""

    on: bool = True
    cover_open: bool = False
    paper_in: bool = True
    paper_low: bool = False
    lines_left: int | None = None
    """Lines until the paper ends; None for a roll without end."""
    cutter_jammed: bool = False
    cutter_stopped: bool = False
    """A cut failed; the printer waits for DLE ENQ."""
    reply_wire_cut: bool = False

    @property
    def stopped(self) -> bool:
        """Whether nothing is printed; the receive buffer stays."""
        return not self.on or not self.paper_in or self.cover_open or self.cutter_stopped

    def status_byte(self, n: int) -> int:
        """Return the answer to DLE EOT n."""
        match n:
            case 1:
                bits = 0x08 if self.stopped else 0
            case 2:
                bits = (0x04 if self.cover_open else 0) | (0 if self.paper_in else 0x20)
                bits |= 0x40 if self.cutter_stopped else 0
            case 3:
                bits = 0x08 if self.cutter_stopped else 0
            case _:
                bits = 0x6C if not self.paper_in else 0x0C if self.paper_low else 0
        return 0x12 | bits

    def line_went_by(self) -> None:
        """Count down to the end of the paper."""
        if self.lines_left is not None:
            self.lines_left -= 1
            if self.lines_left <= 0:
                self.take_paper(0)

    def take_paper(self, after_lines: int) -> None:
        """Let the paper end, now or after so many lines."""
        self.lines_left = after_lines or None
        self.paper_in = after_lines > 0

    def load_paper(self) -> None:
        """Put in a full roll."""
        self.paper_in, self.paper_low, self.lines_left = True, False, None
