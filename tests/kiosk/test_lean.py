"""What is sent says the same as its source: only remarks, room and needless ends are gone."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment

from kiosk.web import app
from kiosk.web.lean import LeanTemplates, lean_script, lean_style

STATIC = Path(app.__file__).with_name("static")


def test_a_style_loses_remarks_and_room_and_no_selector_changes() -> None:
    source = (
        '/* one\n two */\n.a :is(b, c) {\n  top: 1px; /* x */\n  content: " · ";\n}\n'
        ".a:is(b) > c { margin: 0 1px }\n"
    )
    assert lean_style(source) == '.a :is(b,c){top:1px;content:" · ";}.a:is(b)>c{margin:0 1px}'


def test_a_script_loses_remarks_and_keeps_addresses_and_lines() -> None:
    source = '// first\nconst a = "http://x"; // why\n  // more\n  b(/\\/\\//, a);\n\n'
    assert lean_script(source) == 'const a = "http://x";\nb(/\\/\\//, a);'


def test_a_template_loses_its_indentation_and_no_value_does() -> None:
    templates = Environment(extensions=[LeanTemplates], trim_blocks=True, lstrip_blocks=True)
    source = "<ul>\n  {% for one in all %}\n    <li>\n      {{ one }}</li>\n  {% endfor %}\n</ul>"
    drawn = templates.from_string(source).render(all=("a", "b\n  c"))
    assert drawn == "<ul>\n<li>\na</li>\n<li>\nb\n  c</li>\n</ul>"


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_no_style_has_room_or_signs_in_its_texts_that_would_be_lost(path: Path) -> None:
    for text in re.findall(r'"([^"\n]*)"', path.read_text("utf-8")):
        assert not re.search(r"\s[{};,>]|[{};,>]\s|: |/\*", text), text


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_script_has_a_text_of_several_lines(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        assert line.count("`") % 2 == 0, line
        assert "/*" not in line, line
