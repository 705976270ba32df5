"""A runtime's function as clients call it: the bytes of its arguments in, those of its answer out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from runtime.api_types import Method

Answer = Callable[[Any, bytes], bytes]
"""What is called with a chain and bytes; raises `DecodeError` where they are not the arguments."""


def in_bytes(
    method: Method, function: Callable[..., object], codec_of: Callable[[Any], Any] = codec
) -> Answer:
    """A function that takes the chain and its arguments as values, by the types that metadata tells of."""
    inputs, output = [codec_of(tp) for _, tp in method.inputs], codec_of(method.output)

    def answer(chain: object, raw: bytes) -> bytes:
        values: list[Any] = []
        at = 0
        for each in inputs:
            value, at = each.decode_at(raw, at)
            values.append(value)
        if at < len(raw):
            raise DecodeError("end of input", f"{len(raw) - at} more bytes", at)
        encoded: bytes = output.encode(function(chain, *values))
        return encoded

    return answer
