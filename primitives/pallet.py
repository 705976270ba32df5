"""The vocabulary that pallets are written in: storage items, calls, events, errors, constants and hooks.

A pallet is a class. What it stores is declared as annotations, what can be called are methods marked with
`@call`, and its events, errors and constants are named in the class line:

    class Greeter(Pallet, prefix="Greeter", events=Event, errors=Error):
        greetings: DefaultMap[AccountId, U32] = item(default=0, hashers=(BLAKE2_128_CONCAT,))
        \"\"\"How often an account was greeted.\"\"\"

        @call(0)
        def greet(self, origin: Origin, whom: AccountId) -> None: ...

From that one declaration come the storage keys and codecs, dispatch, and the metadata. On the chain an item
is called as here, in CamelCase, unless `item(name=...)` says otherwise.

A **frame** is what every pallet of one chain stands on: the state, the wire (what the chain's outer types
look like), and the place where events go. A pallet keeps nothing of its own: after construction its
attributes are its views, its neighbours and its constants.

Upstream: substrate/frame/support/procedural/src/pallet
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

from typing_extensions import override

from primitives.errors import Defect, ErrorCode
from primitives.hashing import storage_prefix
from primitives.ids import BlockNumber
from primitives.record import Record
from primitives.scale.derive import PLAIN, Wire
from primitives.storage.state import State
from primitives.storage.views import DefaultMap, Item, Keys, Map, OptionValue, Value
from primitives.weights import ZERO_WEIGHT, DispatchClass, Pays, Weight

F = TypeVar("F", bound=Callable[..., Any])

TWOX_64_CONCAT, BLAKE2_128_CONCAT, IDENTITY = "Twox64Concat", "Blake2_128Concat", "Identity"


class RuntimeCall(Record):
    """A call as a value: which pallet, which of its calls, with which arguments in wire order.

    Its layout depends on the chain, whose wire replaces it.
    """

    pallet: str
    name: str
    args: tuple[Any, ...]


class RuntimeEvent(Record):
    """An event as a value: which pallet deposited it, and the event.

    Its layout depends on the chain, whose wire replaces it.
    """

    pallet: str
    event: Any


OriginCaller = Annotated[Record, "OriginCaller"]
"""An origin as a call's argument; its layout depends on the chain, whose wire replaces it."""


class _Options(Record):
    """What `item` was told."""

    default: Any
    hashers: tuple[str, ...]
    name: str | None


class StorageItem(Record):
    """A storage item as declared: what binding, metadata and decoding by key go by."""

    attribute: str
    name: str
    kind: type[Any]
    key_type: Any
    value_type: Any
    hashers: tuple[str, ...]
    default: Any

    @property
    def key_types(self) -> tuple[Any, ...]:
        """One type for each hasher."""
        if not self.hashers:
            return ()
        return (self.key_type,) if len(self.hashers) == 1 else get_args(self.key_type)


class CallItem(Record):
    """A call as declared."""

    index: int
    name: str
    method: str
    arguments: tuple[tuple[str, Any], ...]
    dispatch_class: DispatchClass
    pays_fee: Pays
    weight: Weight


def item(
    *, default: Any = None, hashers: tuple[str, ...] = (TWOX_64_CONCAT,), name: str | None = None
) -> Any:
    """Options of a storage item, as `dataclasses.field` has them for fields.

    `default` is required for `Value` and `DefaultMap`; `hashers`, one for each part of the key, are for maps.
    """
    return _Options(default, hashers, name)


def call(
    index: int,
    *,
    name: str | None = None,
    dispatch_class: DispatchClass = DispatchClass.Normal,
    pays_fee: Pays = Pays.Yes,
    weight: Weight = ZERO_WEIGHT,
) -> Callable[[F], F]:
    """Mark a method as callable from outside under this index.

    `weight` is only declared where a rule hangs on it; weights as such are given from outside.

    Its first parameter is the origin, the others are the call's arguments in wire order. It returns None,
    or a `PostDispatchInfo`; it fails with `DispatchError`.
    """

    def mark(method: F) -> F:
        method.__dict__["declared_call"] = (index, name, dispatch_class, pays_fee, weight)
        return method

    return mark


class Frame:
    """What the pallets of one chain stand on."""

    def __init__(self, state: State, wire: Wire = PLAIN) -> None:
        self.state, self.wire = state, wire
        self.deposit: Callable[[Pallet, Record, tuple[bytes, ...]], None] = _nowhere
        """Where events go: (pallet, event, topics). System puts itself here."""


def _nowhere(pallet: Pallet, event: Record, topics: tuple[bytes, ...]) -> None:
    raise Defect(f"{pallet.prefix} deposits {event!r}, but this chain has no System pallet")


class Pallet:
    """Base of every pallet."""

    prefix: ClassVar[str]
    """The name its storage keys are made from, and its name in metadata."""

    events: ClassVar[Any] = None
    """The sum type of its events, or None."""

    errors: ClassVar[type[ErrorCode] | None] = None

    constants_type: ClassVar[type[Record] | None] = None

    origins: ClassVar[Any] = None
    """The sum type of the origins it adds to the chain's, or None."""

    @override
    def __init_subclass__(
        cls,
        *,
        prefix: str,
        events: Any = None,
        errors: type[ErrorCode] | None = None,
        constants: type[Record] | None = None,
    ) -> None:
        super().__init_subclass__()
        cls.prefix, cls.events, cls.errors, cls.constants_type = prefix, events, errors, constants

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.state = frame.state
        for attribute, make in _views(type(self), frame.wire):
            setattr(self, attribute, make(frame.state))

    def deposit_event(self, event: Record, topics: tuple[bytes, ...] = ()) -> None:
        """Record that something happened; gone again if the storage layer is undone."""
        self.frame.deposit(self, event, topics)

    def on_initialize(self, now: BlockNumber) -> None:
        """What happens before the extrinsics of block `now`."""

    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """What is done with weight that the extrinsics of block `now` left over; gives what was used."""
        return ZERO_WEIGHT

    def on_finalize(self, now: BlockNumber) -> None:
        """What happens at the end of block `now`."""


_VIEWS = (Value, OptionValue, Map, DefaultMap)

# What was read off a class once; classes do not change.
_STORAGE_ITEMS: dict[type[Pallet], tuple[StorageItem, ...]] = {}
_CALLS: dict[type[Pallet], tuple[CallItem, ...]] = {}
_BOUND: dict[tuple[type[Pallet], Wire], tuple[tuple[str, Callable[[State], Any]], ...]] = {}


def storage_items(pallet: type[Pallet]) -> tuple[StorageItem, ...]:
    """The storage items of a pallet, in the order in which they are declared."""
    if pallet not in _STORAGE_ITEMS:
        hints = get_type_hints(pallet, include_extras=True)
        declared = {name: hint for name, hint in hints.items() if get_origin(hint) in _VIEWS}
        _STORAGE_ITEMS[pallet] = tuple(_storage_item(pallet, name, hint) for name, hint in declared.items())
    return _STORAGE_ITEMS[pallet]


def _storage_item(pallet: type[Pallet], attribute: str, hint: Any) -> StorageItem:
    kind, args = get_origin(hint), get_args(hint)
    options = getattr(pallet, attribute, None)
    options = options if isinstance(options, _Options) else _Options(None, (TWOX_64_CONCAT,), None)
    keyed = kind in (Map, DefaultMap)
    if kind in (Value, DefaultMap) and options.default is None and type(None) not in get_args(args[-1]):
        raise TypeError(f"{pallet.__name__}.{attribute} needs a default")
    name = options.name or camel_case(attribute)
    key_type = args[0] if keyed else None
    hashers = options.hashers if keyed else ()
    parts = len(get_args(key_type)) if get_origin(key_type) is tuple else 1
    if keyed and len(hashers) not in (1, parts):
        raise TypeError(f"{pallet.__name__}.{attribute} needs one hasher for each part of its key")
    return StorageItem(attribute, name, kind, key_type, args[-1], hashers, options.default)


def calls(pallet: type[Pallet]) -> tuple[CallItem, ...]:
    """The calls of a pallet by index."""
    if pallet not in _CALLS:
        members: dict[str, Any] = {}
        for each in reversed(pallet.__mro__):
            members |= vars(each)
        marked = {name: method for name, method in members.items() if hasattr(method, "declared_call")}
        found = tuple(_call_item(method, name) for name, method in marked.items())
        if len({each.index for each in found}) != len(found):
            raise TypeError(f"{pallet.__name__} has two calls under one index")
        _CALLS[pallet] = tuple(sorted(found, key=lambda each: each.index))
    return _CALLS[pallet]


def _call_item(method: Any, attribute: str) -> CallItem:
    index, name, dispatch_class, pays_fee, weight = method.declared_call
    hints = get_type_hints(method, include_extras=True)
    parameters = list(inspect.signature(method).parameters)[2:]  # without self and origin
    arguments = tuple((parameter.rstrip("_"), hints[parameter]) for parameter in parameters)
    return CallItem(index, name or attribute, attribute, arguments, dispatch_class, pays_fee, weight)


def events(pallet: type[Pallet]) -> tuple[type[Record], ...]:
    """The arms of a pallet's event type, in the order in which they are declared."""
    return _arms(pallet.events)


def origins(pallet: type[Pallet]) -> tuple[type[Record], ...]:
    """The origins that a pallet adds, in the order in which they are declared."""
    return _arms(pallet.origins)


def _arms(sum_type: Any) -> tuple[type[Record], ...]:
    return () if sum_type is None else get_args(sum_type) or (sum_type,)


def camel_case(attribute: str) -> str:
    """`hrmp_channels` as `HrmpChannels`: how attributes are called on the chain."""
    return "".join(part[:1].upper() + part[1:] for part in attribute.split("_"))


def _views(pallet: type[Pallet], wire: Wire) -> tuple[tuple[str, Callable[[State], Any]], ...]:
    """For each storage item, how to bind it to a state; codecs and keys are shared by all chains of one
    wire.
    """
    known = _BOUND.get((pallet, wire))
    if known is None:
        binders = ((each.attribute, _binder(pallet, each, wire)) for each in storage_items(pallet))
        known = _BOUND[pallet, wire] = tuple(binders)
    return known


def _binder(pallet: type[Pallet], declared: StorageItem, wire: Wire) -> Callable[[State], Any]:
    prefix = storage_prefix(pallet.prefix, declared.name)
    unbound: Item[Any] = Item(
        f"{pallet.prefix}.{declared.name}",
        prefix,
        wire.codec(declared.value_type),
        declared.default,
        element_codec(declared.value_type, wire),
    )
    kind = declared.kind
    if not declared.hashers:
        return lambda state: kind(state, unbound)
    parts = tuple(wire.codec(part) for part in declared.key_types)
    keys: Keys[Any] = Keys(prefix, parts, declared.hashers)
    return lambda state: kind(state, unbound, keys)


def element_codec(value_type: Any, wire: Wire) -> Any:
    """The codec of a sequence's elements, or None for what is no sequence."""
    while get_origin(value_type) is Annotated:
        value_type = get_args(value_type)[0]
    args = get_args(value_type)
    return wire.codec(args[0]) if get_origin(value_type) is tuple and args[1:] == (...,) else None


def error_names(errors: type[enum.Enum] | None) -> Mapping[int, str]:
    """The errors of a pallet by their place on the wire."""
    return {member.value: member.name for member in errors} if errors else {}
