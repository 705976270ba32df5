"""What one connected client has asked to be told.

A session turns what happens on the node into notifications. It sends nothing itself: whoever carries the
connection gives it a way to send. The answer to the request that opens a subscription has to go out before
the subscription's first notification; so first notifications wait in `pending` until that answer is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Final

from node.chain import Block
from node.pool import Status
from node.rpc.errors import too_many_subscriptions
from node.service import ChainNode
from primitives.ids import Hash
from primitives.record import Record

MOST_SUBSCRIPTIONS: Final = 1_024
"""On one connection.

Upstream: substrate/client/cli/src/commands/run_cmd.rs `rpc_max_subscriptions_per_connection`
"""

Message = dict[str, Any]

OVER: Final = ("dropped", "invalid")
"""Statuses after which nothing becomes of an extrinsic any more, besides `finalized` and `usurped`."""


class Subscription(Record):
    """One thing that a client wants to hear of."""

    notification: str
    """The method's name in what is sent."""

    on_block: Callable[[Block], Any] | None = None
    """What to say of a block; None for nothing."""

    on_final: Callable[[Block], Any] | None = None
    """The same, when the block is final."""

    extrinsic: Hash | None = None
    """The extrinsic to speak of."""


class Session:
    """One client's subscriptions, by the ids it was given."""

    def __init__(self, node: ChainNode, send: Callable[[Message], None]) -> None:
        self.node, self.send = node, send
        self.pending: list[Message] = []
        self._open: dict[str, Subscription] = {}
        self._ids = count(1)
        node.listeners.append(self)

    def close(self) -> None:
        """Forget everything; the client is gone."""
        self._open.clear()
        if self in self.node.listeners:
            self.node.listeners.remove(self)

    def open(self, wanted: Subscription, *first: Any) -> str:
        """Begin to tell something, `first` to begin with; gives the subscription's id."""
        self.check_room()
        made = f"{next(self._ids):x}"
        self._open[made] = wanted
        self.pending += [_message(made, wanted, each) for each in first]
        return made

    def check_room(self) -> None:
        """Raise `RpcError` if this client has as many subscriptions as it may have."""
        if len(self._open) >= MOST_SUBSCRIPTIONS:
            raise too_many_subscriptions(MOST_SUBSCRIPTIONS)

    def stop(self, given: str) -> bool:
        """Stop telling; whether there was something to stop."""
        return self._open.pop(given, None) is not None

    def __len__(self) -> int:
        return len(self._open)

    # What the node tells.

    def imported(self, block: Block) -> None:
        """Tell of a new best block."""
        for given, wanted in tuple(self._open.items()):
            if wanted.on_block is not None:
                self._send(given, wanted, wanted.on_block(block))

    def finalized(self, block: Block) -> None:
        """Tell of a final block."""
        for given, wanted in tuple(self._open.items()):
            if wanted.on_final is not None:
                self._send(given, wanted, wanted.on_final(block))

    def _send(self, given: str, wanted: Subscription, told: Any) -> None:
        if told is not None:
            self.send(_message(given, wanted, told))

    def became(self, extrinsic: Hash, status: Status) -> None:
        """Tell what became of an extrinsic; after the last of it, the subscription is over."""
        for given, wanted in tuple(self._open.items()):
            if wanted.extrinsic == extrinsic:
                self.send(_message(given, wanted, status))
                if status in OVER or (isinstance(status, dict) and {"finalized", "usurped"} & status.keys()):
                    self.stop(given)


def _message(given: str, wanted: Subscription, result: Any) -> Message:
    params = {"subscription": given, "result": result}
    return {"jsonrpc": "2.0", "method": wanted.notification, "params": params}
