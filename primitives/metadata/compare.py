"""Our pallets against recorded metadata, as a list of differences by name.

Compared are a pallet's index; its storage items with their order, hashers, key and value types, modifier,
default bytes and prefix; its calls, events, errors and constants with indices, names, types and values.
Types are compared by what they are made of, down to the widths of numbers and the names of fields and cases,
so that another spelling of the same bytes under the same names is no difference. What neither side can look
into is compared by name.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from typing_extensions import override

from primitives.hashing import storage_prefix
from primitives.metadata.describe import (
    Array,
    Case,
    Field,
    Layout,
    Leaf,
    Named,
    Option,
    Product,
    Sequence,
    Sum,
    Text,
    cases_of,
    describe,
    head,
    layout_of,
    unnamed,
)
from primitives.metadata.names import upstream_case, upstream_constant, upstream_field
from primitives.metadata.recorded import RecordedMetadata, recorded_cases
from primitives.pallet import Pallet, StorageItem, calls, error_names, events, storage_items
from primitives.record import Record, tag_of
from primitives.scale.derive import Wire, field_types
from primitives.scale.errors import EncodeError
from primitives.storage.views import DefaultMap, Value


class Difference(Record):
    """One thing that is not as recorded."""

    where: str
    ours: str
    recorded: str

    @override
    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.where}: ours {self.ours}, recorded {self.recorded}"


Differences = tuple[Difference, ...]

ABSENT = "nothing"


class Comparison:
    """A runtime of ours, by its wire, against one recorded.

    `ambiguous` tells of each recorded text that several types could have meant how many there are and how
    many of them fitted, where it was met last; `by_name` holds the texts of which only the name was compared.
    """

    def __init__(self, recorded: RecordedMetadata, wire: Wire) -> None:
        self.recorded, self.wire = recorded, wire
        self.ambiguous: dict[Text, tuple[int, int]] = {}
        self.by_name: set[str] = set()
        self._equal: dict[tuple[Any, Text], None] = {}

    # ------------------------------------------------------------------------------------------- types

    def types(self, where: str, ours: Any, text: Text) -> Differences:
        """An annotation against a recorded type."""
        pair = (ours, text)
        if pair in self._equal:
            return ()  # known to be equal, or being compared further out: a type inside itself
        known = len(self._equal)
        self._equal[pair] = None
        mine, name = layout_of(ours, self.wire), head(text.text)
        candidates = self.recorded.candidates(text)
        if isinstance(mine, Named) or candidates == (Named(name),):
            self.by_name.add(name)
            same = name in (mine.name if isinstance(mine, Named) else "", head(describe(ours)))
            found: list[Differences] = [() if same else (Difference(where, describe(ours), text.text),)]
        else:
            found = [tuple(self._layouts(where, ours, mine, text, theirs)) for theirs in candidates]
        if len(candidates) > 1:
            self.ambiguous[text] = (len(candidates), sum(not each for each in found))
        best = min(found, key=len)
        if best:
            # what was held equal on the strength of this pair is open again
            for stale in list(self._equal)[known:]:
                del self._equal[stale]
        return best

    def _layouts(
        self, where: str, ours: Any, mine: Layout, text: Text, theirs: Layout
    ) -> Iterator[Difference]:
        match mine, theirs:
            case (Leaf(), Leaf()) if mine == theirs:
                return
            case Sequence(element=one), Sequence(element=other):
                yield from self.types(f"{where}[]", one, other)
            case Array(element=one), Array(element=other) if mine.length == theirs.length:
                yield from self.types(f"{where}[]", one, other)
            case Option(inner=one), Option(inner=other):
                yield from self.types(where, one, other)
            case Product(), Product():
                yield from self._bodies(where, "field", mine, theirs)
            case Sum(), Sum():
                yield from self._cases(where, "field", mine.cases, theirs.cases)
            case _:
                yield Difference(where, describe(ours), text.text)

    def _bodies(self, where: str, word: str, mine: Product, theirs: Product) -> Iterator[Difference]:
        mine, theirs = self._without_units(mine), self._without_units(theirs)
        theirs = self._opened(mine, theirs)
        if len(mine.fields) != len(theirs.fields):
            yield Difference(f"{where} {word}s", _listed(mine.fields), _listed(theirs.fields))
            return
        for number, (one, other) in enumerate(zip(mine.fields, theirs.fields, strict=True)):
            if _called(mine, one) != other.name:
                yield Difference(f"{where} {word} {number}", _field(one, mine.named), _field(other, True))
            else:
                yield from self.types(f"{where}.{one.name or number}", one.type, other.type)

    def _without_units(self, body: Product) -> Product:
        """Unnamed parts that take no bytes, such as those of `Ok(())`, are no parts."""
        if body.named:
            return body
        kept = (each for each in body.fields if layout_of(each.type, self.wire) != unnamed(()))
        return Product(tuple(kept), named=False)

    def _opened(self, mine: Product, theirs: Product) -> Product:
        """A recorded case of one unnamed record may be one of ours with that record's fields as its own."""
        if theirs.named or len(theirs.fields) != 1 or len(mine.fields) < 2:
            return theirs
        inner = self.recorded.candidates(theirs.fields[0].type)
        opened = next((each for each in inner if isinstance(each, Product)), theirs)
        names = [field.name for field in mine.fields]
        if [field.name for field in opened.fields] != names:
            return theirs
        return Product(
            tuple(Field("" if not mine.named else each.name, each.type) for each in opened.fields),
            named=mine.named,
        )

    def _cases(
        self, where: str, word: str, mine: tuple[Case, ...], theirs: tuple[Case, ...]
    ) -> Iterator[Difference]:
        ours, others = {case.index: case for case in mine}, {case.index: case for case in theirs}
        for index in sorted(ours.keys() | others.keys()):
            one, other = ours.get(index), others.get(index)
            if one is None or other is None or one.name != other.name:
                names = [case.name if case else ABSENT for case in (one, other)]
                yield Difference(f"{where}[{index}]", *names)
            else:
                yield from self._bodies(f"{where}[{index}].{one.name}", word, one.body, other.body)

    # ----------------------------------------------------------------------------------------- pallets

    def index(self, pallet: type[Pallet], index: int) -> Differences:
        """The pallet's place in the runtime."""
        recorded = self.recorded.indices.get(pallet.prefix)
        return tuple(_same(f"{pallet.prefix}.index", index, ABSENT if recorded is None else recorded))

    def storage(self, pallet: type[Pallet]) -> Differences:
        """Storage items: which, in what order, and each of them."""
        recorded = self._details(pallet, "storage")
        ours = {each.name: each for each in storage_items(pallet)}
        where = f"{pallet.prefix}.storage"
        found = list(_same(f"{where} order", *_names_in_order(ours, recorded)))
        for name in [*recorded, *(ours.keys() - recorded.keys())]:
            if name not in ours or name not in recorded:
                sides = (name if name in side else ABSENT for side in (ours, recorded))
                found.append(Difference(where, *sides))
            else:
                found += self._item(pallet, ours[name], recorded[name])
        return tuple(found)

    def _item(self, pallet: type[Pallet], ours: StorageItem, recorded: Mapping[str, Any]) -> Differences:
        where = f"{pallet.prefix}.{ours.name}"
        has_default = ours.kind in (Value, DefaultMap)
        found = [
            *_same(f"{where} prefix", storage_prefix(pallet.prefix, ours.name).hex(), recorded["prefix"]),
            *_same(f"{where} hashers", _joined(ours.hashers), _joined(recorded["hashers"])),
            *_same(f"{where} modifier", "Default" if has_default else "Optional", recorded["modifier"]),
            *_same(f"{where} default", self._default(ours, has_default), recorded["default"]),
            *self.types(f"{where} value", ours.value_type, Text(recorded["value"])),
        ]
        if ours.key_type is None or recorded["key"] is None:
            key = ABSENT if ours.key_type is None else describe(ours.key_type)
            found += _same(f"{where} key", key, recorded["key"] or ABSENT)
        else:
            found += self.types(f"{where} key", ours.key_type, Text(recorded["key"]))
        return tuple(found)

    def _default(self, ours: StorageItem, has_default: bool) -> str:  # noqa: FBT001 - private
        if not has_default:
            return "0x00"
        try:
            return "0x" + self.wire.codec(ours.value_type).encode(ours.default).hex()
        except (EncodeError, AttributeError, TypeError) as error:
            return f"a default that does not fit ({error})"

    def calls(self, pallet: type[Pallet]) -> Differences:
        """Calls with their indices, names and arguments."""
        ours = tuple(
            Case(
                each.index,
                each.name,
                Product(tuple(Field(name, tp) for name, tp in each.arguments), named=bool(each.arguments)),
            )
            for each in calls(pallet)
        )
        recorded = recorded_cases(self._details(pallet, "calls"))
        return tuple(self._cases(f"{pallet.prefix}.calls", "argument", ours, recorded))

    def events(self, pallet: type[Pallet]) -> Differences:
        """Events with their indices, names and fields."""
        untagged = [arm.__name__ for arm in events(pallet) if tag_of(arm) is None]
        where = f"{pallet.prefix}.events"
        recorded = recorded_cases(self._details(pallet, "events"))
        return (
            *(Difference(where, f"{name} without a tag", "tags only") for name in untagged),
            *self._cases(where, "field", cases_of(events(pallet), self.wire), recorded),
        )

    def errors(self, pallet: type[Pallet]) -> Differences:
        """Errors with their indices."""
        recorded = {index: name for name, index in self._details(pallet, "errors").items()}
        ours = {index: upstream_case(name) for index, name in error_names(pallet.errors).items()}
        places = sorted(ours.keys() | recorded.keys())
        found = (
            _same(f"{pallet.prefix}.errors[{at}]", ours.get(at, ABSENT), recorded.get(at, ABSENT))
            for at in places
        )
        return tuple(difference for each in found for difference in each)

    def constants(self, pallet: type[Pallet]) -> Differences:
        """Constants with their types, in order."""
        recorded = self._details(pallet, "constants")
        declared = field_types(pallet.constants_type) if pallet.constants_type else {}
        ours = {upstream_constant(name): tp for name, tp in declared.items()}
        where = f"{pallet.prefix}.constants"
        if ours.keys() != recorded.keys():
            return tuple(_same(where, _joined(ours), _joined(recorded)))
        order = _same(f"{where} order", *_names_in_order(ours, recorded))
        types = (self.types(f"{where}.{name}", ours[name], Text(recorded[name][0])) for name in recorded)
        return (*order, *(difference for each in types for difference in each))

    def constant_values(self, pallet: type[Pallet], constants: Record | None) -> Differences:
        """The values that a runtime gives a pallet's constants."""
        recorded = self._details(pallet, "constants")
        fields = constants.__struct_fields__ if constants is not None else ()
        ours = {upstream_constant(name): plain(getattr(constants, name)) for name in fields}
        wanted = {name: value for name, (_, value) in recorded.items()}
        return tuple(_values(f"{pallet.prefix}.constants", ours, wanted))

    def _details(self, pallet: type[Pallet], aspect: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.recorded.details[pallet.prefix][aspect]
        return found


ASPECTS: Mapping[str, Callable[[Comparison, type[Pallet]], Differences]] = {
    "storage": Comparison.storage,
    "calls": Comparison.calls,
    "events": Comparison.events,
    "errors": Comparison.errors,
    "constants": Comparison.constants,
}
"""What can be compared of a pallet's declaration alone."""


def plain(value: Any) -> Any:
    """A value as recordings write the values of constants: numbers, texts, lists and dictionaries."""
    match value:
        case bytes():
            return "0x" + value.hex()
        case enum.Enum():
            return upstream_case(value.name)
        case tuple():
            return [plain(each) for each in value]
        case Record():
            return _plain_record(value)
        case _:
            return value


def _plain_record(value: Record) -> Any:
    fields = {upstream_field(name): plain(getattr(value, name)) for name in value.__struct_fields__}
    body: Any = fields
    if value.UNNAMED:
        body = next(iter(fields.values())) if len(fields) == 1 else list(fields.values())
    if tag_of(type(value)) is None:
        return body
    name = upstream_case(type(value).__name__)
    return {name: body} if fields else name


def _values(where: str, ours: Any, recorded: Any) -> Iterator[Difference]:
    match ours, recorded:
        case list(), "Here":
            yield from _values(where, ours, [])
        case list(), {**junctions} if list(junctions) == [f"X{len(ours)}"]:
            yield from _values(where, ours, junctions[f"X{len(ours)}"])
        case dict(), dict():
            for name in [*recorded, *(ours.keys() - recorded.keys())]:
                yield from _values(f"{where}.{name}", ours.get(name, ABSENT), recorded.get(name, ABSENT))
        case list(), list() if len(ours) == len(recorded):
            for place, (one, other) in enumerate(zip(ours, recorded, strict=True)):
                yield from _values(f"{where}[{place}]", one, other)
        case _:
            yield from _same(where, ours, recorded)


def _same(where: str, ours: object, recorded: object) -> Iterator[Difference]:
    if ours != recorded:
        yield Difference(where, str(ours), str(recorded))


def _names_in_order(ours: Mapping[str, Any], recorded: Mapping[str, Any]) -> tuple[str, str]:
    """The names that both sides have, in the order of each."""
    return _joined(name for name in ours if name in recorded), _joined(
        name for name in recorded if name in ours
    )


def _joined(names: Any) -> str:
    return ", ".join(names) or ABSENT


def _listed(fields: tuple[Field, ...]) -> str:
    return f"({', '.join(_field(each, bool(each.name)) for each in fields)})"


def _field(field: Field, named: bool) -> str:  # noqa: FBT001 - private
    return f"{field.name if named else ''} {describe(field.type)}".strip()


def _called(body: Product, field: Field) -> str:
    return field.name if body.named else ""
