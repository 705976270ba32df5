"""What a decoder says of bytes that are not the type it was asked for."""

from __future__ import annotations

from typing_extensions import override

LONGEST_SHOWN = 256
"""Bits of a number that an error still spells out."""


class DecodeError(ValueError):
    """Bytes are not an encoding of the wanted type: what was expected, what was found, where.

    `at` is the offset in bytes from the start of the outermost value, `path` the fields on the way to the
    fault, outermost first.
    """

    def __init__(self, expected: str, found: str, at: int, path: tuple[str, ...] = ()) -> None:
        super().__init__(expected, found, at, path)
        self.expected, self.found, self.at, self.path = expected, found, at, path

    def within(self, step: str) -> DecodeError:
        """The same fault, seen from one level further out."""
        return DecodeError(self.expected, self.found, self.at, (step, *self.path))

    @override
    def __str__(self) -> str:
        """One line for a person."""
        place = "".join(self.path).lstrip(".") or "value"
        return f"{place}: expected {self.expected}, found {self.found} at byte {self.at}"


class EncodeError(ValueError):
    """A value does not fit the layout it is to be written in."""


def shown(value: object) -> str:
    """A value as an error tells it; numbers that no layout holds by their length, as Python prints no number
    of more than 4,300 digits."""
    if isinstance(value, int) and value.bit_length() > LONGEST_SHOWN:
        return f"a number of {value.bit_length()} bits"
    return repr(value)
