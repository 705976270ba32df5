"""Laws of extrinsics over every call of the relay chain, and another codec's opinion."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from primitives.address import Id, MultiAddress
from primitives.extrinsic import (
    ERA,
    IMMORTAL,
    Era,
    Extrinsic,
    MultiSignature,
    Signature,
    Sr25519,
    decode_extrinsic,
    encode_extrinsic,
    mortal,
)
from primitives.ids import AccountId
from primitives.pallet import RuntimeCall
from primitives.scale.errors import DecodeError
from runtime.relay import Relay
from tests.support.strategies import arbitrary, drawn

CALL = Relay.wire().codec(RuntimeCall)
EXTENSIONS = Relay.extensions
INPUTS = settings().max_examples * 20

periods = st.integers(2, 16).map(lambda power: 1 << power)
blocks = st.integers(0, 2**32 - 1)
eras = st.just(IMMORTAL) | st.builds(mortal, periods, blocks)
values = st.fixed_dictionaries(
    {
        "era": eras,
        "nonce": st.integers(0, 2**32 - 1),
        "tip": st.integers(0, 2**128 - 1),
        "metadata_mode": st.booleans(),
    }
)
signatures = st.none() | st.builds(Signature, arbitrary(MultiAddress), arbitrary(MultiSignature), values)
calls = arbitrary(RuntimeCall, Relay)

other = RuntimeConfigurationObject()
other.update_type_registry(load_type_registry_preset("legacy"))
LAYOUT = [["version", "u8"], ["kind", "u8"], ["who", "H256"], ["scheme", "u8"], ["signature", "H512"]]
LAYOUT += [["era", "Era"], ["nonce", "Compact<u32>"], ["tip", "Compact<u128>"], ["mode", "u8"]]
LAYOUT += [["pallet", "u8"], ["call", "u8"], ["remark", "HexBytes"]]
other.update_type_registry({"types": {"Body": {"type": "struct", "type_mapping": LAYOUT}}})


@given(calls, signatures)
def test_an_extrinsic_comes_back(call: RuntimeCall, signature: Signature | None) -> None:
    data = encode_extrinsic(CALL.encode(call), signature, EXTENSIONS)
    taken = decode_extrinsic(data, CALL, EXTENSIONS)
    assert (taken.call, taken.call_bytes, taken.signature) == (call, CALL.encode(call), signature)
    assert (
        taken.extra_bytes == b"" if signature is None else data.endswith(taken.extra_bytes + taken.call_bytes)
    )


@given(calls, signatures, st.data())
def test_an_extrinsic_cut_short_is_refused(call: RuntimeCall, signature: Any, data: st.DataObject) -> None:
    whole = encode_extrinsic(CALL.encode(call), signature, EXTENSIONS)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(DecodeError):
        decode_extrinsic(cut, CALL, EXTENSIONS)


def test_arbitrary_bytes_are_an_extrinsic_or_raise_decode_error() -> None:
    generator, taken = Random("extrinsics"), list[Extrinsic]()
    for _ in range(INPUTS):
        call = CALL.encode(drawn(RuntimeCall, generator, Relay))
        signature = Signature(Id(AccountId(bytes(32))), Sr25519(bytes(64)), {})
        data = bytearray(encode_extrinsic(call, generator.choice((None, signature)), EXTENSIONS))
        for _ in range(generator.randrange(3)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        with suppress(DecodeError):
            taken.append(decode_extrinsic(bytes(data), CALL, EXTENSIONS))
            assert encode_extrinsic(taken[-1].call_bytes, taken[-1].signature, EXTENSIONS) == data
    assert INPUTS // 4 < len(taken) < INPUTS


@given(eras, blocks)
def test_an_era_spans_its_period_around_the_block_it_was_made_for(era: Era, block: int) -> None:
    assert ERA.decode(ERA.encode(era)) == era
    if not era.immortal:
        assert era.birth(block) % era.period == era.phase
        assert era.death(block) - era.birth(block) == era.period
        assert era.birth(block) <= max(block, era.phase) < era.death(block)


@given(st.integers(4, 70_000), blocks)
def test_a_new_era_is_valid_at_once_and_nearly_as_long_as_asked(period: int, block: int) -> None:
    era = mortal(period, block)
    quantum = max(era.period >> 12, 1)
    assert block - quantum < era.birth(block) <= block < era.death(block)
    assert min(period, 65536) <= era.period < max(2 * period, 5)


@given(eras, blocks)
def test_another_codec_agrees_on_eras(era: Era, block: int) -> None:
    words = "00" if era.immortal else (era.period, era.phase)
    raw = bytes(other.create_scale_object("Era").encode(words).data)
    assert ERA.encode(era) == raw
    read = other.create_scale_object("Era", data=ScaleBytes(raw))
    read.decode()
    assert (read.birth(block), read.death(block)) == (era.birth(block), era.death(block))


@given(st.integers(4, 70_000), blocks)
def test_another_codec_agrees_on_new_eras(period: int, block: int) -> None:
    raw = bytes(other.create_scale_object("Era").encode({"period": period, "current": block}).data)
    assert ERA.encode(mortal(period, block)) == raw


@given(
    st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64), values, st.binary(max_size=80)
)
def test_another_codec_agrees_on_the_layout(who: bytes, proof: bytes, given_: Any, remark: bytes) -> None:
    call = CALL.encode(RuntimeCall("System", "remark", (remark,)))
    data = encode_extrinsic(call, Signature(Id(AccountId(who)), Sr25519(proof), given_), EXTENSIONS)
    era = given_["era"]
    fields = {
        "version": 0x84,
        "kind": 0,
        "who": "0x" + who.hex(),
        "scheme": 1,
        "signature": "0x" + proof.hex(),
    }
    fields |= {"era": "00" if era.immortal else (era.period, era.phase), "nonce": given_["nonce"]}
    fields |= {"tip": given_["tip"], "mode": given_["metadata_mode"]}
    fields |= {"pallet": 0, "call": 0, "remark": "0x" + remark.hex()}
    body = bytes(other.create_scale_object("Body").encode(fields).data)
    assert data == bytes(other.create_scale_object("Compact<u32>").encode(len(body)).data) + body
    assert other.create_scale_object("Body", data=ScaleBytes(body)).decode() == fields
