"""From annotations to the portable type registry: each type gets its id where it is first used.

An id is given before a type's parts are looked at, so a type may contain itself, as a batch of calls does.
Types that are written alike are one: `bytes` and `tuple[U8, ...]`, or `Balance` and `U128`, because upstream
has no type of its own for a balance.

What a wire replaces (`RuntimeCall`, ...) is not described by its annotation; whoever makes the registry gives
a **maker** for it, or says which other annotation it `stands_for` on this chain.
"""

from __future__ import annotations

import copy
import enum
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, NewType, Union, get_args, get_origin

from primitives.metadata import describe
from primitives.metadata.describe import Layout, Leaf, Named, Text, body_of, layout_of
from primitives.metadata.docs import attribute_docs, first_paragraph
from primitives.metadata.names import upstream_case, upstream_field, upstream_type
from primitives.metadata.parameters import parameters
from primitives.metadata.paths import PATHS, path_of
from primitives.metadata.types import (
    Array,
    BitSequence,
    Compact,
    Composite,
    Docs,
    Field,
    Plain,
    PortableType,
    PortableTypes,
    Primitive,
    Sequence,
    Tuple,
    Type,
    TypeDef,
    TypeParameter,
    Variant,
    Variants,
)
from primitives.record import Record, replace, tag_of
from primitives.scale.derive import Wire, field_types

Maker = Callable[["Registry"], Type]
"""Describes a type that its annotation does not."""

Paths = Mapping[Any, tuple[str, ...]]
"""Where upstream keeps types, by annotation, where their names alone do not tell."""


@dataclass(frozen=True)
class Dialect:
    """Another layout of some types: those named in `own`, which upstream has once more for it."""

    own: Paths
    shared: Paths
    """Where types are that are the same in all dialects."""

    wire: Wire
    makers: Mapping[Any, Maker]
    stands_for: Mapping[Any, Any]
    """What a type, or an arm of a sum, is replaced by."""


NESTED: Mapping[str, str] = {"Module": "ModuleError"}
"""Cases whose parts upstream keeps in a record of their own, and that record's name."""

LSB0 = ("bitvec", "order", "Lsb0")


class Registry:
    """The types of one chain, as they come up."""

    def __init__(
        self,
        wire: Wire,
        makers: Mapping[Any, Maker],
        stands_for: Mapping[Any, Any] | None = None,
        paths: Paths | None = None,
    ) -> None:
        self.wire, self._makers, self._stands_for = wire, makers, stands_for or {}
        self._paths: Paths = paths or {}
        self._ids: dict[Hashable, int] = {}
        self._types: list[Type | None] = []
        self._dialect: Dialect | None = None

    def within(self, dialect: Dialect) -> Registry:
        """The same registry for who speaks a dialect: what that has of its own is another type there."""
        inner = copy.copy(self)
        inner.wire, inner._makers, inner._stands_for = dialect.wire, dialect.makers, dialect.stands_for
        inner._paths, inner._dialect = {**dialect.shared, **dialect.own}, dialect
        return inner

    def types(self) -> PortableTypes:
        """All types so far; they hold no id but their own."""
        found = (each for each in self._types if each is not None)
        return tuple(PortableType(at, each) for at, each in enumerate(found))

    def register(self, tp: Any) -> int:
        """The id of a type, given as an annotation."""
        tp = self._stands_for.get(tp, tp)
        return self.define(self._key(tp), lambda: self._with_parameters(tp, self._describe(tp)))

    def define(self, key: Hashable, make: Callable[[], Type]) -> int:
        """The id that stands under a key; the type is made on first use."""
        known = self._ids.get(key)
        if known is None:
            known = self._ids[key] = len(self._types)
            self._types.append(None)
            self._types[known] = make()
        return known

    def tuple_of(self, parts: tuple[int, ...]) -> int:
        """A tuple of types that have their ids already."""
        return self.define(("tuple of", parts), lambda: _bare(Tuple(parts)))

    def array_of(self, tp: Any, length: int) -> int:
        """So many of a type."""
        return self.define(("array", self._key(tp), length), lambda: _bare(Array(length, self.register(tp))))

    def type_name(self, tp: Any) -> str | None:
        """What a type is called in the source, here; None for what has no name there."""
        if tp in self._paths:
            return self._paths[tp][-1]
        parts = get_args(tp) if get_origin(tp) in (Union, UnionType) else ()
        inner = tuple(each for each in parts if each is not type(None))
        if len(inner) < len(parts):
            return f"Option<{self.type_name(Union[inner])}>"  # noqa: UP007 - known only at run time
        return type_name(tp)

    def fields(self, types: Mapping[str, Any], docs: Mapping[str, Docs], *, named: bool) -> tuple[Field, ...]:
        """Parts in wire order, by our name for each."""
        return tuple(
            Field(
                upstream_field(name) if named else None,
                self.register(tp),
                self.type_name(tp),
                docs.get(name, ()),
            )
            for name, tp in types.items()
        )

    def variant(self, arm: type[Record]) -> Variant:
        """An arm of a sum type as a variant."""
        name = upstream_case(arm.__name__)
        fields = self.record_fields(self._stands_for.get(arm, arm))
        if arm.__name__ in NESTED:
            path = PATHS[NESTED[arm.__name__]]
            inner = self.define(path, lambda: Type(path, (), Composite(self._nested(arm)), ()))
            fields = (Field(None, inner, path[-1], ()),)
        return Variant(name, fields, tag_of(arm) or 0, first_paragraph(arm))

    def record_fields(self, cls: type[Record]) -> tuple[Field, ...]:
        """The fields of a record or an arm."""
        return self.fields(field_types(cls), attribute_docs(cls), named=not cls.UNNAMED)

    def _nested(self, arm: type[Record]) -> tuple[Field, ...]:
        return self.fields(field_types(arm), attribute_docs(arm), named=True)

    # ---------------------------------------------------------------------------------- what is one type

    def _key(self, tp: Any) -> Hashable:
        """Equal for annotations of which only one type is to be made."""
        tp = self._stands_for.get(tp, tp)
        if tp in self._makers or _is_own(tp):
            key = _sum_arms(tp) or (tp,)
            dialect = self._dialect
            return key if dialect is None or tp not in dialect.own else (dialect.own[tp], key)
        match layout_of(tp, self.wire):
            case Leaf(name):
                return name
            case describe.Sequence(element):
                return "Vec", self._key(element)
            case describe.Array(element, length):
                return "array", self._key(element), length
            case describe.Option(inner):
                return "Option", self._key(inner)
            case describe.Product(fields):
                return ("tuple", *(self._key(each.type) for each in fields))
            case Named() | describe.Sum() as unknown:
                raise TypeError(f"{tp!r} is {unknown!r}: what it is made of has to be given")

    def _path(self, tp: Any, name: str, module: str) -> tuple[str, ...]:
        return self._paths.get(tp) or path_of(name, module)

    def _with_parameters(self, tp: Any, made: Type) -> Type:
        """A type with upstream's generic parameters, as far as it has any and they are not told yet."""
        if made.parameters or not made.path:
            return made
        found = parameters(tp, made.path[-1])
        told = ((name, None if part is None else self.register(part)) for name, part in found)
        return replace(made, parameters=tuple(TypeParameter(name, at) for name, at in told))

    def _describe(self, tp: Any) -> Type:
        if tp in self._makers:
            return self._makers[tp](self)
        if isinstance(tp, NewType):
            supertype: Any = tp.__supertype__
            field = Field(None, self.register(supertype), type_name(supertype), ())
            return Type(self._path(tp, tp.__name__, tp.__module__), (), Composite((field,)), ())
        if _sum_arms(tp) is not None:
            return self.sum(tp)
        if isinstance(tp, type) and issubclass(tp, enum.Enum):
            return self._enum(tp)
        if isinstance(tp, type) and issubclass(tp, Record):
            # a case that stands alone is a sum of one
            one: TypeDef = (
                Composite(self.record_fields(tp)) if tag_of(tp) is None else Variants((self.variant(tp),))
            )
            return Type(self._path(tp, tp.__name__, tp.__module__), (), one, first_paragraph(tp))
        return self._built(layout_of(tp, self.wire))

    # --------------------------------------------------------------------------------- kinds of types

    def sum(self, tp: Any) -> Type:
        """A sum type, given as the union of its arms."""
        arms = _sum_arms(tp) or ()
        alias = describe.describe(tp)
        if alias.startswith("Result<"):
            ok, error = (body_of(arm).fields for arm in arms)
            return self._result(ok[0].type if ok else tuple[()], error[0].type)
        present = (self.variant(arm) for arm in arms if arm not in self.wire.absent)
        variants = Variants(tuple(sorted(present, key=lambda each: each.index)))
        return Type(self._path(tp, alias, arms[0].__module__), (), variants, ())

    def _enum(self, members: type[enum.Enum]) -> Type:
        path = self._path(members, members.__name__, members.__module__)
        return Type(path, (), self.cases(members), first_paragraph(members))

    def cases(self, members: type[enum.Enum]) -> Variants:
        """The members of an enum as variants without fields."""
        docs = attribute_docs(members)
        by_index = sorted(members, key=lambda each: each.value)
        return Variants(
            tuple(
                Variant(upstream_case(each.name), (), each.value, docs.get(each.name, ()))
                for each in by_index
            )
        )

    def _result(self, ok: Any, error: Any) -> Type:
        sides = (("Ok", "T", self.register(ok)), ("Err", "E", self.register(error)))
        variants = (
            Variant(name, (Field(None, at, None, ()),), place, ())
            for place, (name, _, at) in enumerate(sides)
        )
        parameters = tuple(TypeParameter(letter, at) for _, letter, at in sides)
        return Type(("Result",), parameters, Variants(tuple(variants)), ())

    def _built(self, layout: Layout) -> Type:  # noqa: PLR0911 - one return a kind of layout
        """A type without a path, or with one that everybody knows."""
        match layout:
            case describe.Option(inner):
                return self._option(self.register(inner))
            case Leaf("BitVec"):
                order = self.define(LSB0, lambda: Type(LSB0, (), Composite(()), ()))
                return _bare(BitSequence(self.register(Text("u8")), order))
            case Leaf(name) if name.startswith("Compact<"):
                return _bare(Compact(self.register(Text(name.removeprefix("Compact<").removesuffix(">")))))
            case Leaf(name):
                return _bare(Primitive(Plain[name]))
            case describe.Sequence(element):
                return _bare(Sequence(self.register(element)))
            case describe.Array(element, length):
                return _bare(Array(length, self.register(element)))
            case describe.Product(fields):
                return _bare(Tuple(tuple(self.register(each.type) for each in fields)))
            case Named() | describe.Sum():
                raise AssertionError(f"{layout!r} has a key of its own")

    def _option(self, inner: int) -> Type:
        some = Variant("Some", (Field(None, inner, None, ()),), 1, ())
        variants = Variants((Variant("None", (), 0, ()), some))
        return Type(("Option",), (TypeParameter("T", inner),), variants, ())


def unit(path: Iterable[str]) -> Type:
    """A type that takes no bytes."""
    return Type(tuple(path), (), Composite(()), ())


def type_name(tp: Any) -> str | None:
    """What a type is called in the source; None for what has no name there."""
    if isinstance(tp, NewType):
        return tp.__name__
    try:
        return describe.describe(tp)
    except TypeError:
        return None


def _bare(definition: TypeDef) -> Type:
    return Type((), (), definition, ())


def _is_own(tp: Any) -> bool:
    """Whether upstream has a type of its own for an annotation, with a path."""
    if isinstance(tp, NewType):
        return upstream_type(tp.__name__) not in describe.PRIMITIVES
    return _sum_arms(tp) is not None or (isinstance(tp, type) and issubclass(tp, Record | enum.Enum))


def _sum_arms(tp: Any) -> tuple[type[Record], ...] | None:
    """The arms of a sum type; None for all else, options among it."""
    if get_origin(tp) not in (Union, UnionType) or type(None) in get_args(tp):
        return None
    return get_args(tp)
