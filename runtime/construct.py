"""Pallets joined into one runtime: its outer types, its dispatch, its hooks.

A runtime is a class that names its pallets with their **indices**. An index is the first byte of a call, an
event, an error and an origin of that pallet, all at once. From the indices follow the layouts of the outer
types `RuntimeCall`, `RuntimeEvent` and `OriginCaller`, which together make the runtime's **wire**.

An instance binds the pallets to one `State`. It keeps nothing else; several may look at forks of one chain.

Upstream: substrate/frame/support/procedural/src/construct_runtime
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeVar, cast

from primitives.errors import Defect, DispatchError, DispatchErrorCase, Module
from primitives.extrinsic import Extensions
from primitives.ids import BlockNumber
from primitives.origin import Origin, RawOrigin
from primitives.pallet import (
    CallItem,
    Frame,
    OriginCaller,
    Pallet,
    RuntimeCall,
    RuntimeEvent,
    calls,
    events,
    origins,
)
from primitives.record import Record, tag_of
from primitives.scale.codec import Codec, product
from primitives.scale.derive import Wire
from primitives.scale.errors import DecodeError, EncodeError
from primitives.storage.state import State
from primitives.trie.layout import StateVersion
from primitives.weights import ZERO_WEIGHT, DispatchClass, DispatchInfo, PostDispatchInfo, Weight
from runtime.api_types import APIS, RuntimeApi
from runtime.call_weights import CallWeights

PalletT = TypeVar("PalletT", bound=Pallet)

MAX_EXTRINSIC_DEPTH = 256
"""How deep calls may contain calls.

Upstream: substrate/primitives/api/src/lib.rs `MAX_EXTRINSIC_DEPTH`
"""

# A call inside a call inside a call ... takes about four Python frames a level to decode and to run.
sys.setrecursionlimit(max(sys.getrecursionlimit(), MAX_EXTRINSIC_DEPTH * 16))


class Runtime:
    """Base of all runtimes; a subclass says which pallets there are and how they are wired."""

    indices: ClassVar[Mapping[type[Pallet], int]]
    """Each pallet's index, in the order in which hooks run."""

    extensions: ClassVar[Extensions] = ()
    """What a signed extrinsic carries besides its call, in order."""

    layouts: ClassVar[Mapping[Any, Codec[Any]]] = {}
    """Layouts of types that each chain has its own of, such as the origins of queued messages."""

    stands_for: ClassVar[Mapping[Any, Any]] = {}
    """What each such type is on this chain, as metadata tells it."""

    state_version: ClassVar[StateVersion] = StateVersion.V1
    """The layout of the state trie."""

    extensions_weight: ClassVar[Weight] = ZERO_WEIGHT
    """What checking a signed extrinsic costs."""

    weights: ClassVar[CallWeights | None] = None
    """What calls weigh; without it they weigh what they are declared with, most of them nothing."""

    apis: ClassVar[tuple[RuntimeApi, ...]] = APIS
    """What clients may ask it."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.frame = Frame(state, self.wire())
        self.pallets: dict[str, Pallet] = {}
        self._calls: dict[tuple[str, str], CallItem] = {}
        self._making_calls: set[tuple[str, str]] = set()  # those that have other calls as arguments

    @classmethod
    def wire(cls) -> Wire:
        """The layouts of this runtime's outer types; made once."""
        known = cls.__dict__.get("_wire")
        if known is None:
            known = cls._wire = _make_wire(cls)  # type: ignore[attr-defined]
        return cast("Wire", known)

    def add(self, pallet: PalletT) -> PalletT:
        """Take a pallet in; every one that has an index must come, each once."""
        if type(pallet) not in self.indices or pallet.prefix in self.pallets:
            raise Defect(f"{pallet.prefix} has no index in this runtime, or is there already")
        self.pallets[pallet.prefix] = pallet
        declared = {(pallet.prefix, each.name): each for each in calls(type(pallet))}
        self._calls |= declared
        self._making_calls |= {key for key, each in declared.items() if _makes_calls(each)}
        return pallet

    def on_initialize(self, now: BlockNumber) -> None:
        """Run the pallets' hooks before the extrinsics of a block."""
        for pallet in self.in_order():
            pallet.on_initialize(now)

    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """Offer the pallets, one after the other, what weight a block has left; gives what they used.

        Upstream: substrate/frame/support/src/traits/hooks.rs `OnIdle::on_idle`
        """
        used = ZERO_WEIGHT
        for pallet in self.in_order():
            used = used.saturating_add(pallet.on_idle(now, remaining.saturating_sub(used)))
        return used

    def on_finalize(self, now: BlockNumber) -> None:
        """Run the pallets' hooks at the end of a block."""
        for pallet in self.in_order():
            pallet.on_finalize(now)

    def in_order(self) -> Iterator[Pallet]:
        """The pallets in the order of their declaration."""
        return (self.pallets[pallet.prefix] for pallet in self.indices if pallet.prefix in self.pallets)

    def dispatch(self, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
        """Run a call in a storage layer of its own; raises `DispatchError` with the layer undone.

        Upstream: substrate/frame/support/procedural/src/pallet/expand/call.rs `dispatch_bypass_filter`
        """
        method = getattr(self.pallets[call.pallet], self._declared(call).method)
        with self.state.layer():
            return method(origin, *call.args) or PostDispatchInfo()

    def dispatch_info(self, call: RuntimeCall) -> DispatchInfo:
        """Class, whether a fee is due, and the weight: what `weights` says, or else what is declared.

        A call that makes others weighs as much as they do besides, or just what it is told to weigh.

        Upstream: substrate/frame/support/src/dispatch.rs `GetDispatchInfo`
        """
        declared = self._declared(call)
        own = declared.weight if self.weights is None else self.weights(call)
        if (call.pallet, call.name) not in self._making_calls:
            return DispatchInfo(own, declared.dispatch_class, declared.pays_fee)
        arguments = [(tp, value) for (_, tp), value in zip(declared.arguments, call.args, strict=True)]
        single = [self.dispatch_info(value) for tp, value in arguments if tp == RuntimeCall]
        batched = [self.dispatch_info(each) for tp, value in arguments if tp == _BATCH for each in value]

        weight, dispatch_class = own, declared.dispatch_class
        for info in (*single, *batched):
            weight = weight.saturating_add(info.weight)
        if single:
            weight = next((value for tp, value in arguments if tp == Weight), weight)
            dispatch_class = _class_of_choice({info.dispatch_class for info in single})
        elif any(tp == _BATCH for tp, _ in arguments):
            dispatch_class = _class_of_batch({info.dispatch_class for info in batched})
        return DispatchInfo(weight, dispatch_class, declared.pays_fee)

    def _declared(self, call: RuntimeCall) -> CallItem:
        found = self._calls.get((call.pallet, call.name))
        if found is None:
            raise Defect(f"this runtime has no call {call.pallet}.{call.name}")
        return found

    def error_case(self, error: DispatchError) -> DispatchErrorCase:
        """The error as an event records it: a pallet's own becomes `Module` with the pallet's index."""
        if isinstance(error.error, Record):
            return error.error
        for pallet, index in self.indices.items():
            if pallet.errors is type(error.error):
                return Module(index, (bytes((error.error.value,)) + error.detail).ljust(4, b"\x00"))
        raise Defect(f"{error.error!r} belongs to no pallet of this runtime")


_BATCH: Any = tuple[RuntimeCall, ...]


def _makes_calls(declared: CallItem) -> bool:
    return any(tp in (RuntimeCall, _BATCH) for _, tp in declared.arguments)


def _class_of_choice(classes: set[DispatchClass]) -> DispatchClass:
    """The class of a call that makes one call, or one of two.

    Upstream: substrate/frame/utility/src/lib.rs `Pallet::if_else`
    """
    return classes.pop() if len(classes) == 1 else DispatchClass.Normal


def _class_of_batch(classes: set[DispatchClass]) -> DispatchClass:
    """Normal as soon as one call is, else Operational; also without any calls, or with Mandatory ones.

    Upstream: substrate/frame/utility/src/lib.rs `Pallet::weight_and_dispatch_class`
    """
    return DispatchClass.Normal if DispatchClass.Normal in classes else DispatchClass.Operational


def _make_wire(runtime: type[Runtime]) -> Wire:
    call_layout, event_layout = _CallLayout(runtime), _EventLayout(runtime)
    replaced: dict[Any, Codec[Any]] = {
        RuntimeCall: Codec("RuntimeCall", call_layout.encode, call_layout.decode_at, 2),
        RuntimeEvent: Codec("RuntimeEvent", event_layout.encode, event_layout.decode_at, 2),
        OriginCaller: _origin_caller(runtime),
        **runtime.layouts,
    }
    wire = Wire(runtime.__name__, replace=replaced)
    call_layout.wire = event_layout.wire = wire
    return wire


class _CallLayout:
    """`RuntimeCall`: the pallet's index, the call's index, the arguments one after the other."""

    def __init__(self, runtime: type[Runtime]) -> None:
        self.runtime, self.depth = runtime, 0
        self.wire: Wire | None = None
        self._by_index: dict[tuple[int, int], tuple[str, str, Codec[Any]]] | None = None

    def _table(self) -> dict[tuple[int, int], tuple[str, str, Codec[Any]]]:
        if self._by_index is None:
            wire = self.wire
            assert wire is not None
            self._by_index = {
                (index, each.index): (
                    pallet.prefix,
                    each.name,
                    product([wire.codec(tp) for _, tp in each.arguments]),
                )
                for pallet, index in self.runtime.indices.items()
                for each in calls(pallet)
            }
            self._by_name = {(row[0], row[1]): (key, row[2]) for key, row in self._by_index.items()}
        return self._by_index

    def encode(self, call: RuntimeCall) -> bytes:
        self._table()
        found = self._by_name.get((call.pallet, call.name))
        if found is None:
            raise EncodeError(f"{self.runtime.__name__} has no call {call.pallet}.{call.name}")
        return bytes(found[0]) + found[1].encode(call.args)

    def decode_at(self, data: bytes, at: int) -> tuple[RuntimeCall, int]:
        found = self._table().get((data[at], data[at + 1])) if at + 2 <= len(data) else None
        if found is None:
            raise DecodeError(f"a call of {self.runtime.__name__}", data[at : at + 2].hex() or "nothing", at)
        if self.depth >= MAX_EXTRINSIC_DEPTH:
            raise DecodeError(f"at most {MAX_EXTRINSIC_DEPTH} levels of calls", "more", at)
        pallet, name, arguments = found
        self.depth += 1
        try:
            args, end = arguments.decode_at(data, at + 2)
        except DecodeError as error:
            raise error.within(f".{pallet}.{name}") from None
        finally:
            self.depth -= 1
        return RuntimeCall(pallet, name, args), end


class _EventLayout:
    """`RuntimeEvent`: the pallet's index, the event's index, its fields."""

    def __init__(self, runtime: type[Runtime]) -> None:
        self.runtime = runtime
        self.wire: Wire | None = None
        self._by_index: dict[tuple[int, int], tuple[str, Codec[Any]]] | None = None
        self._by_type: dict[tuple[str, type], tuple[bytes, Codec[Any]]] = {}

    def _table(self) -> dict[tuple[int, int], tuple[str, Codec[Any]]]:
        if self._by_index is None:
            assert self.wire is not None
            self._by_index = {}
            for pallet, index in self.runtime.indices.items():
                for arm in events(pallet):
                    key, layout = (index, tag_of(arm) or 0), self.wire.codec(arm)
                    self._by_index[key] = (pallet.prefix, layout)
                    self._by_type[pallet.prefix, arm] = (bytes(key), layout)
        return self._by_index

    def encode(self, event: RuntimeEvent) -> bytes:
        if self._by_index is None:
            self._table()
        found = self._by_type.get((event.pallet, type(event.event)))
        if found is None:
            raise EncodeError(f"{event.pallet} has no event {type(event.event).__name__}")
        return found[0] + found[1].encode(event.event)

    def decode_at(self, data: bytes, at: int) -> tuple[RuntimeEvent, int]:
        found = self._table().get((data[at], data[at + 1])) if at + 2 <= len(data) else None
        if found is None:
            raise DecodeError(f"an event of {self.runtime.__name__}", data[at : at + 2].hex() or "none", at)
        value, end = found[1].decode_at(data, at + 2)
        return RuntimeEvent(found[0], value), end


def _origin_caller(runtime: type[Runtime]) -> Codec[Any]:
    """`OriginCaller`: 0 and a raw origin, or the index of the pallet that the origin belongs to, and the
    origin.
    """
    wire = Wire(runtime.__name__)
    raw: Codec[Any] = wire.codec(RawOrigin)
    known: dict[type, tuple[bytes, Codec[Any]]] = {
        arm: (bytes((index, tag_of(arm) or 0)), wire.codec(arm))
        for pallet, index in runtime.indices.items()
        for arm in origins(pallet)
    }
    by_index = dict(known.values())

    def encode(origin: Record) -> bytes:
        found = known.get(type(origin))
        return b"\x00" + raw.encode(origin) if found is None else found[0] + found[1].encode(origin)

    def decode_at(data: bytes, at: int) -> tuple[Record, int]:
        if data[at : at + 1] == b"\x00":
            return raw.decode_at(data, at + 1)
        found = by_index.get(data[at : at + 2])
        if found is None:
            raise DecodeError("an origin", data[at : at + 2].hex() or "nothing", at)
        return found.decode_at(data, at + 2)

    return Codec("OriginCaller", encode, decode_at, 2)
