"""The signature of a report: PAdES baseline B-B, and B-T with a timestamp (ETSI EN 319 142-1).

It certifies the whole file and allows no change afterwards. The field is invisible: what a person
can check on paper is the seal's code.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from printing.errors import SignError, SignExpiredError, SignTimestampError
from printing.signing.keys import Key

if TYPE_CHECKING:
    from pyhanko.pdf_utils.writer import BasePdfFileWriter
    from pyhanko.sign.signers.pdf_cms import Signer
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigningSession
    from pyhanko.sign.signers.pdf_signer import PdfSigner as Signing
    from pyhanko.sign.timestamps import TimeStamper

FIELD: Final = "Seal"
_ROOM: Final = 32768
"""Hexadecimal digits kept for the signature: a chain of certificates and a timestamp fit. Without
it the timestamp authority would be asked twice, once only to know how long its answer is."""


class PdfSigner:
    """Signs finished PDF files with one key."""

    def __init__(
        self,
        key: Key,
        timestamps: "TimeStamper | None",
        now: Callable[[], datetime],
        *,
        reason: str,
        location: str,
    ) -> None:
        self._key = key
        self._timestamps = timestamps
        self._now = now
        self._reason = reason
        self._location = location

    def sign(self, pdf: bytes) -> bytes:
        """The same file with the signature behind it.

        Raises SignKeyError, SignExpiredError, SignTimestampError or SignError.
        """
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

        out, now = BytesIO(), self._now()
        with self._key.opened() as signer, _failures():
            _check(signer, now)
            _signing_at(now)(self._metadata(), signer, timestamper=self._timestamps).sign_pdf(
                IncrementalPdfFileWriter(BytesIO(pdf)), output=out, bytes_reserved=_ROOM
            )
        return out.getvalue()

    def ends(self) -> datetime:
        """When its certificate ends, aware. Raises SignKeyError, SignExpiredError or SignError."""
        with self._key.opened() as signer, _failures():
            _check(signer, self._now())
            certificate = signer.signing_cert
            assert certificate is not None
            ends: datetime = certificate.not_valid_after
            return ends

    def _metadata(self) -> "PdfSignatureMetadata":
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
        from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata

        return PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            reason=self._reason,
            location=self._location,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )


def _check(signer: "Signer", now: datetime) -> None:
    """A signature by a certificate that is out of its time would be worth nothing."""
    certificate = signer.signing_cert
    assert certificate is not None
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        raise SignExpiredError(certificate.not_valid_after.date())


def _signing_at(now: datetime) -> "type[Signing]":
    """pyHanko's signer with our clock in place of its own."""
    from pyhanko.sign.signers.pdf_signer import PdfSigner as Signing

    class SigningAt(Signing):
        def init_signing_session(
            self, pdf_out: "BasePdfFileWriter", existing_fields_only: bool = False
        ) -> "PdfSigningSession":
            session = super().init_signing_session(pdf_out, existing_fields_only)
            session.system_time = now
            return session

    return SigningAt


def timestamps_of(url: str, seconds: float) -> "TimeStamper":
    """The timestamp authority (RFC 3161) at that address."""
    from pyhanko.sign.timestamps import HTTPTimeStamper

    return HTTPTimeStamper(url, timeout=seconds)


@contextmanager
def _failures() -> Iterator[None]:
    """What pyHanko raises as this package's errors; its texts stay out, they may quote the file."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.timestamps import TimestampRequestError

    try:
        yield
    except (TimestampRequestError, TimeoutError) as error:
        raise SignTimestampError(type(error.__cause__ or error).__name__) from None
    except (PdfError, OSError, ValueError) as error:
        raise SignError(type(error).__name__) from None
