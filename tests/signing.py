"""Keys and certificates for tests, made anew in each run; none is ever written down."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

PASSWORD = "示例 password 1"
PIN = "468135"


@dataclass(frozen=True)
class Party:
    """A key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


@cache
def authority() -> Party:
    """A root that issues all others."""
    return _issued("Test Root", None, ca=True)


@cache
def hall() -> Party:
    """Who signs reports."""
    return _issued("Test Hall", authority())


@cache
def out_of_time() -> Party:
    """Who may not sign any more."""
    return _issued("Test Hall Of Yore", authority(), days=(-30, -1))


@cache
def clockmaker() -> Party:
    """The timestamp authority."""
    return _issued("Test Time", authority(), stamps=True)


def _issued(
    name: str,
    by: Party | None,
    *,
    ca: bool = False,
    stamps: bool = False,
    days: tuple[int, int] = (-2, 30),
) -> Party:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    draft = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(_usage(ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if by:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
        draft = draft.add_extension(above, critical=False)
    if stamps:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        draft = draft.add_extension(usage, critical=True)
    return Party(key, draft.sign(by.key if by else key, hashes.SHA256()))


def _usage(ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def key_file(folder: Path, party: Party, password: str = PASSWORD) -> Path:
    """The party's key and certificate with the root's, as PKCS#12."""
    path = folder / "hall.p12"
    path.write_bytes(
        serialize_key_and_certificates(
            b"hall",
            party.key,
            party.certificate,
            [authority().certificate],
            BestAvailableEncryption(password.encode()),
        )
    )
    return path


def timestamps() -> DummyTimeStamper:
    """An authority in this process."""
    party = clockmaker()
    return DummyTimeStamper(
        asn1_x509.Certificate.load(party.certificate.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(
            party.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
    )


def pdfsig(pdf: Path, folder: Path) -> str:
    """What poppler and NSS say of the file's signatures, trusting the root of the tests."""
    store = folder / "nss"
    if not store.exists():
        store.mkdir()
        root = folder / "root.pem"
        root.write_bytes(authority().certificate.public_bytes(Encoding.PEM))
        _run("certutil", "-N", "-d", store, "--empty-password")
        _run("certutil", "-A", "-d", store, "-n", "root", "-t", "C,C,C", "-i", root)
    return _run("pdfsig", "-nssdir", store, pdf, codes=(0, 1))


def _run(*command: str | Path, codes: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode in codes, done.stderr
    return done.stdout
