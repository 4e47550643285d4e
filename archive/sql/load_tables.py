"""The tables that stand beside the one of a kind while it is loaded."""

from dataclasses import dataclass

from archive.records import RecordSpec
from archive.sql.dialect import MakeTable
from archive.sql.session import Session


@dataclass(frozen=True, slots=True)
class LoadTables:
    """The tables of a kind while it is loaded, beside its own."""

    spec: RecordSpec

    @property
    def own(self) -> str:
        """What readers see."""
        return self.spec.table

    @property
    def incoming(self) -> str:
        """The rows of the file."""
        return f"incoming_{self.spec.table}"

    @property
    def leaving(self) -> str:
        """Rows that are no longer valid."""
        return f"leaving_{self.spec.table}"

    @property
    def pointing(self) -> str:
        """What leads to persons by the file."""
        return f"pointing_{self.spec.table}"

    @property
    def outgoing(self) -> str:
        """The table whose place was taken."""
        return f"outgoing_{self.spec.table}"

    def make(self, session: Session, make_table: MakeTable) -> None:
        """Make those that a load begins with."""
        make_table(session, self.own, self.incoming)
        make_table(session, self.own, self.leaving)
        make_table(session, "pointers", self.pointing)

    def order_by_person(self, session: Session) -> None:
        """Let what leads to persons be found by them, slice after slice."""
        session.execute(
            f"CREATE INDEX IF NOT EXISTS {self.pointing}_by_person ON {self.pointing} (person)"
        )

    def drop(self, session: Session) -> None:
        """Drop all of them."""
        for name in (self.incoming, self.leaving, self.pointing, self.outgoing):
            session.execute(f"DROP TABLE IF EXISTS {name}")
