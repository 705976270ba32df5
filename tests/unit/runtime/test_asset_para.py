"""A second parachain beside the recorded one: the same base, other wiring."""

from __future__ import annotations

from hashlib import blake2b

import pytest

from node.devpara import KINDS, DevPara
from pallets.assets import Assets
from primitives.address import Id
from primitives.ids import AccountId, Balance, ParaId
from primitives.origin import Signed
from primitives.pallet import RuntimeCall, calls
from runtime import apis, bulletin
from runtime.asset_para import CALL_WEIGHTS, AssetPara
from runtime.metadata import metadata
from runtime.para import Para
from runtime.parachain import ParachainRuntime
from tests.support.signing import account

every_kind = pytest.mark.parametrize("kind", KINDS)


def chain(kind: str) -> ParachainRuntime:
    spec = DevPara(ParaId(2000), kind, siblings=(ParaId(2001),))
    return spec.runtime(spec.genesis())


def test_the_runtimes_differ_by_their_wiring_only() -> None:
    own = {Para: set(vars(Para)), AssetPara: set(vars(AssetPara))}
    said = {"indices", "extensions", "extensions_weight", "weights", "known_pallets", "system_constants"}

    for kind, names in own.items():
        written = {name for name in names if not name.startswith("_")}
        assert written <= {*said, "wire_own"}, kind
        assert kind.__bases__ == (ParachainRuntime,)


def test_its_pallets_are_the_recorded_ones_and_assets() -> None:
    assert AssetPara.indices == {**Para.indices, Assets: 50}
    assert len(set(AssetPara.indices.values())) == len(AssetPara.indices)
    assert [each.prefix for each in chain("assets").in_order()] == [each.prefix for each in AssetPara.indices]


def test_every_call_has_a_weight() -> None:
    missing = [
        f"{pallet.prefix}.{each.name}"
        for pallet in AssetPara.indices
        for each in calls(pallet)
        if not CALL_WEIGHTS.has(pallet.prefix, each.name)
    ]

    assert not missing


def test_programs_are_told_of_the_pallets_that_it_has() -> None:
    told = [(each.index, each.name.decode()) for each in AssetPara.known_pallets]

    assert told == sorted((index, pallet.prefix) for pallet, index in AssetPara.indices.items())


@every_kind
def test_its_state_at_the_beginning_says_which_chain_it_is(kind: str) -> None:
    para = chain(kind)

    assert para.parachain_info.parachain_id.get() == 2000
    assert para.sudo.key.get() == account("Alice")
    sibling = b"sibl" + (2001).to_bytes(4, "little") + bytes(24)
    assert para.balances.free_balance(AccountId(sibling)) > 0


@every_kind
@pytest.mark.parametrize("version", [14, 15])
def test_it_tells_of_itself(kind: str, version: int) -> None:
    para = chain(kind)
    asked = version.to_bytes(4, "little")

    told = apis.call(para, "Metadata_metadata_at_version", asked)

    assert metadata(KINDS[kind], version) in told


@every_kind
def test_questions_for_a_relay_chain_are_unknown(kind: str) -> None:
    with pytest.raises(apis.UnknownFunction):
        apis.call(chain(kind), "ParachainHost_validators", b"")


def test_assets_are_called_like_any_pallet() -> None:
    para = chain("assets")
    create = RuntimeCall("Assets", "create", (7, Id(account("Bob")), Balance(1)))
    codec = AssetPara.wire().codec(RuntimeCall)

    para.dispatch(codec.decode(codec.encode(create)), Signed(account("Alice")))

    assert isinstance(para, AssetPara)
    assert [asset for asset, _ in para.assets.asset.items()] == [7]


def test_its_version_tells_of_the_functions_that_it_answers() -> None:
    told = dict(AssetPara.system_constants.version.apis)
    recorded = dict(bulletin.VERSION.apis)
    answered = {blake2b(each.name.encode(), digest_size=8).digest() for each in AssetPara.apis}

    assert told == {name: recorded[name] for name in answered}
    assert told[bytes.fromhex("df6acb689907609b")] == 5  # Core


def test_checking_an_extrinsic_costs_what_its_own_extensions_do() -> None:
    assert AssetPara.extensions_weight.ref_time < Para.extensions_weight.ref_time
