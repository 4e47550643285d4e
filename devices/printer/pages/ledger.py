"""The pages of one job as the printer tells them; any contradiction makes the whole a doubt."""

from devices.printer.pages.pjl import JobBegan, JobEnded, Message, PageLanded


class Ledger:
    """Counts the sheets between a job's begin and its end."""

    def __init__(self, name: str, total: int) -> None:
        self.name = name
        self.total = total
        self.landed = 0
        """Pages of the job in the tray, from the first on."""
        self.ended = False
        self.doubt = False
        """A page was told twice, left out, or is another job's."""
        self._running = False

    @property
    def proven(self) -> bool:
        """Whether the printer said that the job is over and that every page is out."""
        return self.ended and not self.doubt and self.landed == self.total

    @property
    def steps(self) -> tuple[bool, int, bool]:
        """How far the job is: changes with its progress, and with nothing else."""
        return self._running, self.landed, self.ended

    def take(self, message: Message) -> None:
        """Enter what the printer tells."""
        match message:
            case JobBegan(name):
                self._began(name)
            case PageLanded(number) if self._running:
                self._page(number)
            case JobEnded(name, pages) if name == self.name and not self.ended:
                self.ended, self._running = True, False
                self.doubt |= pages != self.total
            case _:
                pass

    def _began(self, name: str) -> None:
        if name != self.name:
            self.doubt |= self._running  # somebody else's pages would be told among ours
        elif self._running or self.ended:
            self.doubt = True
        else:
            self._running = True

    def _page(self, number: int) -> None:
        if number != self.landed + 1 or number > self.total:
            self.doubt = True
        elif not self.doubt:
            self.landed = number
