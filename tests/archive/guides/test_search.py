"""A guide is found by whatever a person may type of it, and the likeliest stands first."""

import string
import subprocess
import sys
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from archive.demo.catalogue import guides_in_force
from archive.demo.people import AS_OF
from archive.guides.index import GuideIndex
from archive.guides.readings import plain, readings
from archive.model import Guide

CATALOGUE = tuple(guides_in_force(AS_OF).values())
GUIDES = st.sampled_from(CATALOGUE)


@cache
def index() -> GuideIndex:
    return GuideIndex(CATALOGUE)


def guide(code: str, name: str, keywords: str = "", procedure: str = "") -> Guide:
    return Guide(
        task_code=code,
        version=1,
        name=name,
        effective_from=AS_OF,
        keywords=keywords,
        procedure=procedure,
    )


def codes(guides: GuideIndex, query: str) -> list[str]:
    return [found.task_code for found in guides.search(query)]


@st.composite
def typed(draw: DrawFn, text: str) -> str:
    """Each character as itself, by a reading or by its first letter, in any case."""
    pieces = []
    for char in plain(text).replace(" ", ""):
        ways = sorted({char, *readings(char), *(one[0] for one in readings(char))})
        pieces.append(draw(st.sampled_from(ways)))
    whole = "".join(pieces)
    return whole.upper() if draw(st.booleans()) else whole


@given(GUIDES)
def test_a_guide_is_found_by_its_own_name_and_stands_before_what_only_mentions_it(
    one: Guide,
) -> None:
    assert index().search(one.name)[0] == one


@given(st.data())
def test_a_guide_is_found_by_its_name_however_each_character_is_typed(data: st.DataObject) -> None:
    one = data.draw(GUIDES)
    name = plain(one.name).replace(" ", "")[:20]
    assert one in index().search(data.draw(typed(name))[:60])


@given(st.data())
def test_a_guide_is_found_by_any_part_of_its_name_and_any_keyword(data: st.DataObject) -> None:
    one = data.draw(GUIDES)
    name = plain(one.name)
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))].strip()
    word = data.draw(st.sampled_from(one.keywords.split()))
    assert not part or one in index().search(part)
    assert one in index().search(word)
    assert one in index().search(data.draw(typed(word)))
    assert one in index().search(f"{word} {part}")


@given(st.text(max_size=80))
def test_any_text_gets_an_answer(query: str) -> None:
    found = index().search(query)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "query", ["sbk", "shebaoka", "SheBaoKa", "社保卡", "ＳＢＫ", "社bka", " sbk "]
)
def test_a_card_is_found_by_words_initials_pinyin_and_mixtures(query: str) -> None:
    assert codes(index(), query)[0].startswith("990100-KA-")


@pytest.mark.parametrize("query", ["zhongda", "chongda", "zd", "cd", "重da"])
def test_a_character_with_several_readings_is_found_by_each(query: str) -> None:
    assert codes(GuideIndex([guide("1", "重大疾病")]), query) == ["1"]


@pytest.mark.parametrize("query", ["nvgong", "nugong", "ng"])
def test_the_umlaut_is_typed_as_v_or_u(query: str) -> None:
    assert codes(GuideIndex([guide("1", "女工保护")]), query) == ["1"]


def test_the_last_syllable_may_be_unfinished_but_none_before_it() -> None:
    guides = GuideIndex([guide("1", "退休申请")])
    assert codes(guides, "tuixi") == codes(guides, "tuixiushenqin") == ["1"]
    assert codes(guides, "tuxiu") == []


def test_name_start_comes_before_name_before_keywords_before_text() -> None:
    guides = GuideIndex(
        [
            guide("text", "甲事项", procedure="先办退休"),
            guide("keyword", "乙事项", keywords="办退休"),
            guide("name", "职工退休"),
            guide("start", "退休核定办理"),
        ]
    )
    assert codes(guides, "退休") == ["start", "name", "keyword", "text"]
    assert codes(guides, "tx") == ["start", "name", "keyword"]


def test_nothing_is_found_across_the_border_of_two_guides_or_of_name_and_keywords() -> None:
    guides = GuideIndex([guide("1", "存档", "证明"), guide("2", "转出")])
    assert codes(guides, "档证") == codes(guides, "明转") == codes(guides, "dz") == []
    assert codes(guides, "档 证") == ["1"]


@pytest.mark.parametrize("query", ["", "  ", "——", string.punctuation])
def test_a_query_without_letters_finds_nothing(query: str) -> None:
    assert index().search(query) == ()


def test_an_empty_catalogue_answers() -> None:
    assert GuideIndex([]).search("社保") == ()


def test_a_search_loads_no_table_of_phrases() -> None:
    """It would take 45 MB of a daemon that runs for months."""
    asked = (
        "import sys; from archive.guides.readings import readings; "
        "print(*sorted(readings('重')), 'pypinyin.phrases_dict' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["chong", "tong", "zhong", "False"]
