"""Extrinsics signed by the development accounts."""

from __future__ import annotations

from typing import Any

from substrateinterface import Keypair

from primitives.address import Id
from primitives.extrinsic import (
    IMMORTAL,
    Era,
    Signature,
    Sr25519,
    encode_extra,
    encode_extrinsic,
    signed_payload,
)
from primitives.ids import AccountId
from primitives.pallet import RuntimeCall
from runtime.executive import BlockRuntime

KEYS = {name: Keypair.create_from_uri(f"//{name}") for name in ("Alice", "Bob", "Charlie", "Dave", "Zoe")}


def account(name: str) -> AccountId:
    return AccountId(KEYS[name].public_key)


def transfer(to: str, amount: int) -> RuntimeCall:
    return RuntimeCall("Balances", "transfer_keep_alive", (Id(account(to)), amount))


def remark(length: int = 4) -> RuntimeCall:
    return RuntimeCall("System", "remark", (bytes(length),))


def sign(
    relay: BlockRuntime, name: str, call: RuntimeCall, nonce: int = 0, *, tip: int = 0, era: Era = IMMORTAL
) -> bytes:
    """An extrinsic, its length in front, good for the block that `relay` is at the start of."""
    values: dict[str, Any] = {"era": era, "nonce": nonce, "tip": tip, "metadata_mode": 0}
    encoded = relay.executive.call_codec.encode(call)
    unsigned = Signature(Id(account(name)), Sr25519(bytes(64)), values)
    payload = signed_payload(
        encoded,
        encode_extra(values, relay.extensions),
        relay.extensions,
        lambda part: relay.executive.checks.implicit(part, unsigned),
    )
    signature = Signature(Id(account(name)), Sr25519(KEYS[name].sign(payload)), values)
    return encode_extrinsic(encoded, signature, relay.extensions)


def bare(relay: BlockRuntime, call: RuntimeCall) -> bytes:
    """An extrinsic that nobody signed."""
    return encode_extrinsic(relay.executive.call_codec.encode(call), None, relay.extensions)
