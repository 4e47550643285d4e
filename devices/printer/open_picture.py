"""A picture that was broken off takes what follows for its size and dots, until it is whole.

So does a QR symbol whose data is missing, and so do all commands that say how long they are. Only
printers that cannot clear their buffer: where one can, that ends a picture too.
"""

from collections.abc import Callable

from devices.printer import commands
from devices.printer.dialog import REPLY_SECONDS, Dialog
from devices.printer.models import PrinterModel

FILLERS = 3
"""Without an answer: a printer that never gives one would be refused for ever."""
LATE_ANSWERS = 5
"""May be on their way: to a job's two fences, to our own questions, to one of a probe."""


class OpenPicture:
    """Whether one may be open in a printer: after a start, a lost port, a job that broke off.

    Ended by empty bytes, which are white dots in it and mean nothing where none is open. They go
    always: an answer of the printer may be a late one, to what was asked before the picture.
    """

    def __init__(self, model: PrinterModel) -> None:
        self._model = model
        self.suspect()

    def suspect(self) -> None:
        """Something was broken off, or may have been."""
        self.possible = not self._model.clear
        self._size_missing = self.possible
        self._unanswered = 0

    def end_size(self, dialog: Dialog) -> None:
        """Queue, before the first question, what ends a size that is missing: of nothing.

        Once: a printer that is stopped keeps it.
        """
        if self._size_missing:
            dialog.link.queue(commands.NO_SIZE, job=False)
        self._size_missing = False

    def not_heard(self) -> None:
        """Nothing answered, so what ends a size was dropped, or came to a printer that is off."""
        self._size_missing = self.possible

    def end(self, dialog: Dialog, stop: Callable[[], bool]) -> bool:
        """End it in a printer that is ready, which takes some seconds; whether a job may begin.

        Not while a job runs. False where the printer has not read on: its size may be larger than
        any that is sent, as noise makes one, and the next try ends more of it. After some tries the
        printer is taken as it says it is: a job proves nothing then that it does not answer for.
        """
        dialog.link.queue(commands.end_picture(self._model.dots), job=False)
        if self._reads_on(dialog, stop):
            self.possible, dialog.late_answers = False, 0
            return True
        if stop() or dialog.lost or dialog.link.queued or dialog.link.unsent():
            dialog.link.drop_queued()  # not all of it went: it goes again
            return False
        self._unanswered += 1
        if self._unanswered == FILLERS:
            self.possible, dialog.late_answers = False, LATE_ANSWERS
        return not self.possible

    def _reads_on(self, dialog: Dialog, stop: Callable[[], bool]) -> bool:
        """Whether it answers to more than could come late; none is on its way then."""
        for _ in range(LATE_ANSWERS + 1):
            dialog.register = None
            dialog.link.queue(commands.ECHO[self._model.echo], job=False)
            if not dialog.wait_until(lambda: stop() or dialog.register is not None) or stop():
                return False
        return not dialog.wait_until(stop, REPLY_SECONDS)
