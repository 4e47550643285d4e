"""A person's cards as holders are told of them, and how far a new one has got."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from archive.codes import Language, code_table
from archive.model import CardOrder, CardRecord
from archive.records import RecordKind
from archive.store import AsOf, Store


class CardState(StrEnum):
    """What a card is good for; only `NORMAL` opens anything."""

    NORMAL = "normal"
    LOST = "lost"
    REPLACED = "replaced"
    """Another card took its place, whatever AAZ502 says."""
    CANCELLED = "cancelled"
    LOCKED = "locked"
    SEALED = "sealed"
    UNKNOWN = "unknown"
    """A status that no table explains."""

    def label(self, language: Language = "zh") -> str:
        """For people."""
        return code_table("card_state").label(self, language)


# AAZ502.
_STATES: Final = {
    "0": CardState.SEALED,
    "1": CardState.NORMAL,
    "2": CardState.LOST,
    "3": CardState.LOCKED,
    "4": CardState.LOST,
    "9": CardState.CANCELLED,
}
# card_order_state: the way of an order that is not sent back.
_WAY: Final = ("1", "2", "3", "4")
_FETCHED: Final = "4"
_SENT_BACK: Final = "5"
_OVER: Final = frozenset({_FETCHED, _SENT_BACK})


def card_state(card: CardRecord) -> CardState:
    """From the issuer's status and the card that took this one's place."""
    if card.replaced_by:
        return CardState.REPLACED
    return _STATES.get(card.status, CardState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card of a person."""

    card: CardRecord
    state: CardState
    expired: bool


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One step of the making of a card."""

    state: str
    """card_order_state."""
    reached: bool
    on: dt.date | None
    """When it was reached, where that is recorded: the first and the present step."""

    def label(self, language: Language = "zh") -> str:
        """For people."""
        return code_table("card_order_state").label(self.state, language)


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """A card that is being made (制卡进度)."""

    order: CardOrder
    steps: tuple[OrderStep, ...]

    @property
    def under_way(self) -> bool:
        """Whether the card is still to come."""
        return self.order.state not in _OVER


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """What an order number alone tells: state and dates, nobody's name."""

    state: str
    """card_order_state."""
    ordered_on: dt.date
    state_since: dt.date | None
    ready_by: dt.date | None
    as_of: AsOf

    @property
    def under_way(self) -> bool:
        """Whether the card is still to come."""
        return self.state not in _OVER

    def label(self, language: Language = "zh") -> str:
        """For people."""
        return code_table("card_order_state").label(self.state, language)


def held_cards(cards: Iterable[CardRecord], day: dt.date) -> tuple[HeldCard, ...]:
    """Cards as they are on a day, the one issued last first, from rows that were read."""
    return tuple(
        HeldCard(card, card_state(card), expired=card.expires < day)
        for card in sorted(cards, key=lambda card: card.issued, reverse=True)
    )


def order_progress(orders: Iterable[CardOrder]) -> tuple[OrderProgress, ...]:
    """Orders with their steps, the latest first, from rows that were read."""
    return tuple(
        OrderProgress(order, order_steps(order))
        for order in sorted(orders, key=lambda order: order.ordered_on, reverse=True)
    )


def order_steps(order: CardOrder) -> tuple[OrderStep, ...]:
    """All steps up to the holder's hands; of an order sent back those that are known."""
    if order.state == _SENT_BACK:
        return (
            OrderStep("1", reached=True, on=order.ordered_on),
            OrderStep(_SENT_BACK, reached=True, on=order.state_since),
        )
    reached = _WAY.index(order.state) if order.state in _WAY else 0
    dates = {reached: order.state_since, 0: order.ordered_on}
    return tuple(
        OrderStep(state, reached=place <= reached, on=dates.get(place))
        for place, state in enumerate(_WAY)
    )


def order_status(store: Store, order_number: str) -> OrderStatus | None:
    """The state of an order for who knows its number; None where there is no such order."""
    order = store.find(CardOrder, order_number.strip())
    if order is None:
        return None
    return OrderStatus(
        order.state,
        order.ordered_on,
        order.state_since,
        order.ready_by,
        store.as_of(RecordKind.CARD_ORDERS),
    )
