"""What a PDF says about itself, twice: in its information and as XMP (ISO 32000-1, 14.3).

Title, issuing agency, serial number, time and program; nothing about the holder.
"""

from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from printing.document import Document
from printing.encode.pdf_file import text_string
from printing.layout.words import words_of
from printing.statements.issue import CHINA

_CREATOR: Final = "hall-kiosk"
_PRODUCER: Final = "hall-kiosk, ReportLab fonts"


def information(document: Document) -> bytes:
    """The information dictionary."""
    texts = {
        "Title": _title(document),
        "Author": document.agency,
        "Subject": document.foot.serial,
        "Creator": _CREATOR,
        "Producer": _PRODUCER,
    }
    entries = [f"/{key}{text_string(value)}" for key, value in texts.items()]
    if at := document.foot.at:
        entries += [f"/{key}({_pdf_date(at)})" for key in ("CreationDate", "ModDate")]
    return f"<<{''.join(entries)}>>".encode("ascii")


def metadata(document: Document) -> bytes:
    """The XMP packet, UTF-8; not compressed, so that any program finds it."""
    dates = ""
    if at := document.foot.at:
        moment = at.astimezone(CHINA).isoformat(timespec="seconds")
        dates = "".join(f"<xmp:{key}>{moment}</xmp:{key}>" for key in ("CreateDate", "ModifyDate"))
    return _XMP.format(
        title=escape(_title(document)),
        agency=escape(document.agency),
        subject=escape(document.foot.serial),
        creator=_CREATOR,
        producer=_PRODUCER,
        dates=dates,
        language=words_of(document).language,
    ).encode()


def _title(document: Document) -> str:
    return " ".join(document.titles)


def _pdf_date(at: datetime) -> str:
    """As in 7.9.4: D:20261122094300+08'00'."""
    return f"{at.astimezone(CHINA):D:%Y%m%d%H%M%S}+08'00'"


_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{agency}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>{dates}
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
