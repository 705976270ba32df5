"""`system_*` and `rpc_methods`: the node itself.

Upstream: substrate/client/rpc-api/src/system/mod.rs, substrate/utils/frame/rpc/system/src/lib.rs
"""

from __future__ import annotations

from typing import Any

from node.rpc.errors import invalid_params
from node.rpc.registry import METHODS, Params, hex_of, method
from node.rpc.ss58 import BadAddress, account
from node.service import IMPLEMENTATION, ChainNode
from node.version import version as program_version
from primitives.errors import DispatchResult, InvalidTransaction
from runtime.executive import outcome_bytes
from runtime.paseo import TOKEN
from runtime.validity import begin_trial


@method("rpc_methods")
def rpc_methods(node: ChainNode, params: Params) -> dict[str, Any]:
    """The names of all methods."""
    return {"methods": sorted(METHODS)}


@method("system_chain")
def chain(node: ChainNode, params: Params) -> str:
    """The chain's name."""
    return node.name


@method("system_name")
def name(node: ChainNode, params: Params) -> str:
    """The program's name."""
    return IMPLEMENTATION


@method("system_version")
def version(node: ChainNode, params: Params) -> str:
    """The program's version."""
    return program_version()


@method("system_chainType")
def chain_type(node: ChainNode, params: Params) -> str:
    """A development chain."""
    return "Development"


@method("system_properties")
def properties(node: ChainNode, params: Params) -> dict[str, Any]:
    """How to show addresses and amounts."""
    symbol, decimals = TOKEN
    prefix = node.constants.ss58_prefix
    return {"ss58Format": prefix, "tokenDecimals": decimals, "tokenSymbol": symbol}


@method("system_health")
def health(node: ChainNode, params: Params) -> dict[str, Any]:
    """All well, and alone."""
    return {"peers": 0, "isSyncing": False, "shouldHavePeers": False}


@method("system_syncState")
def sync_state(node: ChainNode, params: Params) -> dict[str, Any]:
    """Nothing to catch up with."""
    best = node.chain.best.number
    return {"startingBlock": 0, "currentBlock": best, "highestBlock": best}


@method("system_peers", "system_reservedPeers", "system_localListenAddresses")
def nobody(node: ChainNode, params: Params) -> list[Any]:
    """No other node is known, and none can reach this one."""
    return []


@method("system_nodeRoles")
def node_roles(node: ChainNode, params: Params) -> list[str]:
    """It makes the blocks."""
    return ["Authority"]


@method("system_localPeerId")
def local_peer_id(node: ChainNode, params: Params) -> str:
    """None: there is no network."""
    return ""


@method("system_accountNextIndex", "account_nextIndex", most=1)
def account_next_index(node: ChainNode, params: Params) -> int:
    """The nonce to sign with next, what waits in the pool counted in."""
    try:
        who = account(params.text(0))
    except BadAddress as error:
        raise invalid_params(f"parameter 1 is no address: {error}") from None
    return node.pool.next_nonce(who)


@method("system_dryRun", "system_dryRunAt", most=2)
def dry_run(node: ChainNode, params: Params) -> str:
    """How an extrinsic would end, were it in the block after the one named; `ApplyExtrinsicResult` in
    SCALE.
    """
    block = params.block(1, node)
    relay = node.runtime_at(block)
    begin_trial(relay, block)
    outcome: DispatchResult | InvalidTransaction
    try:
        outcome = relay.executive.apply_extrinsic(params.raw(0))
    except InvalidTransaction as error:
        outcome = error
    return hex_of(outcome_bytes(outcome))
