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


def make_certificates(folder: Path, nodes: int) -> None:
    """Fill a folder; files that are there stay, so that a network can grow."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = _authority(folder)
    for name in (f"node{number}" for number in range(nodes)):
        _holder(folder / name, authority, name, NODE, NODE)
        _holder(folder / name, authority, name, NODE, SSL, ec.SECP256R1())
    _holder(folder / SDK, authority, SDK, SDK, SDK)
    _holder(folder / SDK3, authority, SDK, SDK, SDK, ec.SECP256R1())


def _authority(folder: Path) -> Holder:
    crt, key = folder / "ca.crt", folder / "ca.key"
    if crt.exists() and key.exists():
        return Holder(x509.load_pem_x509_certificate(crt.read_bytes()), _read_key(key))
    made = _issue("crosslane authority", "agency", None, ec.SECP256K1())
    _write(crt, key, made)
    return made


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise UserError(f"{path}: not a key on an elliptic curve")
    return key


def _holder(
    folder: Path,
    authority: Holder,
    name: str,
    unit: str,
    files: str,
    curve: ec.EllipticCurve = ec.SECP256K1(),  # noqa: B008 - it has no state
) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "ca.crt").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    crt, key = folder / f"{files}.crt", folder / f"{files}.key"
    if not (crt.exists() and key.exists()):
        _write(crt, key, _issue(name, unit, authority, curve))


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


def node_id(certificate: bytes) -> bytes:
    """The node that a certificate (in DER) is of."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


def unit_of(certificate: bytes) -> str:
    """What the holder of a certificate (in DER) is; empty if it does not say."""
    subject = x509.load_der_x509_certificate(certificate).subject
    found = subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return str(found[0].value) if found else ""
