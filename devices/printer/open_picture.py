"""A picture that was broken off takes what follows for its size and dots, until it is whole.

So does a QR symbol whose data is missing, and so do all commands that say how long they are. Only
printers that cannot clear their buffer: where one can, that ends a picture too.
"""

from devices.printer import commands
from devices.printer.dialog import REPLY_SECONDS, Dialog
from devices.printer.models import PrinterModel


class OpenPicture:
    """Whether one may be open in a printer: after a start, and after a job that broke off.

    Ended by empty bytes, which are white dots in it and mean nothing where none is open. It has
    ended when the printer answers what it obeys in its order (GS r): in a picture that is dots.
    """

    def __init__(self, model: PrinterModel) -> None:
        self._model = model
        self.possible = not model.clear
        self._unanswered = False

    def suspect(self) -> None:
        """Something was broken off, or may have been."""
        self.possible = not self._model.clear

    def end_size(self, dialog: Dialog) -> None:
        """Queue, before the first question, what ends a size that is missing: of nothing."""
        if self.possible:
            dialog.link.queue(commands.NO_SIZE, job=False)

    def end(self, dialog: Dialog) -> bool:
        """End it in a printer that is ready; whether the printer has read on. Not while a job runs.

        False where its size is larger than any that is sent, as noise makes one: each try ends more
        of it. Milliseconds where none is open, else some seconds for the bytes.
        """
        rest = commands.end_picture(self._model.dots)
        self.possible = not (self._reads_on(dialog, b"") or self._reads_on(dialog, rest))
        return not self.possible

    def _reads_on(self, dialog: Dialog, empty: bytes) -> bool:
        dialog.register = None
        dialog.link.queue(empty, job=False)
        dialog.link.queue(commands.ECHO[self._model.echo], job=False)
        answered = dialog.wait_until(lambda: dialog.register is not None)
        if answered and self._unanswered:  # an answer may come twice: not within a job
            dialog.wait_until(lambda: False, REPLY_SECONDS)
        self._unanswered = not answered
        return answered
