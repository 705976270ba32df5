"""The relay chain's metadata: whole, in itself consistent, with words.

`tests/conformance/test_metadata_types.py` holds it against the recorded runtime's.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from primitives.metadata.merkle import parts
from primitives.metadata.types import BitSequence, Compact, Sequence, Type, TypeDef, Variants
from primitives.metadata.v14 import RuntimeMetadataV14, StorageEntry, decode_v14
from primitives.metadata.v15 import RuntimeMetadataV15, decode_v15
from primitives.pallet import Pallet
from primitives.scale.errors import DecodeError
from runtime.api_types import RuntimeApi
from runtime.apis import ANSWERS, FUNCTIONS
from runtime.asset_para import AssetPara
from runtime.construct import Runtime
from runtime.metadata import Metadata, metadata, metadata_of
from runtime.para import Para
from runtime.relay import Relay

every_pallet = pytest.mark.parametrize("pallet", Relay.indices, ids=lambda pallet: str(pallet.prefix))


def ours() -> Metadata:
    return metadata_of(Relay)


def type_at(at: int) -> Type:
    return ours().v15.types[at].type


# ------------------------------------------------------------------------------------- in itself consistent


def test_it_is_made_once() -> None:
    assert metadata_of(Relay) is metadata_of(Relay)


def test_both_versions_read_back() -> None:
    assert decode_v14(metadata(Relay, 14)) == ours().v14
    assert decode_v15(metadata(Relay, 15)) == ours().v15


@pytest.mark.parametrize("version", [14, 15])
def test_it_begins_with_the_magic_word_and_the_version(version: int) -> None:
    assert metadata(Relay, version)[:5] == b"meta" + bytes((version,))


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda raw: raw[:-1],
    "longer": lambda raw: raw + b"\x00",
    "another word": lambda raw: b"mete" + raw[4:],
    "nothing": lambda raw: b"",
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_is_no_metadata_is_refused(how: str) -> None:
    with pytest.raises(DecodeError):
        decode_v14(SPOILED[how](metadata(Relay, 14)))
    with pytest.raises(DecodeError):
        decode_v15(SPOILED[how](metadata(Relay, 15)))


def test_one_version_is_not_taken_for_the_other() -> None:
    with pytest.raises(DecodeError, match="metadata version 15"):
        decode_v15(metadata(Relay, 14))


def inner(definition: TypeDef) -> list[int]:
    match definition:
        case Compact(of):
            return [of]
        case BitSequence(store, order):
            return [store, order]
        case _:
            return parts(definition)


@pytest.mark.parametrize("known", [ours().v14, ours().v15], ids=["V14", "V15"])
def test_every_type_that_is_named_is_there(known: RuntimeMetadataV14 | RuntimeMetadataV15) -> None:
    named = {at for each in known.types for at in inner(each.type.definition)}
    named |= {p.type for each in known.types for p in each.type.parameters if p.type is not None}
    named |= {at for pallet in known.pallets for at in (pallet.calls, pallet.events, pallet.errors) if at}
    named |= {constant.type for pallet in known.pallets for constant in pallet.constants}

    assert [each.id for each in known.types] == list(range(len(known.types)))
    assert max(named) < len(known.types)


def test_the_types_of_version_14_are_the_first_of_version_15() -> None:
    first, more = ours().v14.types, ours().v15.types

    assert more[: len(first)] == first
    assert len(more) > len(first)


# ---------------------------------------------------------------------------------------------- outer types


def cases(at: int) -> dict[str, int]:
    definition = type_at(at).definition
    assert isinstance(definition, Variants)
    return {each.name: each.index for each in definition.variants}


def test_outer_enums_have_a_case_for_each_pallet_that_has_something() -> None:
    outer, indices = ours().v15.outer_enums, {pallet.prefix: at for pallet, at in Relay.indices.items()}

    for at, missing in (
        (outer.call, {"TransactionPayment", "Authorship", "ParachainsOrigin", "ParasShared", "Dmp"}),
        (outer.event, {"Timestamp", "Authorship", "ParachainsOrigin", "Configuration", "ParasShared"}),
        (outer.error, {"Timestamp", "TransactionPayment", "Authorship", "ParachainsOrigin", "ParasShared"}),
    ):
        found = cases(at)
        assert found.items() <= indices.items()
        assert missing.isdisjoint(found)
        assert {"System", "Balances", "Hrmp"} <= found.keys()


def test_outer_types_stand_under_the_runtimes_name() -> None:
    outer = ours().v15.outer_enums

    assert type_at(outer.call).path == ("paseo_runtime", "RuntimeCall")
    assert type_at(outer.event).path == ("paseo_runtime", "RuntimeEvent")
    assert type_at(outer.error).path == ("paseo_runtime", "RuntimeError")
    assert type_at(ours().v14.type).path == ("paseo_runtime", "Runtime")


def test_a_batch_holds_the_calls_that_it_is_one_of() -> None:
    call = ours().v15.outer_enums.call

    assert any(each.type.definition == Sequence(call) for each in ours().v14.types)


def test_origins_are_the_chains_own_those_of_parachains_and_of_xcm() -> None:
    (origins,) = [each.id for each in ours().v14.types if each.type.path == ("paseo_runtime", "OriginCaller")]

    assert cases(origins) == {"system": 0, "ParachainsOrigin": 50, "XcmPallet": 99}


# ------------------------------------------------------------------------------------------------ extrinsic


def test_the_extrinsic_is_told_by_its_parts() -> None:
    extrinsic, first = ours().v15.extrinsic, ours().v14.extrinsic
    whole = type_at(first.type)

    assert extrinsic.version == first.version == 4
    assert type_at(extrinsic.address).path[-1] == "MultiAddress"
    assert type_at(extrinsic.signature).path[-1] == "MultiSignature"
    assert whole.path[-1] == "UncheckedExtrinsic"
    assert {each.name: each.type for each in whole.parameters} == {
        "Address": extrinsic.address,
        "Call": extrinsic.call,
        "Signature": extrinsic.signature,
        "Extra": extrinsic.extra,
    }


def test_an_era_has_256_cases() -> None:
    (era,) = [each.id for each in ours().v14.types if each.type.path[-1:] == ("Era",)]

    found = cases(era)
    assert found == {"Immortal": 0, **{f"Mortal{index}": index for index in range(1, 256)}}


def functions(apis: tuple[RuntimeApi, ...]) -> list[str]:
    return [f"{api.name}_{method.name}" for api in apis for method in api.methods]


@pytest.mark.parametrize("kind", [Relay, Para, AssetPara])
def test_functions_are_told_that_are_declared(kind: type[Runtime]) -> None:
    told = [f"{api.name}_{method.name}" for api in metadata_of(kind).v15.apis for method in api.methods]

    assert told == functions(kind.apis)


def test_each_declared_function_is_answered_and_there_are_no_others() -> None:
    declared = {*functions(Relay.apis), *functions(Para.apis)}

    in_bytes, in_values = declared & ANSWERS.keys(), declared - ANSWERS.keys()
    assert in_bytes == ANSWERS.keys()
    assert sorted(name.partition("_")[2] for name in in_values) == sorted(FUNCTIONS)


# ---------------------------------------------------------------------------------------------------- words


def entries(pallet: type[Pallet]) -> tuple[StorageEntry, ...]:
    (found,) = [each for each in ours().v14.pallets if each.name == pallet.prefix]
    return found.storage.entries if found.storage else ()


@every_pallet
def test_every_item_call_event_and_error_has_words(pallet: type[Pallet]) -> None:
    (found,) = [each for each in ours().v15.pallets if each.name == pallet.prefix]

    assert found.docs
    assert [each.name for each in entries(pallet) if not each.docs] == []
    for at in (found.calls, found.events, found.errors):
        definition = type_at(at).definition if at is not None else Variants(())
        assert isinstance(definition, Variants)
        assert [each.name for each in definition.variants if not each.docs] == []


# ----------------------------------------------------------------------------------------------------- hash


def chain_hash(known: Metadata, *, decimals: int = 10) -> bytes:
    return known.hash(
        spec_version=2_003_001, spec_name="paseo", base58_prefix=0, decimals=decimals, token_symbol="PAS"
    )


def test_the_metadata_hash_is_of_this_chain() -> None:
    assert len(chain_hash(ours())) == 32
    assert chain_hash(ours()) != chain_hash(ours(), decimals=12)
