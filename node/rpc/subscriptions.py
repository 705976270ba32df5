"""Subscriptions: new heads, storage, the runtime's version, and what becomes of an extrinsic.

Each begins with how things stand now. All end with the connection, or when they are asked to.
"""

from __future__ import annotations

from typing import Any

from node.chain import Block
from node.rpc.author import submit
from node.rpc.chain import header_json
from node.rpc.registry import Params, hex_of, subscription
from node.rpc.session import Session, Subscription
from node.rpc.state import runtime_version
from node.service import ChainNode


def _head(block: Block) -> Any:
    return header_json(block.header)


@subscription("chain_subscribeNewHeads", "chain_subscribeNewHead", "subscribe_newHead")
def new_heads(node: ChainNode, params: Params, session: Session) -> str:
    """The header of the best block, and of every one that follows."""
    return session.open(Subscription("chain_newHead", on_block=_head), _head(node.chain.best))


@subscription("chain_subscribeAllHeads")
def all_heads(node: ChainNode, params: Params, session: Session) -> str:
    """The same: there are no forks."""
    return session.open(Subscription("chain_allHead", on_block=_head), _head(node.chain.best))


@subscription("chain_subscribeFinalizedHeads", "chain_subscribeFinalisedHeads")
def finalized_heads(node: ChainNode, params: Params, session: Session) -> str:
    """The header of the latest final block, and of every one that follows."""
    return session.open(Subscription("chain_finalizedHead", on_final=_head), _head(node.chain.finalized))


@subscription("state_subscribeStorage", most=1)
def storage(node: ChainNode, params: Params, session: Session) -> str:
    """What some keys hold; after that, what changed of them, block by block."""
    keys = tuple(dict.fromkeys(params.keys(0)))
    known: dict[bytes, bytes | None] = {}

    def changes(block: Block) -> Any:
        now = {key: node.chain.value(key, block.hash) for key in keys}
        changed = [key for key in keys if key not in known or now[key] != known[key]]
        known.update(now)
        pairs = [[hex_of(key), None if now[key] is None else hex_of(now[key] or b"")] for key in changed]
        return {"block": hex_of(block.hash), "changes": pairs} if pairs else None

    first = changes(node.chain.best)
    return session.open(Subscription("state_storage", on_block=changes), *([first] if first else []))


@subscription("state_subscribeRuntimeVersion", "chain_subscribeRuntimeVersion")
def version(node: ChainNode, params: Params, session: Session) -> str:
    """The runtime's version, which does not change."""
    return session.open(Subscription("state_runtimeVersion"), runtime_version(node, Params([])))


@subscription("author_submitAndWatchExtrinsic", most=1)
def submit_and_watch(node: ChainNode, params: Params, session: Session) -> str:
    """Put an extrinsic into the pool, and tell what becomes of it until it is in a final block."""
    session.check_room()
    extrinsic = submit(node, params)
    wanted = Subscription("author_extrinsicUpdate", extrinsic=extrinsic)
    return session.open(wanted, node.pool.status(extrinsic))


@subscription(
    "chain_unsubscribeNewHeads",
    "chain_unsubscribeNewHead",
    "unsubscribe_newHead",
    "chain_unsubscribeAllHeads",
    "chain_unsubscribeFinalizedHeads",
    "chain_unsubscribeFinalisedHeads",
    "state_unsubscribeStorage",
    "state_unsubscribeRuntimeVersion",
    "chain_unsubscribeRuntimeVersion",
    "author_unwatchExtrinsic",
    most=1,
)
def unsubscribe(node: ChainNode, params: Params, session: Session) -> bool:
    """End a subscription; whether there was one."""
    return session.stop(params.text(0))
