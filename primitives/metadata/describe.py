"""What an annotation is called upstream, and what it is made of.

A **text** is how metadata writes a type: `Vec<(u32, HostConfiguration<u32>)>`. A **layout** is one level of
what the type is made of, with the types of its parts unopened: annotations where it came from one of ours,
texts (`Text`) where it came from a recording. A record of one unnamed field is no level of its own: it is
transparent, as it is on the wire.
"""

from __future__ import annotations

import enum
import sys
from types import UnionType
from typing import Annotated, Any, NewType, Union, get_args, get_origin

from primitives.metadata.names import OPAQUE, upstream_case, upstream_field, upstream_type
from primitives.record import Record, tag_of
from primitives.scale.codec import Codec
from primitives.scale.derive import Wire, field_types

PRIMITIVES = frozenset({"bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "u256", "BitVec"})

SEQUENCES = frozenset({"Vec", "BoundedVec", "WeakBoundedVec", "BTreeSet", "BoundedBTreeSet"})
"""Upstream's types that are a count and then the elements."""

MAPS = frozenset({"BTreeMap", "BoundedBTreeMap"})
"""Upstream's types that are a sequence of pairs."""

_PLAIN = {bool: "bool", bytes: "Vec<u8>", str: "str"}


class Text(Record):
    """A type as metadata writes it, and the path of the type it was found in (empty: none)."""

    text: str
    within: str = ""


class Leaf(Record):
    """What has no parts: a number, a compact number, a bit vector."""

    name: str


class Named(Record):
    """A type known by its name only."""

    name: str


class Sequence(Record):
    """A count and that many elements."""

    element: Any


class Array(Record):
    """A fixed number of elements."""

    element: Any
    length: int


class Option(Record):
    """A value or none."""

    inner: Any


class Field(Record):
    """A part with its name; for unnamed parts of ours the Python name, for recorded ones the empty string."""

    name: str
    type: Any


class Product(Record):
    """Parts one after the other: a record, a tuple, or (without parts) nothing."""

    fields: tuple[Field, ...]
    named: bool


class Case(Record):
    """One case of a sum."""

    index: int
    name: str
    body: Product


class Sum(Record):
    """One of several cases."""

    cases: tuple[Case, ...]


Layout = Leaf | Named | Sequence | Array | Option | Product | Sum


def head(text: str) -> str:
    """The name a type text begins with, without its parameters."""
    return text.partition("<")[0]


def split_arguments(text: str) -> tuple[str, ...]:
    """`A, B<C, D>` as `A` and `B<C, D>`."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "<([") - (letter in ">)]")
        if letter == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    last = text[start:].strip()
    return (*parts, last) if last else tuple(parts)


def parse(text: Text) -> Layout:  # noqa: PLR0911 - one return a kind of type
    """The layout that a text alone gives; what only a table of types could tell stays `Named`."""
    whole = text.text

    def part(inner: str) -> Text:
        return Text(inner, text.within)

    if whole.startswith("("):
        return unnamed(tuple(part(each) for each in split_arguments(whole[1:-1])))
    if whole.startswith("["):
        element, _, length = whole[1:-1].rpartition("; ")
        return Array(part(element), int(length))
    name = head(whole)
    arguments = split_arguments(whole[len(name) + 1 : -1])
    if name in SEQUENCES:
        return Sequence(part(arguments[0]))
    if name in MAPS:
        return Sequence(part(f"({', '.join(arguments[:2])})"))
    if name == "Option":
        return Option(part(arguments[0]))
    if name == "Result":
        bodies = (unnamed((part(argument),)) for argument in arguments)
        return Sum(tuple(Case(at, ("Ok", "Err")[at], body) for at, body in enumerate(bodies)))
    if name == "Compact":
        return unnamed(()) if arguments == ("()",) else Leaf(whole)
    return Leaf(name) if name in PRIMITIVES else Named(name)


def unnamed(types: tuple[Any, ...]) -> Product:
    """Parts without names."""
    return Product(tuple(Field("", each) for each in types), named=False)


def describe(tp: Any) -> str:  # noqa: PLR0911 - one return a kind of annotation
    """The text that upstream's metadata has for an annotation, generic parameters of records left out."""
    origin, args = get_origin(tp), get_args(tp)
    if isinstance(tp, Text):
        return tp.text
    if origin is Annotated:
        return _annotated_name(args)
    if isinstance(tp, NewType):
        return upstream_type(tp.__name__)
    if tp in _PLAIN:
        return _PLAIN[tp]
    if origin is tuple:
        if args[1:] == (...,):
            return f"Vec<{describe(args[0])}>"
        return f"({', '.join(describe(arg) for arg in args)})"
    if origin in (Union, UnionType):
        return _union_name(args)
    if isinstance(tp, type) and issubclass(tp, (Record, enum.Enum)):
        return upstream_type(tp.__name__)
    raise TypeError(f"{tp!r} has no upstream name")


def _annotated_name(args: tuple[Any, ...]) -> str:
    for note in args[1:]:
        if isinstance(note, Codec):
            return "BitVec" if note.name.startswith("BitVec") else upstream_type(note.name)
        if isinstance(note, str):
            return upstream_type(note)
    return describe(args[0])


def _union_name(args: tuple[Any, ...]) -> str:
    arms = tuple(arg for arg in args if arg is not type(None))
    if len(arms) == len(args):
        return upstream_type(_alias(arms))
    inner: Any = arms[0] if len(arms) == 1 else Union[arms]  # noqa: UP007 - known only at run time
    return f"Option<{describe(inner)}>"


def _alias(arms: tuple[Any, ...]) -> str:
    """A union does not know its name: it is the one it is bound to where its arms are declared."""
    for arm in arms:
        bound = vars(sys.modules[arm.__module__])
        for name, value in bound.items():
            if get_origin(value) in (Union, UnionType) and set(get_args(value)) == set(arms):
                return name
    return " | ".join(upstream_case(arm.__name__) for arm in arms)


def layout_of(tp: Any, wire: Wire) -> Layout:  # noqa: PLR0911 - one return a kind of annotation
    """One level of what an annotation is made of; what the wire replaces is known by name only."""
    if isinstance(tp, Text):
        return parse(tp)
    if tp in wire.replace:
        return Named(head(describe(tp)))
    origin, args = get_origin(tp), get_args(tp)
    if origin is Annotated:
        return _annotated_layout(args, wire)
    if isinstance(tp, NewType):
        supertype: Any = tp.__supertype__
        return Named(tp.__name__) if tp.__name__ in OPAQUE else layout_of(supertype, wire)
    if tp in _PLAIN:
        return parse(Text(_PLAIN[tp]))
    if origin is tuple:
        return Sequence(args[0]) if args[1:] == (...,) else unnamed(args)
    if origin in (Union, UnionType):
        return _union_layout(args, wire)
    if isinstance(tp, type) and issubclass(tp, enum.Enum):
        cases = (Case(each.value, upstream_case(each.name), unnamed(())) for each in tp)
        return Sum(tuple(sorted(cases, key=lambda case: case.index)))
    if isinstance(tp, type) and issubclass(tp, Record):
        return _record_layout(tp, wire)
    raise TypeError(f"{tp!r} has no layout")


def _annotated_layout(args: tuple[Any, ...], wire: Wire) -> Layout:
    """A codec in the annotation tells the outer form by its name; the elements come from the annotation."""
    if not any(isinstance(note, (Codec, str)) for note in args[1:]):
        return layout_of(args[0], wire)
    outer = parse(Text(_annotated_name(args)))
    element = get_args(args[0])[0] if get_args(args[0])[1:] == (...,) else None
    if element is None or isinstance(outer, (Leaf, Named)):
        return outer
    return Array(element, outer.length) if isinstance(outer, Array) else Sequence(element)


def _union_layout(args: tuple[Any, ...], wire: Wire) -> Layout:
    arms = tuple(arg for arg in args if arg is not type(None))
    if len(arms) == len(args):
        return Sum(cases_of(arms, wire))
    inner: Any = arms[0] if len(arms) == 1 else Union[arms]  # noqa: UP007 - known only at run time
    return Option(inner)


def _record_layout(cls: type[Record], wire: Wire) -> Layout:
    if cls.__name__ in OPAQUE:
        return Named(cls.__name__)
    body = body_of(cls)
    if len(body.fields) == 1 and not body.named:
        return layout_of(body.fields[0].type, wire)
    return body


def body_of(cls: type[Record]) -> Product:
    """The fields of a record."""
    fields = tuple(Field(upstream_field(name), tp) for name, tp in field_types(cls).items())
    return Product(fields, named=not cls.UNNAMED)


def cases_of(arms: tuple[type[Record], ...], wire: Wire) -> tuple[Case, ...]:
    """The arms of a sum that exist in this wire, by index."""
    tagged = ((tag_of(arm), arm) for arm in arms if arm not in wire.absent)
    cases = (Case(tag, upstream_case(arm.__name__), body_of(arm)) for tag, arm in tagged if tag is not None)
    return tuple(sorted(cases, key=lambda case: case.index))
