"""The support bundle: one zip file with what a colleague far away needs, and nothing of anybody.

Each part is made of values that hold nothing personal by their type: states, codes, counts, times.
No file of the kiosk is copied into it.
"""

import csv
import io
import json
import platform
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import distributions, version
from typing import Final

from kiosk.config import Settings, documented
from kiosk.diag.run import RESULTS, Examined
from kiosk.faults import fault_of
from kiosk.logs import recent
from printing.journal import Job

JOBS: Final = 500
ABOUT: Final = (
    "Support bundle of a hall kiosk. Nothing in it names a holder: no name, number, card, PIN, key"
    " or record.\nA part that could not be made holds the code of the reason.\n"
)

_ADDRESS: Final = re.compile(r"(\w+://)(?:[^/\"\s@]*@)?([^\"\s?]*)(?:\?[^\"\s]*)?")

Parts = Mapping[str, Callable[[], str]]
"""Each part's name and how it is made."""


def bundle(parts: Parts, now: datetime) -> bytes:
    """The zip file. A part that cannot be made hides no other: it says why."""
    out = io.BytesIO()
    about = f"{ABOUT}{' '.join(parts)}\n"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {"README.txt": lambda: about, **parts}.items():
            entry = zipfile.ZipInfo(name, now.timetuple()[:6])
            file.writestr(entry, _made(text), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def common_parts(
    settings: Settings, findings: Callable[[], tuple[Examined, ...]]
) -> dict[str, Callable[[], str]]:
    """What every bundle has, whether the kiosk runs or not."""
    return {
        "versions.json": versions,
        "configuration.toml": lambda: configuration(settings),
        "findings.json": lambda: RESULTS.dump_json(findings(), indent=1).decode(),
        "events.jsonl": lambda: "".join(f"{line}\n" for line in recent()),
    }


def versions() -> str:
    """This program, Python, the system, and every library."""
    libraries = {one.metadata["Name"]: one.version for one in distributions()}
    told = {
        "hall-kiosk": version("hall-kiosk"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "libraries": dict(sorted(libraries.items())),
    }
    return json.dumps(told, indent=1)


def configuration(settings: Settings) -> str:
    """The settings in force; of each address neither user nor query, which may hold a secret.

    Keys, passwords and tokens are no settings: the file names only where they lie.
    """
    return _ADDRESS.sub(r"\1\2", documented(settings))


def jobs_table(jobs: tuple[Job, ...]) -> str:
    """The journal without what names a paper's content: no digest, no seal, no masked name."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(("job", "serial", "statement", "medium", "blocks", "state", "at", *_OBSERVED))
    table.writerows(_row(job) for job in jobs)
    return out.getvalue()


_OBSERVED: Final = (
    "evidence",
    "reason",
    "bytes_sent",
    "blocks_sent",
    "blocks_confirmed",
    "by",
    "settled_at",
)


def _row(job: Job) -> Iterator[object]:
    order, seen = job.order, job.observed
    yield from (job.id, order.serial, order.statement, order.medium, order.blocks, job.state)
    yield from (job.at.isoformat(), seen.evidence, seen.reason or "", seen.bytes_sent)
    yield from (seen.blocks_sent, seen.blocks_confirmed, job.decided_by or "")
    yield job.settled_at.isoformat() if job.settled_at else ""


def _made(text: Callable[[], str]) -> str:
    try:
        return text()
    except Exception as error:  # noqa: BLE001 - the bundle is asked for when something is broken
        return f"not made: {fault_of(error).code} ({type(error).__name__})\n"
