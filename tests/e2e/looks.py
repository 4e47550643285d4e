"""A small choice of looks, sizes and screens in which every pair of choices comes together."""

from dataclasses import dataclass
from itertools import product

from kiosk.visit.look import Look

PORTRAIT, WIDE, SMALL = (1080, 1920), (1920, 1080), (1280, 800)


@dataclass(frozen=True, slots=True)
class View:
    """A look in a window."""

    window: tuple[int, int]
    look: Look

    def __str__(self) -> str:
        look = self.look
        parts = (look.language, look.size, look.contrast, look.reach)
        return f"{self.window[0]}x{self.window[1]}-{'-'.join(parts)}"


EVERY = tuple(
    View(window, Look(language, size, contrast, reach))  # type: ignore[arg-type]
    for window, language, size, contrast, reach in product(
        (PORTRAIT, WIDE, SMALL),
        ("zh", "en"),
        ("normal", "elder"),
        ("normal", "high"),
        ("normal", "low"),
    )
)


def pairwise() -> tuple[View, ...]:
    """Views, the most useful first, until every two choices have met (greedy covering)."""
    missing = set().union(*(_pairs(view) for view in EVERY))
    chosen: list[View] = []
    while missing:
        best = max(EVERY, key=lambda view: len(_pairs(view) & missing))
        chosen.append(best)
        missing -= _pairs(best)
    return tuple(chosen)


def _pairs(view: View) -> set[tuple[object, object]]:
    look = view.look
    choices = [view.window, *enumerate((look.language, look.size, look.contrast, look.reach))]
    return {(one, two) for at, one in enumerate(choices) for two in choices[at + 1 :]}
