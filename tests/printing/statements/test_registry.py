import datetime as dt
import re
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import pytest

import printing.statements
from archive.figures.catalogue import CATALOGUE, figures
from archive.figures.records import FIELDS, PersonRecords
from archive.model import Contribution, YearsOfInsurance
from archive.records import RecordKind, spec_of
from archive.store import Answer, AsOf
from archive.values import Month
from printing.errors import MonthsBeyondDataError, YearNotWholeError
from printing.statements import STATEMENTS, Section, Statement
from printing.statements.issue import Window
from printing.statements.material import Asked, read_material
from printing.statements.registry import NAME
from tests.archive.figures.people import every_month, insured, month, records
from tests.printing.samples import BASIS, EMPLOYERS, PERSON, STALE_DAYS, material

_DECLARES = "\nSTATEMENT: Final = Statement("
LATEST = dt.date(2026, 10, 31)
DAYS = {
    RecordKind.PERSONS: LATEST,
    RecordKind.EMPLOYERS: LATEST,
    RecordKind.CONTRIBUTIONS: LATEST,
    RecordKind.YEARS: dt.date(2026, 9, 30),
}


class Store:
    """Answers with nothing, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def contributions(self, person_id: str, first: Any, last: Any) -> Answer[Contribution]:
        self.asked.append(f"contributions {first.label} {last.label}")
        return Answer(
            (), lambda _: every_month("202609", "202610"), self.as_of(spec_of(Contribution).kind)
        )

    def first_contribution(self, person_id: str) -> Month:
        return Month(2019, 5)

    def of(self, kind: type[Any], person_id: str) -> Answer[Any]:
        self.asked.append(kind.__name__)
        return Answer((), lambda _: (), self.as_of(spec_of(kind).kind))

    def known(self, kind: type[Any], ids: set[str]) -> dict[str, Any]:
        return {one: EMPLOYERS[one] for one in ids}

    def as_of(self, kind: RecordKind | None = None) -> AsOf:
        day = DAYS[kind] if kind else min(DAYS.values())
        return AsOf(day, "示例", whole=kind is not RecordKind.YEARS)


def declared(
    *needs: type[Any],
    within_window: bool = False,
    undated: tuple[type[Any], ...] = (),
    spans: Literal["", "year"] = "",
) -> Statement:
    entry = next(iter(STATEMENTS.values()))
    return Statement(
        name="x",
        title=entry.title,
        about=entry.about,
        section=entry.section,
        needs=needs,
        build=entry.build,
        months=24,
        within_window=within_window,
        undated=undated,
        spans=spans,
    )


def read(store: Store, statement: Statement, asked: Asked = Asked()) -> Any:  # noqa: B008
    return read_material(store, statement, PERSON, asked, BASIS, STALE_DAYS)  # type: ignore[arg-type]


def test_a_new_statement_is_one_file() -> None:
    """It is found by its name in the folder, and the menu has it in its section."""
    folder = Path(printing.statements.__path__[0])
    declaring = {path.stem for path in folder.glob("*.py") if _DECLARES in path.read_text("utf-8")}
    assert {entry.build.__module__.rpartition(".")[2] for entry in STATEMENTS.values()} == declaring
    assert len(declaring) == len(STATEMENTS)
    sections = [entry.section for entry in STATEMENTS.values()]
    assert list(dict.fromkeys(sections)) == list(Section)
    assert len(list(groupby(sections))) == len(Section)
    first = next(iter(STATEMENTS.values()))
    assert (first.name, first.place) == ("contributions", 1)


@pytest.mark.parametrize("entry", STATEMENTS.values(), ids=lambda entry: entry.name)
def test_a_statement_has_a_name_and_words_for_the_menu_in_both_languages(entry: Statement) -> None:
    assert re.fullmatch(NAME, entry.name)
    for words in (entry.title, entry.about):
        assert set(words) == {"zh", "en"}
        assert all(words.values())


def test_what_is_declared_is_read_and_nothing_else() -> None:
    store = Store()
    made = read(store, declared(YearsOfInsurance))
    assert store.asked == ["YearsOfInsurance"]
    with pytest.raises(KeyError):
        made.of(Contribution)


def test_contributions_outside_of_the_months_are_read_only_where_they_are_needed() -> None:
    store = Store()
    read(store, declared(Contribution, within_window=True))
    read(store, declared(Contribution))
    assert store.asked == ["contributions 2024-11 2026-10", "contributions 1949-01 2099-12"]


def test_the_months_are_the_statements_own_those_asked_for_or_a_range() -> None:
    entry = declared(Contribution)
    chosen = Window(month("202001"), month("202012"))
    windows = [read(Store(), entry, asked).window for asked in (Asked(), Asked(months=12))]
    assert [window.label for window in windows] == ["2024-11 至 2026-10", "2025-11 至 2026-10"]
    assert read(Store(), entry, Asked(chosen)).window == chosen


def test_months_that_are_later_than_the_data_are_refused_and_not_called_gaps() -> None:
    for kind, last in ((Contribution, "202610"), (YearsOfInsurance, "202609")):
        entry = declared(kind)
        read(Store(), entry, Asked(Window(month("202601"), month(last))))
        with pytest.raises(MonthsBeyondDataError) as caught:
            read(Store(), entry, Asked(Window(month("202601"), month(last).plus(1))))
        assert caught.value.last == month(last).label


@pytest.mark.parametrize(
    ("first", "last"), [("202501", "202506"), ("202401", "202512"), ("202502", "202601")]
)
def test_a_statement_of_a_year_takes_no_other_months(first: str, last: str) -> None:
    """Silently it would be of another year."""
    entry = declared(Contribution, spans="year")
    whole = Window(month("202501"), month("202512"))
    assert read(Store(), entry, Asked(whole)).window == whole
    for asked in (Asked(Window(month(first), month(last))), Asked(months=6)):
        with pytest.raises(YearNotWholeError):
            read(Store(), entry, asked)


def test_the_date_of_the_data_is_the_earliest_of_the_kinds() -> None:
    made = read(Store(), declared(Contribution, YearsOfInsurance))
    assert (made.day, made.as_of.whole) == (dt.date(2026, 9, 30), False)
    assert read(Store(), declared(Contribution)).as_of.whole


def test_a_kind_that_does_not_date_the_paper_is_named_where_it_ends_earlier() -> None:
    entry = declared(Contribution, YearsOfInsurance, undated=(YearsOfInsurance,))
    made = read(Store(), entry)
    assert (made.day, made.window.last, made.as_of.whole) == (LATEST, month("202610"), False)
    assert made.older == {RecordKind.YEARS: dt.date(2026, 9, 30)}
    assert made.caveats[-1].zh == "缴费年限数据只到2026年9月30日，此后的没有反映。"
    assert read(Store(), declared(Contribution)).older == {}


@pytest.mark.parametrize("kind", [RecordKind.PERSONS, RecordKind.EMPLOYERS])
def test_who_it_is_and_who_paid_are_dated_with_the_rest(
    kind: RecordKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DAYS, kind, dt.date(2026, 8, 31))
    assert read(Store(), declared(Contribution)).day == dt.date(2026, 8, 31)


def test_the_employers_of_the_rows_come_with_them() -> None:
    assert set(read(Store(), declared(Contribution)).employers) == {"E1"}


def test_a_figure_of_rows_that_were_not_declared_is_a_bug_and_not_a_zero() -> None:
    with pytest.raises(KeyError):
        read(Store(), declared(Contribution)).figures("account")


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_figure_reads_no_other_kind_than_it_declares(name: str) -> None:
    looked: set[str] = set()

    class Spy(PersonRecords):
        def __getattribute__(self, field: str) -> Any:
            looked.add(field)
            return super().__getattribute__(field)

    plain = records(
        contributions=every_month("202001", "202010"), registrations=(insured("202001"),)
    )
    spy = Spy(**{field: getattr(plain, field) for field in plain.__dataclass_fields__})
    looked.clear()
    figures(name, spy, BASIS)
    assert looked & set(FIELDS.values()) <= {FIELDS[kind] for kind in CATALOGUE[name].reads}


def test_figures_are_made_once_for_screen_receipt_and_report() -> None:
    rows: dict[type, tuple[object, ...]] = dict.fromkeys(CATALOGUE["months"].reads, ())
    person = material(rows)
    assert person.figures("months") is person.figures("months")
