"""The printer's body: switch, cover, roll, cutter and head, and what hands can do to them."""

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
    head_hot: bool = False
    """Goes on by itself when the head has cooled down."""
    broken: bool = False
    """An error that only switching off and on ends."""
    feeding: bool = False
    """The feed button is held down."""
    drawer_open: bool = False
    reply_wire_cut: bool = False

    @property
    def failing(self) -> bool:
        """Whether there is an error, as distinct from a cause that hands have put there."""
        return self.cutter_stopped or self.head_hot or self.broken

    @property
    def offline(self) -> bool:
        """Whether nothing is printed although the power is on; the receive buffer stays."""
        return not self.paper_in or self.cover_open or self.feeding or self.failing

    @property
    def stopped(self) -> bool:
        """Whether nothing is printed."""
        return not self.on or self.offline

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

    def power_up(self) -> None:
        """Start anew: an error that needs it is over."""
        self.on = True
        self.broken = self.cutter_stopped = False
