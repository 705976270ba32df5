"""Values that scalecodec has read, in the form in which it writes them: it has two.

- A call is read as a list of arguments and written as a dictionary of them.
- What wraps one list without naming it, as a program wraps its instructions, is read as that list and written
  as a list that holds that list: `{"V5": [[{"ClearOrigin": None}]]}`.
"""

from __future__ import annotations

from typing import Any

from primitives.metadata.types import (
    Array,
    Composite,
    Field,
    PortableTypes,
    Sequence,
    Tuple,
    Variant,
    Variants,
)


class Forms:
    """The types that values are of."""

    def __init__(self, types: PortableTypes) -> None:
        self.types = {each.id: each.type.definition for each in types}

    def as_input(self, at: int, value: Any) -> Any:
        """A value of the type with this id."""
        match self.types[at], value:
            case _, None:
                return None
            case _, {"call_module": _, "call_function": _, "call_args": _}:
                return self._call(at, value)
            case Composite((Field(None, inner),)), _:
                given = self.as_input(inner, value)
                return [given] if isinstance(given, list | tuple) else given
            case Composite(fields), dict():
                return self._fields(fields, value)
            case Variants((Variant("None"), Variant("Some", (some,)))), _:
                return self.as_input(some.type, value)
            case Variants(), dict() if len(value) == 1:
                ((name, inside),) = value.items()
                return {name: self._fields(self._case(at, name), inside)}
            case ((Sequence(element) | Array(_, element)), list()):
                return [self.as_input(element, each) for each in value]
            case Tuple(elements), tuple() if len(elements) > 1:
                return tuple(self.as_input(one, each) for one, each in zip(elements, value, strict=True))
            case _:
                return value

    def _fields(self, fields: tuple[Field, ...], value: Any) -> Any:
        if len(fields) == 1 and fields[0].name is None:
            return self.as_input(fields[0].type, value)
        if isinstance(value, dict):
            return {each.name: self.as_input(each.type, value[each.name or ""]) for each in fields}
        return tuple(self.as_input(each.type, part) for each, part in zip(fields, value or (), strict=True))

    def _call(self, at: int, value: Any) -> Any:
        of_pallet = self._case(at, value["call_module"])[0].type
        types = {each.name: each.type for each in self._case(of_pallet, value["call_function"])}
        given = {
            each["name"]: self.as_input(types[each["name"]], each["value"]) for each in value["call_args"]
        }
        return {name: value[name] for name in ("call_module", "call_function")} | {"call_args": given}

    def _case(self, at: int, name: str) -> tuple[Field, ...]:
        definition = self.types[at]
        assert isinstance(definition, Variants)
        return next(each.fields for each in definition.variants if each.name == name)
