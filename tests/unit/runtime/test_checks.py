"""Extrinsics that may not be in a block: each is named, and none leaves a trace."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from primitives.address import Address20, Address32, Id, Index, MultiAddress, Raw
from primitives.errors import Invalid, InvalidTransaction, Unknown
from primitives.extrinsic import (
    Ed25519,
    Era,
    Extrinsic,
    Signature,
    decode_extrinsic,
    encode_extra,
    encode_extrinsic,
    mortal,
)
from primitives.ids import AccountId, Balance
from primitives.pallet import RuntimeCall
from primitives.record import replace
from primitives.scale.compact import encode_compact
from runtime.executive import outcome_bytes
from runtime.relay import Relay
from tests.support.blocks import (
    ALICE,
    BOB,
    CAROL,
    EDDIE,
    NOBODY,
    PLENTY,
    UNIT,
    Chain,
    Key,
    Priced,
    bare,
    refusal,
    remark,
    sudo,
    transfer,
)

CALL, PAYMENT, FUTURE, STALE, BAD_PROOF, ANCIENT, EXHAUSTS = (
    bytes.fromhex(each) for each in ("010000", "010001", "010002", "010003", "010004", "010005", "010006")
)
BAD_SIGNER, CANNOT_LOOKUP = bytes.fromhex("01000a"), bytes.fromhex("010100")

KEYS = pytest.mark.parametrize("key", [ALICE, EDDIE, CAROL], ids=["sr25519", "ed25519", "ecdsa"])


@pytest.fixture
def chain() -> Chain:
    made = Chain(Priced())
    made.open()
    return made


def taken_apart(extrinsic: bytes) -> tuple[Extrinsic, Signature]:
    found = decode_extrinsic(extrinsic, Relay.wire().codec(RuntimeCall), Relay.extensions)
    assert found.signature is not None
    return found, found.signature


def with_call(extrinsic: bytes, call: RuntimeCall) -> bytes:
    """The same signature above another call."""
    _, signature = taken_apart(extrinsic)
    return encode_extrinsic(Relay.wire().codec(RuntimeCall).encode(call), signature, Relay.extensions)


def with_signature(extrinsic: bytes, change: Callable[[Signature], Signature]) -> bytes:
    """The same call under a changed signature."""
    found, signature = taken_apart(extrinsic)
    return encode_extrinsic(found.call_bytes, change(signature), Relay.extensions)


def with_address(extrinsic: bytes, address: MultiAddress) -> bytes:
    return with_signature(extrinsic, lambda signature: replace(signature, address=address))


def with_values(extrinsic: bytes, **values: object) -> bytes:
    return with_signature(extrinsic, lambda signature: replace(signature, values=signature.values | values))


# Who signed.


@KEYS
def test_what_was_signed_is_accepted(chain: Chain, key: Key) -> None:
    assert chain.outcome(chain.sign(remark(), key)) == b"\x00\x00"
    assert chain.outcome(chain.sign(remark(bytes(400)), key)) == b"\x00\x00", "the payload is hashed"
    assert chain.nonce(key) == 2


@KEYS
def test_a_byte_of_the_call_changed(chain: Chain, key: Key) -> None:
    assert refusal(chain, with_call(chain.sign(remark(b"ja"), key), remark(b"je"))) == BAD_PROOF


@KEYS
@pytest.mark.parametrize("values", [{"tip": 1}, {"nonce": 1}, {"era": Era(64, 0)}])
def test_a_value_of_the_extensions_changed(chain: Chain, key: Key, values: dict[str, object]) -> None:
    assert refusal(chain, with_values(chain.sign(remark(), key), **values)) == BAD_PROOF


@KEYS
def test_a_bit_of_the_signature_changed(chain: Chain, key: Key) -> None:
    def flip(signature: Signature) -> Signature:
        raw = bytearray(signature.signature.signature)
        raw[3] ^= 1
        return replace(signature, signature=replace(signature.signature, signature=bytes(raw)))

    assert refusal(chain, with_signature(chain.sign(remark(), key), flip)) == BAD_PROOF


@KEYS
def test_signed_by_somebody_else(chain: Chain, key: Key) -> None:
    assert refusal(chain, with_address(chain.sign(remark(), key), Id(BOB.account))) == BAD_PROOF


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("genesis_hash", bytes(32)),
        ("spec_version", (2_003_000).to_bytes(4, "little")),
        ("transaction_version", (25).to_bytes(4, "little")),
        ("mortality_checkpoint", bytes(32)),
        ("metadata_hash", b"\x01" + bytes(32)),
    ],
)
def test_signed_for_another_chain_or_runtime(chain: Chain, name: str, value: bytes) -> None:
    assert refusal(chain, chain.sign(remark(), implicit={name: value})) == BAD_PROOF


def test_the_metadata_hash_may_be_signed_along(chain: Chain) -> None:
    own = b"\x01" + chain.relay.metadata_hash()
    signed = chain.sign(remark(), metadata_mode=True, implicit={"metadata_hash": own})
    assert chain.outcome(signed) == bytes(2)


def test_another_metadata_hash_was_signed_along(chain: Chain) -> None:
    other = b"\x01" + bytes(32)
    signed = chain.sign(remark(), metadata_mode=True, implicit={"metadata_hash": other})
    assert refusal(chain, signed) == BAD_PROOF


@pytest.mark.parametrize(
    "address",
    [Index(), Raw(ALICE.account), Address32(ALICE.account), Address20(bytes(20))],
)
def test_an_address_that_is_no_account(chain: Chain, address: MultiAddress) -> None:
    assert refusal(chain, with_address(chain.sign(remark()), address)) == CANNOT_LOOKUP


def test_the_account_of_zeros_may_not_sign(chain: Chain) -> None:
    """Its ed25519 key is a point of small order, for which a signature of zeros is good under any message."""
    zeros = AccountId(bytes(32))
    chain.relay.system.account[zeros] = chain.relay.system.account[BOB.account]
    extrinsic = chain.sign(remark(), Key(zeros, lambda _: Ed25519(bytes(64))))
    assert refusal(chain, extrinsic) == BAD_SIGNER


# Once, in order, and in time.


def test_nonces(chain: Chain) -> None:
    assert refusal(chain, chain.sign(remark(), nonce=1)) == FUTURE
    first, second = chain.sign(remark(), nonce=0), chain.sign(remark(), nonce=1)
    assert chain.outcome(first) == chain.outcome(second) == b"\x00\x00"
    assert refusal(chain, first) == refusal(chain, second) == STALE
    assert refusal(chain, chain.sign(remark(), nonce=3)) == FUTURE


def test_a_mortal_extrinsic_lives_for_its_period() -> None:
    chain = Chain(Priced())
    chain.run_to(4)
    chain.open()
    checkpoint = {"mortality_checkpoint": chain.hash_of(4)}
    extrinsic = chain.sign(remark(), era=mortal(4, 4), implicit=checkpoint)
    results = {}
    chain.close()
    for number in range(6, 11):
        chain.open()
        with chain.state.frame() as attempt:
            try:
                results[number] = chain.outcome(extrinsic)
            except InvalidTransaction as error:
                results[number] = outcome_bytes(error)
            attempt.discard()
        chain.close()

    # In block 8 a new period begins, of which the block itself is the birth: its hash is not known yet.
    assert results == {6: b"\x00\x00", 7: b"\x00\x00", 8: ANCIENT, 9: BAD_PROOF, 10: BAD_PROOF}


@pytest.mark.parametrize("era", [Era(64, 40), Era(4, 3), mortal(4, 8)])
def test_a_birth_block_that_is_not_known(era: Era) -> None:
    chain = Chain()
    chain.run_to(2 if era.phase else 7)
    chain.open()
    assert refusal(chain, chain.sign(remark(), era=era)) == ANCIENT


def test_a_birth_block_that_is_forgotten_by_now() -> None:
    chain = Chain()
    chain.run_to(9)
    chain.open()
    chain.relay.system.block_hash.remove(chain.relay.system.number.get() - 2)  # type: ignore[arg-type]
    assert refusal(chain, chain.sign(remark(), era=mortal(8, 8))) == ANCIENT


# Paid for.


def test_an_account_that_does_not_exist_cannot_pay(chain: Chain) -> None:
    assert refusal(chain, chain.sign(remark(), NOBODY)) == PAYMENT


def test_it_cannot_sign_what_is_free_either() -> None:
    chain = Chain()
    chain.open()
    assert refusal(chain, chain.sign(remark(), NOBODY)) == PAYMENT


@pytest.mark.parametrize("tip", [PLENTY, PLENTY - UNIT, 2**128 - 1 - UNIT])
def test_a_fee_that_cannot_be_paid(chain: Chain, tip: int) -> None:
    assert refusal(chain, chain.sign(transfer(ALICE, 1), BOB, tip=tip)) == PAYMENT


def test_a_fee_must_leave_the_existential_deposit(chain: Chain) -> None:
    fee = len(chain.sign(remark(), BOB, tip=PLENTY)) * Priced.FEE_OF_BYTE
    exact = PLENTY - UNIT - fee
    assert refusal(chain, chain.sign(remark(), BOB, tip=exact + 1)) == PAYMENT
    assert chain.outcome(chain.sign(remark(), BOB, tip=exact)) == b"\x00\x00"
    assert chain.free(BOB) == UNIT + fee // 2


# Of the right form.


def test_what_does_not_decode(chain: Chain) -> None:
    good = chain.sign(remark())
    body = good[2:]
    call = Relay.wire().codec(RuntimeCall).encode(remark())
    unsigned = [
        bytes((4,)) + each for each in (call[:-1], call + b"\x00", b"\xfe\x00", b"\x00\xfe", b"\x00", b"")
    ]
    bodies = [
        *unsigned,
        bytes((0x85,)) + body[1:],
        bytes((0x44,)) + body[1:],
        body[:1],
        body[:60],
        body + b"\x00",
        b"",
    ]

    outcomes = {refusal(chain, encode_compact(len(each)) + each) for each in bodies}
    outcomes |= {refusal(chain, each) for each in (good[:-1], good + b"\x00", b"", b"\xff")}
    assert outcomes == {CALL}


def test_calls_inside_calls_inside_calls(chain: Chain) -> None:
    deep = remark()
    for _ in range(255):
        deep = sudo(deep)
    assert refusal(chain, chain.sign(sudo(deep))) == CALL
    assert chain.outcome(chain.sign(deep)) == b"\x00\x00"


def test_an_era_whose_phase_is_outside_its_period(chain: Chain) -> None:
    found, signature = taken_apart(chain.sign(remark(), era=Era(4, 0)))
    good = encode_extra(signature.values, Relay.extensions)
    whole = encode_extrinsic(found.call_bytes, signature, Relay.extensions)
    assert whole.count(good) == 1
    assert refusal(chain, whole.replace(good, b"\x41\x00" + good[2:])) == CALL


# Short enough.


def test_a_block_takes_so_many_bytes_of_normal_extrinsics(chain: Chain) -> None:
    limit = chain.relay.system.constants.block_length.max.normal
    room = limit - (chain.relay.system.block_size.get() or 0)
    overhead = len(chain.sign(remark(bytes(limit // 2)), BOB)) - limit // 2

    too_long = chain.sign(remark(bytes(room - overhead + 1)), BOB)
    assert refusal(chain, too_long) == EXHAUSTS
    assert chain.outcome(chain.sign(remark(bytes(room - overhead)), BOB)) == b"\x00\x00"
    assert chain.relay.system.block_size.get() == limit
    assert refusal(chain, chain.sign(remark(b""))) == EXHAUSTS
    assert refusal(chain, bare(transfer(BOB, 1))) == EXHAUSTS


def test_operational_extrinsics_still_fit_then(chain: Chain) -> None:
    normal = chain.relay.system.constants.block_length.max.normal
    chain.relay.system.block_size.put(normal)
    call = RuntimeCall("Configuration", "set_max_code_size", (1,))
    assert chain.outcome(chain.sign(call))[:2] == b"\x00\x01", "it runs, and fails for its origin"


# As bytes.


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Invalid.Call, "010000"),
        (Invalid.Payment, "010001"),
        (Invalid.Future, "010002"),
        (Invalid.Stale, "010003"),
        (Invalid.BadProof, "010004"),
        (Invalid.AncientBirthBlock, "010005"),
        (Invalid.ExhaustsResources, "010006"),
        (Invalid.BadMandatory, "010008"),
        (Invalid.MandatoryValidation, "010009"),
        (Invalid.BadSigner, "01000a"),
        (Unknown.CannotLookup, "010100"),
        (Unknown.NoUnsignedValidator, "010101"),
    ],
)
def test_reasons_as_bytes(reason: Invalid | Unknown, expected: str) -> None:
    assert outcome_bytes(InvalidTransaction(reason)).hex() == expected


def test_free_extrinsics_of_a_poor_account_still_count() -> None:
    chain = Chain()
    account = chain.relay.system.account[BOB.account]
    poor = replace(account.data, free=Balance(0))
    chain.relay.system.account[BOB.account] = replace(account, data=poor)
    chain.open()
    assert chain.outcome(chain.sign(remark(), BOB)) == b"\x00\x00"
    assert chain.nonce(BOB) == 1
