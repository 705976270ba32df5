"""`payment_*`: what extrinsics cost.

Upstream: substrate/frame/transaction-payment/rpc/src/lib.rs
"""

from __future__ import annotations

from typing import Any

from node.rpc.errors import refused
from node.rpc.registry import Params, method
from node.service import ChainNode
from primitives.errors import InvalidTransaction
from runtime import apis


@method("payment_queryInfo", most=2)
def query_info(node: ChainNode, params: Params) -> dict[str, Any]:
    """Weight, class and fee of an extrinsic; the fee is a decimal string, in planck and without the tip."""
    try:
        info = apis.query_info(node.runtime_at(params.block(1, node)), params.raw(0))
    except InvalidTransaction as error:
        raise refused(error) from error
    return {
        "weight": {"ref_time": info.weight.ref_time, "proof_size": info.weight.proof_size},
        "class": info.class_.name.lower(),
        "partialFee": str(info.partial_fee),
    }


@method("payment_queryFeeDetails", most=2)
def query_fee_details(node: ChainNode, params: Params) -> dict[str, Any]:
    """What an extrinsic's fee is made of, in planck as hex."""
    try:
        details = apis.query_fee_details(node.runtime_at(params.block(1, node)), params.raw(0))
    except InvalidTransaction as error:
        raise refused(error) from error
    fee = details.inclusion_fee
    if fee is None:
        return {"inclusionFee": None}
    parts = {"baseFee": fee.base_fee, "lenFee": fee.len_fee, "adjustedWeightFee": fee.adjusted_weight_fee}
    return {"inclusionFee": {name: hex(amount) for name, amount in parts.items()}}
