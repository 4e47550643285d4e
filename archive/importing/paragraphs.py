"""Texts of several lines as exports really contain them, made plain.

What stands in them: HTML that was escaped once too often, tags, line breaks written as two
characters, and the control characters of a wrong code page. Paragraphs are kept, one to a line.
"""

import html
import re
import unicodedata
from typing import Final

_DROPPED: Final = re.compile(r"<(script|style)\b.*?(</\1\s*>|$)", re.I | re.S)
_COMMENT: Final = re.compile(r"<!--.*?(-->|$)", re.S)
_BREAK: Final = re.compile(r"<\s*(br|/?(p|div|li|tr|ul|ol|table|h[1-6]))\b[^<>]*>", re.I)
_TAG: Final = re.compile(r"</?[A-Za-z!?][^<>]*>")
_WRITTEN_BREAK: Final = re.compile(r"\\r\\n|\\n|\\r|\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES: Final = re.compile(r"[^\S\n]+")
_NO_TEXT: Final = frozenset(("Cc", "Cf", "Cs"))


def clean(text: str) -> str:
    """The text without markup and controls; cleaning it again changes nothing."""
    while (cleaned := _pass(text)) != text:
        text = cleaned
    return text


def _pass(text: str) -> str:
    """One layer of escaping; what it uncovers is the next pass's."""
    text = html.unescape(text)
    text = _BREAK.sub("\n", _COMMENT.sub("", _DROPPED.sub("", text)))
    text = _WRITTEN_BREAK.sub("\n", _TAG.sub("", text)).replace("\\t", " ")
    text = "".join(filter(_is_text, _SPACES.sub(" ", text)))
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join(filter(None, lines))


def _is_text(char: str) -> bool:
    return char == "\n" or unicodedata.category(char) not in _NO_TEXT
