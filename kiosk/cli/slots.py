"""What the card commands have in common: which slot, and how a card proves itself there."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.options import settings

if TYPE_CHECKING:
    from devices.card.connection import CardSource
    from devices.card.roles import ReaderRoles
    from kiosk.config import Settings
    from kiosk.identify import CardSession
    from kiosk.machine import Proof


@dataclass(frozen=True, slots=True)
class Slots:
    """This machine's readers, by the configuration and the command's own options."""

    chosen: "Settings"
    source: "CardSource"
    roles: "ReaderRoles"
    proof: "Proof"

    def holder(self) -> str:
        """The holder's slot."""
        from kiosk.identify import holder_reader

        return holder_reader(self.source, self.roles)

    @contextmanager
    def card(self, *, unproven: bool) -> "Iterator[tuple[CardSession, bool]]":
        """The card in the holder's slot, and whether it was proven genuine.

        `unproven`: where there is no security module, read the card all the same.
        """
        from devices.card.errors import SamAbsentError
        from kiosk.identify import open_card

        reader = self.holder()
        try:
            session = open_card(self.source, reader, self.proof)
            proven = self.proof.sam is not None
        except SamAbsentError:
            if not unproven:
                raise
            without = replace(self.proof, sam=None, required=False)
            session, proven = open_card(self.source, reader, without), False
        try:
            yield session, proven
        finally:
            session.close()


def slots(reader: str, config: Path | None) -> Slots:
    """The slots as the configuration names them; a technician may also look into virtual ones."""
    from devices.card.pcsc import PcscSource
    from kiosk.composition import proof, reader_roles

    changes: dict[str, object] = {"reader": reader} if reader else {}
    chosen = settings(config, card=changes)
    source = PcscSource()
    rng = random.SystemRandom()
    visible = chosen.model_copy(
        update={"card": chosen.card.model_copy(update={"virtual_readers": True})}
    )
    return Slots(chosen, source, reader_roles(visible), proof(visible, source, rng))
