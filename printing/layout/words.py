"""What layouts say of their own beside a document's words, in its language."""

from dataclasses import dataclass
from typing import Final

from printing.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Sentences with places in braces, and marks."""

    language: str
    """As BCP 47 has it."""
    code: str
    page: str
    continued: str
    symbol: str
    """What the QR symbol is to who cannot see it."""
    note: str
    rows: str
    colon: str
    comma: str
    stop: str
    between: str
    """What stands between two sentences."""


CHINESE: Final = Words(
    language="zh-CN",
    code="核验码",
    page="第 {number} 页，共 {count} 页",
    continued="{title}（续）",
    symbol="二维码，内容为核验网址 {url}",
    note="说明 {number}",
    rows="{heading}，共 {count} 行。",
    colon="：",
    comma="，",
    stop="。",
    between="",
)
ENGLISH: Final = Words(
    language="en",
    code="Code",
    page="Page {number} of {count}",
    continued="{title} (continued)",
    symbol="QR code with the address for verification {url}",
    note="Note {number}",
    rows="{heading}, rows: {count}.",
    colon=": ",
    comma=", ",
    stop=".",
    between=" ",
)


def words_of(document: Document) -> Words:
    """In the language of that paper."""
    return ENGLISH if document.title_en else CHINESE


def continued(document: Document) -> str:
    """The title of every page but the first."""
    *_, title = document.titles
    return words_of(document).continued.format(title=title)


def hint(document: Document) -> tuple[str, ...]:
    """How to check the paper, as a sentence; none where it has no seal."""
    return (document.seal.hint + words_of(document).stop,) if document.sealed else ()


def named(name: str, text: str = "") -> str:
    """A name and what it names, with the colon of the name's script."""
    return f"{name}{ENGLISH.colon if name.isascii() else CHINESE.colon}{text}"


def with_unit(heading: str, unit: str) -> str:
    """The unit in the brackets of its script; in those of the heading where it ends in some."""
    if not unit:
        return heading
    if heading.endswith((")", "）")):
        return f"{heading[:-1]}{', ' if unit.isascii() else '，'}{unit}{heading[-1]}"
    return f"{heading} ({unit})" if unit.isascii() else f"{heading}（{unit}）"
