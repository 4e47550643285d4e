"""The catalogue as of a day: versions, notices, materials, agencies."""

import datetime as dt
from unittest.mock import Mock

import pytest

from archive.demo.people import AS_OF
from archive.guides.catalogue import Catalogue, Catalogues, read_catalogue
from archive.guides.elements import NOT_PUBLISHED
from archive.model import Guide, Notice
from archive.records import RecordKind
from archive.sqlite.store import SqliteStore
from archive.store import AsOf, Store

DATA = AsOf(AS_OF, "test", whole=True)
ELEVEN = [
    *("办理依据", "受理单位", "基本流程", "申请材料", "收费依据及标准", "办理时限"),
    *("责任追究", "咨询方式", "监督投诉方式", "办公时间与地址", "乘车线路"),
]
"""In the order in which the founding document asks for them."""


def version(number: int, since: dt.date, until: dt.date | None = None) -> Guide:
    return Guide(
        task_code="T", version=number, name="事项", effective_from=since, effective_to=until
    )


def catalogue(day: dt.date, *guides: Guide, notices: tuple[Notice, ...] = ()) -> Catalogue:
    return Catalogue(day, DATA, guides, (), notices, ())


def test_the_demonstration_has_at_least_25_services_with_all_eleven_elements(
    demo_store: SqliteStore,
) -> None:
    found = read_catalogue(demo_store, AS_OF)
    assert len(found.guides) >= 25
    for guide in found.guides:
        sheet = found.sheet(guide.task_code)
        assert sheet is not None
        assert [element.zh for element in sheet.elements] == ELEVEN
        assert all(element.shown for element in sheet.elements)
        assert [material.number for material in sheet.materials] == list(
            range(1, len(sheet.materials) + 1)
        )


@pytest.mark.slow
def test_an_element_of_which_nothing_is_published_is_stated_not_left_out(
    demo_store: SqliteStore,
) -> None:
    sheet = read_catalogue(demo_store, AS_OF).sheet("990100-SB-014")
    assert sheet is not None
    silent = [element for element in sheet.elements if not element.published]
    assert [element.zh for element in silent] == ["办公时间与地址", "乘车线路"]
    assert {element.shown for element in silent} == {NOT_PUBLISHED[0]}


def test_the_version_in_force_is_that_of_the_day_and_its_last_day_is_the_one_before_the_end() -> (
    None
):
    day = dt.date(2026, 1, 1)
    old, new = version(1, dt.date(2020, 1, 1), day), version(2, day)
    before = catalogue(day - dt.timedelta(days=1), new, old)
    assert before.guides == (old,)
    assert before.coming == (new,)
    assert catalogue(day, old, new).guides == (new,)
    assert catalogue(day, old, new).coming == ()


def test_of_two_versions_that_hold_the_later_one_counts() -> None:
    old, new = version(1, dt.date(2020, 1, 1)), version(2, dt.date(2024, 1, 1))
    assert catalogue(AS_OF, new, old).guides == (new,)


def test_a_service_that_has_ended_or_not_begun_is_not_found() -> None:
    end = dt.date(2024, 1, 1)
    ended = version(1, dt.date(2020, 1, 1), end)
    assert catalogue(end - dt.timedelta(days=1), ended).guides == (ended,)
    found = catalogue(end, ended)
    assert found.guides == ()
    assert found.sheet("T") is None
    assert found.search("事项") == ()


def test_the_demonstration_has_a_past_and_a_future_version(demo_store: SqliteStore) -> None:
    found = read_catalogue(demo_store, AS_OF)
    assert found.sheet("990100-SB-016") is None
    sheet = found.sheet("990100-KA-002")
    assert sheet is not None
    assert (sheet.guide.version, [coming.version for coming in sheet.coming]) == (3, [4])
    later = read_catalogue(demo_store, dt.date(2027, 1, 1)).sheet("990100-KA-002")
    assert later is not None
    assert (later.guide.version, later.coming) == (4, ())


def test_notices_hold_from_their_day_on_for_their_service_or_for_all() -> None:
    day = AS_OF
    own = Notice(notice_code="1", text="a", since=day, task_code="T")
    general = Notice(notice_code="0", text="b", since=day)
    other = Notice(notice_code="2", text="c", since=day, task_code="U")
    coming = Notice(notice_code="3", text="d", since=day + dt.timedelta(days=1), task_code="T")
    found = catalogue(day, notices=(general, own, other, coming))
    assert found.notices_of("T") == (own, general)
    assert found.notices == (general, own, other)


def test_agencies_are_told_by_kind_and_region(demo_store: SqliteStore) -> None:
    found = read_catalogue(demo_store, AS_OF)
    custody = found.agencies("custody", "990100")
    assert {agency.name for agency in custody} == {
        "示例市人才服务中心",
        "示例市职业介绍中心档案部",
    }
    assert all(agency.address and agency.hours for agency in found.agencies())
    assert set(custody) < set(found.agencies("custody", "990000"))
    assert found.agencies("custody", "110000") == ()
    assert found.agency("示例市人才服务中心") == found.agency("99010201") is not None
    assert found.agency("") is None


def test_the_catalogue_is_as_old_as_the_oldest_kind_on_a_sheet() -> None:
    old = RecordKind.NOTICES
    days = {old: dt.date(2020, 1, 1)}
    store = Mock(spec=Store)
    store.as_of.side_effect = lambda kind: AsOf(days.get(kind, AS_OF), "", whole=kind is not old)
    store.all.return_value = ()
    found = read_catalogue(store, AS_OF).as_of
    assert (found.day, found.whole) == (days[old], False)
    days[RecordKind.AGENCIES] = dt.date(2019, 1, 1)
    assert Catalogues(store).on(AS_OF).as_of.day == days[RecordKind.AGENCIES]


def test_the_index_is_made_once_until_the_day_or_the_data_change() -> None:
    store = Mock(spec=Store)
    store.as_of.return_value = DATA
    store.all.return_value = ()
    kept = Catalogues(store)
    first = kept.on(AS_OF)
    assert kept.on(AS_OF) is first
    assert kept.on(AS_OF + dt.timedelta(days=1)) is not first
    second = kept.on(AS_OF)
    store.as_of.return_value = AsOf(AS_OF, "test", whole=False)
    assert kept.on(AS_OF) is not second
