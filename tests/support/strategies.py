"""Values of any type that has a layout, found by walking the annotations that its codec is made from.

One walk, two ways to draw: `arbitrary` is a Hypothesis strategy, which shrinks what it finds; `drawn` takes
a seeded `random.Random`, for volume. Numbers are uniform, of a random width, or at an edge; sequences have at
most eight elements; what contains itself ends after a few levels.
"""

from __future__ import annotations

import enum
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from random import Random
from types import UnionType
from typing import Annotated, Any, NewType, Protocol, TypeVar, Union, get_args, get_origin

from hypothesis import strategies as st
from typing_extensions import TypeForm

from primitives.origin import ParachainsOrigin, RawOrigin
from primitives.pallet import OriginCaller, Pallet, RuntimeCall, RuntimeEvent, calls, events, storage_items
from primitives.record import Record, tag_of
from primitives.scale.codec import Codec
from primitives.scale.derive import PLAIN, Wire, field_types
from runtime.construct import Runtime
from xcm.asset import Fungible, collected
from xcm.dialects import DIALECTS
from xcm.filters import MAX_ASSET_TRANSFER_FILTERS
from xcm.program import PROGRAM
from xcm.reading import Unconvertible
from xcm.terms import MAX_HINTS
from xcm.versions import XCM_VERSION, Versioned

T = TypeVar("T")


LONGEST_SEQUENCE = 8
DEEPEST = 4


class Source(Protocol):
    """Where choices come from."""

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        ...

    def raw(self, shortest: int, longest: int) -> bytes:
        """Some bytes."""
        ...


class Seeded:
    """Choices of a seeded generator."""

    def __init__(self, generator: Random) -> None:
        self.generator = generator

    def integer(self, low: int, high: int) -> int:
        return self.generator.randint(low, high)

    def raw(self, shortest: int, longest: int) -> bytes:
        return self.generator.randbytes(self.generator.randint(shortest, longest))


class Drawn:
    """Choices of Hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def integer(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def raw(self, shortest: int, longest: int) -> bytes:
        return self.draw(st.binary(min_size=shortest, max_size=longest))


def arbitrary(tp: TypeForm[T], runtime: type[Runtime] | None = None) -> st.SearchStrategy[T]:
    """Any value of a type; outer types (`RuntimeCall`, ...) are those of the runtime."""

    @st.composite
    def value(draw: st.DrawFn) -> T:
        return Walk(Drawn(draw), runtime).make(tp)

    return value()


def drawn(tp: TypeForm[T], generator: Random, runtime: type[Runtime] | None = None) -> T:
    """One value of a type, as the generator will have it."""
    return Walk(Seeded(generator), runtime).make(tp)


class Walk:
    """One value, choice by choice."""

    def __init__(self, source: Source, runtime: type[Runtime] | None = None) -> None:
        self.source, self.runtime, self.depth = source, runtime, 0

    def make(self, tp: TypeForm[T]) -> T:
        made: T = self._make(tp)
        return made

    def _make(self, tp: Any) -> Any:  # one return for each kind of annotation, as the codec has it
        tp = tp if self.runtime is None else self.runtime.stands_for.get(tp, tp)
        origin, args = get_origin(tp), get_args(tp)
        if tp == OriginCaller:
            return self._make(ParachainsOrigin if self.chance(1, 3) else RawOrigin)
        if origin is Annotated:
            codec = next((note for note in args[1:] if isinstance(note, Codec)), None)
            if Versioned in (args[0], get_origin(args[0])):
                return self._versioned(codec, *get_args(args[0]))
            return self._make(args[0]) if codec is None else self.by_codec(codec.name, args[0])
        if isinstance(tp, NewType):
            return self._make(tp.__supertype__)
        if tp in _PLAIN:
            return _PLAIN[tp](self)
        if origin is tuple:
            return self._tuple(args)
        if origin in (Union, UnionType):
            return self._union(args)
        if tp is RuntimeCall:
            return self._call()
        if tp is RuntimeEvent:
            return self._event()
        if issubclass(tp, enum.Enum):
            return self.one_of(tuple(tp))
        assert issubclass(tp, Record), f"{tp!r} is no type with a layout"
        return self._record(tp)

    def by_codec(self, name: str, annotated: Any) -> Any:
        """A value for a codec that stands in an annotation; one that is not known here takes what the
        annotation says."""
        if name in _WIDTHS:
            return self.number(_WIDTHS[name])
        if name.startswith("[u8; "):
            length = int(name.removeprefix("[u8; ").removesuffix("]"))
            return self.source.raw(length, length)
        if name in _NAMED:
            return _NAMED[name](self)
        return _RULES.get(name, _as_it_is)(self._make(annotated))

    def number(self, bits: int) -> int:
        """A number below 2^bits: at an edge, of a random width, or uniform."""
        top = (1 << bits) - 1
        match self.source.integer(0, 3):
            case 0:
                return self.one_of((0, 1, top - 1, top))
            case 1:
                return self.source.integer(0, (1 << self.source.integer(0, bits)) - 1)
            case _:
                return self.source.integer(0, top)

    def chance(self, part: int, whole: int) -> bool:
        """True `part` times out of `whole`."""
        return self.source.integer(1, whole) > whole - part

    def one_of(self, options: tuple[T, ...]) -> T:
        """One of some values."""
        return options[self.source.integer(0, len(options) - 1)]

    def _tuple(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        if args[1:] != (...,):
            return tuple(self._make(arg) for arg in args)
        length = self.source.integer(0, LONGEST_SEQUENCE if self.depth < DEEPEST else 0)
        return self._deeper(lambda: tuple(self._make(args[0]) for _ in range(length)))

    def _union(self, args: tuple[Any, ...]) -> Any:
        arms = tuple(arg for arg in args if arg is not type(None))
        if len(arms) < len(args) and (self.depth >= DEEPEST or self.chance(1, 3)):
            return None
        return self._make(self.one_of(arms))

    def _record(self, cls: type[Record]) -> Record:
        return self._deeper(lambda: cls(*(self._make(tp) for tp in field_types(cls).values())))

    def _call(self) -> RuntimeCall:
        assert self.runtime is not None, "a call is of some runtime"
        found = [(pallet, each) for pallet in self.runtime.indices for each in calls(pallet)]
        if self.depth >= DEEPEST // 2:
            found = [row for row in found if not any("RuntimeCall" in repr(tp) for _, tp in row[1].arguments)]
        pallet, chosen = self.one_of(tuple(found))
        args = self._deeper(lambda: tuple(self._make(tp) for _, tp in chosen.arguments))
        return RuntimeCall(pallet.prefix, chosen.name, args)

    def _event(self) -> RuntimeEvent:
        assert self.runtime is not None, "an event is of some runtime"
        found = [(pallet, arm) for pallet in self.runtime.indices for arm in events(pallet)]
        pallet, arm = self.one_of(tuple(found))
        return RuntimeEvent(pallet.prefix, self._make(arm))

    def _versioned(self, codec: Any, tp: Any = PROGRAM) -> Any:
        """In words of any version; of the newest where an older one has none. As it is read: older versions
        say less."""
        value = self._make(tp)
        try:
            return codec.decode(codec.encode(Versioned(self.one_of(tuple(DIALECTS)), value)))
        except Unconvertible:
            return Versioned(XCM_VERSION, value)

    def _deeper(self, make: Callable[[], T]) -> T:
        self.depth += 1
        made = make()
        self.depth -= 1
        return made


def _text(walk: Walk) -> str:
    return walk.source.raw(0, 12).decode("utf-8", errors="ignore")


def _bits(walk: Walk) -> tuple[bool, ...]:
    return tuple(walk.chance(1, 2) for _ in range(walk.source.integer(0, 2 * LONGEST_SEQUENCE + 1)))


_PLAIN: dict[Any, Callable[[Walk], Any]] = {
    bool: lambda walk: walk.chance(1, 2),
    bytes: lambda walk: walk.source.raw(0, 3 * LONGEST_SEQUENCE),
    str: _text,
}
_WIDTHS = {f"u{bits}": bits for bits in (8, 16, 32, 64, 128)}
_WIDTHS |= {f"Compact<{name}>": bits for name, bits in _WIDTHS.items()}
_NAMED: dict[str, Callable[[Walk], Any]] = {
    "BitVec<u8, Lsb0>": _bits,
}


def _as_it_is(value: Any) -> Any:
    return value


def _some(asset: Any) -> Any:
    return Fungible(1) if asset == Fungible(0) else asset


_RULES: dict[str, Callable[[Any], Any]] = {
    "Fungibility": _some,
    "Vec<Asset>": collected,
    "Vec<Hint>": lambda hints: hints[:MAX_HINTS],
    "Vec<AssetTransferFilter>": lambda filters: filters[:MAX_ASSET_TRANSFER_FILTERS],
}
"""What makes a value that its annotation allows into one that its codec reads, by the codec's name."""


def registered(runtime: type[Runtime]) -> dict[str, Any]:
    """Every type that a chain writes: what its pallets store, take as arguments and deposit as events, its
    outer types, and the records of `primitives` and `xcm`; by a name for people.
    """
    found: dict[str, Any] = {"RuntimeCall": RuntimeCall, "RuntimeEvent": RuntimeEvent}
    found["OriginCaller"] = OriginCaller
    for pallet in runtime.indices:
        found |= dict(_of_pallet(pallet))
    found |= _of_packages("primitives", "xcm")
    distinct = {tp: name for name, tp in reversed(found.items()) if has_layout(tp, runtime.wire())}
    return {name: tp for tp, name in reversed(distinct.items())}


def _of_pallet(pallet: type[Pallet]) -> Iterator[tuple[str, Any]]:
    for each in storage_items(pallet):
        yield f"{pallet.prefix}.{each.name}", each.value_type
        for place, key in enumerate(each.key_types):
            yield f"{pallet.prefix}.{each.name} key {place}", key
    for declared in calls(pallet):
        for name, tp in declared.arguments:
            yield f"{pallet.prefix}.{declared.name}({name})", tp
    for arm in events(pallet):
        yield f"{pallet.prefix} event {arm.__name__}", arm


def _of_packages(*packages: str) -> Mapping[str, Any]:
    """The records that the modules of some packages define, and their sum types; not those that describe
    metadata, which no chain stores."""
    found: dict[str, Any] = {}
    for package in packages:
        for info in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
            if info.name.startswith("primitives.metadata"):
                continue
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                own = isinstance(value, type) and issubclass(value, Record) and value.__module__ == info.name
                if own or _is_sum(value):
                    found[f"{info.name}.{name}"] = value
    return found


def _is_sum(value: Any) -> bool:
    arms = get_args(value) if get_origin(value) in (Union, UnionType) else ()
    records = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, Record)]
    return bool(arms) and len(records) == len(arms) and all(tag_of(arm) is not None for arm in records)


def mentions(tp: Any, text: str, runtime: type[Runtime], seen: set[Any] | None = None) -> bool:
    """Whether a type, or one that stands anywhere in it, is written with this text."""
    seen = set() if seen is None else seen
    if tp in seen:
        return False
    seen.add(tp)
    return text in repr(tp) or any(mentions(part, text, runtime, seen) for part in _parts(tp, runtime))


def _parts(tp: Any, runtime: type[Runtime]) -> Iterator[Any]:
    """The types that stand in a type."""
    if isinstance(tp, NewType):
        yield tp.__supertype__
    elif tp is RuntimeCall:
        yield from (each for pallet in runtime.indices for row in calls(pallet) for _, each in row.arguments)
    elif tp is RuntimeEvent:
        yield from (arm for pallet in runtime.indices for arm in events(pallet))
    elif isinstance(tp, type) and issubclass(tp, Record):
        yield from field_types(tp).values()
    else:
        yield from (arg for arg in get_args(tp) if get_args(arg) or isinstance(arg, type | NewType))


def has_layout(tp: Any, wire: Wire = PLAIN) -> bool:
    """Whether a type can be written at all; helpers that never are stand among the records too."""
    try:
        wire.codec(tp)
    except (TypeError, NameError):
        return False
    return True
