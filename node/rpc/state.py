"""`state_*`: what the chain stores, proofs of it, and questions to the runtime, at any block whose state is
still kept.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from node.rpc.errors import invalid_count
from node.rpc.registry import Params, hex_of, method
from node.service import ChainNode
from primitives.hashing import blake2_256
from primitives.trie.proof import prove
from runtime import apis
from runtime.metadata import metadata

MOST_KEYS: Final = 1_000
"""Keys given at once.

Upstream: substrate/client/rpc/src/state/mod.rs `STORAGE_KEYS_PAGED_MAX_COUNT`
"""


@method("state_getStorage", "state_getStorageAt", most=2)
def get_storage(node: ChainNode, params: Params) -> str | None:
    """What a key holds."""
    found = node.chain.value(params.raw(0), params.block(1, node))
    return None if found is None else hex_of(found)


@method("state_getStorageHash", "state_getStorageHashAt", most=2)
def get_storage_hash(node: ChainNode, params: Params) -> str | None:
    """The blake2-256 hash of what a key holds."""
    found = node.chain.value(params.raw(0), params.block(1, node))
    return None if found is None else hex_of(blake2_256(found))


@method("state_getStorageSize", "state_getStorageSizeAt", most=2)
def get_storage_size(node: ChainNode, params: Params) -> int | None:
    """How many bytes a key holds."""
    found = node.chain.value(params.raw(0), params.block(1, node))
    return None if found is None else len(found)


@method("state_getKeys", most=2)
def get_keys(node: ChainNode, params: Params) -> list[str]:
    """All keys with a prefix, ascending."""
    return [hex_of(key) for key in node.chain.trie(params.block(1, node)).keys(params.raw(0))]


@method("state_getKeysPaged", "state_getKeysPagedAt", most=4)
def get_keys_paged(node: ChainNode, params: Params) -> list[str]:
    """So many keys with a prefix, ascending, strictly behind a start key; that may be the prefix itself."""
    prefix = b"" if params.get(0) is None else params.raw(0)
    wanted = params.number(1)
    if wanted > MOST_KEYS:
        raise invalid_count(wanted, MOST_KEYS)
    start = b"" if params.get(2) is None else params.raw(2)
    trie = node.chain.trie(params.block(3, node))
    keys = (key for key in trie.keys(prefix) if key > start)
    return [hex_of(key) for key in islice(keys, wanted)]


@method("state_queryStorageAt", most=2)
def query_storage_at(node: ChainNode, params: Params) -> list[dict[str, Any]]:
    """What several keys hold, in the order asked."""
    keys, block = params.keys(0), params.block(1, node)
    values = ((key, node.chain.value(key, block)) for key in keys)
    changes = [[hex_of(key), None if value is None else hex_of(value)] for key, value in values]
    return [{"block": hex_of(block), "changes": changes}]


@method("state_getReadProof", most=2)
def get_read_proof(node: ChainNode, params: Params) -> dict[str, Any]:
    """The trie's nodes from which anybody who knows the block's state root can read the keys."""
    keys, block = params.keys(0), params.block(1, node)
    proof = prove(node.chain.trie(block), keys)
    return {"at": hex_of(block), "proof": [hex_of(each) for each in proof]}


@method("state_getRuntimeVersion", "chain_getRuntimeVersion", most=1)
def runtime_version(node: ChainNode, params: Params) -> dict[str, Any]:
    """Which runtime the chain has."""
    version = node.constants.version
    return {
        "specName": version.spec_name,
        "implName": version.impl_name,
        "authoringVersion": version.authoring_version,
        "specVersion": version.spec_version,
        "implVersion": version.impl_version,
        "apis": [[hex_of(name), version] for name, version in version.apis],
        "transactionVersion": version.transaction_version,
        "systemVersion": version.system_version,
        "stateVersion": version.system_version,  # the name that it had before
    }


@method("state_getMetadata", most=1)
def get_metadata(node: ChainNode, params: Params) -> str:
    """The runtime's description of itself, version 14: what every client understands."""
    return hex_of(metadata(node.kind, 14))


@method("state_call", "state_callAt", most=3)
def call(node: ChainNode, params: Params) -> str:
    """Put a question to the runtime: a name and SCALE bytes."""
    name = params.text(0)
    arguments = b"" if params.get(1) is None else params.raw(1)
    return hex_of(apis.call(node.runtime_at(params.block(2, node)), name, arguments))
