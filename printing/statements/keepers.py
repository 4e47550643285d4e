"""Papers in the name of who keeps the file (存档机构), which the kiosk only prints for it.

What is certified or told of a file is its agency's word and not that of the agency whose kiosk
stands here: that one is named in a note, and the kiosk in the foot as on every paper.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from archive.dossiers import Dossier
from printing.statements.issue import IssueFacts

_FOR_SEVERAL: Final = "（代为打印）"


def keepers(found: Iterable[Dossier]) -> tuple[str, ...]:
    """The agencies that keep these files, each once."""
    return tuple(dict.fromkeys(one.index.agency for one in found))


def headed(issue: IssueFacts, agencies: tuple[str, ...]) -> IssueFacts:
    """With the keeping agency at the head of the paper.

    Of several none can head a paper with the words of the others: the kiosk's own does, as who
    prints for them, and each is named where its file is told of.
    """
    match agencies:
        case ():
            return issue
        case (only,):
            return replace(issue, agency=only)
        case _:
            return replace(issue, agency=f"{issue.agency}{_FOR_SEVERAL}")


def printed_by(issue: IssueFacts, agencies: tuple[str, ...]) -> tuple[str, ...]:
    """Whose kiosk prints it, where that is not the one agency that keeps the file."""
    if set(agencies) <= {issue.agency}:
        return ()
    return (f"本单由{issue.agency}的自助服务终端代存档机构打印。",)
