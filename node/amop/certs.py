"""Certificates for a network of one's own: an authority, nodes and clients.

The folder that `make_certificates` fills:

| path | holds |
|---|---|
| `ca.crt`, `ca.key` | the authority; its key is needed only to make more |
| `node0/`, `node1/`, ... | `ca.crt`, `node.crt`, `node.key`; `ssl.crt`, `ssl.key` for clients of 3.x |
| `sdk/` | `ca.crt`, `sdk.crt`, `sdk.key`: the names that genuine client programs look for in their folder |
| `sdk3/` | the same for clients of 3.x |

Clients of 2.x know the curve secp256k1, some of them no other; those of 3.x use what TLS libraries offer
unasked, where that curve is missing. So the latter, and the nodes towards them, have keys on P-256.

A certificate's organizational unit says what its holder is: `node` or `sdk`. Only a `node` may open links.
A **node id** is the SHA-256 hash of the node's public key.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from node.errors import UserError
from primitives.record import Record

NODE: Final = "node"
SDK: Final = "sdk"

SSL: Final = "ssl"
"""What a node's files for clients of 3.x are called."""

SDK3: Final = "sdk3"

DAYS: Final = 3_650
"""That a certificate is good for."""

YESTERDAY: Final = datetime.timedelta(days=1)
"""Certificates begin a day ago, for clocks that are behind."""


class Holder(Record):
    """Whom a certificate is for."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class Wanted(Record):
    """A certificate that a folder should hold."""

    folder: Path
    name: str
    unit: str
    files: str
    """What its files are called."""

    curve: ec.EllipticCurve

    @property
    def paths(self) -> tuple[Path, Path]:
        """Certificate and key."""
        return self.folder / f"{self.files}.crt", self.folder / f"{self.files}.key"

    @property
    def is_there(self) -> bool:
        """Whether both are."""
        return all(path.exists() for path in self.paths)


def make_certificates(folder: Path, nodes: int) -> None:
    """Fill a folder; files that are there stay, so that a network can grow. Raises `UserError` if some are
    missing and their authority can make no more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = list(_wanted(folder, nodes))
    missing = [each for each in wanted if not each.is_there]
    if missing:
        authority = _authority(folder, has_made_some=len(missing) < len(wanted))
        for each in missing:
            each.folder.mkdir(exist_ok=True)
            (each.folder / "ca.crt").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
            _write(*each.paths, _issue(each.name, each.unit, authority, each.curve))


def _wanted(folder: Path, nodes: int) -> Iterator[Wanted]:
    for name in (f"node{number}" for number in range(nodes)):
        yield Wanted(folder / name, name, NODE, NODE, ec.SECP256K1())
        yield Wanted(folder / name, name, NODE, SSL, ec.SECP256R1())
    yield Wanted(folder / SDK, SDK, SDK, SDK, ec.SECP256K1())
    yield Wanted(folder / SDK3, SDK, SDK, SDK, ec.SECP256R1())


def _authority(folder: Path, *, has_made_some: bool) -> Holder:
    crt, key = folder / "ca.crt", folder / "ca.key"
    if crt.exists() or has_made_some:
        return Holder(_read_certificate(crt), _read_key(key))
    made = _issue("crosslane authority", "agency", None, ec.SECP256K1())
    _write(crt, key, made)
    return made


def _expect(path: Path) -> None:
    if not path.is_file():
        raise UserError(f"{path} is missing: only the authority that has made the others can make more")


def _read_certificate(path: Path) -> x509.Certificate:
    _expect(path)
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        raise UserError(f"{path}: no certificate in PEM") from None


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    _expect(path)
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        raise UserError(f"{path}: no key in PEM, or one with a password") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise UserError(f"{path}: not a key on an elliptic curve")
    return key


def _issue(name: str, unit: str, authority: Holder | None, curve: ec.EllipticCurve) -> Holder:
    """A new key with its certificate; an authority's own without `authority`."""
    key = ec.generate_private_key(curve)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "crosslane"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        ]
    )
    now = datetime.datetime.now(datetime.UTC)
    signing_key = key if authority is None else authority.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if authority is None else authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - YESTERDAY)
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
        .add_extension(_usage(authority=authority is None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
        )
    )
    return Holder(builder.sign(signing_key, hashes.SHA256()), key)


def _usage(*, authority: bool) -> x509.KeyUsage:
    """An authority signs certificates, everybody else connections."""
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write(crt: Path, key: Path, holder: Holder) -> None:
    secret = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secret)
    crt.write_bytes(holder.certificate.public_bytes(Encoding.PEM))


def first_certificate(path: Path) -> bytes:
    """A file's own certificate (in DER); text and a chain of authorities may stand around it."""
    return _read_certificate(path).public_bytes(Encoding.DER)


def node_id(certificate: bytes) -> bytes:
    """The node that a certificate (in DER) is of."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


def unit_of(certificate: bytes) -> str:
    """What the holder of a certificate (in DER) is; empty if it does not say."""
    subject = x509.load_der_x509_certificate(certificate).subject
    found = subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return str(found[0].value) if found else ""
