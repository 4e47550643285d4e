"""Modules and functions stay small enough to be read at one go."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("archive", "devices", "kiosk", "printing", "scripts", "tests")
MODULE_LINES = 400
"""A module stays under this."""
FUNCTION_LINES = 60
USUAL_LINES = 25
"""Nine functions of ten have no more."""


def sources() -> dict[str, str]:
    """Every module's text, by its path."""
    paths = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}


def functions() -> list[tuple[int, str]]:
    """Every function's lines, with signature and docstring, and where it stands."""
    return sorted(
        ((node.end_lineno or 0) - node.lineno + 1, f"{path}:{node.name}")
        for path, text in sources().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_every_module_is_under_four_hundred_lines() -> None:
    lines = {path: text.count("\n") for path, text in sources().items()}
    assert {path: n for path, n in lines.items() if n >= MODULE_LINES} == {}


@pytest.mark.slow
def test_no_function_is_longer_than_sixty_lines_and_nine_of_ten_are_short() -> None:
    found = functions()
    assert [one for one in found if one[0] > FUNCTION_LINES] == []
    assert found[len(found) * 9 // 10][0] <= USUAL_LINES
