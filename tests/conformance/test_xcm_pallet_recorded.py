"""What the XCM pallets of the real chains stored and told, and what ours does in their place.

Every entry and every event comes out of our types as it went in. Then our pallet is put where theirs was:
at the start of a block, called by an extrinsic, or asked by the executor; it must leave the same entries and
tell the same. What leaves the chain, and how programs end, is played back from the recording.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pallets.xcm_pallet import XcmPallet
from pallets.xcm_pallet_events import (
    AssetsTrapped,
    Event,
    InvalidResponder,
    SupportedVersionChanged,
    UnexpectedResponse,
    VersionNotifyStarted,
)
from pallets.xcm_pallet_storage import newest
from pallets.xcm_pallet_traps import trap_hash
from primitives.errors import DispatchError, ErrorCode
from primitives.hashing import HASHERS, storage_prefix
from primitives.origin import Origin, Root, Signed
from primitives.pallet import RuntimeCall, storage_items
from primitives.record import Record
from primitives.scale.derive import PLAIN
from primitives.weights import ZERO_WEIGHT
from tests.support.xcm_recorded import FILES, PALLETS, Moment, Player, moments
from xcm.responses import Null, Version
from xcm.traits import XcmContext
from xcm.versions import XCM_VERSION

every_file = pytest.mark.parametrize("name", FILES)

EVENT: Any = PLAIN.codec(Event)

CONTEXT = XcmContext(None, bytes(32), None)
"""Who hears of it does not matter to the pallet."""


def whole(codec: Any, data: bytes) -> None:
    """Bytes are a value, and the value is these bytes."""
    assert codec.encode(codec.decode(data)) == data


def check_key(pallet: type[XcmPallet], key: bytes) -> Any:
    """Take a storage key apart, and put it together again; gives the codec of the value below it."""
    item = next(
        each for each in storage_items(pallet) if key.startswith(storage_prefix(pallet.prefix, each.name))
    )
    at = 32
    for tp, hasher in zip(item.key_types, item.hashers, strict=True):
        hashed, length = HASHERS[hasher]
        assert length is not None
        value, end = PLAIN.codec(tp).decode_at(key, at + length)
        assert hashed(PLAIN.codec(tp).encode(value)) == key[at:end]
        at = end
    assert at == len(key)
    return PLAIN.codec(item.value_type)


@every_file
def test_every_entry_and_every_event_comes_out_as_it_went_in(name: str) -> None:
    for moment in moments(name):
        pallet = PALLETS[moment.side][0]
        for key, value in moment.changes:
            codec = check_key(pallet, key)
            if value is not None:
                whole(codec, value)
        for event in moment.events:
            whole(EVENT, EVENT.encode(event))


@every_file
def test_traps_are_named_by_the_hash_of_owner_and_assets(name: str) -> None:
    trapped = [
        event for moment in moments(name) for event in moment.events if isinstance(event, AssetsTrapped)
    ]

    assert all(event.hash == trap_hash(event.origin, event.assets) for event in trapped)


@every_file
def test_blocks_begin_as_recorded(name: str) -> None:
    for moment in moments(name):
        if moment.step.op != "initialize_block" or any(isinstance(e, AssetsTrapped) for e in moment.events):
            continue
        player = Player(moment)
        player.pallet.on_initialize(player.chain.system.number.get())

        expected = tuple(each for each in moment.events if type(each).__name__ == "VersionNotifyRequested")
        if expected == moment.events:
            assert player.changes() == dict(moment.changes)
        assert player.events() == expected


@every_file
def test_calls_do_what_was_recorded(name: str) -> None:
    for moment in moments(name):
        if called(moment) is None:
            continue
        player = Player(moment)
        who, call = player.call()
        origin = Root() if moment.step.call.startswith("Sudo") else Signed(who)
        failed = why_not(player, call, origin)

        assert failed is None or moment.step.result in ({"ok": True}, {"error": failed})
        assert player.events() == moment.events
        assert player.changes() == dict(moment.changes)


def called(moment: Moment) -> str | None:
    """The pallet's call of a step that was tried."""
    pallet, _ = PALLETS[moment.side]
    name = moment.step.call.rpartition(":")[2]
    tried = not isinstance(moment.step.result, dict) or "invalid" not in moment.step.result
    return name if name.startswith(f"{pallet.prefix}.") and tried else None


def why_not(player: Player, call: RuntimeCall, origin: Origin) -> Any:
    """Make a call; the error as recordings have it, None if there is none."""
    try:
        player.chain.dispatch(call, origin)
    except DispatchError as error:
        if not isinstance(error.error, ErrorCode):
            return type(error.error).__name__
        module: Any = player.chain.error_case(error)
        name, index = error.error.name, PALLETS[player.side][1]
        encoded = "0x" + module.error.hex()
        return {"Module": {"pallet": player.pallet.prefix, "name": name, "index": index, "error": encoded}}
    return None


@every_file
def test_what_programs_asked_of_the_pallet_came_of_it(name: str) -> None:
    for moment in moments(name):
        if moment.step.op != "finalize_block":
            continue
        player = Player(moment)
        asked = [event for event in moment.events if ask(player, event)]

        assert list(player.events()) == asked
        prefixes = [storage_prefix(player.pallet.prefix, item) for item in ("AssetTraps", "SupportedVersion")]
        recorded = {key: value for key, value in moment.changes if key[:32] in prefixes}
        assert {key: value for key, value in player.changes().items() if key[:32] in prefixes} == recorded


def ask(player: Player, event: Record) -> bool:
    """Have the pallet do what an event tells of; False for those that the executor causes alone."""
    pallet = player.pallet
    match event:
        case AssetsTrapped(origin=origin, assets=assets):
            pallet.drop_assets(origin, assets.newest(), CONTEXT)
        case SupportedVersionChanged(place, version):
            query = pallet.version_notifiers.get((XCM_VERSION, newest(place)))
            assert query is not None
            pallet.on_response(place, query, None, Version(version), ZERO_WEIGHT, CONTEXT)
        case UnexpectedResponse(origin, query):
            pallet.on_response(origin, query, None, Null(), ZERO_WEIGHT, CONTEXT)
        case InvalidResponder(origin, query):
            pallet.on_response(origin, query, None, Version(XCM_VERSION), ZERO_WEIGHT, CONTEXT)
        case VersionNotifyStarted(destination=dest):
            key = pallet.version_notify_targets.storage_key((XCM_VERSION, newest(dest)))
            value = dict(player.moment.changes).get(key)
            if value is None:
                return False
            query, weight, _ = PLAIN.codec(tuple_of_target()).decode(value)
            player.telling = event
            pallet.start(dest, query, weight, CONTEXT)
        case _:
            return False
    return True


def tuple_of_target() -> Any:
    (item,) = [each for each in storage_items(XcmPallet) if each.name == "VersionNotifyTargets"]
    return item.value_type


def test_the_recordings_hold_each_of_this() -> None:
    kinds = Counter[str]()
    for name in FILES:
        for moment in moments(name):
            kinds[called(moment) or moment.step.op] += 1

    assert kinds["initialize_block"] > 700
    assert kinds["PolkadotXcm.send"] > 1000
    assert kinds["XcmPallet.send"] > 100
    assert kinds["PolkadotXcm.transfer_assets"] + kinds["PolkadotXcm.limited_teleport_assets"] > 20
