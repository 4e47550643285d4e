"""How far matters have got that persons have handed in (办件进度)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from archive.codes import Language, code_table
from archive.model import Case, CaseStep
from archive.records import RecordKind
from archive.store import AsOf, Store

FINISHED: Final = "4"
"""case_state 已办结."""
ENDED: Final = frozenset({FINISHED, "5", "6"})
"""case_state: finished, not accepted, withdrawn."""


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """A case and its steps in their order."""

    case: Case
    steps: tuple[CaseStep, ...]

    @property
    def done(self) -> tuple[CaseStep, ...]:
        """Steps that have a day."""
        return tuple(step for step in self.steps if step.done_on is not None)

    @property
    def current(self) -> CaseStep | None:
        """The first step that is not done; None once the case has ended or all are done."""
        if self.ended:
            return None
        return next((step for step in self.steps if step.done_on is None), None)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen: finished, not accepted or withdrawn."""
        return self.case.state in ENDED

    def label(self, language: Language = "zh") -> str:
        """The state, for people."""
        return _label(self.case.state, language)


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """What a case number alone tells: state and dates, neither a name nor what it is about."""

    state: str
    """case_state."""
    accepted_on: dt.date
    finished_on: dt.date | None
    last_step_on: dt.date | None
    """When the last step so far was done."""
    legal_days: int | None
    """法定办结时限, working days from acceptance."""
    promised_days: int | None
    as_of: AsOf

    def label(self, language: Language = "zh") -> str:
        """The state, for people."""
        return _label(self.state, language)


def cases_from(cases: Iterable[Case], steps: tuple[CaseStep, ...]) -> tuple[CaseProgress, ...]:
    """Cases with their steps, the latest first, from rows that were read."""
    latest = sorted(cases, key=lambda case: case.accepted_on, reverse=True)
    return tuple(_progress(case, steps) for case in latest)


def case_status(store: Store, case_number: str) -> CaseStatus | None:
    """The state of a case for who knows its number; None where there is no such case."""
    case = store.find(Case, case_number.strip())
    if case is None:
        return None
    progress = _progress(case, store.of(CaseStep, case.person_id).rows)
    return CaseStatus(
        case.state,
        case.accepted_on,
        case.finished_on,
        max((step.done_on for step in progress.done if step.done_on), default=None),
        case.legal_days,
        case.promised_days,
        store.as_of(RecordKind.CASES),
    )


def _progress(case: Case, steps: tuple[CaseStep, ...]) -> CaseProgress:
    own = (step for step in steps if step.case_number == case.case_number)
    return CaseProgress(case, tuple(sorted(own, key=lambda step: step.number)))


def _label(state: str, language: Language) -> str:
    return code_table("case_state").label(state, language)
