"""`author_*`: extrinsics on their way into a block."""

from __future__ import annotations

from node.pool import Refused
from node.rpc.errors import refused
from node.rpc.registry import Params, hex_of, method
from node.service import ChainNode
from primitives.errors import InvalidTransaction
from primitives.ids import Hash


def submit(node: ChainNode, params: Params) -> Hash:
    """Put an extrinsic into the pool; gives its hash."""
    try:
        return node.submit(params.raw(0))
    except (InvalidTransaction, Refused) as error:
        raise refused(error) from error


@method("author_submitExtrinsic", most=1)
def submit_extrinsic(node: ChainNode, params: Params) -> str:
    """Put an extrinsic into the pool; gives its hash."""
    return hex_of(submit(node, params))


@method("author_pendingExtrinsics")
def pending_extrinsics(node: ChainNode, params: Params) -> list[str]:
    """Those that are ready, in the order in which a block would have them."""
    return [hex_of(each) for each in node.pool.pending()]
