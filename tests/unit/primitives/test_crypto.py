"""Signatures of the three kinds: published vectors, the edges upstream draws, and real extrinsics."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from ecdsa import SECP256k1, SigningKey
from ecdsa.ecdsa import Public_key, Signature
from ecdsa.ellipticcurve import PointJacobi
from ecdsa.util import sigencode_string
from ed25519_zebra import ed_from_seed, ed_sign
from hypothesis import given
from hypothesis import strategies as st
from sr25519 import pair_from_seed
from sr25519 import sign as sr_sign

from primitives.crypto import (
    FIELD_PRIME,
    GROUP_ORDER,
    recover_ecdsa,
    verify_ecdsa,
    verify_ed25519,
    verify_sr25519,
)
from primitives.hashing import blake2_256
from primitives.scale.compact import decode_compact

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"

MESSAGE = b"a message across"

ALICE_SEED = bytes.fromhex("e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a")
ALICE_SR25519 = bytes.fromhex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")


def flip_bit(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "little") ^ 1 << bit).to_bytes(len(data), "little")


# sr25519


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        # made by other implementations in the context "substrate"
        (
            ALICE_SR25519,
            b"I hereby verify that I control 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
            "1037eb7e51613d0dcf5930ae518819c87d655056605764840d9280984e1b7063"
            "c4566b55bf292fcab07b369d01095879b50517beca4d26e6a65866e25fec0d83",
        ),
        (
            bytes.fromhex("f84d048da2ddae2d9d8fd6763f469566e8817a26114f39408de15547f6d47805"),
            b"<Bytes>message to sign</Bytes>",
            "48ce2c90e08651adfc8ecef84e916f6d1bb51ebebd16150ee12df247841a5437"
            "951ea0f9d632ca165e6ab391532e75e701be6a1caa88c8a6bcca3511f55b4183",
        ),
    ],
)
def test_sr25519_vectors(public: bytes, message: bytes, signature: str) -> None:
    assert verify_sr25519(bytes.fromhex(signature), message, public)
    assert not verify_sr25519(bytes.fromhex(signature), message + b"!", public)


def sr25519_example() -> tuple[bytes, bytes]:
    """Alice's public key and her signature of the message."""
    pair = pair_from_seed(ALICE_SEED)
    return pair[0], sr_sign(pair, MESSAGE)


def test_sr25519_signatures_of_alice() -> None:
    public, signature = sr25519_example()
    assert public == ALICE_SR25519
    assert verify_sr25519(signature, MESSAGE, public)
    assert not verify_sr25519(signature, b"another", public)
    assert not verify_sr25519(signature, MESSAGE, pair_from_seed(bytes(32))[0])


def test_sr25519_without_its_marking_bit_is_refused() -> None:
    public, signature = sr25519_example()
    assert not verify_sr25519(flip_bit(signature, 511), MESSAGE, public)


def test_sr25519_key_that_is_no_point_is_refused() -> None:
    _, signature = sr25519_example()
    assert not verify_sr25519(signature, MESSAGE, b"\xff" * 32)


def test_sr25519_takes_the_identity_for_a_key() -> None:
    # its signature is the identity and a factor of 0, good for every message: upstream's library says so
    marked_zero = bytes(63) + b"\x80"
    assert verify_sr25519(marked_zero, b"any", bytes(32))
    assert not verify_sr25519(marked_zero, b"any", ALICE_SR25519)


@given(st.integers(0, 511))
def test_sr25519_with_any_bit_turned_is_refused(bit: int) -> None:
    public, signature = sr25519_example()
    assert not verify_sr25519(flip_bit(signature, bit), MESSAGE, public)


# ed25519

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493

SMALL_ORDER_POINTS = tuple(
    bytes.fromhex(encoding)
    for encoding in (
        # the eight points whose order divides the cofactor
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        # some of them spelt in another way: y above the prime, or the sign of an x that is 0
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    )
)


def test_ed25519_vector_of_rfc_8032() -> None:
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert verify_ed25519(signature, b"", public)
    assert not verify_ed25519(signature, b"\0", public)


def ed25519_example() -> tuple[bytes, bytes]:
    """A public key and its signature of the message."""
    secret, public = ed_from_seed(bytes(range(32)))
    return public, ed_sign(secret, MESSAGE)


@given(st.integers(0, 511))
def test_ed25519_with_any_bit_turned_is_refused(bit: int) -> None:
    public, signature = ed25519_example()
    assert verify_ed25519(signature, MESSAGE, public)
    assert not verify_ed25519(flip_bit(signature, bit), MESSAGE, public)


def test_zip_215_accepts_points_of_small_order_in_any_spelling() -> None:
    # with s = 0 the equation holds for every message once the cofactor is multiplied in
    cases = list(product(SMALL_ORDER_POINTS, SMALL_ORDER_POINTS))
    assert len(cases) == 196
    assert all(verify_ed25519(commitment + bytes(32), b"any", public) for public, commitment in cases)


def test_zip_215_refuses_a_factor_at_or_above_the_order() -> None:
    identity = SMALL_ORDER_POINTS[0]
    public, signature = ed25519_example()
    raised = int.from_bytes(signature[32:], "little") + ED25519_ORDER

    assert not verify_ed25519(identity + ED25519_ORDER.to_bytes(32, "little"), b"any", identity)
    assert not verify_ed25519(signature[:32] + raised.to_bytes(32, "little"), MESSAGE, public)


def test_ed25519_key_that_is_no_point_is_refused() -> None:
    no_point = (2).to_bytes(32, "little")
    assert not verify_ed25519(SMALL_ORDER_POINTS[0] + bytes(32), MESSAGE, no_point)
    assert not verify_ed25519(no_point + bytes(32), MESSAGE, SMALL_ORDER_POINTS[0])


# ecdsa


class EcdsaCase(NamedTuple):
    """A key and its signature, in numbers."""

    public: bytes
    digest: bytes
    r: int
    s: int
    recovery_id: int

    def signature(self, **other: int) -> bytes:
        """The 65 bytes, with some of the numbers replaced."""
        numbers = {"r": self.r, "s": self.s, "recovery_id": self.recovery_id} | other
        return numbers["r"].to_bytes(32) + numbers["s"].to_bytes(32) + bytes((numbers["recovery_id"],))


def ecdsa_example(seed: bytes = b"\x07" * 32, message: bytes = MESSAGE) -> EcdsaCase:
    """Signed by another library; the recovery id is the one that gives the key back."""
    key = SigningKey.from_string(seed, curve=SECP256k1)
    public, digest = key.verifying_key.to_string("compressed"), blake2_256(message)
    raw = key.sign_digest_deterministic(digest, hashfunc=sha256, sigencode=sigencode_string)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    found = [way for way in (0, 1) if recover_ecdsa(raw + bytes((way,)), digest) == public]
    assert len(found) == 1
    return EcdsaCase(public, digest, r, s, found[0])


def test_ecdsa_vector_of_substrate() -> None:
    public = bytes.fromhex("028db55b05db86c0b1786ca49f095d76344c9e6056b2f02701a7e7f3c20aabfd91")
    signature = bytes.fromhex(
        "3dde91174bd9359027be59a428b8146513df80a2a3c7eda2194f64de04a69ab9"
        "7b753169e94db6ffd50921a2668a48b94ca11e3d32c1ff19cfe88890aa7e8f3c00"
    )
    assert recover_ecdsa(signature, blake2_256(b"")) == public
    assert verify_ecdsa(signature, b"", blake2_256(public))
    assert not verify_ecdsa(signature, b"\0", blake2_256(public))
    assert not verify_ecdsa(signature, b"", public[1:])


@pytest.mark.parametrize("number", range(1, 9))
def test_ecdsa_gives_back_the_key_that_signed(number: int) -> None:
    message = bytes((number,))
    case = ecdsa_example(seed=message * 32, message=message)
    other_point = case.signature(recovery_id=case.recovery_id ^ 1)
    assert verify_ecdsa(case.signature(), message, blake2_256(case.public))
    assert not verify_ecdsa(other_point, message, blake2_256(case.public))


def test_ecdsa_accepts_the_recovery_ids_of_wallets() -> None:
    case = ecdsa_example()
    assert recover_ecdsa(case.signature(recovery_id=case.recovery_id + 27), case.digest) == case.public


@pytest.mark.parametrize("recovery_id", [4, 26, 31, 255])
def test_ecdsa_refuses_other_recovery_ids(recovery_id: int) -> None:
    # 2 belongs to a point as it is and with the order added, so the recovery id alone decides
    case = ecdsa_example()
    assert recover_ecdsa(case.signature(r=2, recovery_id=recovery_id), case.digest) is None


def test_ecdsa_accepts_a_high_s() -> None:
    case = ecdsa_example()
    other_half = case.signature(s=GROUP_ORDER - case.s, recovery_id=case.recovery_id ^ 1)
    assert verify_ecdsa(other_half, MESSAGE, blake2_256(case.public))


@pytest.mark.parametrize(
    "numbers",
    [{"r": 0}, {"s": 0}, {"r": GROUP_ORDER}, {"s": GROUP_ORDER}, {"r": 2**256 - 1}, {"s": 2**256 - 1}],
)
def test_ecdsa_refuses_factors_out_of_range(numbers: dict[str, int]) -> None:
    case = ecdsa_example()
    ways = [recover_ecdsa(case.signature(**numbers, recovery_id=way), case.digest) for way in range(4)]
    assert ways == [None] * 4


def test_ecdsa_refuses_an_x_of_no_point() -> None:
    # 5^3 + 7 is no square of the field
    assert recover_ecdsa(ecdsa_example().signature(r=5), bytes(32)) is None


def test_ecdsa_recovers_from_a_point_whose_x_is_above_the_order() -> None:
    # nobody knows the logarithm of such a point, so the key is computed from the signature, and another
    # library asked whether the signature is that key's
    case = EcdsaCase(b"", blake2_256(MESSAGE), r=2, s=1, recovery_id=2)

    public = recover_ecdsa(case.signature(), case.digest)

    assert public is not None
    point = PointJacobi.from_bytes(SECP256k1.curve, public, order=GROUP_ORDER)
    key = Public_key(SECP256k1.generator, point)
    assert key.verifies(int.from_bytes(case.digest, "big"), Signature(case.r, case.s))
    assert public != recover_ecdsa(case.signature(recovery_id=0), case.digest)


def test_ecdsa_refuses_an_x_above_the_field() -> None:
    smallest_r_beyond = FIELD_PRIME - GROUP_ORDER
    # x would be the prime and more; reduced to 1, 2, 3 it would belong to a point, but it is not reduced
    for r in range(smallest_r_beyond, smallest_r_beyond + 4):
        case = EcdsaCase(b"", bytes(32), r=r, s=1, recovery_id=2)
        assert recover_ecdsa(case.signature(), case.digest) is None


def test_ecdsa_refuses_a_signature_that_would_give_the_point_at_infinity() -> None:
    # with the commitment at the generator and s equal to the digest, the two products cancel
    digest = blake2_256(MESSAGE)
    generator = SECP256k1.generator
    s = int.from_bytes(digest, "big")
    case = EcdsaCase(b"", digest, r=generator.x(), s=s, recovery_id=generator.y() & 1)
    assert s < GROUP_ORDER
    assert recover_ecdsa(case.signature(), digest) is None
    assert recover_ecdsa(case.signature(s=s - 1), digest) is not None


def test_ecdsa_of_the_digest_zero() -> None:
    case = EcdsaCase(b"", bytes(32), r=SECP256k1.generator.x(), s=1, recovery_id=0)
    public = recover_ecdsa(case.signature(), case.digest)
    assert public is not None
    key = Public_key(SECP256k1.generator, PointJacobi.from_bytes(SECP256k1.curve, public, order=GROUP_ORDER))
    assert key.verifies(0, Signature(case.r, case.s))


# all three

Verify = Callable[[bytes, bytes, bytes], bool]
KINDS = [(verify_sr25519, 64), (verify_ed25519, 64), (verify_ecdsa, 65)]


@pytest.mark.parametrize(("verify", "size"), KINDS)
@given(st.data())
def test_no_bytes_of_the_right_length_raise(verify: Verify, size: int, data: st.DataObject) -> None:
    signature = data.draw(st.binary(min_size=size, max_size=size))
    public = data.draw(st.binary(min_size=32, max_size=32))
    # not always a refusal: all zeros are a good ed25519 signature under ZIP 215
    assert isinstance(verify(signature, data.draw(st.binary()), public), bool)


@pytest.mark.parametrize(("verify", "size"), KINDS)
def test_wrong_lengths_raise(verify: Verify, size: int) -> None:
    for signature_size, key_size in [(size - 1, 32), (size + 1, 32), (size, 31), (size, 33)]:
        with pytest.raises(ValueError, match=f"expected {size} bytes of signature and 32"):
            verify(bytes(signature_size), b"", bytes(key_size))


# recorded

ED25519_SIGNED_V4 = "8400", "00"
"""What stands before and behind the account of 32 bytes: signed, version 4, an account id; ed25519."""


class SignedExtrinsic(NamedTuple):
    """The parts of a version 4 extrinsic signed by ed25519."""

    account: bytes
    signature: bytes
    extra: bytes
    call: bytes


def parse_signed(extrinsic: bytes) -> SignedExtrinsic:
    length, at = decode_compact(extrinsic, 0)
    body = extrinsic[at:]
    assert length == len(body)
    assert (body[:2].hex(), body[34:35].hex()) == ED25519_SIGNED_V4
    # immortal era, nonce, no tip, no metadata hash
    _, after_nonce = decode_compact(body, 100)
    after_extra = after_nonce + 2
    return SignedExtrinsic(body[2:34], body[35:99], body[99:after_extra], body[after_extra:])


def recorded_extrinsics() -> tuple[list[bytes], bytes]:
    """Every signed extrinsic of one recording, and what the chain adds to the signed bytes."""
    chain = json.loads(lzma.decompress((FIXTURES / "relay/relay_force.json.xz").read_bytes()))
    steps = [step for block in chain["blocks"] for step in block["steps"]]
    inputs = [bytes.fromhex(step["input"][2:]) for step in steps if step.get("kind") == "signed"]
    runtime, genesis = chain["runtime"], bytes.fromhex(chain["genesis_hash"][2:])
    spec, transaction = runtime["spec_version"], runtime["transaction_version"]
    versions = spec.to_bytes(4, "little") + transaction.to_bytes(4, "little")
    return inputs, versions + genesis + genesis + b"\0"


def test_recorded_extrinsics_are_signed_by_their_account() -> None:
    inputs, additional = recorded_extrinsics()
    assert len(inputs) == 19

    for extrinsic in map(parse_signed, inputs):
        payload = extrinsic.call + extrinsic.extra + additional
        signed = payload if len(payload) <= 256 else blake2_256(payload)

        assert extrinsic.account.hex().startswith("88dc3417")
        assert verify_ed25519(extrinsic.signature, signed, extrinsic.account)
        assert not verify_ed25519(extrinsic.signature, signed + b"\0", extrinsic.account)
