"""How many facts stand beside each other in the head of a page."""

from collections.abc import Callable, Sequence
from typing import Final

from printing.document import Fact

_FEWER: Final = ((0.5, 0.5), (1.0,))


def fact_shares(
    facts: Sequence[Fact], usual: tuple[float, ...], need: Callable[[Fact], float]
) -> tuple[float, ...]:
    """Shares of the width: the usual ones, or fewer where a number would not stay whole.

    `need` says which share of the width a fact's label and longest word take.
    """
    for shares in (usual, *(some for some in _FEWER if len(some) < len(usual))):
        if all(need(fact) <= shares[at % len(shares)] for at, fact in enumerate(facts)):
            break
    return shares
