"""All probes over one machine, and their findings with the likeliest cause first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from kiosk.diag.finding import Finding, Part, Weight
from kiosk.diag.probes import NEEDS, PROBES, Probe
from kiosk.diag.told import Told
from kiosk.machine import Machine

_ORDER: Final[tuple[Weight, ...]] = ("stops", "hinders", "note")


@dataclass(frozen=True, slots=True)
class Examined:
    """One part after its probe."""

    part: Part
    findings: tuple[Finding, ...] = ()
    seen: tuple[Told, ...] = ()
    """What is well, in a few words each."""
    asked: bool = True
    """Whether it was looked at; if not, nothing is known of it."""

    @property
    def stops(self) -> bool:
        """Whether it keeps the kiosk from serving anybody."""
        return any(found.weight == "stops" for found in self.findings)


RESULTS: Final = TypeAdapter(tuple[Examined, ...])
"""How they go from the daemon to a command that asks, and are checked when they come."""


def examine(machine: Machine, without: Collection[Part] = ()) -> tuple[Examined, ...]:
    """Look at every part, upstream first; takes a few seconds where devices are silent.

    `without`: parts that are left alone, since a visit has them.
    """
    results: list[Examined] = []
    stopped: set[Part] = set()
    for part, probe in PROBES:
        if part in without or stopped & set(NEEDS.get(part, ())):
            results.append(Examined(part, asked=False))
            continue
        results.append(_fenced(part, probe, machine))
        stopped |= {found.part for found in results[-1].findings if found.weight == "stops"}
    return tuple(results)


def unasked(known: Part) -> tuple[Examined, ...]:
    """All other parts: what they would say is not known."""
    return tuple(Examined(part, asked=False) for part, _ in PROBES if part != known)


def ranked(results: Iterable[Examined]) -> tuple[Finding, ...]:
    """The findings: what stops before what hinders, upstream before downstream."""
    found = [finding for result in results for finding in result.findings]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.weight)))


def diagnose(machine: Machine) -> tuple[Finding, ...]:
    """What is wrong with a machine, the likeliest cause first; empty: nothing was found."""
    return ranked(examine(machine))


def _fenced(part: Part, probe: Probe, machine: Machine) -> Examined:
    """A probe that fails is a finding itself, and what it saw before stays."""
    findings: list[Finding] = []
    seen: list[Told] = []
    try:
        for one in probe(machine):
            if isinstance(one, Finding):
                findings.append(one)
            else:
                seen.append(one)
    except Exception as error:  # noqa: BLE001 - one broken probe must not hide the others
        findings.append(Finding.of_error(error, part))
    return Examined(part, tuple(findings), tuple(seen))
