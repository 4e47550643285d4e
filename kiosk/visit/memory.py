"""What a visit knows of its holder while it lasts."""

import threading
from dataclasses import dataclass, field

from archive.guides.catalogue import Catalogue
from kiosk.calendar import RecordsView
from kiosk.charts.records import Charts
from kiosk.choice import PaperSeconds
from kiosk.composed import Statement
from kiosk.identify import CardSession, HolderRecords
from printing.statements.material import Asked


@dataclass(slots=True)
class Memory:
    """All that is known of the present holder."""

    generation: int
    session: CardSession | None = field(default=None, repr=False)
    records: dict[tuple[str, Asked], HolderRecords] = field(default_factory=dict, repr=False)
    """What was read in this visit, by statement and months: each is read and audited once."""
    view: RecordsView | None = field(default=None, repr=False)
    statement: Statement | None = field(default=None, repr=False)
    content: str = field(default="", repr=False)
    """What the statement says, masked, as HTML."""
    charts: Charts = field(default_factory=Charts, repr=False)
    """Of the statement's records."""
    serials: set[str] = field(default_factory=set, repr=False)
    """Of what this visit has printed or tried to."""
    seconds: PaperSeconds | None = None
    """About how long each paper of the statement takes, once they were measured."""
    catalogue: Catalogue | None = field(default=None, repr=False)
    """The guides, for a guest."""
    cancel: threading.Event = field(default_factory=threading.Event)
