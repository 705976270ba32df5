"""Extrinsics: eras, the envelope, what is signed, and the recorded ones."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from primitives.address import Id, Index
from primitives.arithmetic import U64_MAX
from primitives.extrinsic import (
    ERA,
    IMMORTAL,
    Ed25519,
    Era,
    Signature,
    Sr25519,
    decode_extrinsic,
    encode_extra,
    encode_extrinsic,
    mortal,
    signed_payload,
    verify,
)
from primitives.hashing import blake2_256
from primitives.ids import AccountId
from primitives.pallet import RuntimeCall
from primitives.scale.compact import encode_compact
from primitives.scale.errors import DecodeError, EncodeError
from runtime.relay import Relay

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "relay"
CALL = Relay.wire().codec(RuntimeCall)
EXTENSIONS = Relay.extensions

ALICE = AccountId(b"a" * 32)
REMARK = CALL.encode(RuntimeCall("System", "remark", (b"hi",)))
VALUES: dict[str, Any] = {"era": IMMORTAL, "nonce": 3, "tip": 0}
SIGNED = Signature(Id(ALICE), Sr25519(b"s" * 64), VALUES)


# ------------------------------------------------------------------------------------------------------- eras


@pytest.mark.parametrize(
    ("era", "encoding"),
    [
        (IMMORTAL, "00"),
        (Era(32768, 20000), "4e9c"),
        (Era(4, 0), "0100"),
        (Era(4, 3), "3100"),
        (Era(64, 42), "a502"),
        (Era(4096, 4095), "fbff"),
        (Era(8192, 8190), "fcff"),
        (Era(65536, 65520), "ffff"),
    ],
)
def test_eras_on_the_wire(era: Era, encoding: str) -> None:
    assert ERA.encode(era) == bytes.fromhex(encoding)
    assert ERA.decode(bytes.fromhex(encoding)) == era


def test_every_era_of_every_period_has_its_two_bytes() -> None:
    seen = set()
    for period in (1 << power for power in range(2, 17)):
        for phase in range(0, period, max(period >> 12, 1)):
            raw = ERA.encode(Era(period, phase))
            assert ERA.decode(raw) == Era(period, phase)
            seen.add(raw)
    refused = 0
    for number in range(1 << 16):
        raw = number.to_bytes(2, "little")
        if raw[0] != 0 and raw not in seen:
            refused += 1
            with pytest.raises(DecodeError, match="an era with its phase inside its period"):
                ERA.decode(raw)
    assert len(seen) + refused + 256 == 1 << 16


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "value: expected an era, found 0 bytes at byte 0"),
        ("4e", "value: expected an era, found 1 bytes at byte 0"),
        ("4100", "value: expected an era with its phase inside its period, found phase 4 of 4 at byte 0"),
        ("1000", "value: expected an era with its phase inside its period, found phase 1 of 2 at byte 0"),
        ("0000", "value: expected the end of Era, found 1 more bytes at byte 1"),
    ],
)
def test_what_is_no_era(raw: str, said: str) -> None:
    with pytest.raises(DecodeError) as caught:
        ERA.decode(bytes.fromhex(raw))
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "era",
    [
        Era(2, 0),
        Era(3, 0),
        Era(1 << 17, 0),
        Era(4, 4),
        Era(4, -1),
        Era(-4, 0),
        Era(8192, 1),
        Era(4, 10**5000),
    ],
    ids=[str(number) for number in range(8)],
)
def test_an_era_that_has_no_bytes_is_refused(era: Era) -> None:
    with pytest.raises(EncodeError, match="no era has phase"):
        ERA.encode(era)


@pytest.mark.parametrize(
    ("period", "current", "era"),
    [
        (64, 42, Era(64, 42)),
        (64, 1000, Era(64, 40)),
        (32768, 20000, Era(32768, 20000)),
        (200, 513, Era(256, 1)),
        (2, 1, Era(4, 1)),
        (0, 7, Era(4, 3)),
        (4, 5, Era(4, 1)),
        (5, 5, Era(8, 5)),
        (1_000_000, 65537, Era(65536, 0)),
        (65536, 65551, Era(65536, 0)),
        (65536, 65552, Era(65536, 16)),
        (8192, 8191, Era(8192, 8190)),
    ],
)
def test_a_period_is_rounded_up_and_its_phase_down(period: int, current: int, era: Era) -> None:
    assert mortal(period, current) == era


def test_an_era_for_ever() -> None:
    assert IMMORTAL.immortal
    assert [IMMORTAL.birth(block) for block in (0, 10**6)] == [0, 0]
    assert [IMMORTAL.death(block) for block in (0, 10**6)] == [U64_MAX, U64_MAX]


def test_an_era_begins_at_its_phase_and_ends_a_period_later() -> None:
    era = Era(4, 2)
    births = {block: era.birth(block) for block in range(12)}
    assert births == {0: 2, 1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 6, 7: 6, 8: 6, 9: 6, 10: 10, 11: 10}
    assert [era.death(block) for block in (0, 2, 5, 6, 9, 10)] == [6, 6, 6, 10, 10, 14]
    assert not era.immortal


# ----------------------------------------------------------------------------------------------- the envelope


def test_an_inherent_is_its_version_and_its_call() -> None:
    data = encode_extrinsic(REMARK, None, EXTENSIONS)
    assert data == encode_compact(len(REMARK) + 1) + b"\x04" + REMARK
    taken = decode_extrinsic(data, CALL, EXTENSIONS)
    assert (taken.signature, taken.call_bytes, taken.extra_bytes) == (None, REMARK, b"")
    assert taken.call == RuntimeCall("System", "remark", (b"hi",))


def test_a_signed_extrinsic_is_address_signature_extensions_and_call() -> None:
    extra = bytes.fromhex("000c0000")
    data = encode_extrinsic(REMARK, SIGNED, EXTENSIONS)
    assert data == encode_compact(len(data) - 2) + b"\x84\x00" + ALICE + b"\x01" + b"s" * 64 + extra + REMARK
    taken = decode_extrinsic(data, CALL, EXTENSIONS)
    assert taken.signature == Signature(Id(ALICE), Sr25519(b"s" * 64), {**VALUES, "metadata_mode": 0})
    assert (taken.call_bytes, taken.extra_bytes) == (REMARK, extra)


def test_values_that_are_not_given_take_their_defaults() -> None:
    assert encode_extra({}, EXTENSIONS) == bytes(4)
    assert encode_extra({"tip": 2**128 - 1, "era": Era(64, 1)}, EXTENSIONS) == (
        bytes.fromhex("15000033" + "ff" * 16 + "00")
    )


def test_an_account_without_a_number_takes_no_bytes() -> None:
    data = encode_extrinsic(REMARK, Signature(Index(), Ed25519(b"s" * 64), VALUES), EXTENSIONS)
    assert data[3:5] == b"\x01\x00"
    assert decode_extrinsic(data, CALL, EXTENSIONS).signature is not None


def enveloped(body: bytes) -> bytes:
    return encode_compact(len(body)) + body


HEAD = b"\x84\x00" + ALICE


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "value: expected a compact integer, found end of input at byte 0"),
        (b"\x00", "value: expected version 4 of an extrinsic, found end of input at byte 1"),
        (b"\x08\x04", "value: expected 2 bytes of an extrinsic, found 1 at byte 1"),
        (b"\x04\x04\x00", "value: expected 1 bytes of an extrinsic, found 2 at byte 1"),
        (enveloped(b"\x05" + REMARK), "value: expected version 4 of an extrinsic, found 05 at byte 1"),
        (enveloped(b"\x85" + REMARK), "value: expected version 4 of an extrinsic, found 85 at byte 1"),
        (enveloped(b"\x04"), "value: expected a call of Relay, found nothing at byte 2"),
        (enveloped(b"\x04\x00\x63"), "value: expected a call of Relay, found 0063 at byte 2"),
        (
            enveloped(b"\x04" + REMARK + b"!"),
            "value: expected the end of the extrinsic, found 1 more bytes at byte 7",
        ),
        (enveloped(b"\x84\x05"), "value: expected a variant of address, found 05 at byte 2"),
        (enveloped(HEAD), "value: expected a variant of extrinsic, found end of input at byte 35"),
        (enveloped(HEAD + b"\x03"), "value: expected a variant of extrinsic, found 03 at byte 35"),
        (enveloped(HEAD + b"\x01abc"), "Sr25519.signature: expected [u8; 64], found 3 bytes at byte 36"),
        (enveloped(HEAD + b"\x01" + b"s" * 64), "value: expected an era, found 0 bytes at byte 101"),
        (
            enveloped(HEAD + b"\x01" + b"s" * 64 + b"\x00"),
            "value: expected a compact integer, found end of input",
        ),
    ],
    ids=[str(number) for number in range(15)],
)
def test_what_is_said_of_a_malformed_envelope(data: bytes, said: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_extrinsic(data, CALL, EXTENSIONS)
    assert str(caught.value).startswith(said)
    assert caught.value.at <= len(data)


# --------------------------------------------------------------------------------------------- what is signed


def test_what_is_signed_is_call_extensions_and_what_both_sides_know() -> None:
    asked: list[str] = []

    def implicit(name: str) -> bytes:
        asked.append(name)
        return f"<{name}>".encode()

    payload = signed_payload(b"call", b"extra", EXTENSIONS, implicit)
    assert asked == [each.implicit for each in EXTENSIONS if each.implicit is not None]
    assert payload == b"callextra" + b"".join(f"<{name}>".encode() for name in asked)
    assert {"spec_version", "transaction_version", "genesis_hash", "mortality_checkpoint"} <= set(asked)


@pytest.mark.parametrize("length", [0, 255, 256, 257, 1000])
def test_a_payload_of_more_than_256_bytes_is_hashed(length: int) -> None:
    call = b"c" * length
    payload = signed_payload(call, b"", (), lambda name: b"")
    assert payload == (call if length <= 256 else blake2_256(call))


# --------------------------------------------------------------------------------------------------- recorded


def recorded(name: str) -> list[bytes]:
    blocks = json.loads(lzma.decompress((FIXTURES / f"{name}.json.xz").read_bytes()))["blocks"]
    return [bytes.fromhex(each[2:]) for block in blocks for each in block["extrinsics"]]


def test_recorded_extrinsics_come_back_byte_for_byte() -> None:
    signed = 0
    for data in recorded("relay_force"):
        taken = decode_extrinsic(data, CALL, EXTENSIONS)
        assert encode_extrinsic(taken.call_bytes, taken.signature, EXTENSIONS) == data
        assert CALL.encode(taken.call) == taken.call_bytes
        assert encode_extrinsic(CALL.encode(taken.call), taken.signature, EXTENSIONS) == data
        signed += taken.signature is not None
    assert signed > 5


def test_a_recorded_signature_is_over_what_we_say_is_signed() -> None:
    recording = json.loads(lzma.decompress((FIXTURES / "relay_force.json.xz").read_bytes()))
    runtime, genesis = recording["runtime"], bytes.fromhex(recording["genesis_hash"][2:])
    known = {
        "spec_version": runtime["spec_version"].to_bytes(4, "little"),
        "transaction_version": runtime["transaction_version"].to_bytes(4, "little"),
        "genesis_hash": genesis,
        "mortality_checkpoint": genesis,
        "metadata_hash": b"\x00",
    }
    verified = 0
    for data in recorded("relay_force"):
        taken = decode_extrinsic(data, CALL, EXTENSIONS)
        if taken.signature is not None and taken.signature.values["era"] == IMMORTAL:
            payload = signed_payload(taken.call_bytes, taken.extra_bytes, EXTENSIONS, known.__getitem__)
            assert isinstance(taken.signature.address, Id)
            who = taken.signature.address.account
            assert verify(taken.signature.signature, payload, who)
            assert not verify(taken.signature.signature, payload + b"!", who)
            verified += 1
    assert verified > 5
