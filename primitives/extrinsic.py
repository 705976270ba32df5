"""Extrinsics: what a block is made of. Version 4 of the envelope, and the extensions of a signed one.

| bytes | what |
|---|---|
| compact | length of what follows |
| 1 | version 4, with the highest bit set if signed |
| only if signed: | address, signature, then what each **extension** adds (era, nonce, tip, ...) |
| rest | the call |

What is signed is the call, the extensions' bytes, and their **implicit** part: what both sides know without
sending it, such as the genesis hash. If that is longer than 256 bytes, its blake2-256 is signed instead.

Which extensions there are, and in which order, is the chain's to say (`Extensions`).

Upstream: substrate/primitives/runtime/src/generic/unchecked_extrinsic.rs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from primitives import crypto
from primitives.address import MultiAddress
from primitives.arithmetic import U64_MAX
from primitives.hashing import blake2_256
from primitives.ids import AccountId
from primitives.record import Record
from primitives.scale.codec import Bytes64, Bytes65, Codec, Compact32, Compact128
from primitives.scale.compact import decode_compact, encode_compact
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError, EncodeError, shown

VERSION = 4
SIGNED = 0x80

LONGEST_SIGNED_PAYLOAD = 256
"""Bytes; a longer payload is hashed before it is signed."""


class Ed25519(Record, tag=0):
    """An ed25519 signature."""

    UNNAMED: ClassVar[bool] = True

    signature: Bytes64


class Sr25519(Record, tag=1):
    """An sr25519 signature."""

    UNNAMED: ClassVar[bool] = True

    signature: Bytes64


class Ecdsa(Record, tag=2):
    """A recoverable signature over secp256k1."""

    UNNAMED: ClassVar[bool] = True

    signature: Bytes65


MultiSignature = Ed25519 | Sr25519 | Ecdsa


def verify(signature: Ed25519 | Sr25519 | Ecdsa, message: bytes, who: AccountId) -> bool:
    """Whether an account signed a message.

    Upstream: substrate/primitives/runtime/src/lib.rs `MultiSignature::verify`
    """
    match signature:
        case Ed25519(raw):
            return crypto.verify_ed25519(raw, message, who)
        case Sr25519(raw):
            return crypto.verify_sr25519(raw, message, who)
        case Ecdsa(raw):
            return crypto.verify_ecdsa(raw, message, who)


class Era(Record):
    """How long a signed extrinsic is valid: for ever (period 0), or for `period` blocks from a birth block
    on.

    `period` is a power of two from 4 to 65,536; `phase` is the birth block's place in it.

    Upstream: substrate/primitives/runtime/src/generic/era.rs `Era`
    """

    period: int = 0
    phase: int = 0

    @property
    def immortal(self) -> bool:
        """Whether it is valid for ever."""
        return self.period == 0

    def birth(self, current: int) -> int:
        """The block from which on it is valid, seen from block `current`; genesis if for ever."""
        if self.immortal:
            return 0
        return (max(current, self.phase) - self.phase) // self.period * self.period + self.phase

    def death(self, current: int) -> int:
        """The first block in which it is no longer valid."""
        return U64_MAX if self.immortal else self.birth(current) + self.period


IMMORTAL = Era()

_PERIODS = tuple(1 << power for power in range(2, 17))


def _encode_era(era: Era) -> bytes:
    if era.immortal:
        return b"\x00"
    quantize = max(era.period >> 12, 1)
    if era.period not in _PERIODS or era.phase not in range(0, era.period, quantize):
        raise EncodeError(f"no era has phase {shown(era.phase)} in a period of {shown(era.period)}")
    return (era.period.bit_length() - 2 | era.phase // quantize << 4).to_bytes(2, "little")


def _decode_era(data: bytes, at: int) -> tuple[Era, int]:
    if data[at : at + 1] == b"\x00":
        return IMMORTAL, at + 1
    if at + 2 > len(data):
        raise DecodeError("an era", f"{len(data) - at} bytes", at)
    number = int.from_bytes(data[at : at + 2], "little")
    period = 2 << number % 16
    phase = (number >> 4) * max(period >> 12, 1)
    if period < 4 or phase >= period:
        raise DecodeError("an era with its phase inside its period", f"phase {phase} of {period}", at)
    return Era(period, phase), at + 2


ERA: Codec[Era] = Codec("Era", _encode_era, _decode_era, 1)


def mortal(period: int, current: int) -> Era:
    """The era of about `period` blocks that has its birth at block `current`.

    Upstream: substrate/primitives/runtime/src/generic/era.rs `Era::mortal`
    """
    rounded = min(max(1 << (period - 1).bit_length(), 4), 1 << 16)
    quantize = max(rounded >> 12, 1)
    return Era(rounded, current % rounded // quantize * quantize)


class Extension(Record):
    """One extension: its name, what it adds to an extrinsic, and what both sides add before signing.

    `field` is the name under which its value stands in a decoded extrinsic; None if it adds nothing.
    """

    name: str
    field: str | None = None
    codec: Any = None
    default: Any = None
    implicit: str | None = None


Extensions = tuple[Extension, ...]

CHECK_MORTALITY = Extension("CheckMortality", "era", ERA, IMMORTAL, "mortality_checkpoint")
CHECK_NONCE = Extension("CheckNonce", "nonce", codec(Compact32), 0)
CHARGE_TRANSACTION_PAYMENT = Extension("ChargeTransactionPayment", "tip", codec(Compact128), 0)
CHECK_METADATA_HASH = Extension("CheckMetadataHash", "metadata_mode", codec(bool), False, "metadata_hash")
CHECK_NON_ZERO_SENDER = Extension("CheckNonZeroSender")
CHECK_SPEC_VERSION = Extension("CheckSpecVersion", implicit="spec_version")
CHECK_TX_VERSION = Extension("CheckTxVersion", implicit="transaction_version")
CHECK_GENESIS = Extension("CheckGenesis", implicit="genesis_hash")
CHECK_WEIGHT = Extension("CheckWeight")


class Signature(Record):
    """Who signed an extrinsic, how, and the values of the extensions by field."""

    address: MultiAddress
    signature: MultiSignature
    values: dict[str, Any]


class Extrinsic(Record):
    """An extrinsic taken apart. The bytes of the call and of the extensions are kept as they came: they are
    signed.
    """

    signature: Signature | None
    """None for an inherent."""

    call: Any
    call_bytes: bytes
    extra_bytes: bytes


def decode_extrinsic(data: bytes, call: Codec[Any], extensions: Extensions) -> Extrinsic:
    """Take an extrinsic apart; `data` begins with its length. Raises `DecodeError`."""
    length, at = decode_compact(data, 0, 32)
    if at + length != len(data):
        raise DecodeError(f"{length} bytes of an extrinsic", str(len(data) - at), at)
    version = data[at] if at < len(data) else -1
    if version == VERSION:
        return Extrinsic(None, _decode_call(data, at + 1, call), data[at + 1 :], b"")
    if version != VERSION | SIGNED:
        raise DecodeError("version 4 of an extrinsic", data[at : at + 1].hex() or "end of input", at)
    address, at = _ADDRESS.decode_at(data, at + 1)
    signature, at = _SIGNATURE.decode_at(data, at)
    start, values = at, {}
    for extension in extensions:
        if extension.field is not None:
            values[extension.field], at = extension.codec.decode_at(data, at)
    signed = Signature(address, signature, values)
    return Extrinsic(signed, _decode_call(data, at, call), data[at:], data[start:at])


def _decode_call(data: bytes, at: int, call: Codec[Any]) -> Any:
    value, end = call.decode_at(data, at)
    if end != len(data):
        raise DecodeError("the end of the extrinsic", f"{len(data) - end} more bytes", end)
    return value


def encode_extrinsic(call: bytes, signature: Signature | None, extensions: Extensions) -> bytes:
    """Put an extrinsic together, its length in front."""
    if signature is None:
        body = bytes((VERSION,)) + call
    else:
        head = _ADDRESS.encode(signature.address) + _SIGNATURE.encode(signature.signature)
        body = bytes((VERSION | SIGNED,)) + head + encode_extra(signature.values, extensions) + call
    return encode_compact(len(body)) + body


def encode_extra(values: dict[str, Any], extensions: Extensions) -> bytes:
    """The bytes that the extensions add; fields that are not given take their defaults."""
    fields = [(each, each.field) for each in extensions if each.field is not None]
    return b"".join(each.codec.encode(values.get(field, each.default)) for each, field in fields)


def signed_payload(
    call: bytes, extra: bytes, extensions: Extensions, implicit: Callable[[str], bytes]
) -> bytes:
    """What an extrinsic's signature is over; `implicit` gives the encoded value of a name.

    Upstream: substrate/primitives/runtime/src/generic/unchecked_extrinsic.rs `SignedPayload`
    """
    known = b"".join(implicit(each.implicit) for each in extensions if each.implicit is not None)
    payload = call + extra + known
    return blake2_256(payload) if len(payload) > LONGEST_SIGNED_PAYLOAD else payload


_ADDRESS: Codec[Any] = codec(MultiAddress)
_SIGNATURE: Codec[Any] = codec(MultiSignature)
