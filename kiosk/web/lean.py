"""What a browser is sent: the sources without what only their readers need.

The screen's processor is a small one, and 60 KB is what a screen may weigh with all that it links.
"""

import re
from functools import cache
from mimetypes import guess_type
from os import PathLike, stat_result
from pathlib import Path
from typing import Final

from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from jinja2.ext import Extension
from starlette.types import Scope

_INDENT: Final = re.compile(r"\s*\n\s*")
_STYLE_REMARK: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_STYLE_ROOM: Final = re.compile(r"\s*([{};,>])\s*|(?<=:) +")
"""Not the room before a colon: `.a :is(b)` and `.a:is(b)` are two selectors."""
_SCRIPT_REMARK: Final = re.compile(r"(?:^|\s)//\s.*$", re.MULTILINE)
"""Behind a space, so that no address is one; our scripts have no text of several lines."""


class LeanTemplates(Extension):
    """Templates lose their indentation when they are read, so that no screen has to."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """A template's source without indentation."""
        return _INDENT.sub("\n", source)


def lean_style(source: str) -> str:
    """A style sheet without remarks and without room that says nothing."""
    return _STYLE_ROOM.sub(r"\1", _STYLE_REMARK.sub("", source)).strip()


def lean_script(source: str) -> str:
    """A script without remarks and indentation; its lines stay lines."""
    return _INDENT.sub("\n", _SCRIPT_REMARK.sub("", source)).strip()


@cache
def _lean_file(path: Path) -> bytes:
    lean = {".css": lean_style, ".js": lean_script}.get(path.suffix)
    return lean(path.read_text("utf-8")).encode() if lean else path.read_bytes()


class LeanFiles(StaticFiles):
    """The page's styles, scripts and icon, each read once."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """A file that was found in the folder."""
        path = Path(full_path)
        return Response(_lean_file(path), status_code, media_type=guess_type(path.name)[0])
