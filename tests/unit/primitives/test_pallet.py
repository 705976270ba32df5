"""The vocabulary of pallets: what is read off a declaration, and what is refused."""

from __future__ import annotations

import enum
from typing import Any, ClassVar

import pytest
from typing_extensions import override

from pallets.relay.hrmp import Hrmp
from pallets.relay.hrmp_messages import HrmpMessages
from primitives.errors import Defect, ErrorCode
from primitives.hashing import storage_prefix
from primitives.ids import BlockNumber, ParaId
from primitives.origin import Origin
from primitives.pallet import (
    BLAKE2_128_CONCAT,
    IDENTITY,
    TWOX_64_CONCAT,
    CallItem,
    Frame,
    Pallet,
    call,
    calls,
    camel_case,
    error_names,
    events,
    item,
    storage_items,
)
from primitives.record import Record
from primitives.scale.codec import U8, U16, U32
from primitives.storage.state import State
from primitives.storage.views import DefaultMap, Map, OptionValue, Value
from primitives.weights import ZERO_WEIGHT, DispatchClass, Pays, Weight
from runtime.relay import Relay


class Rang(Record, tag=0):
    times: U8


class Fell(Record, tag=1):
    pass


class Error(ErrorCode):
    TooLoud = enum.auto()
    TooLate = enum.auto()


class TowerConstants(Record):
    height: U32


class TowerStore(Pallet, prefix="Tower"):
    zulu: Value[U32] = item(default=0)
    bells: Map[tuple[ParaId, U16], U8] = item(hashers=(BLAKE2_128_CONCAT, IDENTITY))

    @call(4)
    def repair(self, origin: Origin) -> None:
        """From the base."""

    @call(2)
    def replaced(self, origin: Origin) -> None:
        """Replaced below."""

    @call(9)
    def closed(self, origin: Origin) -> None:
        """No call below."""


class Tower(TowerStore, prefix="Tower", events=Rang | Fell, errors=Error, constants=TowerConstants):
    alpha: OptionValue[U8]
    by_pair: DefaultMap[tuple[U8, U8], U8] = item(default=1)
    odd: Value[bool] = item(default=False, name="ODD")
    note: str = "no item"
    shared: ClassVar[int] = 3

    @call(7, name="ring_bell", dispatch_class=DispatchClass.Mandatory, pays_fee=Pays.No, weight=Weight(1, 2))
    def ring(self, origin: Origin, which: U16, type_: U8) -> None:
        """Two arguments, the second under a name that Python keeps for itself."""

    @call(2)
    @override
    def replaced(self, origin: Origin, more: U8 = 0) -> None:
        """In place of the base's."""

    @override
    def closed(self, origin: Origin) -> None:
        """Not a call."""


def test_items_are_found_in_order_those_of_bases_first() -> None:
    found = [
        (each.attribute, each.name, each.kind, each.hashers, each.default) for each in storage_items(Tower)
    ]
    assert found == [
        ("zulu", "Zulu", Value, (), 0),
        ("bells", "Bells", Map, (BLAKE2_128_CONCAT, IDENTITY), None),
        ("alpha", "Alpha", OptionValue, (), None),
        ("by_pair", "ByPair", DefaultMap, (TWOX_64_CONCAT,), 1),
        ("odd", "ODD", Value, (), False),
    ]
    assert [each.name for each in storage_items(TowerStore)] == ["Zulu", "Bells"]


def test_a_key_has_one_type_for_each_hasher() -> None:
    zulu, bells, _, by_pair, _ = storage_items(Tower)
    assert (zulu.key_types, bells.key_types) == ((), (ParaId, U16))
    assert by_pair.key_types == (tuple[U8, U8],)


def test_an_item_stands_under_the_names_of_pallet_and_item() -> None:
    tower = Tower(Frame(State()))
    tower.zulu.put(1)
    tower.odd.put(True)
    tower.by_pair[1, 2] = 3
    keys = list(tower.state.entries())
    assert keys[:2] == [storage_prefix("Tower", "Zulu"), storage_prefix("Tower", "ODD")]
    assert keys[2].startswith(storage_prefix("Tower", "ByPair"))
    assert keys[2].endswith(b"\x01\x02")


def test_pallets_of_one_chain_share_its_state_and_those_of_two_do_not() -> None:
    frame = Frame(State())
    one, same, other = Tower(frame), TowerStore(frame), Tower(Frame(State()))
    one.zulu.put(9)
    assert (same.zulu.get(), other.zulu.get()) == (9, 0)


@pytest.mark.parametrize("kind", [Value[U8], DefaultMap[U8, U8]], ids=str)
def test_a_default_must_be_given(kind: Any) -> None:
    class Bare(Pallet, prefix="Bare"):
        pass

    Bare.__annotations__ = {"thing": kind}
    with pytest.raises(TypeError, match=r"^Bare\.thing needs a default$"):
        storage_items(Bare)
    with pytest.raises(TypeError, match="needs a default"):
        Bare(Frame(State()))


@pytest.mark.parametrize(
    ("kind", "hashers"),
    [
        (Map[U8, U8], (TWOX_64_CONCAT, TWOX_64_CONCAT)),
        (Map[tuple[U8, U8, U8], U8], (TWOX_64_CONCAT, TWOX_64_CONCAT)),
        (Map[U8, U8], ()),
    ],
    ids=str,
)
def test_there_is_one_hasher_for_each_part_of_a_key(kind: Any, hashers: tuple[str, ...]) -> None:
    class Odd(Pallet, prefix="Odd"):
        thing = item(hashers=hashers)

    Odd.__annotations__ = {"thing": kind}
    with pytest.raises(TypeError, match=r"^Odd\.thing needs one hasher for each part of its key$"):
        storage_items(Odd)


def test_calls_are_found_by_index_those_of_bases_too() -> None:
    normal, pays = DispatchClass.Normal, Pays.Yes
    assert calls(Tower) == (
        CallItem(2, "replaced", "replaced", (("more", U8),), normal, pays, ZERO_WEIGHT),
        CallItem(4, "repair", "repair", (), normal, pays, ZERO_WEIGHT),
        CallItem(
            7,
            "ring_bell",
            "ring",
            (("which", U16), ("type", U8)),
            DispatchClass.Mandatory,
            Pays.No,
            Weight(1, 2),
        ),
    )
    assert [each.name for each in calls(TowerStore)] == ["replaced", "repair", "closed"]


def test_two_calls_under_one_index_are_refused() -> None:
    class Twice(TowerStore, prefix="Twice"):
        @call(4)
        def again(self, origin: Origin) -> None:
            """Has the index of `repair`."""

    with pytest.raises(TypeError, match=r"^Twice has two calls under one index$"):
        calls(Twice)


def test_events_errors_and_constants_are_those_of_the_class_line() -> None:
    assert events(Tower) == (Rang, Fell)
    assert error_names(Tower.errors) == {0: "TooLoud", 1: "TooLate"}
    assert Tower.constants_type is TowerConstants
    assert (events(TowerStore), error_names(TowerStore.errors), TowerStore.constants_type) == ((), {}, None)


def test_a_single_event_needs_no_union() -> None:
    class Bell(Pallet, prefix="Bell", events=Rang):
        pass

    assert events(Bell) == (Rang,)


def test_an_event_goes_to_the_frame_with_its_pallet_and_topics() -> None:
    told: list[object] = []
    frame = Frame(State())
    frame.deposit = lambda pallet, event, topics: told.append((pallet, event, topics))
    tower = Tower(frame)
    tower.deposit_event(Rang(3))
    tower.deposit_event(Fell(), (b"t" * 32,))
    assert told == [(tower, Rang(3), ()), (tower, Fell(), (b"t" * 32,))]


def test_an_event_on_a_chain_without_system_is_a_defect() -> None:
    with pytest.raises(Defect, match="Tower deposits"):
        Tower(Frame(State())).deposit_event(Fell())


def test_hooks_do_nothing_unless_said() -> None:
    tower = Tower(Frame(State()))
    tower.on_initialize(BlockNumber(1))
    tower.on_finalize(BlockNumber(1))
    assert len(tower.state) == 0


@pytest.mark.parametrize(
    ("attribute", "name"),
    [
        ("hrmp_channels", "HrmpChannels"),
        ("number", "Number"),
        ("bypass_consistency_check", "BypassConsistencyCheck"),
        ("code_v2_of", "CodeV2Of"),
        ("last_", "Last"),
    ],
)
def test_names_on_the_chain(attribute: str, name: str) -> None:
    assert camel_case(attribute) == name


def test_a_pallet_in_two_files_is_one_pallet() -> None:
    own = [each.name for each in storage_items(HrmpMessages)]
    assert [each.name for each in storage_items(Hrmp)][: len(own)] == own
    assert Hrmp.prefix == HrmpMessages.prefix == "Hrmp"
    assert len(own) == 12


@pytest.mark.parametrize("pallet", Relay.indices, ids=lambda pallet: pallet.__name__)
def test_every_default_can_be_stored(pallet: type[Pallet]) -> None:
    for each in storage_items(pallet):
        if each.default is not None:
            layout = Relay.wire().codec(each.value_type)
            assert layout.decode(layout.encode(each.default)) == each.default, each.name
