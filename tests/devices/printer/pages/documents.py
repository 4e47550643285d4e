"""PDFs for the tests: numbered pages of an invented statement."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")


@lru_cache(maxsize=8)
def pdf(pages: int) -> bytes:
    """Return an A4 document of so many pages."""
    pdfmetrics.registerFont(TTFont("pages-test", str(_FONT), subfontIndex=0))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True)
    for page in range(1, pages + 1):
        canvas.setFont("pages-test", 18)
        canvas.drawString(72, 740, f"社会保险个人权益记录 第 {page} 页")
        canvas.setFont("pages-test", 10)
        for row in range(12):
            canvas.drawString(72, 700 - 16 * row, f"{row + 1:2d}  养老保险  6,420.00  513.60")
        canvas.rect(64, 500, 400, 220)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
