"""What a pallet that makes calls of its own (batches, sudo, XCM's Transact) asks of the chain it lives in.

Upstream: substrate/frame/support/src/dispatch.rs `GetDispatchInfo`,
substrate/primitives/runtime/src/traits/mod.rs `Dispatchable`
"""

from __future__ import annotations

from typing import Protocol

from primitives.errors import DispatchError, DispatchErrorCase
from primitives.origin import Origin
from primitives.pallet import RuntimeCall
from primitives.weights import DispatchInfo, PostDispatchInfo


class Dispatcher(Protocol):
    """The chain, as far as making a call goes."""

    def dispatch(self, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
        """Run a call in a storage layer of its own; raises `DispatchError` with the layer undone."""
        ...

    def dispatch_info(self, call: RuntimeCall) -> DispatchInfo:
        """Weight, class and whether a fee is due, before the call runs."""
        ...

    def error_case(self, error: DispatchError) -> DispatchErrorCase:
        """The error as an event records it: a pallet's own becomes `Module` with the pallet's index.

        Upstream: substrate/frame/support/procedural/src/pallet/expand/error.rs `expand_error`
        """
        ...
