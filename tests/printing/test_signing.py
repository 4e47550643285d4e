"""Signed reports, as poppler, qpdf and pyHanko's own validation see them."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute, CertificateType, ObjectClass, TokenNotPresent
from pkcs11 import lib as pkcs11_library
from pkcs11.util.rsa import decode_rsa_private_key
from pytest_mock import MockerFixture

from printing.encode.pdf import render_pdf
from printing.errors import SignError, SignExpiredError, SignKeyError, SignTimestampError
from printing.fonts import FontChain
from printing.preview import pdf_to_png
from printing.signing.keys import FileKey, Key, TokenKey
from printing.signing.pades import PdfSigner, timestamps_of
from tests import signing
from tests.printing.pdf_tools import text_of, unpacked
from tests.printing.samples import FONTS, PERSON, statement

pytestmark = pytest.mark.slow

PDF = render_pdf(statement(), FontChain.of(FONTS))


def now() -> datetime:
    return datetime.now(UTC)


def signer(key: Key, *, stamped: bool = False, at: Callable[[], datetime] = now) -> PdfSigner:
    timestamps = signing.timestamps() if stamped else None
    return PdfSigner(key, timestamps, at, reason="自助机出具", location="办事大厅")


@pytest.fixture
def key(tmp_path: Path) -> FileKey:
    return FileKey(signing.key_file(tmp_path, signing.hall()), signing.PASSWORD)


def written(pdf: bytes, folder: Path) -> Path:
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    return path


def test_pdfsig_accepts_the_signature_of_the_whole_file(key: FileKey, tmp_path: Path) -> None:
    said = signing.pdfsig(written(signer(key).sign(PDF), tmp_path), tmp_path)
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Signing Hash Algorithm: SHA-256" in said


def test_the_pages_stay_byte_for_byte_and_look_and_read_as_before(key: FileKey) -> None:
    signed = signer(key).sign(PDF)
    assert signed.startswith(PDF)
    assert pdf_to_png(signed, 60) == pdf_to_png(PDF, 60)
    assert text_of(signed) == text_of(PDF)
    assert "/Marked true" in unpacked(signed)


def test_a_changed_letter_breaks_the_signature(key: FileKey, tmp_path: Path) -> None:
    signed = signer(key).sign(PDF)
    changed = signed.replace("社会保险缴费明细".encode(), "社会保险缴费明粗".encode(), 1)
    assert len(changed) == len(signed)
    said = signing.pdfsig(written(changed, tmp_path), tmp_path)
    assert "Signature is Invalid." in said or "Digest Mismatch" in said
    assert "Signature is Valid." not in said


def test_with_an_authority_the_signature_carries_its_time(key: FileKey) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    (found,) = PdfFileReader(BytesIO(signer(key, stamped=True).sign(PDF))).embedded_signatures
    attributes = found.signer_info["unsigned_attrs"].native
    assert [attribute["type"] for attribute in attributes] == ["signature_time_stamp_token"]
    (plain,) = PdfFileReader(BytesIO(signer(key).sign(PDF))).embedded_signatures
    assert plain.signer_info["unsigned_attrs"].native is None


def test_the_signature_says_where_and_why_and_nothing_of_the_holder(key: FileKey) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    (found,) = PdfFileReader(BytesIO(signer(key, stamped=True).sign(PDF))).embedded_signatures
    said = {name: str(value) for name, value in found.sig_object.items() if name != "/Contents"}
    assert (said["/Reason"], said["/Location"]) == ("自助机出具", "办事大厅")
    assert set(said) - {"/Reason", "/Location"} == {
        *("/Type", "/Filter", "/SubFilter", "/ByteRange", "/M", "/Reference"),
    }
    for own in (PERSON.name, PERSON.social_security_number, PERSON.person_id):
        assert own not in str(said)


def test_the_signature_is_of_the_time_that_was_given(key: FileKey, tmp_path: Path) -> None:
    at = now() - timedelta(hours=7)
    said = signing.pdfsig(written(signer(key, at=lambda: at).sign(PDF), tmp_path), tmp_path)
    assert f"Signing Time: {at.astimezone():%b %d %Y %H:%M:%S}" in said


def test_a_certificate_out_of_its_time_signs_nothing(key: FileKey, tmp_path: Path) -> None:
    old = FileKey(signing.key_file(tmp_path, signing.out_of_time()), signing.PASSWORD)
    with pytest.raises(SignExpiredError):
        signer(old).sign(PDF)
    with pytest.raises(SignExpiredError):
        signer(key, at=lambda: now() - timedelta(days=3)).sign(PDF)


def test_a_wrong_password_a_missing_and_a_foreign_file_are_told_before_any_report(
    tmp_path: Path,
) -> None:
    foreign = tmp_path / "foreign.p12"
    foreign.write_bytes(b"no key")
    right = signing.key_file(tmp_path, signing.hall())
    for file, password in ((right, "wrong"), (tmp_path / "none", ""), (foreign, "")):
        with pytest.raises(SignKeyError) as caught:
            FileKey(file, password)
        assert (caught.value.code, caught.value.place) == ("sign.key", str(file))


def test_an_authority_that_does_not_answer_is_a_fault_of_its_own(key: FileKey) -> None:
    # Nobody listens on port 9 of this machine: the connection is refused at once.
    far = timestamps_of("http://127.0.0.1:9/", 2.0)
    with pytest.raises(SignTimestampError) as caught:
        PdfSigner(key, far, now, reason="", location="").sign(PDF)
    assert caught.value.code == "sign.timestamp"


def test_what_is_no_pdf_is_refused(key: FileKey) -> None:
    with pytest.raises(SignError):
        signer(key).sign(b"no pdf")


def test_secrets_are_not_shown(key: FileKey) -> None:
    token = TokenKey(Path("module.so"), "hall", "seal", signing.PIN)
    assert signing.PIN not in repr(token)
    assert signing.PASSWORD not in repr(key)


MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TokenKey:
    """A token in software that holds the hall's key."""
    configuration = tmp_path / "softhsm2.conf"
    (tmp_path / "tokens").mkdir()
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    command = ["softhsm2-util", "--init-token", "--free", "--label", "hall"]
    command += ["--pin", signing.PIN, "--so-pin", "13571357"]
    subprocess.run(command, check=True, capture_output=True)
    library = pkcs11_library(str(MODULE))
    library.reinitialize()
    party = signing.hall()
    key = decode_rsa_private_key(
        party.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )
    with library.get_token(token_label="hall").open(rw=True, user_pin=signing.PIN) as session:
        session.create_object(
            key | {Attribute.TOKEN: True, Attribute.LABEL: "seal", Attribute.SIGN: True}
        )
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: "seal",
                Attribute.SUBJECT: party.certificate.subject.public_bytes(),
                Attribute.VALUE: party.certificate.public_bytes(Encoding.DER),
            }
        )
    return TokenKey(MODULE, "hall", "seal", signing.PIN)


def test_a_key_in_a_token_signs_as_well(token: TokenKey, tmp_path: Path) -> None:
    for _ in range(2):
        said = signing.pdfsig(written(signer(token).sign(PDF), tmp_path), tmp_path)
        assert "Signature is Valid." in said


def test_a_missing_token_module_or_key_and_a_wrong_pin_are_faults(token: TokenKey) -> None:
    wrong = (
        TokenKey(MODULE, "hall", "seal", "000000"),
        TokenKey(MODULE, "elsewhere", "seal", signing.PIN),
        TokenKey(Path("/nowhere/module.so"), "hall", "seal", signing.PIN),
    )
    for key in wrong:
        with pytest.raises(SignKeyError):
            signer(key).sign(PDF)
    with pytest.raises(SignError):
        signer(TokenKey(MODULE, "hall", "nothing", signing.PIN)).sign(PDF)
    assert signer(token).sign(PDF).startswith(PDF)


def test_a_token_that_is_pulled_while_it_signs_is_a_fault(
    token: TokenKey, mocker: MockerFixture
) -> None:
    mocker.patch("pyhanko.sign.pkcs11.PKCS11Signer.async_sign_raw", side_effect=TokenNotPresent)
    with pytest.raises(SignError) as caught:
        signer(token).sign(PDF)
    assert caught.value.detail == "TokenNotPresent"
