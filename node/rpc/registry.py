"""Methods by name, and their parameters.

A method is a plain function of the node and the parameters, registered under its names; one that keeps
telling things gets the client's session as well. Parameters come by position; those at the end may be missing
or null. Hex is taken with and without `0x`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from node.rpc.errors import invalid_params, method_not_found, needs_websocket
from node.rpc.session import Session
from node.service import ChainNode
from primitives.ids import Hash
from primitives.record import Record

F = TypeVar("F", bound=Callable[..., Any])

HASH_BYTES: Final = 32
HEX_NUMBER: Final = re.compile("0x[0-9a-fA-F]{1,64}")


class Params:
    """The parameters of one request; every reader raises `RpcError` for what is not as it should be."""

    def __init__(self, given: list[Any]) -> None:
        self.given = given

    def get(self, index: int) -> Any:
        """The parameter as it came; None if it is missing."""
        return self.given[index] if index < len(self.given) else None

    def required(self, index: int) -> Any:
        """The parameter as it came; it has to be there."""
        found = self.get(index)
        if found is None:
            raise invalid_params(f"parameter {index + 1} is missing")
        return found

    def raw(self, index: int) -> bytes:
        """Bytes in hex."""
        return _hex(self.required(index), index)

    def keys(self, index: int) -> tuple[bytes, ...]:
        """A list of bytes in hex."""
        found = self.required(index)
        if not isinstance(found, list):
            raise invalid_params(f"parameter {index + 1}: expected a list, found {_shown(found)}")
        return tuple(_hex(each, index) for each in found)

    def block(self, index: int, node: ChainNode) -> Hash:
        """The hash of a block; the best one's if it is missing."""
        found = self.get(index)
        return node.chain.best.hash if found is None else self._hash(found, index)

    def hash(self, index: int) -> Hash:
        """A hash."""
        return self._hash(self.required(index), index)

    def _hash(self, found: Any, index: int) -> Hash:
        raw = _hex(found, index)
        if len(raw) != HASH_BYTES:
            raise invalid_params(f"parameter {index + 1}: expected 32 bytes, found {len(raw)}")
        return Hash(raw)

    def text(self, index: int) -> str:
        """A string."""
        found = self.required(index)
        if not isinstance(found, str):
            raise invalid_params(f"parameter {index + 1}: expected a string, found {_shown(found)}")
        return found

    def number(self, index: int) -> int:
        """A number that is not negative, as such or in hex."""
        return number(self.required(index), index)


def number(found: Any, index: int) -> int:
    """A number that is not negative, as such or in hex; `index` is for the error."""
    if isinstance(found, int) and not isinstance(found, bool) and found >= 0:
        return found
    if isinstance(found, str) and HEX_NUMBER.fullmatch(found):
        return int(found, 16)
    raise invalid_params(f"parameter {index + 1}: expected a number, found {_shown(found)}")


def _hex(found: Any, index: int) -> bytes:
    if isinstance(found, str):
        try:
            return bytes.fromhex(found.removeprefix("0x"))
        except ValueError:
            pass
    raise invalid_params(f"parameter {index + 1}: expected bytes in hex, found {_shown(found)}")


def _shown(found: Any) -> str:
    text = repr(found)
    return text if len(text) <= 40 else text[:37] + "..."


def hex_of(data: bytes) -> str:
    """Bytes as clients read them."""
    return "0x" + data.hex()


class Method(Record):
    """One method: the function, how many parameters it takes at most, and whether it needs a session."""

    function: Callable[..., Any]
    most: int
    lasting: bool


METHODS: Final[dict[str, Method]] = {}
"""Every method there is, by each of its names."""


def method(*names: str, most: int = 0) -> Callable[[F], F]:
    """Register a function `(node, params) -> value` under these names, with at most so many parameters."""

    def register(function: F) -> F:
        METHODS.update(dict.fromkeys(names, Method(function, most, lasting=False)))
        return function

    return register


def subscription(*names: str, most: int = 0) -> Callable[[F], F]:
    """Register a function `(node, params, session) -> value`, for clients that stay connected."""

    def register(function: F) -> F:
        METHODS.update(dict.fromkeys(names, Method(function, most, lasting=True)))
        return function

    return register


def invoke(node: ChainNode, session: Session | None, name: str, params: list[Any]) -> Any:
    """Call a method; raises `RpcError`, or whatever the method does."""
    found = METHODS.get(name)
    if found is None:
        raise method_not_found()
    if len(params) > found.most:
        raise invalid_params(f"{name} takes at most {found.most} parameters, found {len(params)}")
    if not found.lasting:
        return found.function(node, Params(params))
    if session is None:
        raise needs_websocket(name)
    return found.function(node, Params(params), session)
