"""What the pages say stands in the catalogues, in both languages, and nowhere else."""

import re
from pathlib import Path
from string import Formatter

import pytest

from kiosk.web import app
from kiosk.web.words import Both, Voice, words

WEB = Path(app.__file__).parent
DEVELOPERS = {"dock.html"}
"""Not for citizens: the bench of simulated devices."""
STAFF = "console"
"""Folder of the technicians' pages, which say both languages at once."""
TEMPLATES = sorted(
    path
    for path in WEB.glob("templates/**/*.html")
    if path.name not in DEVELOPERS and path.parent.name != STAFF
)
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
LATIN = re.compile(r"[A-Za-z]{2,}")
SEPARATORS = "，　"
"""Between two texts that are data."""


def shown_text(template: str) -> str:
    """What a template shows of its own: no comments, no expressions, no markup."""
    bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", template, flags=re.DOTALL)
    named = " ".join(re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', bare))
    return re.sub(r"<[^>]*>|&[a-z]+;", " ", bare) + named


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_text_of_its_own(path: Path) -> None:
    template = path.read_text("utf-8")
    assert not CHINESE.findall(re.sub(f"[{SEPARATORS}]", "", template))
    assert set(LATIN.findall(shown_text(template))) <= {"XXXX"}


def test_every_key_is_there_in_both_languages_with_the_same_names() -> None:
    for key, both in words().items():
        assert set(both) - {"en_one"} == {"zh", "en"}, key
        assert all(text.strip() for text in both.values()), key
        english = [both[name] for name in both if name != "zh"]
        assert all(names_in(both["zh"]) == names_in(text) for text in english), key
        assert not CHINESE.search("".join(english)) or key == "look.language", key


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_two_texts_are_never_joined_by_the_stop_of_one_language(path: Path) -> None:
    assert not re.search(r"\}\}[.,;。，；] ?\{\{ (?:say|also)", path.read_text("utf-8"))


def test_no_english_text_counts_one_months() -> None:
    """What may be one is said so that it is right for one; some are never one."""
    more = {"aloud.rows", "menu.first", "pin.tries", "preview.copies", "printing.hold"}
    counted = re.compile(r"\{\w+\} (?:\w+ )?[a-z]+s\b")
    many = {key for key, both in words().items() if counted.search(both["en"])}
    assert many - {key for key, both in words().items() if "en_one" in both} - more == set()


def test_one_is_said_as_one_and_more_as_more() -> None:
    said = [Voice("en").say("calendar.months", months=months) for months in (0, 1, 2)]
    assert said == ["0 months", "1 month", "2 months"]
    assert Voice("zh").also("preview.length_report", length=1) == "1 page"
    assert Voice("zh").say("preview.length_report", length=1) == "1 页"


def test_no_two_choices_of_a_screen_have_one_name() -> None:
    """The large screen and the large print are two things."""
    for language in ("zh", "en"):
        names = [words()[key][language] for key in words() if key.startswith("look.turn_")]
        sizes = [words()[f"preview.print_{size}"][language] for size in ("normal", "large")]
        assert len({*names, *sizes}) == len(names) + len(sizes)


def test_every_key_that_is_used_is_there_and_every_one_that_is_there_is_used() -> None:
    sources = [*TEMPLATES, *WEB.glob("*.py"), *WEB.parent.glob("speech/*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    tables = {key.split(".")[0] for key in words()}
    named = set(re.findall(r'"(\w+\.\w+)["{]', text))
    used = {name for name in named if name.split(".")[0] in tables and not name.endswith("html")}
    begun = {name for name in used if name.endswith("_")}  # "look.turn_" ~ part
    assert used - begun - set(words()) == set()
    assert [name for name in begun if not any(key.startswith(name) for key in words())] == []
    assert {key for key in set(words()) - used if not key.startswith(tuple(begun))} == set()


def test_the_second_line_is_the_other_language_and_empty_where_both_are_alike() -> None:
    chinese, english = Voice("zh"), Voice("en")
    assert chinese.say("frame.back") == english.also("frame.back") == "返回"
    assert english.say("frame.back") == chinese.also("frame.back") == "Back"
    assert english.say("pin.tries", tries=3) == "You have 3 tries left."
    assert chinese.also(Both("2025", "2025")) == ""


def test_a_key_that_is_not_there_and_a_name_that_nobody_gave_are_bugs() -> None:
    with pytest.raises(KeyError):
        Voice("zh").say("frame.nothing")
    with pytest.raises(KeyError):
        Voice("en").say("pin.tries")
