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
    def card(self, *, unproven: bool = False) -> "Iterator[tuple[CardSession, bool]]":
        """The card in the holder's slot, and whether it was proven genuine.

        `unproven`: where no security module is there, read the card all the same.
        """
        from devices.card.errors import SamAbsentError
        from kiosk.identify import open_card

        reader = self.holder()
        proven = True
        try:
            session = open_card(self.source, reader, replace(self.proof, required=True))
        except SamAbsentError as absent:
            if not unproven or absent.cause not in NOT_THERE:
                raise
            without = replace(self.proof, sam=None, required=False)
            session, proven = open_card(self.source, reader, without), False
        try:
            yield session, proven
        finally:
            session.close()


NOT_THERE = ("none", "reader.absent", "card.absent")
"""Why no module answered, where there is none. A busy or broken one is told instead."""


def slots(reader: str, config: Path | None, *, virtual: bool = True) -> Slots:
    """The slots as the configuration names them.

    A technician may look into a virtual reader that is named, unless `virtual` is false; the
    security module's slot is always the configuration's.
    """
    from devices.card.pcsc import PcscSource
    from devices.card.roles import ReaderRoles
    from kiosk.composition import proof, reader_roles, use_card_service

    chosen = settings(config)
    use_card_service(chosen)
    source = PcscSource()
    roles = reader_roles(chosen)
    if reader:
        roles = ReaderRoles(
            holder=reader,
            sam=chosen.sam.reader,
            contactless="",
            virtual=virtual or chosen.card.virtual_readers,
        )
    return Slots(chosen, source, roles, proof(chosen, source, random.SystemRandom()))
