"""`chain_*`: blocks and headers."""

from __future__ import annotations

from typing import Any

from node.rpc.registry import Params, hex_of, method, number
from node.service import ChainNode
from primitives.header import DigestItem, Header
from primitives.scale.derive import codec


def header_json(header: Header) -> dict[str, Any]:
    """A header as clients read it: its hash is that of what they put together again."""
    return {
        "parentHash": hex_of(header.parent_hash),
        "number": hex(header.number),
        "stateRoot": hex_of(header.state_root),
        "extrinsicsRoot": hex_of(header.extrinsics_root),
        "digest": {"logs": [hex_of(_LOG.encode(each)) for each in header.digest.logs]},
    }


@method("chain_getBlockHash", "chain_getHead", most=1)
def get_block_hash(node: ChainNode, params: Params) -> Any:
    """The hash of a block by number, of several by a list of numbers, or of the best one."""
    asked = params.get(0)
    if isinstance(asked, list):
        return [_hash_at(node, each) for each in asked]
    return _hash_at(node, asked)


def _hash_at(node: ChainNode, asked: Any) -> str | None:
    found = node.chain.best.hash if asked is None else node.chain.hash_at(number(asked, 0))
    return None if found is None else hex_of(found)


@method("chain_getFinalizedHead", "chain_getFinalisedHead")
def get_finalized_head(node: ChainNode, params: Params) -> str:
    """The hash of the latest final block."""
    return hex_of(node.chain.finalized.hash)


@method("chain_getHeader", most=1)
def get_header(node: ChainNode, params: Params) -> Any:
    """The header of a block by hash, or of the best one; null if there is no such block."""
    found = node.chain.block(params.block(0, node))
    return None if found is None else header_json(found.header)


@method("chain_getBlock", most=1)
def get_block(node: ChainNode, params: Params) -> Any:
    """A block by hash, or the best one; null if there is no such block."""
    found = node.chain.block(params.block(0, node))
    if found is None:
        return None
    block = {"header": header_json(found.header), "extrinsics": [hex_of(each) for each in found.extrinsics]}
    return {"block": block, "justifications": None}


_LOG: Any = codec(DigestItem)
