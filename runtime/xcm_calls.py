"""A runtime as the XCM executor sees it: calls to read, weigh and make, and pallets to name.

Upstream: polkadot/xcm/xcm-executor/src/traits/conversion.rs `CallDispatcher`,
polkadot/xcm/xcm-builder/src/transactional.rs `FrameTransactionalProcessor`
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from primitives.errors import DispatchError, DispatchErrorCase
from primitives.origin import Origin
from primitives.pallet import RuntimeCall
from primitives.scale.derive import Wire, codec
from primitives.scale.errors import DecodeError
from primitives.weights import DispatchInfo, PostDispatchInfo, Weight
from xcm.reading import MAX_XCM_DECODE_DEPTH
from xcm.traits import Dispatched

CALLS_REMEMBERED = 4
"""A call is read twice: when its program is weighed, and shortly after when it is made."""


class Dispatching(Protocol):
    """A runtime, as far as making calls goes."""

    @classmethod
    def wire(cls) -> Wire:
        """The layouts of its outer types."""
        ...

    def dispatch(self, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
        """Run a call in a storage layer of its own; raises `DispatchError`."""
        ...

    def dispatch_info(self, call: RuntimeCall) -> DispatchInfo:
        """What is known of a call before it runs."""
        ...

    def error_case(self, error: DispatchError) -> DispatchErrorCase:
        """An error as it is recorded."""
        ...


class RuntimeCalls:
    """The calls that `Transact` may carry."""

    def __init__(self, runtime: Dispatching) -> None:
        self.runtime = runtime
        self._codec = runtime.wire().codec(RuntimeCall)
        self._remembered = lru_cache(CALLS_REMEMBERED)(self._decoded)

    def decode(self, encoded: bytes) -> RuntimeCall:
        """The call in all these bytes, with calls in calls as deep as programs in programs may be.

        Upstream: polkadot/xcm/src/double_encoded.rs `DoubleEncoded::ensure_decoded`
        """
        return self._remembered(encoded)

    def _decoded(self, encoded: bytes) -> RuntimeCall:
        call: RuntimeCall = self._codec.decode(encoded)
        depth = _depth(call)
        if depth > MAX_XCM_DECODE_DEPTH:
            raise DecodeError(f"at most {MAX_XCM_DECODE_DEPTH} levels of calls", str(depth), 0)
        return call

    def weight(self, call: RuntimeCall) -> Weight:
        """What the call costs at most."""
        return self.runtime.dispatch_info(call).weight

    def dispatch(self, call: RuntimeCall, origin: Origin) -> Dispatched:
        """Make the call, undone if it fails; what it turned out to weigh is told either way."""
        try:
            return Dispatched(None, self.runtime.dispatch(call, origin).actual_weight)
        except DispatchError as error:
            return Dispatched(self.runtime.error_case(error), error.actual_weight)

    def encode_error(self, error: DispatchErrorCase) -> bytes:
        """The error in bytes."""
        return bytes(codec(DispatchErrorCase).encode(error))


def _depth(call: RuntimeCall) -> int:
    """How many levels of calls are inside of a call."""
    return max((1 + _depth(each) for each in _inside(call)), default=0)


def _inside(call: RuntimeCall) -> Iterator[RuntimeCall]:
    for argument in call.args:
        values = argument if isinstance(argument, tuple) else (argument,)
        yield from (each for each in values if isinstance(each, RuntimeCall))
