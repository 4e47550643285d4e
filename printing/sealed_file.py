"""A PDF that somebody brings: which code it carries, and whether it is the one that was printed."""

import hashlib
import re
from typing import Final

from printing.errors import SealCodeError, SealDiffersError, SealNotFoundError, SealVoidError
from printing.preview import pdf_text
from printing.seal import parse_code
from printing.seals import SealRecord, Seals

_CODE: Final = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){6}\b")


def verify_file(pdf: bytes, seals: Seals) -> SealRecord:
    """The seal of this very file; the look-up is counted.

    Raises SealNotFoundError without a code in its text, what `Seals.look_up` raises for the code,
    and SealDiffersError when the file is not byte for byte the one that was printed.
    """
    digest = hashlib.sha256(pdf).hexdigest()
    for seal in seals.look_up(_code(pdf)):
        if seal.paper_digest == digest:
            if seal.paper == "void":
                raise SealVoidError
            return seal
    raise SealDiffersError


def _code(pdf: bytes) -> str:
    for found in _CODE.findall(pdf_text(pdf)):
        try:
            return parse_code(found)
        except SealCodeError:
            continue  # something else that only looks like a code
    raise SealNotFoundError
