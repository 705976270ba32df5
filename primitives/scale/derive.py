"""From type annotations to codecs: the fields of a record, as they are written, are its layout.

| annotation | layout |
|---|---|
| `U8` ... `U128`, `Compact32`, `Bytes32`, `Bits`: `Annotated` with a codec | that codec |
| `NewType` | what it is made of |
| `bool`, `bytes`, `str` | one byte; length and bytes; length and UTF-8 |
| `tuple[T, ...]`, `tuple[A, B]` | count and elements; one after the other |
| `T | None` | option |
| a union of arms (`Record` with a tag) | tag byte, then the arm's fields |
| an `Enum` | its value as one byte |
| a `Record` | its fields in order |

Records get an encoder and a decoder written as source and compiled once per class, as `dataclasses` does:
neighbouring fixed-width fields become one `struct` call, byte strings are read in place. A fault names its
field by the line of the generated source it came from, so that faultless input pays nothing for it.

A **wire** is a dialect: the same annotations under another layout, written as the differences (`replace`,
`absent`). A chain uses one to say what its outer types (`RuntimeCall`, `RuntimeEvent`, ...) are; XCM uses
one per version."""

from __future__ import annotations

import enum
import itertools
import struct
from collections.abc import Mapping
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    NewType,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from primitives.record import Record, tag_of
from primitives.scale.codec import BOOL, BYTES, TEXT, Codec, Fused, choice, option, product, sequence
from primitives.scale.compact import decode_compact, encode_compact
from primitives.scale.errors import DecodeError, EncodeError

if TYPE_CHECKING:
    from typing_extensions import TypeForm

T = TypeVar("T")

MAX_DEPTH = 64
"""How often a type may contain itself in one value, unless its wire says otherwise."""


class Wire:
    """A dialect of SCALE: where it differs from what the annotations say.

    `replace` gives the codec to use for a type, `absent` the arms that do not exist here, `base` the
    dialect that this one starts from, `max_depth` how deep a type may contain itself (the outermost value
    counts as one)."""

    def __init__(
        self,
        name: str,
        *,
        replace: Mapping[Any, Codec[Any]] | None = None,
        absent: frozenset[type[Record]] = frozenset(),
        base: Wire | None = None,
        max_depth: int = MAX_DEPTH,
    ) -> None:
        self.name, self.max_depth = name, max_depth
        self.replace: dict[Any, Codec[Any]] = {**(base.replace if base else {}), **(replace or {})}
        self.absent: frozenset[type[Record]] = absent | (base.absent if base else frozenset())
        self._known: dict[Any, Codec[Any]] = {}
        self._open: dict[Any, _Recursion] = {}

    def codec(self, tp: TypeForm[T]) -> Codec[T]:
        """The codec of a type as it is written in an annotation; made once."""
        known = self.replace.get(tp) or self._known.get(tp)
        if known is None and tp in self._open:
            return self._open[tp].inside()
        if known is None:
            known = self._known[tp] = self._derive(tp)
        return known

    def _derive(self, tp: Any) -> Codec[Any]:  # noqa: PLR0911 - one return a kind of annotation
        origin, args = get_origin(tp), get_args(tp)
        if origin is Annotated:
            return next((note for note in args[1:] if isinstance(note, Codec)), None) or self.codec(args[0])
        if isinstance(tp, NewType):
            supertype: Any = tp.__supertype__
            return self.codec(supertype)
        if tp in _PLAIN:
            return _PLAIN[tp]
        if origin is tuple:
            return self._tuple(args)
        if origin in (Union, UnionType):
            return self._union(tp, args)
        if isinstance(tp, type) and issubclass(tp, enum.Enum):
            return choice(tp)
        if isinstance(tp, type) and issubclass(tp, Record):
            return self._guarded(tp, lambda: _record(self, tp))
        raise TypeError(f"{tp!r} has no SCALE layout")

    def _tuple(self, args: tuple[Any, ...]) -> Codec[Any]:
        if args[1:] == (...,):
            return sequence(self.codec(args[0]))
        return product([self.codec(arg) for arg in args if arg != ()])

    def _union(self, tp: Any, args: tuple[Any, ...]) -> Codec[Any]:
        arms = tuple(arg for arg in args if arg is not type(None))
        if len(arms) == len(args):
            return self._guarded(tp, lambda: self._sum(arms))
        inner: Any = arms[0] if len(arms) == 1 else Union[arms]  # noqa: UP007 - known only at run time
        return option(self.codec(inner))

    def _sum(self, arms: tuple[type[Record], ...]) -> Codec[Any]:
        present = [(tag_of(arm), arm, self.codec(arm)) for arm in arms if arm not in self.absent]
        tags = {tag for tag, _, _ in present}
        if None in tags or len(tags) != len(present):
            raise TypeError(f"not every arm has a tag of its own: {[arm.__name__ for arm in arms]}")
        encoders = {arm: (bytes((tag,)), codec.encode) for tag, arm, codec in present if tag is not None}
        decoders = {tag: (arm.__name__, codec.decode_at) for tag, arm, codec in present}
        name = arms[0].__module__.rpartition(".")[2]

        def encode(value: Record) -> bytes:
            if type(value) not in encoders:
                raise EncodeError(f"{type(value).__name__} is no arm of {name} in {self.name}")
            tag, encode_arm = encoders[type(value)]
            return tag + encode_arm(value)

        def decode_at(data: bytes, at: int) -> tuple[Any, int]:
            arm = decoders.get(data[at]) if at < len(data) else None
            if arm is None:
                raise DecodeError(f"a variant of {name}", data[at : at + 1].hex() or "end of input", at)
            try:
                return arm[1](data, at + 1)
            except DecodeError as error:
                raise error.within(f".{arm[0]}") from None

        return Codec(name, encode, decode_at, 1 + min((codec.min_size for _, _, codec in present), default=0))

    def _guarded(self, tp: Any, make: Any) -> Codec[Any]:
        """Derive a type that may contain itself: inner occurrences go through a codec that counts depth."""
        inner = self._open[tp] = _Recursion(self.max_depth)
        try:
            made: Codec[Any] = make()
        finally:
            del self._open[tp]
        inner.target = made
        return inner.outermost(made) if inner.used else made


class _Recursion:
    """A type inside itself. Python's own stack is not the limit, `max_depth` is."""

    def __init__(self, max_depth: int) -> None:
        self.depth, self.max_depth, self.used = 0, max_depth, False
        self.target: Codec[Any] | None = None
        self.codec: Codec[Any] = Codec("itself", self._encode, self._decode_at, 1)

    def inside(self) -> Codec[Any]:
        """The codec for where the type stands inside itself."""
        self.used = True
        return self.codec

    def outermost(self, made: Codec[Any]) -> Codec[Any]:
        return Codec(made.name, made.encode, self._decode_at, made.min_size)

    def _encode(self, value: Any) -> bytes:
        assert self.target is not None
        return self.target.encode(value)

    def _decode_at(self, data: bytes, at: int) -> tuple[Any, int]:
        assert self.target is not None
        if self.depth >= self.max_depth:
            raise DecodeError(f"at most {self.max_depth} levels of {self.target.name}", "more", at)
        self.depth += 1
        try:
            return self.target.decode_at(data, at)
        finally:
            self.depth -= 1


_PLAIN: dict[Any, Codec[Any]] = {bool: BOOL, bytes: BYTES, str: TEXT}


def field_types(record: type[Record]) -> dict[str, Any]:
    """The fields of a record in wire order, each with its annotation resolved."""
    hints = get_type_hints(record, include_extras=True)
    return {name: hints[name] for name in record.__struct_fields__}


def _record(wire: Wire, cls: type[Record]) -> Codec[Any]:
    fields = [(name, wire.codec(tp)) for name, tp in field_types(cls).items()]
    writer = _Source(cls, fields)
    encode, (decode_at, decode_many) = writer.encoder(), writer.decoders()
    least = sum(codec.min_size for _, codec in fields)
    return Codec(cls.__name__, encode, decode_at, least, decode_many=decode_many)


class _Source:
    """Writes the source of one record's encoder and decoders, line by line, and compiles it.

    There are two decoders, of one value and of many: the second has the lines of the first in a loop.
    """

    def __init__(self, cls: type[Record], fields: list[tuple[str, Codec[Any]]]) -> None:
        self.cls, self.fields = cls, fields
        self.env: dict[str, Any] = {"cls": cls, "struct_error": struct.error, "compact": encode_compact}
        self.env |= {"decode_compact": decode_compact, "DecodeError": DecodeError, "EncodeError": EncodeError}
        self.env["fault"] = self._fault
        self.lines: list[str] = []
        self.indent = ""
        self.field_at: dict[int, str] = {}
        self.run_at: dict[int, list[tuple[str, Codec[Any]]]] = {}

    def encoder(self) -> Any:
        self.lines, self.indent = ["def encode(v):", " try:"], "  "
        parts: list[str] = []
        for run in self._runs():
            if run[0][1].fused is not None:
                parts.append(self._pack(run))
            else:
                parts.extend(self._encode_field(name, codec) for name, codec in run)
        self._line(f"return {' + '.join(parts) or repr(b'')}")
        self.lines += [
            " except (struct_error, OverflowError) as error:",
            f"  raise EncodeError(f'{self.cls.__name__}: {{error}}') from None",
        ]
        return self._compile("encode")[0]

    def decoders(self) -> tuple[Any, ...]:
        self.lines, self.indent = ["def decode_at(d, at):", " try:", "  size = len(d)"], "  "
        self._decode_fields()
        self._line(f"return cls({', '.join(self._made)}), at")
        self.lines += [
            " except (DecodeError, struct_error) as error:",
            "  raise fault(error, error.__traceback__.tb_lineno, d, at) from None",
            "def decode_many(d, at, count):",
            " values = []",
            " try:",
            "  size = len(d)",
            "  for _ in range(count):",
        ]
        self.indent = "   "
        self._decode_fields()
        self._line(f"values.append(cls({', '.join(self._made)}))")
        self.lines += [
            "  return tuple(values), at",
            " except (DecodeError, struct_error) as error:",
            "  found = fault(error, error.__traceback__.tb_lineno, d, at)",
            "  raise found.within(f'[{len(values)}]') from None",
        ]
        return self._compile("decode_at", "decode_many")

    def _decode_fields(self) -> None:
        for run in self._runs():
            if run[0][1].fused is not None:
                self._unpack(run)
            else:
                for name, codec in run:
                    self._decode_field(name, codec)

    def _fault(self, error: Exception, line: int, data: bytes, at: int) -> DecodeError:
        """Name the field that the failing line of the generated decoder stands for."""
        if isinstance(error, DecodeError):
            return error.within("." + self.field_at[line])
        for name, codec in self.run_at[line]:
            if codec.min_size > len(data) - at:
                return DecodeError(codec.name, f"{max(len(data) - at, 0)} bytes", at, (f".{name}",))
            at += codec.min_size
        raise AssertionError("a run of fixed-width fields failed although the input holds it")

    def _runs(self) -> list[list[tuple[str, Codec[Any]]]]:
        """Neighbouring fields, grouped by whether they can share one `struct` call."""
        self._made: list[str] = []
        groups = itertools.groupby(self.fields, lambda field: field[1].fused is not None)
        return [list(group) for _, group in groups]

    def _pack(self, run: list[tuple[str, Codec[Any]]]) -> str:
        layout = struct.Struct("<" + "".join(_fused(codec).letters for _, codec in run))
        pack = self._name(layout.pack)
        for name, codec in run:
            fused = _fused(codec)
            if fused.pack_check:
                self._line(f"if not {fused.pack_check.format(v='v.' + name)}:")
                self._line(f" raise EncodeError('{self.cls.__name__}.{name}: {fused.wanted} wanted')")
        return f"{pack}({', '.join(_fused(codec).pack.format(v='v.' + name) for name, codec in run)})"

    def _unpack(self, run: list[tuple[str, Codec[Any]]]) -> None:
        layout = struct.Struct("<" + "".join(_fused(codec).letters for _, codec in run))
        slots, counter = [], itertools.count(len(self._made) * 2)
        for _, codec in run:
            slots.append([f"x{next(counter)}" for _ in range(_fused(codec).slots)])
            self.env |= _fused(codec).env
        self._line(f"{', '.join(itertools.chain(*slots))}, = {self._name(layout.unpack_from)}(d, at)")
        self.run_at[len(self.lines)] = run
        offset = 0
        for (name, codec), names in zip(run, slots, strict=True):
            fused = _fused(codec)
            if fused.unpack_check:
                self._line(f"if not {fused.unpack_check.format(*names)}:")
                self._line(f" raise DecodeError({fused.wanted!r}, str({names[0]}), at + {offset})", name)
            self._made.append(fused.unpack.format(*names))
            offset += codec.min_size
        self._line(f"at += {layout.size}")

    def _encode_field(self, name: str, codec: Codec[Any]) -> str:
        if codec is BYTES:
            return f"compact(len(v.{name})) + v.{name}"
        return f"{self._name(codec.encode)}(v.{name})"

    def _decode_field(self, name: str, codec: Codec[Any]) -> None:
        target = f"y{len(self._made)}"
        if codec is BYTES:
            self._decode_bytes(name, target)
        else:
            self._line(f"{target}, at = {self._name(codec.decode_at)}(d, at)", name)
        self._made.append(target)

    def _decode_bytes(self, name: str, target: str) -> None:
        """A byte string below 16 KiB, the most frequent field of messages, is read without a call."""
        self._line("n = d[at] if at < size else 3")
        self._line("if not n & 3:")
        self._line(" n >>= 2; at += 1")
        self._line("elif n & 3 == 1 and at + 1 < size and d[at + 1]:")
        self._line(" n = n >> 2 | d[at + 1] << 6; at += 2")
        self._line("else:")
        self._line(" n, at = decode_compact(d, at, 32)", name)
        self._line("end = at + n")
        self._line("if end > size:")
        self._line(" raise DecodeError(f'{n} bytes', str(size - at), at)", name)
        self._line(f"{target} = d[at:end]; at = end")

    def _line(self, text: str, field: str | None = None) -> None:
        self.lines.append(self.indent + text)
        if field is not None:
            self.field_at[len(self.lines)] = field

    def _name(self, thing: object) -> str:
        name = f"f{len(self.env)}"
        self.env[name] = thing
        return name

    def _compile(self, *functions: str) -> tuple[Any, ...]:
        place = f"<scale {self.cls.__name__}.{functions[0]}>"
        exec(compile("\n".join(self.lines), place, "exec"), self.env)
        return tuple(self.env[function] for function in functions)


def _fused(codec: Codec[Any]) -> Fused:
    assert codec.fused is not None
    return codec.fused


PLAIN = Wire("plain")
"""The layout the annotations say, with no differences."""


def codec(tp: TypeForm[T]) -> Codec[T]:
    """The codec of a type in the plain wire."""
    return PLAIN.codec(tp)
