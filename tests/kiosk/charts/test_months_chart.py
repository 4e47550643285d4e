"""The contribution calendar: every month once, in its own shape, and said as it is drawn."""

import re
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from archive.model import Contribution
from archive.values import Month
from kiosk.calendar import records_view
from kiosk.charts.months import KINDS, WIDTH, MarkKind, YearRow, months_chart, trimmed
from kiosk.identify import HolderRecords
from printing.statements.issue import Window
from tests.printing.samples import PERSON, contribution, material

MARKS = st.sampled_from((*KINDS, "outside"))


@st.composite
def rows(draw: st.DrawFn) -> tuple[YearRow, ...]:
    count = draw(st.integers(1, 40))
    marks = st.tuples(*[MARKS] * 12)
    return tuple(YearRow(2026 - at, draw(marks)) for at in range(count))


def row(year: int, *kinds: MarkKind) -> YearRow:
    return YearRow(year, (*kinds, *["none"] * (12 - len(kinds))))  # type: ignore[arg-type]


@given(rows())
def test_every_month_is_drawn_once_and_within_the_drawing(own: tuple[YearRow, ...]) -> None:
    chart = months_chart(own)
    assert len(chart.years) == len(own)
    for kind, path in chart.shapes:
        assert path.count("z") == sum(one.count(kind) for one in own)
        for x, y, across, down in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h", path):
            assert 0 <= int(x) <= int(x) + int(across) <= WIDTH
            assert 0 <= int(y) <= int(y) + int(down) <= chart.height


@given(rows())
def test_what_is_said_covers_every_year_with_its_own_counts(own: tuple[YearRow, ...]) -> None:
    told = months_chart(own).told
    for one in own:
        said = [told for told in told if told.first <= one.year <= told.last]
        assert len(said) == 1
        assert said[0].full == one.count("full")
        assert said[0].none == one.count("none")
        assert said[0].retired == one.count("retired")
        assert said[0].short == one.months("short")
        assert said[0].interrupted == one.months("interrupted")


def test_forty_full_years_are_one_sentence_and_a_light_drawing() -> None:
    chart = months_chart([YearRow(2026 - at, ("full",) * 12) for at in range(40)])
    assert [(one.first, one.last, one.full) for one in chart.told] == [(1987, 2026, 12)]
    assert sum(len(path) for _, path in chart.shapes) < 12_000


def test_the_legend_names_what_is_drawn_and_nothing_else() -> None:
    chart = months_chart([row(2026, "full", "interrupted")])
    assert [kind for kind, _ in chart.legend] == ["full", "interrupted", "none"]


def test_years_before_the_first_record_are_left_out_and_gaps_within_stay() -> None:
    own = (row(2026, "full"), row(2025), row(2024, "short"), row(2023), row(2022))
    assert [one.year for one in trimmed(own)] == [2026, 2025, 2024]
    assert trimmed((row(2026), row(2025))) == ()
    assert trimmed((row(2026, "retired"), row(2025, "full"))) == (
        row(2026, "retired"),
        row(2025, "full"),
    )


def test_after_retirement_an_empty_month_is_no_gap_and_before_it_is_one() -> None:
    own_material = material(
        {Contribution: (contribution(Month(2026, 1)),)},
        person=replace(PERSON, retired_on=date(2026, 3, 20)),
        window=Window(Month(2026, 1), Month(2026, 5)),
    )
    view = records_view(HolderRecords(None, own_material))
    assert view.years[0].marks[:6] == ("full", "none", *["retired"] * 3, "outside")
    assert view.sums == (("full", 1), ("short", 0), ("none", 1), ("retired", 3))
