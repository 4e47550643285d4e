"""A region behind HTTPS: a small question and a small answer, both JSON.

    POST URL
    Authorization: Bearer TOKEN
    {"format": 1, "kind": "archive_index", "number": "99..."}

    200 {"format": 1, "as_of": "20261031", "source": "...", "whole": true,
         "rows": [{"a0100A": "...", "archive_agency": "...", "isInware": "1", ...}]}

`kind` is a table of `archive.records`; rows have element codes as names and texts as files write
them; `rows` is empty where nobody has the number. 401 and 403 say that the region refuses. The
number stands in the body, never in an address, which servers and proxies write into logs.
"""

import http.client
import json
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from archive.errors import InvalidValueError, RegionError
from archive.importing.fields import Cells
from archive.records import Cell, Column, RecordSpec, spec_of
from archive.region_address import ALLOWED
from archive.store import Answer, AsOf, Record
from archive.stored import decoder, encode
from archive.values import parse_date
from archive.vault import PlainVault

FORMAT: Final = 1
NO_ANSWER: Final = (
    *(ValueError, TypeError, LookupError, AttributeError, RecursionError, InvalidValueError),
)
"""What JSON of any other shape can do to who reads it."""
_MOST_BYTES: Final = 1_000_000
_MOST_ROWS: Final = 1000
_REFUSED: Final = (401, 403)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Another address than the configured one gets neither the number nor the token."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing: the redirection becomes an HTTPError."""


class HttpRegion:
    """A region's server. `token` is a file, read for each question; `ca` the issuer's certificates,
    where the system does not know them."""

    def __init__(
        self,
        name: str,
        code: str,
        url: str,
        token: Path,
        ca: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if not re.fullmatch(ALLOWED, url):
            raise RegionError(name, "unreachable")
        self.name = name
        self.code = code
        self._url = url
        self._token = token
        self._monotonic = monotonic
        try:
            context = ssl.create_default_context(cafile=ca)
        except OSError:
            raise RegionError(name, "credential") from None
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=context),
            _NoRedirect(),
        )

    def answer(self, record: type[Record], number: str, seconds: float) -> Answer[Record]:
        """Ask the server; RegionError says why there is no answer."""
        spec = spec_of(record)
        body = self._post({"format": FORMAT, "kind": spec.table, "number": number}, seconds)
        try:
            return _answer(spec, json.loads(body))
        except NO_ANSWER:
            raise RegionError(self.name, "broken") from None

    def _post(self, question: dict[str, object], seconds: float) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the address was checked
            self._url,
            json.dumps(question).encode(),
            {"Authorization": f"Bearer {self._secret()}", "Content-Type": "application/json"},
        )
        try:
            return self._read(request, seconds)
        except urllib.error.HTTPError as error:
            error.close()
            raise RegionError(
                self.name, "refused" if error.code in _REFUSED else "broken"
            ) from None
        except TimeoutError:
            raise RegionError(self.name, "timeout") from None
        except http.client.HTTPException:
            raise RegionError(self.name, "broken") from None
        except OSError as error:
            late = isinstance(getattr(error, "reason", None), TimeoutError)
            raise RegionError(self.name, "timeout" if late else "unreachable") from None

    def _read(self, request: urllib.request.Request, seconds: float) -> bytes:
        """The body; a server that sends a little now and then is not waited for."""
        ends = self._monotonic() + seconds
        body = b""
        with self._opener.open(request, timeout=seconds) as response:
            while chunk := response.read1(_MOST_BYTES):
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise RegionError(self.name, "broken")
                if self._monotonic() > ends:
                    raise TimeoutError
        return body

    def _secret(self) -> str:
        try:
            token = self._token.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise RegionError(self.name, "credential") from None
        if not re.fullmatch(r"[!-~]{16,4096}", token):
            raise RegionError(self.name, "credential")
        return token


def _answer(spec: RecordSpec, said: dict[str, Any]) -> Answer[Any]:
    if said["format"] != FORMAT or not isinstance(said["whole"], bool):
        raise ValueError("another format")
    source = said["source"]
    if not isinstance(source, str) or len(source) > 200 or not source.isprintable():
        raise ValueError("no name of a source")
    as_of = AsOf(parse_date(said["as_of"]), source, whole=said["whole"])
    return Answer.given(_rows(spec, said["rows"]), as_of)


def _rows(spec: RecordSpec, said: list[dict[str, str]]) -> tuple[Any, ...]:
    """Each field is read as one of a file is; the other region's AAC001 is of no use here."""
    if not isinstance(said, list) or len(said) > _MOST_ROWS:
        raise ValueError("no list of rows")
    if not said:
        return ()
    columns = [_column(column, said) for column in spec.columns[1:]]
    nobody = [0] * len(said)
    stored = encode(spec, PlainVault(), [[None] * len(said), *columns], nobody)
    read = decoder(spec, PlainVault())
    return tuple(read(row, "") for row in zip(*stored, strict=True))


def _column(column: Column, said: list[dict[str, str]]) -> list[Cell]:
    cells = Cells(column)
    read = [cells[row.get(column.element.code, "")] for row in said]
    if cells.refused:
        raise ValueError(f"no {column.element.code}")
    return read
