"""The QR symbol of a seal, as modules (ISO/IEC 18004, model 2, error correction M)."""

from typing import Final

Modules = tuple[tuple[bool, ...], ...]
"""Rows from the top, each from the left, True for dark; the quiet zone is not in it."""

_MASK: Final = 2
"""One mask for all: a reader takes whichever the symbol names. To try all eight takes four times as
long as the rest of the symbol and lowers the penalty by 4 %: a code is random already."""


def modules(content: str) -> Modules:
    """The symbol that says `content`, in the least version that holds it."""
    import segno  # here, so that what only measures text does not load it

    matrix = segno.make_qr(content, error="m", boost_error=False, mask=_MASK).matrix
    return tuple(tuple(map(bool, row)) for row in matrix)
